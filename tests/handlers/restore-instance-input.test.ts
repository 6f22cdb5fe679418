import { describe, expect, test } from "vitest";
import type { RestoreRequest } from "../../handlers/restore-instance/decide.ts";
import { restoreInput } from "../../handlers/restore-instance/input.ts";
import type { Description } from "../../shared/rds/description.ts";
import type { Snapshot } from "../../shared/rds/snapshots.ts";
import type { RestoreRules } from "../../shared/restore/target.ts";
import { chosen, copyOf, description, request, settings } from "./recovery-builders.ts";

/** The input for a copy that was described so. */
function inputFor(
  described: Partial<Description> = {},
  {
    rules = settings,
    override,
    ...changes
  }: { rules?: RestoreRules; override?: RestoreRequest["override"] } & Partial<Omit<Snapshot, "tags">> = {},
) {
  const all = description(described);
  const copy = copyOf("orders", {
    engine: all.engine,
    gib: all.gib,
    ...changes,
    described: all,
    tags: { team: "checkout" },
  });
  return restoreInput({ ...request, override }, copy, rules).input;
}

describe("what a restore asks for", () => {
  test("is what travelled, in the DR region's network and groups", () => {
    expect(
      inputFor({ logs: ["postgresql"], ca: "rds-ca-rsa2048-g1", backupDays: 7, backupWindow: "07:28-07:58" }),
    ).toEqual({
      DBInstanceIdentifier: "orders",
      DBSnapshotIdentifier: chosen.id,
      DBInstanceClass: "db.r6g.xlarge",
      Port: 5432,
      MultiAZ: true,
      DBSubnetGroupName: "dr-private",
      VpcSecurityGroupIds: ["sg-0d1a2b3c4d5e6f708"],
      PubliclyAccessible: false,
      DeletionProtection: true,
      EnableIAMDatabaseAuthentication: true,
      AutoMinorVersionUpgrade: true,
      CopyTagsToSnapshot: true,
      StorageType: "gp3",
      Iops: 12000,
      StorageThroughput: 500,
      DBParameterGroupName: "orders-pg16-dr",
      EnableCloudwatchLogsExports: ["postgresql"],
      CACertificateIdentifier: "rds-ca-rsa2048-g1",
      BackupRetentionPeriod: 7,
      PreferredBackupWindow: "07:28-07:58",
      Tags: expect.any(Array),
    });
  });

  test("is a dedicated log volume and the same cores, which only the same class has", () => {
    const described = { logVolume: true, cpu: { coreCount: "2", threadsPerCore: "1" } } as const;
    expect(inputFor(described)).toMatchObject({
      DedicatedLogVolume: true,
      ProcessorFeatures: [
        { Name: "coreCount", Value: "2" },
        { Name: "threadsPerCore", Value: "1" },
      ],
    });
    const other = inputFor(described, { override: { instanceClass: "db.r6g.2xlarge" } });
    expect(other).not.toHaveProperty("ProcessorFeatures");
  });

  test("carries the user's tags and says what it is", () => {
    expect(inputFor().Tags).toEqual([
      { Key: "rds-dr:environment", Value: "dev" },
      { Key: "rds-dr:instance", Value: "orders" },
      { Key: "rds-dr:declaration", Value: "d1" },
      { Key: "rds-dr:declared-at", Value: "2026-03-10T02:00:00.000Z" },
      { Key: "rds-dr:mode", Value: "disaster" },
      { Key: "rds-dr:recovery-point", Value: chosen.id },
      { Key: "team", Value: "checkout" },
    ]);
  });

  test("leaves a place for rds-dr:closed among the 50 tags", () => {
    const many = Object.fromEntries(Array.from({ length: 46 }, (_, at) => [`user-${at}`, "x"]));
    const { input } = restoreInput(request, copyOf("orders", { tags: many }), settings);
    expect(input.Tags).toHaveLength(49);
  });

  test.each([
    ["gp3 of 399 GiB", { storage: "gp3", gib: 399, iops: 3000, throughput: 125 }, { StorageType: "gp3" }],
    [
      "gp3 of 400 GiB",
      { storage: "gp3", gib: 400, iops: 12000, throughput: 500 },
      { StorageType: "gp3", Iops: 12000, StorageThroughput: 500 },
    ],
    ["Oracle's gp3 of 199 GiB", { engine: "oracle-se2", storage: "gp3", gib: 199 }, { StorageType: "gp3" }],
    [
      "Oracle's gp3 of 200 GiB",
      { engine: "oracle-se2", storage: "gp3", gib: 200 },
      { StorageType: "gp3", Iops: 12000, StorageThroughput: 500 },
    ],
    [
      "SQL Server's gp3 of any size",
      { engine: "sqlserver-se", storage: "gp3", gib: 20, iops: 4000, throughput: 125 },
      { StorageType: "gp3", Iops: 4000, StorageThroughput: 125 },
    ],
    [
      "io2",
      { storage: "io2", gib: 100, iops: 16000, throughput: undefined },
      { StorageType: "io2", Iops: 16000 },
    ],
    ["gp2", { storage: "gp2", gib: 1000, iops: 3000, throughput: undefined }, { StorageType: "gp2" }],
  ])("has IOPS and throughput where RDS takes them: %s", (_, described, expected) => {
    const { StorageType, Iops, StorageThroughput } = inputFor(described);
    expect({ StorageType, Iops, StorageThroughput }).toEqual({
      Iops: undefined,
      StorageThroughput: undefined,
      ...expected,
    });
  });

  test.each<[string, Partial<Description>, string | undefined, string | undefined]>([
    [
      "that is mapped gets its DR name",
      { optionGroup: "crm-tde" },
      "default:sqlserver-se-15-00",
      "crm-tde-dr",
    ],
    ["that copy-backup put on the copy stays", { optionGroup: "audit" }, "audit-dr", "audit-dr"],
    ["that is not mapped is tried by its own name", { optionGroup: "audit" }, "default:mysql-8-0", "audit"],
    [
      "that is the default is left to RDS",
      { optionGroup: "default:mysql-8-0" },
      "default:mysql-8-0",
      undefined,
    ],
  ])("has an option group %s", (_, described, optionGroup, expected) => {
    expect(inputFor(described, { optionGroup }).OptionGroupName).toBe(expected);
  });

  test.each([
    ["orders-pg16", "orders-pg16-dr"],
    ["other-pg16", "other-pg16"],
    ["default.postgres16", undefined],
  ])("has for the parameter group %s %s", (parameterGroup, expected) => {
    expect(inputFor({ parameterGroup }).DBParameterGroupName).toBe(expected);
  });

  test("mirrors SQL Server only with backups, and says nothing of one zone", () => {
    const mirrored = inputFor({ engine: "sqlserver-se", multiAz: true, backupDays: 0 });
    expect(mirrored).toMatchObject({ MultiAZ: true, BackupRetentionPeriod: 1 });
    const single = inputFor({ engine: "sqlserver-se", multiAz: false, backupDays: 0 });
    expect(single.MultiAZ).toBeUndefined();
    expect(single.BackupRetentionPeriod).toBe(0);
    expect(inputFor({ multiAz: false, backupDays: 0 })).toMatchObject({
      MultiAZ: false,
      BackupRetentionPeriod: 0,
    });
  });

  test("follows the declaration, then the instance's settings, then what travelled, then the defaults", () => {
    const rules = {
      ...settings,
      restore: {
        instanceClass: "db.default",
        multiAz: false,
        subnetGroup: "by-default",
        deletionProtection: false,
      },
      overrides: { orders: { restore: { instanceClass: "db.settings", multiAz: false } } },
    };
    const input = inputFor({}, { rules, override: { instanceClass: "db.declared" } });
    expect(input).toMatchObject({
      DBInstanceClass: "db.declared",
      MultiAZ: false,
      DeletionProtection: true,
      DBSubnetGroupName: "by-default",
    });
  });

  test("is the defaults, private and in a single zone, when nothing travelled", () => {
    const copy = { ...copyOf("orders"), tags: new Map([["rds-dr:environment", "dev"]]) };
    const { Tags, ...input } = restoreInput(request, copy, settings).input;
    expect(input).toEqual({
      DBInstanceIdentifier: "orders",
      DBSnapshotIdentifier: copy.id,
      DBSubnetGroupName: "dr-private",
      VpcSecurityGroupIds: ["sg-0d1a2b3c4d5e6f708"],
      PubliclyAccessible: false,
      DeletionProtection: false,
      MultiAZ: false,
    });
  });

  test("never has the VPC's default security group", () => {
    expect(inputFor({}, { override: { securityGroups: [] } }).VpcSecurityGroupIds).toEqual([
      "sg-0d1a2b3c4d5e6f708",
    ]);
  });
});
