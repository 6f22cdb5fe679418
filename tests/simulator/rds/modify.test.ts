import { describe, expect, test } from "vitest";
import type { Shape } from "../types.ts";
import { hour, minute, refusal, restore, type TestWorld, withCopy, worldWithShop } from "./support.ts";

describe("modifying an instance", () => {
  const modify = (world: TestWorld, input: Shape) =>
    world.rds(world.dr, "ModifyDBInstance", { DBInstanceIdentifier: "x", ...input })["DBInstance"];

  function restored() {
    const { world } = withCopy();
    restore(world, "x");
    world.advance(2 * hour);
    return world;
  }

  test("is refused until it is available", () => {
    const { world } = withCopy();
    restore(world, "x");
    expect(refusal(() => modify(world, { MonitoringInterval: 0 }))).toBe(
      "InvalidDBInstanceState 400: Database instance is not in available state.",
    );
  });

  test("applies what restore cannot set, one status after another", () => {
    const world = restored();
    modify(world, {
      ApplyImmediately: true,
      MonitoringInterval: 30,
      MonitoringRoleArn: "arn:aws:iam::111122223333:role/rds-monitoring",
      EnablePerformanceInsights: true,
      MaxAllocatedStorage: 2000,
      PreferredMaintenanceWindow: "sun:09:28-sun:09:58",
      ManageMasterUserPassword: true,
      CloudwatchLogsExportConfiguration: { EnableLogTypes: ["postgresql"] },
    });
    expect(world.instance(world.dr, "x").MasterUserSecret?.SecretStatus).toBe("creating");
    world.advance(hour);
    expect(world.statuses(world.dr, "x").slice(4)).toEqual([
      "modifying",
      "configuring-enhanced-monitoring",
      "modifying",
      "configuring-log-exports",
      "resetting-master-credentials",
      "available",
    ]);
    expect(world.instance(world.dr, "x")).toMatchObject({
      MonitoringInterval: 30,
      PerformanceInsightsEnabled: true,
      PerformanceInsightsRetentionPeriod: 7,
      MaxAllocatedStorage: 2000,
      PreferredMaintenanceWindow: "sun:09:28-sun:09:58",
      EnabledCloudwatchLogsExports: ["postgresql"],
      MasterUserSecret: { SecretStatus: "active" },
      PendingModifiedValues: {},
    });
  });

  test("leaves the class pending unless it is to apply immediately", () => {
    const world = restored();
    expect(modify(world, { DBInstanceClass: "db.r6g.large" })).toMatchObject({
      DBInstanceStatus: "available",
      DBInstanceClass: "db.r6g.xlarge",
      PendingModifiedValues: { DBInstanceClass: "db.r6g.large" },
    });
    modify(world, { DBInstanceClass: "db.r6g.large", ApplyImmediately: true });
    world.advance(hour);
    expect(world.instance(world.dr, "x")).toMatchObject({
      DBInstanceClass: "db.r6g.large",
      PendingModifiedValues: {},
    });
    expect(world.eventIds(world.dr, "x")).toContain("RDS-EVENT-0014");
  });

  test("changes nothing when all is so already", () => {
    const world = restored();
    expect(modify(world, { DeletionProtection: false, MultiAZ: false })).toMatchObject({
      DBInstanceStatus: "available",
    });
  });

  test("is refused without a role for monitoring, and with storage bounds that are too narrow", () => {
    const world = restored();
    expect(refusal(() => modify(world, { MonitoringInterval: 30 }))).toMatch(
      /A MonitoringRoleARN value is required/,
    );
    expect(refusal(() => modify(world, { MaxAllocatedStorage: 549 }))).toMatch(/at least 10% greater/);
    expect(refusal(() => modify(world, { MaxAllocatedStorage: 550 }))).toBe("not refused");
  });
});

describe("deleting an instance", () => {
  test("is refused while it is protected, and takes its automated snapshots with it", () => {
    const { world } = withCopy();
    restore(world, "x", { DeletionProtection: true });
    world.advance(hour);
    const remove = { DBInstanceIdentifier: "x", SkipFinalSnapshot: true };
    expect(refusal(() => world.rds(world.dr, "DeleteDBInstance", remove))).toBe(
      "InvalidParameterCombination 400: Cannot delete protected DB Instance, please disable deletion protection and try again.",
    );
    world.dr.rds.changeInstance("x", { DeletionProtection: false });
    expect(world.rds(world.dr, "DeleteDBInstance", remove)["DBInstance"]).toMatchObject({
      DBInstanceStatus: "deleting",
    });
    world.advance(10 * minute);
    expect(world.dr.rds.instances()).toEqual([]);
    expect(world.dr.rds.snapshots().map((one) => one.DBSnapshotIdentifier)).toEqual(["c"]);
  });

  test("takes a final snapshot when asked, which stays", () => {
    const world = worldWithShop();
    world.primary.rds.changeInstance("wiki", { DeletionProtection: false });
    const remove = { DBInstanceIdentifier: "wiki", FinalDBSnapshotIdentifier: "last" };
    world.rds(world.primary, "DeleteDBInstance", remove);
    world.advance(hour);
    expect(world.snapshot(world.primary, "last").Status).toBe("available");
    expect(refusal(() => world.rds(world.primary, "DescribeDBInstances", remove))).toMatch(
      /^DBInstanceNotFound 404/,
    );
  });
});
