import { describe, expect, test } from "vitest";
import { DR_KEY, denied, facts, keyRefusal, keyUse, snapshotArn, through, USER } from "./rds-support.ts";
import {
  ACCOUNT,
  allow,
  arnOf,
  attempt,
  authorizerFor,
  call,
  D,
  outcome,
  P,
  role,
  type Statement,
} from "./support.ts";

describe("deletion of a snapshot", () => {
  const ours = allow("rds:DeleteDBSnapshot", snapshotArn(P, "lambda-dr-snapshot-*"), {
    Condition: {
      StringEquals: { "aws:ResourceTag/rds-dr:environment": "dev", "aws:ResourceTag/rds-dr:kind": "backup" },
    },
  });
  const remove = (name: string, tagsOf: Record<string, string>): string =>
    attempt([ours], call("rds", "DeleteDBSnapshot", { DBSnapshotIdentifier: name }, P), {
      resourceTags: () => tagsOf,
    });

  test.each([
    ["ours", "lambda-dr-snapshot-shop-1", { "rds-dr:environment": "dev", "rds-dr:kind": "backup" }, true],
    [
      "ours, written in upper case",
      "LAMBDA-DR-SNAPSHOT-SHOP-1",
      { "rds-dr:environment": "dev", "rds-dr:kind": "backup" },
      true,
    ],
    ["a copy", "lambda-dr-snapshot-shop-1", { "rds-dr:environment": "dev", "rds-dr:kind": "copy" }, false],
    [
      "another environment's",
      "lambda-dr-snapshot-shop-1",
      { "rds-dr:environment": "prod", "rds-dr:kind": "backup" },
      false,
    ],
    ["an untagged one of the same name", "lambda-dr-snapshot-shop-1", {}, false],
    [
      "somebody else's with our tags",
      "before-upgrade",
      { "rds-dr:environment": "dev", "rds-dr:kind": "backup" },
      false,
    ],
  ])("%s", (_sentence, name, tagsOf, passes) => {
    const arn = snapshotArn(P, name.toLowerCase());
    expect(remove(name, tagsOf)).toBe(passes ? "ok" : denied("rds:DeleteDBSnapshot", arn));
  });
});

describe("restore", () => {
  const INPUT = {
    DBInstanceIdentifier: "shop",
    DBSnapshotIdentifier: "lambda-dr-snapshot-shop-1",
    DBSubnetGroupName: "dr",
    OptionGroupName: "dr-mysql",
    Tags: [{ Key: "rds-dr:environment", Value: "dev" }],
  };
  const ACTION = "rds:RestoreDBInstanceFromDBSnapshot";
  const at = (rest: string): string => arnOf("rds", D, rest);
  const resources = [
    "db:shop",
    "snapshot:lambda-dr-snapshot-*",
    "og:dr-mysql",
    "pg:default.*",
    "subgrp:dr",
  ].map(at);
  const restores = allow(ACTION, resources);
  const tagsIt = allow("rds:AddTagsToResource", at("db:*"));
  const key = allow(keyUse, arnOf("kms", D, "key/*"), through(D));
  const restore = (...statements: readonly Statement[]): string =>
    attempt(statements, call("rds", "RestoreDBInstanceFromDBSnapshot", INPUT, D), facts);

  test.each([
    ["passes with instance, snapshot, three groups, tags and key", [restores, tagsIt, key], "ok"],
    [
      "fails without kms:CreateGrant",
      [restores, tagsIt, { ...key, Action: "kms:DescribeKey" }],
      keyRefusal("specified", DR_KEY),
    ],
    [
      "fails without kms:DescribeKey",
      [restores, tagsIt, { ...key, Action: "kms:CreateGrant" }],
      keyRefusal("specified", DR_KEY),
    ],
    [
      "passes when a grant must be for an AWS resource",
      [
        restores,
        tagsIt,
        { ...key, Action: "kms:DescribeKey" },
        { ...key, Action: "kms:CreateGrant", Condition: { Bool: { "kms:GrantIsForAWSResource": "true" } } },
      ],
      "ok",
    ],
    [
      "fails when RDS may use the key only in the other region",
      [restores, tagsIt, allow(keyUse, "*", through(P))],
      keyRefusal("specified", DR_KEY),
    ],
    ["fails without AddTagsToResource", [restores, key], denied("rds:AddTagsToResource", at("db:shop"))],
    ...resources.map((resource, index): [string, Statement[], string] => [
      `fails without ${resource}`,
      [allow(ACTION, resources.toSpliced(index, 1)), tagsIt, key],
      denied(ACTION, resource.replace("snapshot-*", "snapshot-shop-1")),
    ]),
  ])("%s", (_sentence, statements, expected) => {
    expect(restore(...statements)).toBe(expected);
  });
});

describe("other operations of RDS", () => {
  const db = arnOf("rds", P, "db:shop");
  const TAGS = [{ Key: "owner", Value: "ann" }];
  const backup = { DBInstanceIdentifier: "shop", DBSnapshotIdentifier: "s" };

  test.each([
    [
      "CreateDBSnapshot needs the snapshot beside the instance",
      allow("rds:CreateDBSnapshot", db),
      call("rds", "CreateDBSnapshot", backup, P),
      denied("rds:CreateDBSnapshot", snapshotArn(P, "s")),
    ],
    [
      "CreateDBSnapshot with tags needs AddTagsToResource",
      allow("rds:CreateDBSnapshot", "*"),
      call("rds", "CreateDBSnapshot", { ...backup, Tags: TAGS }, P),
      denied("rds:AddTagsToResource", snapshotArn(P, "s")),
    ],
    [
      "a listing of instances needs the literal star",
      allow("rds:DescribeDBInstances", db),
      call("rds", "DescribeDBInstances", {}, P),
      denied("rds:DescribeDBInstances", arnOf("rds", P, "db:*")),
    ],
    [
      "one instance needs its ARN only",
      allow("rds:DescribeDBInstances", db),
      call("rds", "DescribeDBInstances", { DBInstanceIdentifier: "shop" }, P),
      "ok",
    ],
    [
      "a listing of snapshots strictly needs instances too",
      allow("rds:DescribeDBSnapshots", snapshotArn(P, "*")),
      call("rds", "DescribeDBSnapshots", {}, P),
      denied("rds:DescribeDBSnapshots", arnOf("rds", P, "db:*")),
    ],
    [
      "actions without a resource type need the star",
      allow("rds:DescribeEvents", arnOf("rds", P, "*")),
      call("rds", "DescribeEvents", {}, P),
      `AccessDenied 403 ${USER} rds:DescribeEvents because no identity-based policy allows the rds:DescribeEvents action`,
    ],
    [
      "tags can be bound to the keys that are given",
      allow("rds:AddTagsToResource", db, {
        Condition: { "ForAllValues:StringEquals": { "aws:TagKeys": ["team"] } },
      }),
      call("rds", "AddTagsToResource", { ResourceName: db, Tags: TAGS }, P),
      denied("rds:AddTagsToResource", db),
    ],
    [
      "request tags go by RDS's own key too",
      allow("rds:AddTagsToResource", db, {
        Condition: { StringEquals: { "rds:req-tag/owner": "ann", "aws:RequestTag/owner": "ann" } },
      }),
      call("rds", "AddTagsToResource", { ResourceName: db, Tags: TAGS }, P),
      "ok",
    ],
    [
      "a final snapshot needs CreateDBSnapshot",
      allow("rds:DeleteDBInstance", db),
      call("rds", "DeleteDBInstance", { DBInstanceIdentifier: "shop", FinalDBSnapshotIdentifier: "last" }, P),
      denied("rds:CreateDBSnapshot", db),
    ],
    [
      "no final snapshot needs DeleteDBInstance only",
      allow("rds:DeleteDBInstance", db),
      call("rds", "DeleteDBInstance", { DBInstanceIdentifier: "shop", SkipFinalSnapshot: true }, P),
      "ok",
    ],
    [
      "monitoring needs the role passed",
      allow("rds:ModifyDBInstance", db),
      call(
        "rds",
        "ModifyDBInstance",
        { DBInstanceIdentifier: "shop", MonitoringRoleArn: `arn:aws:iam::${ACCOUNT}:role/monitor` },
        P,
      ),
      denied("iam:PassRole", `arn:aws:iam::${ACCOUNT}:role/monitor`),
    ],
    [
      "a managed password needs Secrets Manager",
      allow("rds:ModifyDBInstance", db),
      call("rds", "ModifyDBInstance", { DBInstanceIdentifier: "shop", ManageMasterUserPassword: true }, P),
      denied("secretsmanager:CreateSecret", arnOf("secretsmanager", P, "secret:rds!db-*")),
    ],
    [
      "an operation without a row is denied by name",
      allow("*", "*"),
      call("rds", "CreateDBInstance", {}, P),
      `AccessDenied 403 ${USER} rds:CreateDBInstance because the authorisation table of the simulated AWS has no row for rds:CreateDBInstance`,
    ],
  ])("%s", (_sentence, statement, asked, expected) => {
    expect(attempt([statement], asked)).toBe(expected);
  });

  test("tags of the instance decide by aws:ResourceTag and rds:db-tag alike", () => {
    const condition = {
      Condition: {
        StringEquals: { "aws:ResourceTag/rds-dr:mode": "drill", "rds:db-tag/rds-dr:mode": "drill" },
      },
    };
    const asked = call(
      "rds",
      "DeleteDBInstance",
      { DBInstanceIdentifier: "shop", SkipFinalSnapshot: true },
      P,
    );
    const withTags = (mode: string) => ({ resourceTags: () => ({ "rds-dr:mode": mode }) });
    expect(attempt([allow("rds:DeleteDBInstance", db, condition)], asked, withTags("drill"))).toBe("ok");
    expect(attempt([allow("rds:DeleteDBInstance", db, condition)], asked, withTags("disaster"))).toBe(
      denied("rds:DeleteDBInstance", db),
    );
  });

  test("a role that does not exist has no valid token", () => {
    const asked = call("rds", "DescribeDBInstances", {}, P, "ghost");
    expect(outcome(authorizerFor([role("step")]), asked)).toBe(
      "InvalidClientTokenId 403 The security token included in the request is invalid.",
    );
  });
});
