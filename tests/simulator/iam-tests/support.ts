import { type Authorizer, createAuthorizer } from "../iam/authorizer.ts";
import { type Facts, type KeyFact, noFacts } from "../iam/facts.ts";
import type { PolicySource, RoleRecord } from "../iam/types.ts";
import { AwsError, type Call, type ServiceName, type Shape } from "../types.ts";

export const ACCOUNT = "111122223333";
export const P = "us-east-1";
export const D = "us-west-2";

/** A statement as policies write it. */
export type Statement = Readonly<Record<string, unknown>>;

/** A document of version 2012-10-17. */
export const document = (...statements: readonly Statement[]): PolicySource => ({
  Version: "2012-10-17",
  Statement: statements,
});

export const allow = (
  action: string | string[],
  resource: string | string[],
  extra: Statement = {},
): Statement => ({
  Effect: "Allow",
  Action: action,
  Resource: resource,
  ...extra,
});

export const deny = (
  action: string | string[],
  resource: string | string[],
  extra: Statement = {},
): Statement => ({
  ...allow(action, resource, extra),
  Effect: "Deny",
});

export const arnOf = (service: string, region: string, rest: string): string =>
  `arn:aws:${service}:${region}:${ACCOUNT}:${rest}`;

/** A key of the account, whose policy leaves it to the permissions of roles unless statements are given. */
export const customerKey = (
  arn: string,
  aliases: readonly string[] = [],
  statements: readonly Statement[] = [
    allow("kms:*", "*", { Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` } }),
  ],
): KeyFact => ({ arn, manager: "CUSTOMER", aliases: [...aliases], policy: document(...statements) });

export const role = (name: string, ...statements: readonly Statement[]): RoleRecord => ({
  name,
  arn: `arn:aws:iam::${ACCOUNT}:role/${name}`,
  trust: document({
    Effect: "Allow",
    Action: "sts:AssumeRole",
    Principal: { Service: "lambda.amazonaws.com" },
  }),
  policies: [{ name: "inline", document: document(...statements) }],
});

export const authorizerFor = (roles: readonly RoleRecord[], facts: Partial<Facts> = {}): Authorizer =>
  createAuthorizer({
    account: ACCOUNT,
    roles: () => new Map(roles.map((each) => [each.name, each])),
    facts: { ...noFacts, ...facts },
    now: () => Date.parse("2026-03-01T02:00:00Z"),
  });

export const call = (
  service: ServiceName,
  operation: string,
  input: Shape,
  region: string,
  caller = "step",
): Call => ({
  service,
  operation,
  input,
  region,
  caller:
    caller === "operator"
      ? { kind: "operator", name: "operator", arn: `arn:aws:iam::${ACCOUNT}:user/operator` }
      : { kind: "role", name: caller, arn: `arn:aws:sts::${ACCOUNT}:assumed-role/${caller}/${caller}` },
});

/** `ok`, or the refusal as `<code> <status> <message>`. */
export function outcome(authorizer: Authorizer, asked: Call): string {
  try {
    authorizer.authorize(asked);
    return "ok";
  } catch (error) {
    if (error instanceof AwsError) return `${error.code} ${error.status} ${error.message}`;
    throw error;
  }
}

/** What a role with these statements gets for a call. */
export const attempt = (statements: readonly Statement[], asked: Call, facts: Partial<Facts> = {}): string =>
  outcome(authorizerFor([role("step", ...statements)], facts), asked);
