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

/** Encrypts the dead letters of the first of a type with a key. */
function encryptDeadLetters(resources: Resources, type: string, key: unknown): void {
  const { Targets, Target } = first(resources, type);
  const target = (Target ?? (Targets as Shape[])[0]) as {
    DeadLetterConfig: { Arn: { "Fn::GetAtt": string[] } };
  };
  const properties = resources[target.DeadLetterConfig.Arn["Fn::GetAtt"][0] ?? ""]?.Properties ?? {};
  delete properties["SqsManagedSseEnabled"];
  properties["KmsMasterKeyId"] = key;
}

/** The topics' key lets CloudWatch and RDS use it, and nobody else. */
const topicsKey = (resources: Resources) => ({
  "Fn::GetAtt": [Object.keys(resources).find((id) => id.startsWith("TopicsKey")), "Arn"],
});
const NOWHERE = "arn:aws:kms:us-west-2:111122223333:key/nowhere";
type Trap = [string, (templates: Templates) => void, string];

describe("what would be silent for ever", () => {
  test.each<Trap>([
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
      "a rule's dead letters under a key that does not exist",
      ({ dr }) => encryptDeadLetters(dr, "AWS::Events::Rule", NOWHERE),
      `dead-letters: the key ${NOWHERE} does not exist or does not let EventBridge use it`,
    ],
    [
      "a rule's dead letters under a key that does not admit EventBridge",
      ({ dr }) => encryptDeadLetters(dr, "AWS::Events::Rule", topicsKey(dr)),
      "does not exist or does not let EventBridge use it",
    ],
    [
      "a schedule's dead letters under a key that does not exist",
      ({ dr }) => encryptDeadLetters(dr, "AWS::Scheduler::Schedule", NOWHERE),
      `dead-letters: the key ${NOWHERE} does not exist or arn:aws:iam::111122223333:role/`,
    ],
    [
      "a schedule's dead letters under a key that its role may not use",
      ({ dr }) => encryptDeadLetters(dr, "AWS::Scheduler::Schedule", topicsKey(dr)),
      "may not use it",
    ],
    ...[
      ["AWS/SQS", "ApproximateNumberOfMessagesVisibles"],
      ["AWS/SQS", "NumberOfMessagesSent"],
      ["AWS/SQSS", "ApproximateNumberOfMessagesVisible"],
    ].map(
      ([Namespace, MetricName]): Trap => [
        `an alarm on ${Namespace} ${MetricName}`,
        ({ dr }) => {
          Object.assign(first(dr, "AWS::CloudWatch::Alarm", watches("AWS/SQS")), { Namespace, MetricName });
        },
        `watches ${Namespace} ${MetricName}, which is not measured here`,
      ],
    ),
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

  test("nothing: dead letters under a key that admits who sends to them", () => {
    const assembly = planted(({ dr }) => {
      encryptDeadLetters(dr, "AWS::Events::Rule", topicsKey(dr));
      const key = first(dr, "AWS::KMS::Key", ({ Description }) => /topics/.test(String(Description)));
      const { Statement } = key["KeyPolicy"] as { Statement: { Principal: { Service?: string[] } }[] };
      for (const { Principal } of Statement) Principal.Service?.push("events.amazonaws.com");
    });
    expect(deploy(assembly).stacks).toHaveLength(2);
  });

  test("a topic that does not let RDS publish is deployed, where RDS does not look", () => {
    const assembly = planted(({ primary }) =>
      withoutService(primary, "AWS::SNS::TopicPolicy", "PolicyDocument", "events.rds.amazonaws.com"),
    );
    expect(deploy(assembly, { subscriptionNeedsTopicPolicy: "silently" }).stacks).toHaveLength(2);
  });
});
