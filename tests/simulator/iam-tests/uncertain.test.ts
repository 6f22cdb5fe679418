import { describe, expect, test } from "vitest";
import { createAuthorizer } from "../iam/authorizer.ts";
import { type Facts, noFacts } from "../iam/facts.ts";
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

const facts: Facts = {
  ...noFacts,
  keyByReference: (_region, reference) => (reference.startsWith("arn:") ? customerKey(reference) : undefined),
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

/** For each uncertain permission: a call that may need it, and what takes it and nothing else away. */
const cases: Readonly<Record<keyof typeof UNCERTAIN, readonly [Call, Statement]>> = {
  describeWithoutId: [
    call("rds", "DescribeDBSnapshots", {}, D),
    deny("rds:DescribeDBSnapshots", arnOf("rds", D, "snapshot:*")),
  ],
  defaultGroups: [
    call(
      "rds",
      "RestoreDBInstanceFromDBSnapshot",
      { DBInstanceIdentifier: "i", DBSnapshotIdentifier: "c" },
      D,
    ),
    deny("rds:RestoreDBInstanceFromDBSnapshot", arnOf("rds", D, "og:*")),
  ],
  tagOnCreate: [copy({ Tags: [{ Key: "k", Value: "v" }] }), deny("rds:AddTagsToResource", "*")],
  sourceKey: [copy({ KmsKeyId: DR_KEY }), deny("kms:*", SOURCE_KEY, through(P))],
  sourceKeyVia: [copy({ KmsKeyId: DR_KEY }), deny("kms:*", SOURCE_KEY, through(D))],
  finalSnapshot: [
    call("rds", "DeleteDBInstance", { DBInstanceIdentifier: "i", FinalDBSnapshotIdentifier: "last" }, D),
    deny("rds:CreateDBSnapshot", "*"),
  ],
  managedPassword: [
    call("rds", "ModifyDBInstance", { DBInstanceIdentifier: "i", ManageMasterUserPassword: true }, D),
    deny("secretsmanager:*", "*"),
  ],
  alarmsByName: [
    call("monitoring", "DescribeAlarms", { AlarmNames: ["a"] }, D),
    deny("cloudwatch:DescribeAlarms", arnOf("cloudwatch", D, "alarm:*")),
  ],
  copySourceTags: [copy({ CopyTags: true }), deny("rds:ListTagsForResource", "*")],
};

describe("a permission that AWS leaves open", () => {
  test.each(Object.entries(cases))(
    "is demanded unless its knob says otherwise: %s",
    (name, [asked, without]) => {
      const outcomeWith = (statements: readonly Statement[], overrides = {}) => {
        const knobs = createKnobs([P, D], overrides);
        const step = role("step", ...statements);
        const authorizer = createAuthorizer({
          ...{ account: ACCOUNT, facts, roles: () => new Map([["step", step]]) },
          demands: (uncertain) => isDemanded(knobs, uncertain),
        });
        return outcome(authorizer, asked);
      };
      const everything = allow("*", "*");
      expect(outcomeWith([everything])).toBe("ok");
      expect(outcomeWith([everything, without])).toMatch(
        /^(AccessDenied|KMSKeyNotAccessibleFault|AccessDeniedException) /,
      );
      expect(outcomeWith([everything, without], { [permissionKnob(name)]: "not-demanded" })).toBe("ok");
    },
  );
});
