import type { Shape } from "../types.ts";
import { compilePolicy, type PolicyPlace } from "./policy.ts";
import type { PolicySource } from "./types.ts";

/** The documents of a resource of a template, and where each stands. */
type Documents = (properties: Shape) => [place: PolicyPlace, document: unknown][];

const inline = (properties: Shape): [PolicyPlace, unknown][] => {
  const policies: unknown = properties["Policies"];
  if (!Array.isArray(policies)) return [];
  return policies.map((policy: unknown) => ["identity", { ...Object(policy) }["PolicyDocument"]]);
};

const BEARERS: Readonly<Record<string, Documents>> = {
  "AWS::IAM::Role": (properties) => [
    ["trust", properties["AssumeRolePolicyDocument"]],
    ...inline(properties),
  ],
  "AWS::IAM::Policy": ({ PolicyDocument }) => [["identity", PolicyDocument]],
  "AWS::IAM::ManagedPolicy": ({ PolicyDocument }) => [["identity", PolicyDocument]],
  "AWS::KMS::Key": ({ KeyPolicy }) => [["resource", KeyPolicy]],
  "AWS::SQS::QueuePolicy": ({ PolicyDocument }) => [["resource", PolicyDocument]],
  "AWS::SNS::TopicPolicy": ({ PolicyDocument }) => [["resource", PolicyDocument]],
  "AWS::Events::EventBus": ({ Policy }) => [["resource", Policy]],
  "AWS::Events::EventBusPolicy": ({ Statement }) => [
    ["resource", Statement === undefined ? undefined : { Version: "2012-10-17", Statement }],
  ],
};

const isSource = (document: unknown): document is PolicySource =>
  typeof document === "string" || (typeof document === "object" && document !== null);

/** Compiles the policies of a resource about to be made: one that is malformed fails the deployment, as it would. */
export function checkPolicies(type: string, properties: Shape): void {
  for (const [place, document] of BEARERS[type]?.(properties) ?? []) {
    if (isSource(document)) compilePolicy(type, document, place);
  }
}
