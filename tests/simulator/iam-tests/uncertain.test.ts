import { describe, expect, test } from "vitest";
import { createAuthorizer } from "../iam/authorizer.ts";
import { type Facts, type KeyFact, noFacts } from "../iam/facts.ts";
import { managedKeyPolicy } from "../iam/managed-keys.ts";
import type { UNCERTAIN } from "../iam/table/index.ts";
import { isDemanded, permissionKnob } from "../knobs/permissions.ts";
import { createKnobs } from "../knobs.ts";
import type { Call } from "../types.ts";
import {
  ACCOUNT,
  allow,
  arnOf,
  call,
  customerKey,
  D,
  deny,
  outcome,
  P,
  role,
  type Statement,
} from "./support.ts";

const SOURCE = arnOf("rds", P, "snapshot:source");
const SOURCE_KEY = arnOf("kms", P, "key/source");
const DR_KEY = arnOf("kms", D, "key/dr");

/** The key of AWS's own that secrets stand under. */
const secretsKey: KeyFact = {
  ...{ arn: arnOf("kms", D, "key/secrets"), manager: "AWS", aliases: ["alias/aws/secretsmanager"] },
  policy: managedKeyPolicy({ account: ACCOUNT, partition: "aws" }, D, ["alias/aws/secretsmanager"]),
};

const facts: Facts = {
  ...noFacts,
  keyByReference(_region, reference) {
    if (reference === "alias/aws/secretsmanager") return secretsKey;
    return reference.startsWith("arn:") ? customerKey(reference) : undefined;
  },
  snapshot: (_region, name) => ({ arn: name, kmsKeyId: name === SOURCE ? SOURCE_KEY : DR_KEY, tags: {} }),
};

const copy = (more = {}) =>
  call(
    "rds",
    "CopyDBSnapshot",
    { SourceDBSnapshotIdentifier: SOURCE, TargetDBSnapshotIdentifier: "c", ...more },
    D,
  );
const through = (region: string): Statement => ({
  Condition: { StringEquals: { "kms:ViaService": `rds.${region}.amazonaws.com` } },
});

const everything = allow("*", "*");

/** For each uncertain permission: a call that may need it, and statements that allow everything else that it needs. */
const cases: Readonly<Record<keyof typeof UNCERTAIN, readonly [Call, ...Statement[]]>> = {
  describeWithoutId: [
    call("rds", "DescribeDBSnapshots", {}, D),
    everything,
    deny("rds:DescribeDBSnapshots", arnOf("rds", D, "snapshot:*")),
  ],
  defaultGroups: [
    call(
      "rds",
      "RestoreDBInstanceFromDBSnapshot",
      { DBInstanceIdentifier: "i", DBSnapshotIdentifier: "c" },
      D,
    ),
    everything,
    deny("rds:RestoreDBInstanceFromDBSnapshot", arnOf("rds", D, "og:*")),
  ],
  tagOnCreate: [copy({ Tags: [{ Key: "k", Value: "v" }] }), everything, deny("rds:AddTagsToResource", "*")],
  sourceKey: [copy({ KmsKeyId: DR_KEY }), everything, deny("kms:*", SOURCE_KEY, through(P))],
  sourceKeyVia: [copy({ KmsKeyId: DR_KEY }), everything, deny("kms:*", SOURCE_KEY, through(D))],
  finalSnapshot: [
    call("rds", "DeleteDBInstance", { DBInstanceIdentifier: "i", FinalDBSnapshotIdentifier: "last" }, D),
    everything,
    deny("rds:CreateDBSnapshot", "*"),
  ],
  managedPassword: [
    call("rds", "ModifyDBInstance", { DBInstanceIdentifier: "i", ManageMasterUserPassword: true }, D),
    everything,
    deny("secretsmanager:*", "*"),
  ],
  managedPasswordKey: [
    call("rds", "ModifyDBInstance", { DBInstanceIdentifier: "i", ManageMasterUserPassword: true }, D),
    allow(["rds:*", "secretsmanager:*", "kms:DescribeKey"], "*"),
  ],
  alarmsByName: [
    call("monitoring", "DescribeAlarms", { AlarmNames: ["a"] }, D),
    everything,
    deny("cloudwatch:DescribeAlarms", arnOf("cloudwatch", D, "alarm:*")),
  ],
  copySourceTags: [copy({ CopyTags: true }), everything, deny("rds:ListTagsForResource", "*")],
};

describe("a permission that AWS leaves open", () => {
  test.each(Object.entries(cases))(
    "is demanded unless its knob says otherwise: %s",
    (name, [asked, ...without]) => {
      const outcomeWith = (statements: readonly Statement[], overrides = {}) => {
        const knobs = createKnobs([P, D], overrides);
        const step = role("step", ...statements);
        const authorizer = createAuthorizer({
          ...{ account: ACCOUNT, facts, roles: () => new Map([["step", step]]) },
          demands: (uncertain) => isDemanded(knobs, uncertain),
        });
        return outcome(authorizer, asked);
      };
      expect(outcomeWith([everything])).toBe("ok");
      expect(outcomeWith(without)).toMatch(/^(AccessDenied|KMSKeyNotAccessibleFault|AccessDeniedException) /);
      expect(outcomeWith(without, { [permissionKnob(name)]: "not-demanded" })).toBe("ok");
    },
  );
});
