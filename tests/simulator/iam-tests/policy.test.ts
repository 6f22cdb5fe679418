import { describe, expect, test } from "vitest";
import { context } from "../iam/context.ts";
import { decide } from "../iam/decide.ts";
import { compilePolicy, type PolicyPlace } from "../iam/policy.ts";
import type { Principal } from "../iam/types.ts";
import { ACCOUNT, allow, deny, document, type Statement } from "./support.ts";

const ROLE: Principal = {
  kind: "role",
  account: ACCOUNT,
  arn: `arn:aws:iam::${ACCOUNT}:role/step`,
  sessionArn: `arn:aws:sts::${ACCOUNT}:assumed-role/step/session`,
};
const EVENTS: Principal = { kind: "service", name: "events.amazonaws.com" };

const matches = (
  statement: Statement,
  action: string,
  resource: string,
  principal: Principal = ROLE,
): boolean => {
  const place =
    statement.Principal === undefined && statement.NotPrincipal === undefined ? "identity" : "resource";
  const policy = compilePolicy("p", document(statement), place);
  const request = { principal, action, resource, context: context({ "aws:PrincipalTag/team": "shop" }) };
  return policy.matches(request).length > 0;
};

describe("Action and NotAction", () => {
  test.each([
    [true, "rds:DeleteDBSnapshot", "rds:DeleteDBSnapshot"],
    [true, "RDS:deletedbsnapshot", "rds:DeleteDBSnapshot"],
    [true, "rds:Delete*", "rds:DeleteDBSnapshot"],
    [true, "rds:Describe??Snapshots", "rds:DescribeDBSnapshots"],
    [true, "*", "rds:DeleteDBSnapshot"],
    [false, "rds:Describe*", "rds:DeleteDBSnapshot"],
    [false, "rds:DeleteDB", "rds:DeleteDBSnapshot"],
  ])("%s: %s covers %s", (expected, pattern, action) => {
    expect(matches(allow(pattern, "*"), action, "*")).toBe(expected);
    const others: Statement = { Effect: "Allow", NotAction: pattern, Resource: "*" };
    expect(matches(others, action, "*")).toBe(!expected);
  });
});

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html */
describe("Resource and NotResource", () => {
  const SNAPSHOT = `arn:aws:rds:us-west-2:${ACCOUNT}:snapshot:lambda-dr-snapshot-shop-2026-03-01-0200`;
  test.each([
    [true, "*", SNAPSHOT],
    [true, SNAPSHOT, SNAPSHOT],
    [true, `arn:aws:rds:us-west-2:${ACCOUNT}:snapshot:lambda-dr-*`, SNAPSHOT],
    [true, "arn:aws:rds:*:*:snapshot:*", SNAPSHOT],
    [true, `arn:aws:rds:us-????-2:${ACCOUNT}:snapshot:*`, SNAPSHOT],
    [true, "arn:aws:rds:us-west-2:*", SNAPSHOT],
    // A star that ends its segment reaches beyond it.
    [true, "arn:aws:rds:*:snapshot:*", SNAPSHOT],
    [true, `arn:aws:rds:us-west-2:${ACCOUNT}:snapshot:*-shop-*`, SNAPSHOT],
    [false, `arn:aws:rds:us-west-2:${ACCOUNT}:snapshot:LAMBDA-DR-*`, SNAPSHOT],
    [false, `arn:aws:rds:us-east-1:${ACCOUNT}:snapshot:*`, SNAPSHOT],
    [false, `arn:aws:rds:us-west-2:${ACCOUNT}:db:*`, SNAPSHOT],
    // A star inside a segment stays inside it.
    [false, "arn:aws:rds:us-*-2:snapshot:*", SNAPSHOT],
    // A listing is judged against the literal star: a prefix does not cover it.
    [
      false,
      `arn:aws:rds:us-west-2:${ACCOUNT}:snapshot:lambda-dr-*`,
      `arn:aws:rds:us-west-2:${ACCOUNT}:snapshot:*`,
    ],
    [true, `arn:aws:rds:us-west-2:${ACCOUNT}:snapshot:*`, `arn:aws:rds:us-west-2:${ACCOUNT}:snapshot:*`],
    [
      true,
      `arn:aws:logs:us-west-2:${ACCOUNT}:log-group:/aws/lambda/x:*`,
      `arn:aws:logs:us-west-2:${ACCOUNT}:log-group:/aws/lambda/x:log-stream:1`,
    ],
    [true, `arn:aws:s3:::\${aws:PrincipalTag/team}-*`, "arn:aws:s3:::shop-data"],
    [false, `arn:aws:s3:::\${aws:PrincipalTag/other}-*`, "arn:aws:s3:::shop-data"],
  ])("%s: %s covers %s", (expected, pattern, resource) => {
    expect(matches(allow("rds:X", pattern), "rds:X", resource)).toBe(expected);
  });

  test("a variable without a value turns NotResource off", () => {
    const others: Statement = {
      Effect: "Allow",
      Action: "*",
      NotResource: `arn:aws:s3:::\${aws:PrincipalTag/other}`,
    };
    expect(matches(others, "s3:X", "arn:aws:s3:::shop-data")).toBe(false);
  });

  test("NotResource covers what it does not name", () => {
    const others: Statement = {
      Effect: "Deny",
      Action: "*",
      NotResource: `arn:aws:rds:us-west-2:${ACCOUNT}:db:drill-*`,
    };
    expect(matches(others, "rds:X", `arn:aws:rds:us-west-2:${ACCOUNT}:db:shop`)).toBe(true);
    expect(matches(others, "rds:X", `arn:aws:rds:us-west-2:${ACCOUNT}:db:drill-1-shop`)).toBe(false);
  });
});

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html */
describe("Principal and NotPrincipal", () => {
  const root = `arn:aws:iam::${ACCOUNT}:root`;
  const session = ROLE.kind === "role" ? ROLE.sessionArn : "";
  const roleArn = `arn:aws:iam::${ACCOUNT}:role/step`;
  const to = (Principal: unknown): Statement => ({ ...allow("sqs:SendMessage", "*"), Principal });
  const allBut = (NotPrincipal: unknown): Statement => ({ ...deny("sqs:SendMessage", "*"), NotPrincipal });
  test.each([
    [true, to("*"), ROLE],
    [true, to({ AWS: "*" }), ROLE],
    [true, to({ AWS: root }), ROLE],
    [true, to({ AWS: ACCOUNT }), ROLE],
    [true, to({ AWS: [roleArn] }), ROLE],
    [true, to({ AWS: session }), ROLE],
    [false, to({ AWS: "arn:aws:iam::444455556666:root" }), ROLE],
    [false, to({ AWS: `${roleArn}2` }), ROLE],
    [false, to({ Service: "events.amazonaws.com" }), ROLE],
    [true, to({ Service: "events.amazonaws.com" }), EVENTS],
    [true, to({ Service: ["sns.amazonaws.com", "events.amazonaws.com"], AWS: root }), EVENTS],
    [false, to({ AWS: root }), EVENTS],
    [true, allBut({ AWS: roleArn }), ROLE],
    [true, allBut({ AWS: [root, roleArn] }), ROLE],
    [true, allBut({ AWS: [roleArn, session] }), ROLE],
    [false, allBut({ AWS: [root, roleArn, session] }), ROLE],
    [true, allBut({ AWS: root }), EVENTS],
  ])("%s: %o applies to %o", (expected, statement, principal) => {
    expect(matches(statement, "sqs:SendMessage", "*", principal)).toBe(expected);
  });
});

describe("documents that IAM refuses", () => {
  const base = allow("rds:X", "*");
  const without = (element: string): Statement =>
    Object.fromEntries(Object.entries(base).filter(([name]) => name !== element));
  const rows: [string, Statement, PolicyPlace, string][] = [
    ["no effect", { ...base, Effect: "allow" }, "identity", "Invalid effect"],
    ["no action", without("Action"), "identity", "must contain actions"],
    ["no resource", without("Resource"), "identity", "must contain resources"],
    ["Resource beside NotResource", { ...base, NotResource: "*" }, "identity", "already has instance"],
    [
      "an action without a service",
      { ...base, Action: "CopyDBSnapshot" },
      "identity",
      "prefaced by a vendor",
    ],
    ["an action with a slip", { ...base, Action: "rds:Copy DB" }, "identity", "Invalid Action"],
    [
      "a resource that is no ARN",
      { ...base, Resource: "snapshot:x" },
      "identity",
      'must be in ARN format or "*"',
    ],
    [
      "a service with wildcards",
      { ...base, Resource: "arn:aws:r*:*:*:x" },
      "identity",
      "vendor must be fully qualified",
    ],
    ["an unknown element", { ...base, Resources: "*" }, "identity", "unknown element Resources"],
    [
      "a principal in an identity policy",
      { ...base, Principal: "*" },
      "identity",
      "should not specify a principal",
    ],
    ["no principal in a resource policy", base, "resource", "Missing required field Principal"],
    ["Allow with NotPrincipal", { ...base, NotPrincipal: "*" }, "resource", "Allow with NotPrincipal"],
    [
      "a wildcard in a principal",
      { ...base, Principal: { AWS: `arn:aws:iam::${ACCOUNT}:role/*` } },
      "resource",
      "Invalid principal",
    ],
    ["a resource in a trust policy", { ...base, Principal: "*" }, "trust", "prohibited field Resource"],
  ];
  test.each(rows)("%s", (_sentence, statement, place, message) => {
    expect(() => compilePolicy("p", document(statement), place)).toThrow(message);
  });

  test("two statements of one Sid", () => {
    const twice = document({ ...base, Sid: "A" }, { ...base, Sid: "A" });
    expect(() => compilePolicy("p", twice, "identity")).toThrow("must be unique");
  });

  test("text that is no JSON", () => {
    expect(() => compilePolicy("p", "{", "identity")).toThrow("Syntax errors in policy");
  });
});

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics.html */
describe("one account's evaluation", () => {
  const QUEUE = `arn:aws:sqs:us-west-2:${ACCOUNT}:q`;
  const root = { Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` } };
  const direct = { Principal: { AWS: `arn:aws:iam::${ACCOUNT}:role/step` } };
  const SEND = "sqs:SendMessage";
  const verdict = (
    identity: readonly Statement[],
    resource: readonly Statement[],
    { resourceMustAllow = false, crossAccount = false } = {},
  ) => {
    const request = { principal: ROLE, action: SEND, resource: QUEUE, context: context() };
    return decide(request, {
      identity: identity.length === 0 ? [] : [compilePolicy("identity", document(...identity), "identity")],
      ...(resource.length === 0
        ? {}
        : { resource: compilePolicy("queue", document(...resource), "resource") }),
      resourceMustAllow,
      crossAccount,
    }).because;
  };

  test.each([
    ["nothing allows", [], [], "no-identity-allow"],
    ["an identity policy allows", [allow(SEND, QUEUE)], [], "identity-policy"],
    ["the resource policy allows the role", [], [allow(SEND, QUEUE, direct)], "resource-policy"],
    [
      "the resource policy only delegates to the account",
      [],
      [allow(SEND, QUEUE, root)],
      "no-identity-allow",
    ],
    [
      "an identity policy denies",
      [allow(SEND, QUEUE), deny(SEND, "*")],
      [allow(SEND, QUEUE, direct)],
      "explicit-deny-identity",
    ],
    [
      "the resource policy denies the account",
      [allow(SEND, QUEUE)],
      [deny(SEND, "*", root)],
      "explicit-deny-resource",
    ],
  ])("%s", (_sentence, identity, resource, because) => {
    expect(verdict(identity, resource)).toBe(because);
  });

  /** https://docs.aws.amazon.com/kms/latest/developerguide/policy-evaluation.html */
  test.each([
    [
      "a key policy that says nothing refuses whatever identity policies allow",
      [allow(SEND, QUEUE)],
      [],
      "no-resource-allow",
    ],
    [
      "a key policy that delegates leaves it to identity policies",
      [allow(SEND, QUEUE)],
      [allow(SEND, QUEUE, root)],
      "identity-policy",
    ],
    [
      "a key policy that delegates needs identity policies",
      [],
      [allow(SEND, QUEUE, root)],
      "no-identity-allow",
    ],
    ["a key policy that names the role suffices", [], [allow(SEND, QUEUE, direct)], "resource-policy"],
  ])("%s", (_sentence, identity, resource, because) => {
    expect(verdict(identity, resource, { resourceMustAllow: true })).toBe(because);
  });

  /** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html */
  test.each([
    [
      "another account's resource needs both sides",
      [allow(SEND, QUEUE)],
      [allow(SEND, QUEUE, root)],
      "identity-policy",
    ],
    ["its policy alone does not do", [], [allow(SEND, QUEUE, direct)], "no-identity-allow"],
    ["ours alone do not do", [allow(SEND, QUEUE)], [], "no-resource-allow"],
  ])("%s", (_sentence, identity, resource, because) => {
    expect(verdict(identity, resource, { crossAccount: true })).toBe(because);
  });

  test("the verdict names the statement that decided", () => {
    const policy = compilePolicy(
      "inline",
      document(allow("rds:*", "*"), allow(["sqs:Get*", "sqs:Send*"], QUEUE, { Sid: "Send" })),
      "identity",
    );
    const request = { principal: ROLE, action: SEND, resource: QUEUE, context: context() };
    expect(decide(request, { identity: [policy], resourceMustAllow: false, crossAccount: false })).toEqual({
      allowed: true,
      because: "identity-policy",
      by: { policy: "inline", index: 1, sid: "Send", action: "sqs:Send*" },
    });
  });
});
