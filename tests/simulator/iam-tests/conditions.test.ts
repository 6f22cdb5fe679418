import { describe, expect, test } from "vitest";
import { compileConditions } from "../iam/conditions.ts";
import { context } from "../iam/context.ts";
import type { ContextInput } from "../iam/types.ts";

type Row = readonly [holds: boolean, condition: Record<string, Record<string, unknown>>, keys: ContextInput];

const holds = (condition: unknown, keys: ContextInput): boolean =>
  compileConditions(condition, true)(context(keys));

const judge = (rows: readonly Row[]) =>
  test.each(rows.map(([expected, condition, keys]) => ({ expected, condition, keys })))(
    "$expected: $condition with $keys",
    ({ expected, condition, keys }) => expect(holds(condition, keys)).toBe(expected),
  );

/** A policy variable as documents write it. */
const variable = (inside: string): string => `$\{${inside}}`;

const REGION = "aws:RequestedRegion";
const TAG = "aws:ResourceTag/team";

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html */
describe("string operators", () => {
  judge([
    [true, { StringEquals: { [REGION]: "us-west-2" } }, { [REGION]: "us-west-2" }],
    [false, { StringEquals: { [REGION]: "US-WEST-2" } }, { [REGION]: "us-west-2" }],
    [false, { StringEquals: { [REGION]: "us-*" } }, { [REGION]: "us-west-2" }],
    [true, { StringEquals: { [REGION]: ["eu-west-1", "us-west-2"] } }, { [REGION]: "us-west-2" }],
    [false, { StringNotEquals: { [REGION]: ["eu-west-1", "us-west-2"] } }, { [REGION]: "us-west-2" }],
    [true, { StringNotEquals: { [REGION]: ["eu-west-1", "eu-west-2"] } }, { [REGION]: "us-west-2" }],
    [true, { StringEqualsIgnoreCase: { [TAG]: "SHOP" } }, { [TAG]: "shop" }],
    [false, { StringNotEqualsIgnoreCase: { [TAG]: "SHOP" } }, { [TAG]: "shop" }],
    [true, { StringLike: { [REGION]: "us-*-?" } }, { [REGION]: "us-west-2" }],
    [false, { StringNotLike: { [REGION]: "us-*" } }, { [REGION]: "us-west-2" }],
    [true, { StringEquals: { "AWS:requestedregion": "us-west-2" } }, { [REGION]: "us-west-2" }],
    [true, { StringEquals: { "aws:ResourceTag/TEAM": "shop" } }, { [TAG]: "shop" }],
    [true, { StringLike: { [TAG]: `a${variable("*")}b` } }, { [TAG]: "a*b" }],
    [false, { StringLike: { [TAG]: `a${variable("*")}b` } }, { [TAG]: "axb" }],
  ]);
});

describe("an absent key", () => {
  judge([
    [false, { StringEquals: { [TAG]: "x" } }, {}],
    [false, { StringLike: { [TAG]: "*" } }, {}],
    [true, { StringNotEquals: { [TAG]: "x" } }, {}],
    [true, { StringNotLike: { [TAG]: "*" } }, {}],
    [true, { ArnNotLike: { "aws:SourceArn": "*" } }, {}],
    [true, { NotIpAddress: { "aws:SourceIp": "203.0.113.0/24" } }, {}],
    [true, { StringEqualsIfExists: { [TAG]: "x" } }, {}],
    [false, { StringEqualsIfExists: { [TAG]: "x" } }, { [TAG]: "y" }],
    [false, { Bool: { "aws:ViaAWSService": "false" } }, {}],
    [true, { BoolIfExists: { "aws:ViaAWSService": "false" } }, {}],
    [true, { Null: { [TAG]: "true" } }, {}],
    [false, { Null: { [TAG]: "true" } }, { [TAG]: "" }],
    [true, { Null: { [TAG]: false } }, { [TAG]: "x" }],
    [true, { "ForAllValues:StringEquals": { "aws:TagKeys": "a" } }, {}],
    [false, { "ForAnyValue:StringEquals": { "aws:TagKeys": "a" } }, {}],
    [false, { "ForAnyValue:StringNotEquals": { "aws:TagKeys": "a" } }, {}],
    [true, { "ForAnyValue:StringEqualsIfExists": { "aws:TagKeys": "a" } }, {}],
  ]);
});

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html */
describe("set operators", () => {
  const keys = { "aws:TagKeys": ["environment", "webserver"] };
  judge([
    [true, { "ForAllValues:StringEquals": { "aws:TagKeys": ["environment", "webserver", "cost"] } }, keys],
    [false, { "ForAllValues:StringEquals": { "aws:TagKeys": ["environment"] } }, keys],
    [true, { "ForAnyValue:StringEquals": { "aws:TagKeys": ["environment", "cost"] } }, keys],
    [false, { "ForAnyValue:StringLike": { "aws:TagKeys": ["cost*"] } }, keys],
    [true, { "ForAllValues:StringNotEquals": { "aws:TagKeys": ["cost"] } }, keys],
    [false, { "ForAllValues:StringNotEquals": { "aws:TagKeys": ["environment"] } }, keys],
    [true, { "ForAnyValue:StringNotEquals": { "aws:TagKeys": ["environment"] } }, keys],
    [
      true,
      { "ForAnyValue:StringEquals": { "aws:CalledVia": ["rds.amazonaws.com"] } },
      { "aws:CalledVia": ["rds.amazonaws.com"] },
    ],
    [
      true,
      { "ForAnyValue:StringLike": { "kms:ResourceAliases": "alias/rds-dr-*" } },
      { "kms:ResourceAliases": ["alias/a", "alias/rds-dr-dev"] },
    ],
  ]);

  test("a multivalued key without a set operator is refused by name", () => {
    expect(() => holds({ StringEquals: { "kms:ResourceAliases": "alias/a" } }, {})).toThrow(
      "not simulated: multivalued condition key kms:ResourceAliases without ForAnyValue or ForAllValues",
    );
  });
});

describe("ARN, Boolean, number, date and address operators", () => {
  const SOURCE = { "aws:SourceArn": "arn:aws:events:us-west-2:111122223333:rule/bus/name" };
  judge([
    [true, { ArnLike: { "aws:SourceArn": "arn:aws:events:*:111122223333:rule/*" } }, SOURCE],
    [true, { ArnEquals: { "aws:SourceArn": "arn:aws:events:us-west-2:111122223333:rule/bus/name" } }, SOURCE],
    [true, { ArnEquals: { "aws:SourceArn": "arn:aws:events:us-*-2:*:rule/bus/*" } }, SOURCE],
    // Each of the six parts on its own: a star in one does not reach into the next.
    [false, { ArnLike: { "aws:SourceArn": "arn:aws:events:*:rule/*" } }, SOURCE],
    [false, { ArnLike: { "aws:SourceArn": "arn:*" } }, SOURCE],
    [
      false,
      { ArnLike: { "aws:SourceArn": "arn:aws:rds:*:snapshot:a" } },
      { "aws:SourceArn": "arn:aws:rds:us-west-2:111122223333:snapshot:a" },
    ],
    [false, { ArnNotLike: { "aws:SourceArn": "arn:aws:events:*:*:rule/*" } }, SOURCE],
    [true, { Bool: { "aws:SecureTransport": true } }, { "aws:SecureTransport": true }],
    [true, { Bool: { "aws:SecureTransport": "True" } }, { "aws:SecureTransport": true }],
    [false, { Bool: { "aws:SecureTransport": "false" } }, { "aws:SecureTransport": true }],
    [true, { NumericLessThanEquals: { "aws:EpochTime": 10 } }, { "aws:EpochTime": 10 }],
    [false, { NumericLessThan: { "aws:EpochTime": "10" } }, { "aws:EpochTime": 10 }],
    [true, { NumericNotEquals: { "aws:EpochTime": 11 } }, { "aws:EpochTime": 10 }],
    [
      true,
      { DateGreaterThan: { "aws:CurrentTime": "2026-03-01T01:59:59Z" } },
      { "aws:CurrentTime": "2026-03-01T02:00:00Z" },
    ],
    [
      false,
      { DateGreaterThan: { "aws:CurrentTime": "2026-03-01T02:00:00Z" } },
      { "aws:CurrentTime": "2026-03-01T02:00:00Z" },
    ],
    [
      true,
      { DateGreaterThanEquals: { "aws:EpochTime": "2026-03-01T02:00:00Z" } },
      { "aws:EpochTime": 1_772_330_400 },
    ],
    [true, { IpAddress: { "aws:SourceIp": "203.0.113.0/24" } }, { "aws:SourceIp": "203.0.113.10" }],
    [
      false,
      { NotIpAddress: { "aws:SourceIp": ["192.0.2.0/24", "203.0.113.0/24"] } },
      { "aws:SourceIp": "203.0.113.10" },
    ],
    [true, { IpAddress: { "aws:SourceIp": "2001:db8::/32" } }, { "aws:SourceIp": "2001:db8::1" }],
    [false, { IpAddress: { "aws:SourceIp": "2001:db8::/32" } }, { "aws:SourceIp": "203.0.113.10" }],
  ]);
});

describe("several conditions", () => {
  judge([
    [
      true,
      { StringEquals: { [REGION]: "us-west-2", [TAG]: "shop" } },
      { [REGION]: "us-west-2", [TAG]: "shop" },
    ],
    [false, { StringEquals: { [REGION]: "us-west-2", [TAG]: "shop" } }, { [REGION]: "us-west-2" }],
    [
      false,
      { StringEquals: { [REGION]: "us-west-2" }, StringLike: { [TAG]: "s*" } },
      { [REGION]: "us-west-2", [TAG]: "x" },
    ],
  ]);
});

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html */
describe("policy variables", () => {
  const principal = { "aws:PrincipalTag/team": "shop" };
  judge([
    [true, { StringEquals: { [TAG]: variable("aws:PrincipalTag/team") } }, { [TAG]: "shop", ...principal }],
    [false, { StringEquals: { [TAG]: variable("aws:PrincipalTag/team") } }, { [TAG]: "else", ...principal }],
    [
      false,
      { StringEquals: { [TAG]: variable("aws:PrincipalTag/team") } },
      { [TAG]: variable("aws:PrincipalTag/team") },
    ],
    [false, { StringNotEquals: { [TAG]: variable("aws:PrincipalTag/team") } }, { [TAG]: "shop" }],
    [true, { StringEquals: { [TAG]: variable("aws:PrincipalTag/team, 'none'") } }, { [TAG]: "none" }],
    [
      false,
      { StringLike: { [TAG]: variable("aws:PrincipalTag/team") } },
      { [TAG]: "shop", "aws:PrincipalTag/team": "*" },
    ],
  ]);

  test("documents before version 2012-10-17 take a variable literally", () => {
    const condition = compileConditions(
      { StringEquals: { [TAG]: variable("aws:PrincipalTag/team") } },
      false,
    );
    expect(condition(context({ [TAG]: variable("aws:PrincipalTag/team") }))).toBe(true);
  });
});

test.each([
  [
    "an unknown operator is malformed",
    { StringEqualz: { [REGION]: "x" } },
    "Invalid Condition type : StringEqualz.",
  ],
  [
    "an operator without a model is refused by name",
    { BinaryEquals: { [REGION]: "x" } },
    "not simulated: condition operator BinaryEquals",
  ],
  [
    "a key that nothing fills is refused by name",
    { StringEquals: { "aws:UserAgent": "cli" } },
    "not simulated: condition key aws:UserAgent",
  ],
  ["a key without a service is malformed", { StringEquals: { Region: "x" } }, "must be prefaced by a vendor"],
])("%s", (_sentence, condition, message) => {
  expect(() => holds(condition, {})).toThrow(message);
});
