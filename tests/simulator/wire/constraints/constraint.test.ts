import { expect, test } from "vitest";
import { AwsError, type ServiceName, type Shape } from "../../types.ts";
import { checkConstraints } from "./index.ts";

/** `<code>: <text>` of the refusal of an input; `taken` when it is not refused. */
function refusal(service: ServiceName, operation: string, input: Shape): string {
  try {
    checkConstraints(service, operation, input);
  } catch (error) {
    if (error instanceof AwsError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return "taken";
}

const one = (value: string, at: string, demand: string) =>
  `1 validation error detected: Value '${value}' at '${at}' failed to satisfy constraint: Member must ${demand}`;
const exclusive = "are mutually exclusive parameters.";
const name = String.raw`satisfy regular expression pattern: [\.\-_A-Za-z0-9]+`;

test.each<[ServiceName, string, Shape, string]>([
  // Words of AWS, as localstack/localstack recorded them (tests/aws/services/**/*.snapshot.json).
  [
    "logs",
    "FilterLogEvents",
    { logGroupName: "g", limit: 10_001 },
    `InvalidParameterException: ${one("10001", "limit", "have value less than or equal to 10000")}`,
  ],
  [
    "lambda",
    "ListFunctions",
    { FunctionVersion: "invalid" },
    `ValidationException: ${one("invalid", "functionVersion", "satisfy enum value set: [ALL]")}`,
  ],
  [
    "logs",
    "DescribeLogGroups",
    { logGroupNamePrefix: "a", logGroupNamePattern: "b" },
    `InvalidParameterException: LogGroup name prefix and LogGroup name pattern ${exclusive}`,
  ],
  // triggermesh/triggermesh#1306
  ["events", "ListTargetsByRule", { Rule: "rule/x" }, `ValidationException: ${one("rule/x", "rule", name)}`],
  // sul-dlss/dlme#432
  [
    "sns",
    "Publish",
    { Message: "m" },
    "InvalidParameter: Invalid parameter: TopicArn or TargetArn Reason: no value for required parameter",
  ],
  [
    "logs",
    "FilterLogEvents",
    { logGroupName: "g", logGroupIdentifier: "g" },
    `ValidationException: LogGroup name and LogGroup ARN ${exclusive}`,
  ],
  [
    "monitoring",
    "DescribeAlarms",
    { MaxRecords: 101 },
    `ValidationError: ${one("101", "maxRecords", "have value less than or equal to 100")}`,
  ],
  [
    "monitoring",
    "GetMetricData",
    { MetricDataQueries: [{ Id: "a" }, { Id: "" }] },
    `ValidationError: ${one("", "metricDataQueries.2.member.id", "have length greater than or equal to 1")}`,
  ],
  [
    "scheduler",
    "ListSchedules",
    { State: "FOO" },
    `ValidationException: ${one("FOO", "state", "satisfy enum value set: [ENABLED, DISABLED]")}`,
  ],
  [
    "kms",
    "ListAliases",
    { Limit: 101 },
    `ValidationException: ${one("101", "limit", "have value less than or equal to 100")}`,
  ],
])("%s:%s refuses %j in AWS's words", (service, operation, input, wanted) => {
  expect(refusal(service, operation, input)).toBe(wanted);
});

test("all that is wrong with an input is said at once", () => {
  const rule = `${"x".repeat(64)}!`;
  const long = `Value '${rule}' at 'rule' failed to satisfy constraint: Member must have length less than or equal to 64`;
  expect(refusal("events", "ListTargetsByRule", { Rule: rule, Limit: 0 })).toBe(
    `ValidationException: 3 validation errors detected: Value '${rule}' at 'rule' failed to satisfy constraint: Member must ${name}; ${long}; ` +
      "Value '0' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1",
  );
});

test("of a list of plain values the whole list is shown, with all that its items have to satisfy", () => {
  const demand = "Member must satisfy enum value set: [CompositeAlarm, MetricAlarm]";
  expect(refusal("monitoring", "DescribeAlarms", { AlarmTypes: ["MetricAlarm", "FOO"] })).toBe(
    `ValidationError: 1 validation error detected: Value '[MetricAlarm, FOO]' at 'alarmTypes' failed to satisfy constraint: Member must satisfy constraint: [${demand}]`,
  );
});

test.each<[ServiceName, string, Shape]>([
  ["monitoring", "DescribeAlarms", { MaxRecords: 100, StateValue: "OK" }],
  ["logs", "FilterLogEvents", { logGroupName: "/aws/lambda/x", limit: 1, startTime: 0 }],
  ["lambda", "ListFunctions", { MaxItems: 10_000 }],
  ["scheduler", "ListSchedules", {}],
])("%s:%s takes %j", (service, operation, input) => {
  expect(refusal(service, operation, input)).toBe("taken");
});
