/** What AWS deploys, or refuses much later, and nobody hears of: each planted into a copy of the real templates. */
import { describe, expect, test } from "vitest";
import type { Shape } from "../types.ts";
import { deploy, first, planted, type Resources, type Templates, targets, watches } from "./planting.ts";

/** Takes a service's principal out of the policies of a type. */
function withoutService(resources: Resources, type: string, property: string, service: string): void {
  let taken = 0;
  for (const { Type, Properties } of Object.values(resources)) {
    if (Type !== type) continue;
    const policy = Properties[property] as { Statement: { Principal: { Service?: string | string[] } }[] };
    policy.Statement = policy.Statement.filter(({ Principal }) => {
      const services = [Principal.Service ?? []].flat();
      const left = services.filter((name) => name !== service);
      taken += services.length - left.length;
      if (left.length > 0) Principal.Service = left;
      return services.length === 0 || left.length > 0;
    });
  }
  expect(taken).toBeGreaterThan(0);
}

describe("what would be silent for ever", () => {
  test.each<[string, (templates: Templates) => void, string]>([
    [
      "a topic that does not let RDS publish",
      ({ primary }) =>
        withoutService(primary, "AWS::SNS::TopicPolicy", "PolicyDocument", "events.rds.amazonaws.com"),
      "(SNSNoAuthorization)",
    ],
    [
      "a key of the topics that RDS may not use",
      ({ dr }) => withoutService(dr, "AWS::KMS::Key", "KeyPolicy", "events.rds.amazonaws.com"),
      "(SNSNoAuthorization)",
    ],
    [
      "a topic that does not let alarms publish",
      ({ dr }) => withoutService(dr, "AWS::SNS::TopicPolicy", "PolicyDocument", "cloudwatch.amazonaws.com"),
      "may not publish to arn:aws:sns:us-west-2:111122223333:rds-dr-dev-alerts: topic-policy",
    ],
    [
      "a key of the topics that alarms may not use",
      ({ primary }) => withoutService(primary, "AWS::KMS::Key", "KeyPolicy", "cloudwatch.amazonaws.com"),
      "may not publish to arn:aws:sns:us-east-1:111122223333:rds-dr-dev-alerts: key-policy",
    ],
    [
      "a schedule without dead letters",
      ({ primary }) => {
        delete (first(primary, "AWS::Scheduler::Schedule")["Target"] as Shape)["DeadLetterConfig"];
      },
      "without dead letters",
    ],
    [
      "a rule without targets",
      ({ dr }) => {
        first(dr, "AWS::Events::Rule")["Targets"] = [];
      },
      "has no target: what matches it goes nowhere",
    ],
    [
      "a rule's target without dead letters",
      ({ dr }) => {
        delete targets(first(dr, "AWS::Events::Rule"))[0]!["DeadLetterConfig"];
      },
      "without dead letters",
    ],
    [
      "an alarm without the dimension that its metric has",
      ({ dr }) => {
        first(dr, "AWS::CloudWatch::Alarm", watches("AWS/SQS"))["Dimensions"] = [];
      },
      "watches AWS/SQS without the dimension QueueName, where nothing is measured",
    ],
  ])("%s", (_what, plant, refusal) => {
    expect(() => deploy(planted(plant))).toThrow(refusal);
  });

  test("a topic that does not let RDS publish is deployed, where RDS does not look", () => {
    const assembly = planted(({ primary }) =>
      withoutService(primary, "AWS::SNS::TopicPolicy", "PolicyDocument", "events.rds.amazonaws.com"),
    );
    expect(deploy(assembly, { subscriptionNeedsTopicPolicy: "silently" }).stacks).toHaveLength(2);
  });
});
