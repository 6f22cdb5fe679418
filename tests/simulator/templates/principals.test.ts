/** Resource policies that name nobody: AWS keeps principals by their unique ids and refuses one that it cannot find. */
import { describe, expect, test } from "vitest";
import type { Shape } from "../types.ts";
import { deploy, first, planted, regions, type Templates } from "./planting.ts";

const arnOf = (who: string) => `arn:aws:iam::111122223333:${who}`;
const statement = (who: string, Action: string, Resource = "*"): Shape => ({
  ...{ Sid: "more", Effect: "Allow", Principal: { AWS: arnOf(who) }, Action, Resource },
});
const onBus = (who: string) =>
  statement(who, "events:PutEvents", `arn:aws:events:${regions.dr}:111122223333:event-bus/rds-dr-dev`);

/** Adds a statement to the policy of the first of a type. */
const adding =
  (type: string, property: string, more: Shape) =>
  ({ dr }: Templates): void => {
    const policy = first(dr, type)[property] as { Statement: Shape[] };
    policy.Statement.push(more);
  };

const PLANTS: Readonly<Record<string, (who: string) => (templates: Templates) => void>> = {
  "a key policy": (who) => adding("AWS::KMS::Key", "KeyPolicy", statement(who, "kms:Decrypt")),
  "a queue policy": (who) =>
    adding("AWS::SQS::QueuePolicy", "PolicyDocument", {
      ...statement(who, "sqs:SendMessage"),
    }),
  "a topic policy": (who) => adding("AWS::SNS::TopicPolicy", "PolicyDocument", statement(who, "sns:Publish")),
  "a trust policy":
    (who) =>
    ({ dr }) => {
      const trust = first(dr, "AWS::IAM::Role")["AssumeRolePolicyDocument"] as { Statement: Shape[] };
      const { Resource: _none, ...more } = statement(who, "sts:AssumeRole");
      trust.Statement.push(more);
    },
  "a bus's own policy":
    (who) =>
    ({ dr }) => {
      first(dr, "AWS::Events::EventBus")["Policy"] = { Version: "2012-10-17", Statement: [onBus(who)] };
    },
  "a statement of a bus policy":
    (who) =>
    ({ dr }) => {
      const Properties = { EventBusName: { Ref: "Bus" }, StatementId: "more", Statement: onBus(who) };
      dr["BusPolicy"] = { Type: "AWS::Events::EventBusPolicy", Properties };
    },
};

describe.each(Object.entries(PLANTS))("%s", (_policy, plant) => {
  test.each(["role/nobody", "user/nobody"])("that names %s is refused", (who) => {
    expect(() => deploy(planted(plant(who)))).toThrow(`Invalid principal in policy: "AWS":"${arnOf(who)}"`);
  });
});

test("a key policy that names who works with the simulation is deployed", () => {
  const plant = PLANTS["a key policy"]?.("user/operator");
  expect(plant === undefined ? undefined : deploy(planted(plant)).stacks).toHaveLength(2);
});
