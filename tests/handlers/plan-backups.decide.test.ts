import { expect, test } from "vitest";
import { decidePlan } from "../../handlers/plan-backups/decide.ts";
import { instance } from "../shared/builders.ts";

const rules = {
  environment: "dev",
  paused: false,
  instances: { listed: [], tag: { key: "dr", value: "protected" }, excluded: [] },
};

test("nothing is requested while paused", () => {
  expect(decidePlan([instance()], { ...rules, paused: true })).toEqual({
    kind: "nothing",
    because: "paused",
  });
});

test("a protected instance is requested with the tags its backup will carry, but for the time of the request", () => {
  const plan = decidePlan([instance()], rules);
  expect(plan).toMatchObject({
    kind: "request",
    leftOut: [],
    backups: [{ instanceId: "orders", dropped: [] }],
  });
  const keys = plan.kind === "request" ? plan.backups[0]!.describedAs.map(({ Key }) => Key) : [];
  expect(keys).toEqual(["rds-dr:environment", "rds-dr:kind", "rds-dr:instance", "rds-dr:settings-1", "dr"]);
});

test.each(["available", "backing-up", "modifying", "storage-optimization", "creating", "storage-full"])(
  "an instance that is '%s' is requested, since create-backup can wait",
  (DBInstanceStatus) => {
    expect(decidePlan([instance({ DBInstanceStatus })], rules)).toMatchObject({
      backups: [{ instanceId: "orders" }],
    });
  },
);

test.each([
  ["stopped", "stopped"],
  ["stopping", "stopped"],
  ["deleting", "deleting"],
])("an instance that is '%s' is left out with its reason", (DBInstanceStatus, because) => {
  expect(decidePlan([instance({ DBInstanceStatus })], rules)).toMatchObject({
    backups: [],
    leftOut: [{ instanceId: "orders", because }],
  });
});

test("every instance is either requested or left out with a reason", () => {
  const fleet = [
    instance(),
    instance({ DBInstanceIdentifier: "scratch", TagList: [] }),
    instance({ DBInstanceIdentifier: "member", DBClusterIdentifier: "analytics" }),
    instance({ DBInstanceIdentifier: "replica", ReadReplicaSourceDBInstanceIdentifier: "orders" }),
  ];
  expect(decidePlan(fleet, rules)).toMatchObject({
    backups: [{ instanceId: "orders" }],
    leftOut: [
      { instanceId: "scratch", because: "not-covered" },
      { instanceId: "member", because: "cluster-member" },
      { instanceId: "replica", because: "replica-not-listed" },
    ],
  });
});
