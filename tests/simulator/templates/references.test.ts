/** Templates that refer to nothing: AWS deploys some of them and stays silent, here each is refused by name. */
import { describe, expect, test } from "vitest";
import type { Shape } from "../types.ts";
import {
  deploy,
  first,
  names,
  nowhere,
  original,
  planted,
  regions,
  type Templates,
  targets,
  watches,
} from "./planting.ts";

describe("the templates as they are", () => {
  test("are deployed without a finding", () => {
    expect(deploy(original).stacks).toHaveLength(2);
  });
});

describe("a reference to nothing", () => {
  test.each<[string, (templates: Templates) => void, string]>([
    [
      "an alarm on a queue",
      ({ dr }) => {
        names(first(dr, "AWS::CloudWatch::Alarm", watches("AWS/SQS")))[0]!.Value = "rds-dr-dev-nowhere";
      },
      "watches the QueueName rds-dr-dev-nowhere, which does not exist",
    ],
    [
      "an alarm on a rule",
      ({ primary }) => {
        const alarm = first(primary, "AWS::CloudWatch::Alarm", watches("AWS/Events"));
        for (const each of names(alarm)) if (each.Name === "RuleName") each.Value = "nowhere";
      },
      "watches the RuleName nowhere, which does not exist",
    ],
    [
      "an alarm on a rule of another bus",
      ({ primary }) => {
        const onBus = (properties: Shape) =>
          watches("AWS/Events")(properties) && names(properties).length === 2;
        const alarm = first(primary, "AWS::CloudWatch::Alarm", onBus);
        alarm["Dimensions"] = names(alarm).filter(({ Name }) => Name === "RuleName");
      },
      "on the bus default, but it is on rds-dr-dev",
    ],
    [
      "an alarm on a function",
      ({ dr }) => {
        const alarm = first(dr, "AWS::CloudWatch::Alarm", watches("AWS/SQS"));
        alarm["Namespace"] = "AWS/Lambda";
        alarm["MetricName"] = "Errors";
        alarm["Dimensions"] = [{ Name: "FunctionName", Value: "nowhere" }];
      },
      "watches the FunctionName nowhere, which does not exist",
    ],
    [
      "an alarm's topic",
      ({ dr }) => {
        first(dr, "AWS::CloudWatch::Alarm")["AlarmActions"] = ["arn:aws:sns:us-west-2:111122223333:nowhere"];
      },
      "tells arn:aws:sns:us-west-2:111122223333:nowhere, which does not exist",
    ],
    [
      "a rule's target",
      ({ dr }) => {
        targets(first(dr, "AWS::Events::Rule"))[0]!["Arn"] = nowhere(regions.dr);
      },
      `sends to ${nowhere(regions.dr)}, which does not exist`,
    ],
    [
      "a rule's dead letters",
      ({ dr }) => {
        targets(first(dr, "AWS::Events::Rule"))[0]!["DeadLetterConfig"] = { Arn: nowhere(regions.dr) };
      },
      `sends to ${nowhere(regions.dr)}, which does not exist`,
    ],
    [
      "a schedule's target",
      ({ primary }) => {
        const target = first(primary, "AWS::Scheduler::Schedule")["Target"] as Shape;
        target["Arn"] = nowhere(regions.primary);
      },
      `sends to ${nowhere(regions.primary)}, which does not exist`,
    ],
    [
      "a schedule's role",
      ({ primary }) => {
        const target = first(primary, "AWS::Scheduler::Schedule")["Target"] as Shape;
        target["RoleArn"] = "arn:aws:iam::111122223333:role/nobody";
      },
      "must allow AWS EventBridge Scheduler to assume the role",
    ],
    [
      "a function's role",
      ({ dr }) => {
        first(dr, "AWS::Lambda::Function")["Role"] = "arn:aws:iam::111122223333:role/nobody";
      },
      "The role defined for the function cannot be assumed by Lambda.",
    ],
    [
      "a subscription's topic",
      ({ dr }) => {
        first(dr, "AWS::SNS::Subscription")["TopicArn"] = "arn:aws:sns:us-west-2:111122223333:nowhere";
      },
      "Topic does not exist",
    ],
    [
      "an event subscription's topic",
      ({ dr }) => {
        first(dr, "AWS::RDS::EventSubscription")["SnsTopicArn"] = "arn:aws:sns:us-west-2:111122223333:no";
      },
      "SNSTopicArnNotFound",
    ],
    [
      "a queue in a function's environment",
      ({ dr }) => {
        const url = "https://sqs.us-west-2.amazonaws.com/111122223333/nowhere.fifo";
        first(dr, "AWS::Lambda::Function")["Environment"] = { Variables: { RDS_DR_WAITS_URL: url } };
      },
      "RDS_DR_WAITS_URL, which names the queue nowhere.fifo that does not exist",
    ],
    [
      "a redrive policy's dead letters",
      ({ dr }) => {
        const queue = first(dr, "AWS::SQS::Queue", ({ RedrivePolicy }) => RedrivePolicy !== undefined);
        queue["RedrivePolicy"] = { deadLetterTargetArn: nowhere(regions.dr), maxReceiveCount: 5 };
      },
      "Dead letter target does not exist",
    ],
  ])("%s", (_what, plant, refusal) => {
    expect(() => deploy(planted(plant))).toThrow(refusal);
  });
});
