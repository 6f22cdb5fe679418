import { describe, expect, test } from "vitest";
import { dr, hour, refusal, restore, withCopy } from "./support.ts";

describe("a restored instance", () => {
  test("gets AWS's defaults for what the call leaves out", () => {
    const { world, key } = withCopy();
    const made = restore(world, "orders");
    expect(made).toMatchObject({
      DBInstanceStatus: "creating",
      DBInstanceClass: "db.r6g.xlarge",
      MultiAZ: false,
      DeletionProtection: false,
      IAMDatabaseAuthenticationEnabled: false,
      MonitoringInterval: 0,
      PerformanceInsightsEnabled: false,
      BackupRetentionPeriod: 7,
      CopyTagsToSnapshot: false,
      PubliclyAccessible: false,
      KmsKeyId: key,
      StorageType: "gp3",
      Iops: 12_000,
      StorageThroughput: 500,
      EngineLifecycleSupport: "open-source-rds-extended-support",
      DBParameterGroups: [{ DBParameterGroupName: "default.postgres16", ParameterApplyStatus: "in-sync" }],
      OptionGroupMemberships: [{ OptionGroupName: "default:postgres-16", Status: "in-sync" }],
    });
    for (const member of [
      "Endpoint",
      "MasterUserSecret",
      "MaxAllocatedStorage",
      "EnabledCloudwatchLogsExports",
    ]) {
      expect(made[member]).toBeUndefined();
    }
    expect(made["TagList"]).toEqual(world.instance(world.primary, "orders").TagList);
  });

  test("goes by way of modifying and backing-up, its endpoint there from the end of creation", () => {
    const { world } = withCopy();
    restore(world, "orders");
    world.advance(hour);
    const path = ["creating", "modifying", "backing-up", "available"];
    expect(world.statuses(world.dr, "orders")).toEqual(path);
    const endpoints = world.entries.filter(
      (entry) => entry.kind === "rds-state" && entry.data.id === "orders",
    );
    expect(
      endpoints.filter((entry) => entry.region === dr).map((entry) => Boolean(entry.data.endpoint)),
    ).toEqual([false, true, true, true]);
    expect(world.instance(world.dr, "orders").Endpoint?.Port).toBe(5432);
    const told = ["RDS-EVENT-0043", "RDS-EVENT-0005", "RDS-EVENT-0001", "RDS-EVENT-0002"];
    expect(new Set(world.eventIds(world.dr, "orders"))).toEqual(new Set(told));
  });

  test("without retention is not backed up", () => {
    const { world } = withCopy();
    restore(world, "orders", { BackupRetentionPeriod: 0 });
    world.advance(hour);
    expect(world.statuses(world.dr, "orders")).toEqual(["creating", "modifying", "available"]);
  });

  test("may be backing up for hours", () => {
    const { world } = withCopy();
    world.knobs.baselineBackupAfterRestore = "hours";
    restore(world, "orders");
    world.advance(3 * hour);
    expect(world.instance(world.dr, "orders").DBInstanceStatus).toBe("backing-up");
  });

  test("has what the call says, tags instead of the source's included", () => {
    const { world } = withCopy();
    const tags = [{ Key: "k", Value: "v" }];
    const made = restore(world, "x", {
      MultiAZ: true,
      Port: 6000,
      DBParameterGroupName: "orders-pg16-dr",
      EnableIAMDatabaseAuthentication: true,
      Iops: 13_000,
      StorageType: "gp3",
      DBInstanceClass: "db.r6g.large",
      Tags: tags,
    });
    expect(made).toMatchObject({
      MultiAZ: true,
      Iops: 13_000,
      DBInstanceClass: "db.r6g.large",
      TagList: tags,
    });
    expect(made["SecondaryAvailabilityZone"]).not.toBe(made["AvailabilityZone"]);
    world.advance(hour);
    expect(world.instance(world.dr, "x").Endpoint?.Port).toBe(6000);
  });

  test("without a subnet group stands in the default VPC, in the open", () => {
    const { world } = withCopy();
    const made = world.rds(world.dr, "RestoreDBInstanceFromDBSnapshot", {
      DBInstanceIdentifier: "x",
      DBSnapshotIdentifier: "c",
    })["DBInstance"];
    expect(made).toMatchObject({
      PubliclyAccessible: true,
      DBSubnetGroup: { DBSubnetGroupName: "default", VpcId: "vpc-0def0def0def0def0" },
      VpcSecurityGroups: [{ VpcSecurityGroupId: "sg-0def0def0def0def0" }],
    });
  });

  test("of gp2 storage is gp3 unless the call names the type", () => {
    const { world } = withCopy("wiki");
    expect(restore(world, "x")).toMatchObject({ StorageType: "gp3", Iops: 3000 });
    expect(restore(world, "y", { StorageType: "gp2" })["StorageType"]).toBe("gp2");
    world.knobs.restoreStorageType = "as-snapshot";
    expect(restore(world, "z")["StorageType"]).toBe("gp2");
  });
});

describe("a restore is refused", () => {
  test.each([
    ["into a subnet group that is not there", { DBSubnetGroupName: "x" }, /^DBSubnetGroupNotFoundFault 404/],
    [
      "with a parameter group that is not there",
      { DBParameterGroupName: "x" },
      /^DBParameterGroupNotFound 404/,
    ],
    [
      "with one of another family",
      { DBParameterGroupName: "iam-pg15-dr" },
      /^InvalidParameterCombination 400/,
    ],
    ["with an option group that is not there", { OptionGroupName: "x" }, /^OptionGroupNotFoundFault 404/],
    ["with one of another engine", { OptionGroupName: "crm-tde-dr" }, /^InvalidParameterCombination 400/],
    [
      "with a security group that is not there",
      { VpcSecurityGroupIds: ["sg-1"] },
      /^InvalidParameterValue 400: Invalid security group , groupId= sg-1, groupName=\.$/,
    ],
    ["with one of another VPC", { VpcSecurityGroupIds: ["sg-0def0def0def0def0"] }, /are in different VPCs/],
    [
      "with a zone and Multi-AZ",
      { MultiAZ: true, AvailabilityZone: "us-west-2a" },
      /specific availability zone/,
    ],
    ["with a managed password", { ManageMasterUserPassword: true }, /^InvalidParameterCombination 400/],
    ["with less storage", { AllocatedStorage: 499 }, /Invalid storage size for engine name postgres/],
    [
      "with io1 and no IOPS",
      { StorageType: "io1" },
      /^InvalidParameterCombination 400: You must specify IOPS/,
    ],
    [
      "under a bad name",
      { DBInstanceIdentifier: "a--b" },
      /^InvalidParameterValue 400: The parameter DBInstance/,
    ],
    ["under a name of 64", { DBInstanceIdentifier: "a".repeat(64) }, /longer than 63/],
    ["of no snapshot", { DBSnapshotIdentifier: "x" }, /^DBSnapshotNotFound 404/],
  ])("%s", (_, input, expected) => {
    const { world } = withCopy();
    expect(refusal(() => restore(world, "orders", input))).toMatch(expected);
    expect(world.dr.rds.instances()).toEqual([]);
  });

  test("with IOPS or throughput for gp3 below 400 GiB, and not at 400", () => {
    const { world } = withCopy("eu-customer-identity-and-access-management-production-primary-1");
    expect(refusal(() => restore(world, "x", { StorageType: "gp3", StorageThroughput: 125 }))).toBe(
      "InvalidParameterCombination 400: You can't specify IOPS or storage throughput for engine postgres and a storage size less than 400.",
    );
    expect(
      refusal(() => restore(world, "x", { StorageType: "gp3", Iops: 3000, AllocatedStorage: 399 })),
    ).toMatch(/less than 400\.$/);
    const input = { StorageType: "gp3", Iops: 12_000, AllocatedStorage: 400 };
    expect(refusal(() => restore(world, "x", input))).toBe("not refused");
  });

  test("while the name is taken, the key is disabled, or the copy is not available", () => {
    const { world, key } = withCopy();
    restore(world, "orders");
    expect(refusal(() => restore(world, "Orders"))).toBe(
      "DBInstanceAlreadyExists 400: DB instance already exists",
    );
    world.dr.kms.setState(key, "Disabled");
    expect(refusal(() => restore(world, "x"))).toMatch(/^KMSKeyNotAccessibleFault 400/);
    world.rds(world.primary, "CreateDBSnapshot", {
      DBSnapshotIdentifier: "new",
      DBInstanceIdentifier: "orders",
    });
    const early = { DBInstanceIdentifier: "y", DBSnapshotIdentifier: "new" };
    expect(refusal(() => world.rds(world.primary, "RestoreDBInstanceFromDBSnapshot", early))).toMatch(
      /^InvalidDBSnapshotState 400/,
    );
  });

  test("beyond the quota of instances", () => {
    const { world } = withCopy();
    world.knobs.quotas[dr] = { instances: 1 };
    restore(world, "a");
    expect(refusal(() => restore(world, "b"))).toMatch(/^InstanceQuotaExceeded 400/);
  });

  test("for a class, version or capacity that the region has not", () => {
    const { world } = withCopy();
    world.knobs.missingInstanceClasses = { [dr]: ["db.r6g.xlarge"] };
    expect(refusal(() => restore(world, "a"))).toBe(
      "InvalidParameterValue 400: Invalid DB Instance class: db.r6g.xlarge",
    );
    world.knobs.exhaustedInstanceClasses = { [dr]: ["db.r6g.large"] };
    expect(refusal(() => restore(world, "a", { DBInstanceClass: "db.r6g.large" }))).toMatch(
      /^InsufficientDBInstanceCapacity 400/,
    );
    world.knobs.withdrawnEngineVersions = { [dr]: ["postgres 16.4"] };
    expect(refusal(() => restore(world, "a", { DBInstanceClass: "db.m6g.large" }))).toMatch(
      /Cannot find version 16.4/,
    );
  });

  test("where an option would be lost that must stay", () => {
    const { world } = withCopy("crm", { OptionGroupName: "crm-tde-dr" });
    const input = { StorageType: "io2", Iops: 16_000 };
    expect(
      refusal(() => restore(world, "crm", { ...input, OptionGroupName: "default:sqlserver-se-15-00" })),
    ).toMatch(/requires a target option group with the following options: \[TDE\]/);
    expect(restore(world, "crm", input)["OptionGroupMemberships"]).toEqual([
      { OptionGroupName: "crm-tde-dr", Status: "in-sync" },
    ]);
  });
});
