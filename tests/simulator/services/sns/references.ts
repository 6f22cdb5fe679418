import { AwsError, type Shape } from "../../types.ts";
import { text } from "../events/properties.ts";

/** SNS's refusal of a parameter. */
export function refusal(what: string): AwsError {
  return new AwsError("InvalidParameter", `Invalid parameter: ${what}`);
}

/**
 * The topic ARN in a member. What is no ARN, or one of another region, is an invalid parameter, not a topic that is
 * not there. AWS's replies, as localstack/localstack recorded them: test_publish_wrong_arn_format,
 * test_topic_publish_another_region.
 */
export function topicArnIn(input: Shape, member: string, region: string): string {
  const arn = text(input, member) ?? "";
  const elements = arn.split(":");
  if (elements.length < 6) {
    throw refusal(`${member} Reason: An ARN must have at least 6 elements, not ${elements.length}`);
  }
  if (elements[3] !== region) {
    throw refusal(member);
  }
  return arn;
}
