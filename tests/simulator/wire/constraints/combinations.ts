import { AwsError, type ServiceName, type Shape } from "../../types.ts";
import { spelled } from "../refusals.ts";

/** Members of which an operation takes one: what it says to none of them, and to more than one. */
export interface Combination {
  readonly members: readonly string[];
  readonly none?: AwsError;
  readonly several?: AwsError;
}

const invalidParameter = (text: string) => new AwsError("InvalidParameter", `Invalid parameter: ${text}`);
const nullAt = (member: string) =>
  `1 validation error detected: Value null at '${spelled([member])}' failed to satisfy constraint: Member must not be null`;
const exclusive = (one: string, other: string) =>
  `LogGroup ${one} and LogGroup ${other} are mutually exclusive parameters.`;

/**
 * Either/or members, which neither the SDK's schemas nor botocore's model tell. The words of SNS: sul-dlss/dlme#432;
 * of Logs: replies of AWS that localstack/localstack recorded (test_logs_groups, test_logs_streams). Of the others
 * the API references say that they are refused, and not how.
 */
export const COMBINATIONS: Readonly<
  Partial<Record<ServiceName, Readonly<Record<string, readonly Combination[]>>>>
> = {
  sns: {
    Publish: [
      {
        members: ["TopicArn", "TargetArn", "PhoneNumber"],
        none: invalidParameter("TopicArn or TargetArn Reason: no value for required parameter"),
      },
    ],
  },
  logs: {
    FilterLogEvents: [
      {
        members: ["logGroupName", "logGroupIdentifier"],
        none: new AwsError("InvalidParameterException", nullAt("logGroupName")),
        several: new AwsError("ValidationException", exclusive("name", "ARN")),
      },
      {
        members: ["logStreamNames", "logStreamNamePrefix"],
        several: new AwsError(
          "InvalidParameterException",
          "logStreamNames and logStreamNamePrefix are mutually exclusive parameters.",
        ),
      },
    ],
    DescribeLogGroups: [
      {
        members: ["logGroupNamePrefix", "logGroupNamePattern"],
        several: new AwsError("InvalidParameterException", exclusive("name prefix", "name pattern")),
      },
    ],
  },
  monitoring: {
    DescribeAlarms: [
      {
        members: ["AlarmNames", "AlarmNamePrefix"],
        several: new AwsError("ValidationError", "AlarmNames and AlarmNamePrefix cannot both be specified."),
      },
    ],
    GetMetricStatistics: [
      {
        members: ["Statistics", "ExtendedStatistics"],
        none: new AwsError(
          "MissingParameter",
          "At least one of the parameters Statistics and ExtendedStatistics must be specified.",
        ),
        several: new AwsError(
          "InvalidParameterCombination",
          "Only one of the parameters Statistics and ExtendedStatistics may be specified.",
        ),
      },
    ],
  },
};

/** Refuses none, or more than one, of members of which an operation takes one. */
export function checkCombinations(combinations: readonly Combination[], input: Shape): void {
  for (const { members, none, several } of combinations) {
    const given = members.filter((member) => input[member] !== undefined).length;
    if (given === 0 && none !== undefined) throw refusal(none);
    if (given > 1 && several !== undefined) throw refusal(several);
  }
}

/** Each refusal is an error of its own, with its own stack. */
function refusal({ code, message }: AwsError): AwsError {
  return new AwsError(code, message);
}
