/** Each condition key of our templates and of common organisation policies, filled by a call that has it. */
import { describe, expect, test } from "vitest";
import type { Facts } from "../iam/facts.ts";
import type { Call } from "../types.ts";
import {
  ACCOUNT,
  allow,
  arnOf,
  attempt,
  authorizerFor,
  call,
  customerKey,
  D,
  deny,
  document,
  P,
  type Statement,
} from "./support.ts";

const SOURCE = arnOf("rds", P, "snapshot:backup");
const TARGET = arnOf("rds", D, "snapshot:copy");
const QUEUE = arnOf("sqs", D, "rds-dr-dev-announce");
const RULE = arnOf("events", D, "rule/rds-dr-dev/rds-dr-dev-announce-on-alert");

const key = customerKey(arnOf("kms", D, "key/dr"), ["alias/rds-dr-dev"]);
const facts: Partial<Facts> = {
  keyByReference: () => key,
  resourceTags: () => ({ "rds-dr:environment": "dev" }),
};

const remove = call("rds", "DeleteDBSnapshot", { DBSnapshotIdentifier: "backup" }, P);
const input = { DBInstanceIdentifier: "shop", DBSnapshotIdentifier: "backup" };
const create = call("rds", "CreateDBSnapshot", { ...input, Tags: [{ Key: "team", Value: "shop" }] }, P);
const identifiers = { SourceDBSnapshotIdentifier: SOURCE, TargetDBSnapshotIdentifier: "copy" };
const copy = call("rds", "CopyDBSnapshot", identifiers, D);
const encrypted = call("rds", "CopyDBSnapshot", { ...identifiers, KmsKeyId: "alias/rds-dr-dev" }, D);
const entry = { EventBusName: "rds-dr-dev", Source: "rds-dr", DetailType: "alert", Detail: "{}" };
const put = call("events", "PutEvents", { Entries: [entry] }, D);

interface Row {
  readonly key: string;
  readonly operator?: string;
  /** What the call has under the key, and what it has not. */
  readonly has: string;
  readonly not: string;
  readonly asked: Call;
  /** The action and resource whose statement the condition stands in. */
  readonly action: string;
  readonly resource?: string;
}

const KEY_USE = ["kms:DescribeKey", "kms:CreateGrant"];

const rows: readonly Row[] = [
  { key: "aws:RequestedRegion", has: P, not: D, asked: remove, action: "rds:DeleteDBSnapshot" },
  {
    ...{ key: "aws:ResourceTag/rds-dr:environment", has: "dev", not: "prod" },
    ...{ asked: remove, action: "rds:DeleteDBSnapshot" },
  },
  { key: "aws:RequestTag/team", has: "shop", not: "crm", asked: create, action: "rds:AddTagsToResource" },
  {
    ...{ key: "aws:TagKeys", operator: "ForAnyValue:StringEquals", has: "team", not: "owner" },
    ...{ asked: create, action: "rds:AddTagsToResource" },
  },
  {
    ...{ key: "aws:ViaAWSService", operator: "Bool", has: "true", not: "false" },
    ...{ asked: copy, action: "rds:CopyDBSnapshot", resource: SOURCE },
  },
  {
    ...{ key: "aws:ViaAWSService", operator: "Bool", has: "false", not: "true" },
    ...{ asked: copy, action: "rds:CopyDBSnapshot", resource: TARGET },
  },
  {
    ...{ key: "aws:CalledVia", operator: "ForAnyValue:StringEquals" },
    ...{ has: "rds.amazonaws.com", not: "cloudformation.amazonaws.com" },
    ...{ asked: copy, action: "rds:CopyDBSnapshot", resource: SOURCE },
  },
  {
    ...{ key: "kms:ViaService", has: `rds.${D}.amazonaws.com`, not: `rds.${P}.amazonaws.com` },
    ...{ asked: encrypted, action: "kms:DescribeKey" },
  },
  {
    ...{ key: "kms:ResourceAliases", operator: "ForAnyValue:StringEquals" },
    ...{ has: "alias/rds-dr-dev", not: "alias/rds-dr-prod", asked: encrypted, action: "kms:CreateGrant" },
  },
  {
    ...{ key: "kms:GrantIsForAWSResource", operator: "Bool", has: "true", not: "false" },
    ...{ asked: encrypted, action: "kms:CreateGrant" },
  },
  {
    ...{ key: "kms:CallerAccount", has: ACCOUNT, not: "444455556666" },
    ...{ asked: encrypted, action: "kms:DescribeKey" },
  },
  {
    ...{ key: "aws:PrincipalArn", operator: "ArnLike" },
    ...{ has: `arn:aws:iam::${ACCOUNT}:role/st*`, not: `arn:aws:iam::${ACCOUNT}:role/declare` },
    ...{ asked: remove, action: "rds:DeleteDBSnapshot" },
  },
  { key: "events:detail-type", has: "alert", not: "dr-declared", asked: put, action: "events:PutEvents" },
];

const everythingElse = ({ action, resource }: Row) => [
  allow(
    ["rds:CreateDBSnapshot", "rds:CopyDBSnapshot", ...KEY_USE].filter((each) => each !== action),
    "*",
  ),
  ...(resource === undefined ? [] : [{ Effect: "Allow", Action: action, NotResource: resource }]),
];
const under = ({ key: name, operator = "StringEquals" }: Row, value: string) => ({
  Condition: { [operator]: { [name]: value } },
});

describe.each(rows)("$key, $has of $asked.operation", (row) => {
  const { action, resource = "*", has, not, asked } = row;

  test("an allow holds where the call has the value, and nowhere else", () => {
    const allowing = (value: string) => [...everythingElse(row), allow(action, resource, under(row, value))];
    expect(attempt(allowing(has), asked, facts)).toBe("ok");
    expect(attempt(allowing(not), asked, facts)).not.toBe("ok");
  });

  test("a deny holds where the call has the value, and nowhere else", () => {
    const denying = (value: string) => [
      ...everythingElse(row),
      allow(action, resource),
      deny(action, resource, under(row, value)),
    ];
    expect(attempt(denying(has), asked, facts)).not.toBe("ok");
    expect(attempt(denying(not), asked, facts)).toBe("ok");
  });
});

describe.each([
  { key: "aws:SourceArn", has: RULE, not: `${RULE}-else` },
  { key: "aws:SourceAccount", has: ACCOUNT, not: "444455556666" },
])("$key, of a rule that sends to a queue", ({ key: name, has, not }) => {
  const service = { Principal: { Service: "events.amazonaws.com" } };
  const always = allow("sqs:SendMessage", QUEUE, service);
  const under = (value: string) => ({ ...service, Condition: { StringEquals: { [name]: value } } });
  const may = (...statements: readonly Statement[]) =>
    authorizerFor([]).servicePrincipalMay(
      ...(["events.amazonaws.com", "sqs:SendMessage", QUEUE, document(...statements)] as const),
      { "aws:SourceArn": RULE },
    ).allowed;

  test("an allow holds where the service has the value, and nowhere else", () => {
    expect(may(allow("sqs:SendMessage", QUEUE, under(has)))).toBe(true);
    expect(may(allow("sqs:SendMessage", QUEUE, under(not)))).toBe(false);
  });

  test("a deny holds where the service has the value, and nowhere else", () => {
    expect(may(always, deny("sqs:SendMessage", QUEUE, under(has)))).toBe(false);
    expect(may(always, deny("sqs:SendMessage", QUEUE, under(not)))).toBe(true);
  });
});

test("who asks KMS for a grant himself does not ask for an AWS resource", () => {
  const grant = { KeyId: "alias/rds-dr-dev", GranteePrincipal: "p", Operations: ["Decrypt"] };
  const forAws = { Condition: { Bool: { "kms:GrantIsForAWSResource": "true" } } };
  const asked = call("kms", "CreateGrant", grant, D);
  expect(attempt([allow("kms:CreateGrant", key.arn)], asked, facts)).toBe("ok");
  expect(attempt([allow("kms:CreateGrant", key.arn, forAws)], asked, facts)).toContain(
    "AccessDeniedException 400",
  );
});

test("an organisation that keeps to two regions disturbs nobody but who leaves them", () => {
  const elsewhere = {
    Effect: "Deny",
    NotAction: ["iam:*", "sts:*"],
    Resource: "*",
    Condition: {
      StringNotEquals: { "aws:RequestedRegion": [P, D] },
      ArnNotLike: { "aws:PrincipalArn": "arn:aws:iam::*:role/landing-zone" },
    },
  };
  const statements = [allow("*", "*"), elsewhere];
  expect(attempt(statements, copy, facts)).toBe("ok");
  const there = call("sns", "Publish", { TopicArn: arnOf("sns", "eu-west-1", "t") }, "eu-west-1");
  expect(attempt(statements, there)).toContain("with an explicit deny in an identity-based policy");
});
