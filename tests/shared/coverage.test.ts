import { expect, test } from "vitest";
import { decideCoverage } from "../../shared/coverage.ts";
import { instance } from "./builders.ts";

const byTag = { instances: { listed: [], tag: { key: "dr", value: "protected" }, excluded: [] } };
const byList = { instances: { listed: ["orders"], excluded: [] } };
const leftOut = (because: string) => ({ kind: "left-out", because });

test.each([
  ["an instance with the tag is protected", instance(), byTag, { kind: "protected" }],
  [
    "a listed instance is protected without any tag",
    instance({ TagList: [] }),
    byList,
    { kind: "protected" },
  ],
  [
    "a tag of another value does not cover",
    instance({ TagList: [{ Key: "dr", Value: "Protected" }] }),
    byTag,
    leftOut("not-covered"),
  ],
  ["an instance that nothing names is not covered", instance({ TagList: [] }), byTag, leftOut("not-covered")],
  [
    "an exclusion wins over list and tag",
    instance(),
    { instances: { ...byTag.instances, listed: ["orders"], excluded: ["orders"] } },
    leftOut("excluded"),
  ],
  [
    "an Aurora member is left out though tagged",
    instance({ Engine: "aurora-postgresql", DBClusterIdentifier: "analytics" }),
    byTag,
    leftOut("cluster-member"),
  ],
  [
    "a member of a Multi-AZ DB cluster is left out though listed",
    instance({ DBClusterIdentifier: "analytics" }),
    byList,
    leftOut("cluster-member"),
  ],
  ["RDS Custom is left out", instance({ Engine: "custom-oracle-ee" }), byTag, leftOut("rds-custom")],
  [
    "a tagged read replica is left out",
    instance({ ReadReplicaSourceDBInstanceIdentifier: "main" }),
    byTag,
    leftOut("replica-not-listed"),
  ],
  [
    "a tagged read replica of a cluster is left out",
    instance({ ReadReplicaSourceDBClusterIdentifier: "main" }),
    byTag,
    leftOut("replica-not-listed"),
  ],
  [
    "a listed read replica is protected",
    instance({ ReadReplicaSourceDBInstanceIdentifier: "main" }),
    byList,
    { kind: "protected" },
  ],
  [
    "a member that nothing names is simply not covered",
    instance({ DBClusterIdentifier: "analytics", TagList: [] }),
    byTag,
    leftOut("not-covered"),
  ],
])("%s", (_, described, settings, expected) => {
  expect(decideCoverage(described, settings)).toEqual(expected);
});
