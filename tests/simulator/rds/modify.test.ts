import { describe, expect, test } from "vitest";
import { NotSimulated } from "../types.ts";
import { modify, withRestored } from "./restored.ts";
import { hour, minute, refusal, restore, withCopy, worldWithShop } from "./support.ts";

describe("modifying an instance", () => {
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
    expect(modify(world, { DBInstanceClass: "db.r6g.large" })["DBInstance"]).toMatchObject({
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
    expect(modify(world, { DeletionProtection: false, MultiAZ: false })["DBInstance"]).toMatchObject({
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

describe("an instance's port", () => {
  test("changes at once, and its endpoint shows it", () => {
    const { world } = withRestored();
    expect(modify(world, { DBPortNumber: 6_000 })["DBInstance"]).toMatchObject({
      DBInstanceStatus: "modifying",
      Endpoint: { Port: 5_432 },
      PendingModifiedValues: { Port: 6_000 },
    });
    world.advance(hour);
    expect(world.instance(world.dr, "x")).toMatchObject({
      DBInstanceStatus: "available",
      Endpoint: { Port: 6_000, Address: expect.stringMatching(/^x\./) },
      PendingModifiedValues: {},
    });
  });
});

describe("a managed master password", () => {
  const password = "correct-horse";

  function managed() {
    const { world, key } = withRestored();
    modify(world, { ManageMasterUserPassword: true });
    world.advance(hour);
    return { world, key };
  }

  test("ends with the password that takes its place, and its secret with it", () => {
    const { world } = managed();
    const made = modify(world, { ManageMasterUserPassword: false, MasterUserPassword: password });
    expect(made["DBInstance"]).toMatchObject({ PendingModifiedValues: { MasterUserPassword: "****" } });
    world.advance(hour);
    expect(world.instance(world.dr, "x").MasterUserSecret).toBeUndefined();
    expect(world.instance(world.dr, "x").PendingModifiedValues).toEqual({});
  });

  test.each([
    [
      "ended without a password",
      { ManageMasterUserPassword: false },
      "MasterUserPassword must be provided when ManageMasterUserPassword is set to false.",
    ],
    [
      "given a password while it is managed",
      { MasterUserPassword: password },
      "You can't specify MasterUserPassword when ManageMasterUserPassword is set.",
    ],
    [
      "given a key alone",
      { MasterUserSecretKmsKeyId: "alias/Key" },
      "A ManageMasterUserPassword value is required when MasterUserSecretKmsKeyId is specified.",
    ],
    [
      "given another key",
      { ManageMasterUserPassword: true, MasterUserSecretKmsKeyId: "alias/Key" },
      "You can't change the MasterUserSecretKmsKeyId of a password that is managed already.",
    ],
  ])("is not %s", (_, input, text) => {
    const { world } = managed();
    expect(refusal(() => modify(world, input))).toBe(`InvalidParameterCombination 400: ${text}`);
    expect(world.instance(world.dr, "x").MasterUserSecret?.SecretStatus).toBe("active");
  });

  test("is not ended where there is none", () => {
    const { world } = withRestored();
    const input = { ManageMasterUserPassword: false, MasterUserPassword: password };
    expect(refusal(() => modify(world, input))).toMatch(/is not currently managed by RDS\.$/);
  });
});

describe("an upgrade", () => {
  test("within the major version waits for the window", () => {
    const { world } = withRestored();
    expect(modify(world, { EngineVersion: "16.9" })["DBInstance"]).toMatchObject({
      EngineVersion: "16.4",
      PendingModifiedValues: { EngineVersion: "16.9" },
    });
    modify(world, { ApplyImmediately: true });
    world.advance(hour);
    expect(world.instance(world.dr, "x").EngineVersion).toBe("16.9");
  });

  test.each(["17.4", "17"])(
    "to %s takes parameter and option groups along, which is not simulated",
    (version) => {
      const { world } = withRestored();
      const input = { EngineVersion: version, AllowMajorVersionUpgrade: true };
      expect(() => modify(world, input)).toThrow(NotSimulated);
    },
  );
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
