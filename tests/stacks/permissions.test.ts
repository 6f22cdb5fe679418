import type { Template } from "aws-cdk-lib/assertions";
import { beforeAll, describe, expect, test } from "vitest";
import { unionPrefix } from "../../stacks/permissions/grant.ts";
import type { Statement } from "./properties.ts";
import { resourcesOf, type Synthesised, synthesise } from "./synthesise.ts";

/** A statement, and the role that has it. */
type Granted = Statement & { readonly role: string };

let app: Synthesised;

beforeAll(() => {
  app = synthesise();
});

const list = <Item>(value: Item | Item[]): Item[] => (Array.isArray(value) ? value : [value]);

function statementsOf(template: Template): Granted[] {
  return resourcesOf(template, "AWS::IAM::Role").flatMap(({ Properties: { RoleName: role, Policies } }) =>
    (Policies ?? []).flatMap((policy) =>
      policy.PolicyDocument.Statement.map((statement) => ({ ...statement, role })),
    ),
  );
}

const all = () => [...statementsOf(app.primary), ...statementsOf(app.dr)];
const holding = (action: string) => all().filter((statement) => list(statement.Action).includes(action));
const arn = (value: unknown) =>
  typeof value === "string"
    ? value
    : JSON.stringify(value).replaceAll('"', "").replace("{Fn::Join:[,[", "").replaceAll(",", "");

test("no role has a managed policy", () => {
  for (const template of [app.primary, app.dr]) {
    for (const { Properties } of resourcesOf(template, "AWS::IAM::Role"))
      expect(Properties.ManagedPolicyArns).toBeUndefined();
  }
});

test("a star as resource stands only with the action that has no resource type", () => {
  const stars = all().filter(({ Resource }) => list(Resource).includes("*"));
  expect([...new Set(stars.flatMap(({ Action }) => list(Action)))]).toEqual([
    "rds:DescribeAccountAttributes",
    "events:ListRules",
  ]);
});

test("no action is a star of its service", () => {
  for (const { Action } of all()) for (const action of list(Action)) expect(action).not.toMatch(/:\*$/);
});

describe("snapshots are deleted", () => {
  const tags = (kind: string) => ({
    StringEquals: { "aws:ResourceTag/rds-dr:environment": "dev", "aws:ResourceTag/rds-dr:kind": kind },
  });

  test("only by the steps that clean up and prune", () => {
    expect(holding("rds:DeleteDBSnapshot").map(({ role, Sid }) => [role, Sid])).toEqual([
      ["rds-dr-dev-clean-up-primary-us-west-2", "DeleteBackup"],
      ["rds-dr-dev-prune-copies-us-west-2", "DeleteCopy"],
      ["rds-dr-dev-prune-copies-us-west-2", "DeleteBackup"],
    ]);
  });

  test("in the primary region by prefix and as backups, in the DR region as copies whatever their prefix", () => {
    for (const { Sid, Resource, Condition } of holding("rds:DeleteDBSnapshot")) {
      const [region, kind, named] =
        Sid === "DeleteBackup" ? ["us-east-1", "backup", "lambda-dr-snapshot-*"] : ["us-west-2", "copy", "*"];
      expect(arn(Resource)).toContain(`:rds:${region}:`);
      expect(arn(Resource)).toContain(`:snapshot:${named}`);
      expect(Condition).toEqual(tags(kind));
    }
  });
});

test("copies of an earlier prefix can be tagged and restored", () => {
  const onCopies = [
    ...holding("rds:RestoreDBInstanceFromDBSnapshot"),
    ...holding("rds:AddTagsToResource"),
  ].filter(({ Sid, role }) => Sid === "Restore" || (Sid === "TagCopy" && role.endsWith("us-west-2")));
  expect(onCopies.map(({ role }) => role)).toHaveLength(5);
  for (const { Resource } of onCopies) expect(list(Resource).map(arn).join(" ")).toMatch(/:snapshot:\*/);
});

test("backups and copies are made with the tag of their environment only", () => {
  const made = holding("rds:AddTagsToResource").filter(({ role }) => role.endsWith("us-east-1"));
  expect(made.map(({ Sid }) => Sid)).toEqual(["TagBackup", "TagCopy"]);
  for (const { Condition } of made)
    expect(Condition).toEqual({ StringEquals: { "aws:RequestTag/rds-dr:environment": "dev" } });
});

test("only the steps of the recovery path shorten their messages' wait, and copy-backup that of what it parked", () => {
  expect(holding("sqs:ChangeMessageVisibility").map(({ role, Sid }) => [role, Sid])).toEqual([
    ["rds-dr-dev-copy-backup-us-east-1", "Park"],
    ["rds-dr-dev-plan-recovery-us-west-2", "RetrySoon"],
    ["rds-dr-dev-restore-instance-us-west-2", "RetrySoon"],
    ["rds-dr-dev-finish-restore-us-west-2", "RetrySoon"],
  ]);
});

test("subnet groups are read by whoever judges readiness, in the DR region only", () => {
  const reading = holding("rds:DescribeDBSubnetGroups");
  expect(reading.map(({ role }) => role)).toEqual([
    "rds-dr-dev-prune-copies-us-west-2",
    "rds-dr-dev-announce-us-west-2",
  ]);
  for (const { Resource } of reading) expect(arn(Resource)).toMatch(/:rds:us-west-2:.*:subgrp:\*/);
});

test("no role deletes or stops instances", () => {
  for (const action of ["rds:DeleteDBInstance", "rds:StopDBInstance"]) expect(holding(action)).toEqual([]);
});

test("keys are granted through RDS only, and for AWS resources only", () => {
  const grants = holding("kms:CreateGrant").filter(({ Sid }) => Sid !== "UnionPasswordKey");
  expect(grants.map(({ Sid }) => Sid).sort()).toEqual([
    "GrantCopyKey",
    "GrantDataKey",
    "UnionGrantSourceKey",
  ]);
  for (const { Condition } of grants) {
    expect(Condition).toMatchObject({ Bool: { "kms:GrantIsForAWSResource": "true" } });
    expect(JSON.stringify(Condition)).toMatch(/"kms:ViaService":(\[)?"rds\./);
  }
});

test("copies are made under the key that has our alias", () => {
  const [grant] = holding("kms:CreateGrant").filter(({ Sid }) => Sid === "GrantDataKey");
  expect(grant?.Condition).toMatchObject({
    "ForAnyValue:StringEquals": { "kms:ResourceAliases": ["alias/rds-dr-dev"] },
  });
});

test("the data key leaves its use to the permissions of roles, and opens itself to nobody", () => {
  const keys = resourcesOf(app.dr, "AWS::KMS::Key").map(({ Properties }) => Properties.KeyPolicy.Statement);
  const policy = keys.find((statements) => statements.some(({ Sid }) => Sid === "UseThroughRds")) ?? [];
  for (const { Principal } of policy) expect(arn(Principal?.["AWS"])).toMatch(/:root\]*}?$/);
  expect(policy[0]?.Action).toBe("kms:*");
  expect(policy.find(({ Sid }) => Sid === "UseThroughRds")?.Condition).toEqual({
    StringEquals: {
      "kms:CallerAccount": { Ref: "AWS::AccountId" },
      "kms:ViaService": "rds.us-west-2.amazonaws.com",
    },
  });
});

test("administrators of the data key are matched by condition", () => {
  const administrator = "arn:aws:iam::111122223333:role/key-admin";
  const { dr } = synthesise({ key: { administrators: [administrator] } });
  const statements = resourcesOf(dr, "AWS::KMS::Key").flatMap(
    ({ Properties }) => Properties.KeyPolicy.Statement,
  );
  const statement = statements.find(({ Sid }) => Sid === "Administer");
  expect(statement?.Condition?.["ArnLike"]).toEqual({ "aws:PrincipalArn": [administrator] });
  expect(statement?.Action).not.toContain("kms:Decrypt");
  expect(statement?.Action).not.toContain("kms:*");
});

test("statements that hold the union of AWS's readings are these", () => {
  const marked = all().filter(({ Sid }) => Sid.startsWith(unionPrefix));
  expect(marked.map(({ Sid }) => Sid).sort()).toEqual([
    "UnionGrantSourceKey",
    "UnionManagedPassword",
    "UnionPasswordKey",
    "UnionReadSourceKey",
  ]);
});

test("only announce publishes on the alerts topic", () => {
  expect(holding("sns:Publish").map(({ role }) => role)).toEqual([
    "rds-dr-dev-announce-us-east-1",
    "rds-dr-dev-announce-us-west-2",
  ]);
});

describe("who may declare", () => {
  test("without declarers the bus denies nobody, and IAM decides who assumes the role", () => {
    app.dr.resourceCountIs("AWS::Events::EventBusPolicy", 0);
    app.dr.hasResourceProperties("AWS::IAM::Role", { RoleName: "rds-dr-dev-declare" });
  });

  test("with declarers the bus denies the operator's events to everybody else, matched by condition", () => {
    const dba = "arn:aws:iam::111122223333:role/dba";
    const { dr } = synthesise({ declarers: [dba] });
    const [policy] = resourcesOf(dr, "AWS::Events::EventBusPolicy");
    const statement = policy?.Properties.Statement;
    expect(statement).toMatchObject({
      Effect: "Deny",
      Principal: "*",
      Action: "events:PutEvents",
      Condition: {
        StringEquals: { "events:detail-type": ["dr-declared", "declaration-closed", "drill-ended"] },
      },
    });
    const exempt = statement?.Condition?.["ArnNotLike"]?.["aws:PrincipalArn"];
    expect(exempt).toEqual([expect.anything(), dba]);
    expect(arn(exempt)).toContain("role/rds-dr-dev-declare");
    const [declare] = resourcesOf(dr, "AWS::IAM::Role").filter(
      ({ Properties }) => Properties.RoleName === "rds-dr-dev-declare",
    );
    const [trust] = declare?.Properties.AssumeRolePolicyDocument.Statement ?? [];
    expect(arn(trust?.Principal?.["AWS"])).toContain(":root");
    expect(trust?.Condition).toEqual({ ArnLike: { "aws:PrincipalArn": [dba] } });
  });
});
