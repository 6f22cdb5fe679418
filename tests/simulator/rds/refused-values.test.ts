import { describe, expect, test } from "vitest";
import type { Shape } from "../types.ts";
import { modify, withRestored } from "./restored.ts";
import { dr, hour, makeKey, refusal, restore, withCopy, worldWithShop } from "./support.ts";

type Row = readonly [sentence: string, input: Shape, refused: string | RegExp];

/** What neither a restored nor a modified instance can be given. */
const both: readonly Row[] = [
  [
    "a class that does not exist",
    { DBInstanceClass: "db.bogus" },
    "InvalidParameterValue 400: Invalid DB Instance class: db.bogus",
  ],
  [
    "a size that the family has not",
    { DBInstanceClass: "db.r6g.24xlarge" },
    "InvalidParameterValue 400: Invalid DB Instance class: db.r6g.24xlarge",
  ],
  [
    "a class that the engine does not run on",
    { DBInstanceClass: "db.z1d.large" },
    /^InvalidParameterCombination 400: RDS does not support .+: DBInstanceClass=db\.z1d\.large, Engine=postgres,/,
  ],
  [
    "a retention below nought",
    { BackupRetentionPeriod: -1 },
    "InvalidParameterValue 400: Invalid backup retention period: -1. Retention period must be between 0 and 35.",
  ],
  [
    "a retention of 36 days",
    { BackupRetentionPeriod: 36 },
    /^InvalidParameterValue 400: .+ between 0 and 35\.$/,
  ],
  [
    "an unknown certificate authority",
    { CACertificateIdentifier: "rds-ca-2019" },
    "CertificateNotFound 404: Certificate not found: rds-ca-2019",
  ],
  ["a network type of none", { NetworkType: "IPX" }, /^NetworkTypeNotSupported 400: /],
  [
    "a network type that the subnet group has not",
    { NetworkType: "DUAL" },
    /^NetworkTypeNotSupported 400: .+ IPV4 and DUAL\.$/,
  ],
  [
    "an unknown life cycle",
    { EngineLifecycleSupport: "for-ever" },
    /^InvalidParameterValue 400: Invalid EngineLifecycleSupport: for-ever/,
  ],
  [
    "processor features of PostgreSQL",
    { ProcessorFeatures: [{ Name: "coreCount", Value: "2" }] },
    /^InvalidParameterCombination 400: ProcessorFeatures are not for engine postgres/,
  ],
  [
    "a backup window without colons",
    { PreferredBackupWindow: "0300-0330" },
    /^InvalidParameterValue 400: Invalid backup window format: 0300-0330\. /,
  ],
  [
    "a backup window of an hour that is none",
    { PreferredBackupWindow: "24:00-24:30" },
    /^InvalidParameterValue 400: Invalid backup window format/,
  ],
  [
    "a backup window of 29 minutes",
    { PreferredBackupWindow: "23:45-00:14" },
    "InvalidParameterValue 400: The backup window must be at least 30 minutes.",
  ],
];

describe("a restore does not take", () => {
  const rows: readonly Row[] = [
    ...both,
    ["port 1149", { Port: 1_149 }, /^InvalidParameterValue 400: Invalid port: 1149\. /],
    ["port 65536", { Port: 65_536 }, /^InvalidParameterValue 400: Invalid port: 65536\. /],
    [
      "another engine's license",
      { LicenseModel: "license-included" },
      "InvalidParameterCombination 400: Invalid license model 'license-included' for engine 'postgres'. Valid license models are: postgresql-license",
    ],
    [
      "another engine's logs",
      { EnableCloudwatchLogsExports: ["postgresql", "slowquery"] },
      "InvalidParameterCombination 400: You cannot use the log types 'slowquery' with engine version postgres 16.4. For supported log types, see the documentation.",
    ],
    [
      "an unknown backup target",
      { BackupTarget: "moon" },
      /^InvalidParameterValue 400: Invalid BackupTarget: moon/,
    ],
    [
      "a key for a secret that nobody asked for",
      { MasterUserSecretKmsKeyId: "alias/Key" },
      /^InvalidParameterCombination 400: A ManageMasterUserPassword value is required/,
    ],
  ];

  test.each(rows)("%s", (_, input, refused) => {
    const { world } = withCopy();
    const told = refusal(() => restore(world, "x", input));
    if (typeof refused === "string") expect(told).toBe(refused);
    else expect(told).toMatch(refused);
    expect(world.dr.rds.instances()).toEqual([]);
  });

  test.each([
    ["of SQL Server on a port that it needs itself", "crm", { Port: 1434 }, /^InvalidParameterValue 400: /],
    [
      "of SQL Server on Graviton",
      "crm",
      { DBInstanceClass: "db.r6g.2xlarge" },
      /Engine=sqlserver-se, EngineVersion=15\.00\.4385\.2\.v1, LicenseModel=license-included\./,
    ],
    [
      "of SQL Server with extended support",
      "crm",
      { EngineLifecycleSupport: "open-source-rds-extended-support" },
      /^InvalidParameterCombination 400: EngineLifecycleSupport is not for engine sqlserver-se/,
    ],
    [
      "of Oracle with half a core",
      "ledger",
      { ProcessorFeatures: [{ Name: "coreCount", Value: "0.5" }] },
      /^InvalidParameterValue 400: Invalid value of the processor feature coreCount/,
    ],
    [
      "of Oracle with features of no processor",
      "ledger",
      { ProcessorFeatures: [{ Name: "cores", Value: "2" }] },
      /^InvalidParameterValue 400: Invalid processor feature: cores/,
    ],
    [
      "of Oracle with its own processor features and the default ones",
      "ledger",
      { ProcessorFeatures: [{ Name: "coreCount", Value: "2" }], UseDefaultProcessorFeatures: true },
      /^InvalidParameterCombination 400: /,
    ],
  ])("a snapshot %s", (_, instance, input, refused) => {
    const groups: Readonly<Record<string, string>> = { crm: "crm-tde-dr", ledger: "ledger-oracle19-dr" };
    const { world } = withCopy(instance, { OptionGroupName: groups[instance] });
    expect(refusal(() => restore(world, "x", input))).toMatch(refused);
  });
});

test("a restore takes ports, retentions and windows up to their bounds", () => {
  const { world } = withCopy();
  const input = { Port: 1_150, BackupRetentionPeriod: 35, PreferredBackupWindow: "23:45-00:15" };
  expect(restore(world, "x", input)).toMatchObject({
    BackupRetentionPeriod: 35,
    PreferredBackupWindow: "23:45-00:15",
  });
  expect(refusal(() => restore(world, "y", { Port: 65_535, BackupRetentionPeriod: 0 }))).toBe("not refused");
});

test("a restore keeps a class that the instance had, known or not, unless the region lacks it", () => {
  const world = worldWithShop();
  const key = makeKey(world, world.dr);
  world.primary.rds.changeInstance("orders", { DBInstanceClass: "db.r99x.large" });
  world.rds(world.primary, "CreateDBSnapshot", { DBSnapshotIdentifier: "b", DBInstanceIdentifier: "orders" });
  world.advance(2 * hour);
  world.rds(world.dr, "CopyDBSnapshot", {
    SourceDBSnapshotIdentifier: world.snapshot(world.primary, "b").DBSnapshotArn,
    TargetDBSnapshotIdentifier: "c",
    KmsKeyId: key,
  });
  world.advance(8 * hour);
  expect(restore(world, "x")["DBInstanceClass"]).toBe("db.r99x.large");
  world.knobs.missingInstanceClasses = { [dr]: ["db.r99x.large"] };
  expect(refusal(() => restore(world, "y"))).toBe(
    "InvalidParameterValue 400: Invalid DB Instance class: db.r99x.large",
  );
});

test("Oracle's restore makes a secret where one is asked for, under the key that is named", () => {
  const { world, key } = withCopy("ledger", { OptionGroupName: "ledger-oracle19-dr" });
  const made = restore(world, "x", { ManageMasterUserPassword: true, MasterUserSecretKmsKeyId: key });
  expect(made["MasterUserSecret"]).toMatchObject({ KmsKeyId: key, SecretStatus: "active" });
});

describe("a modification does not take", () => {
  const rows: readonly Row[] = [
    ...both,
    ["port 1149", { DBPortNumber: 1_149 }, /^InvalidParameterValue 400: Invalid port: 1149\. /],
    [
      "another engine's logs",
      { CloudwatchLogsExportConfiguration: { EnableLogTypes: ["general"] } },
      /^InvalidParameterCombination 400: You cannot use the log types 'general' with engine version postgres 16\.4\./,
    ],
    [
      "a maintenance window without days",
      { PreferredMaintenanceWindow: "03:00-03:30" },
      /^InvalidParameterValue 400: Invalid maintenance window format: 03:00-03:30\. /,
    ],
    [
      "a maintenance window of 29 minutes",
      { PreferredMaintenanceWindow: "sat:23:45-sun:00:14" },
      "InvalidParameterValue 400: The maintenance window must be at least 30 minutes.",
    ],
    [
      "a maintenance window of a day",
      { PreferredMaintenanceWindow: "sat:03:00-sun:03:00" },
      "InvalidParameterValue 400: Maintenance window must be less than 24 hours.",
    ],
    [
      "windows that meet",
      { PreferredBackupWindow: "23:00-01:00", PreferredMaintenanceWindow: "sun:00:30-sun:01:30" },
      "InvalidParameterValue 400: The backup window and maintenance window must not overlap.",
    ],
    [
      "a version that does not exist",
      { EngineVersion: "99.9", AllowMajorVersionUpgrade: true },
      "InvalidParameterCombination 400: Cannot find version 99.9 for postgres",
    ],
    [
      "a lower version",
      { EngineVersion: "16.3" },
      "InvalidParameterCombination 400: Cannot upgrade postgres from 16.4 to 16.3",
    ],
    [
      "another major version without leave",
      { EngineVersion: "17.4" },
      "InvalidParameterCombination 400: The AllowMajorVersionUpgrade flag must be present when upgrading to a new major version.",
    ],
    [
      "a monitoring role that nobody has",
      { MonitoringInterval: 30, MonitoringRoleArn: "arn:aws:iam::111122223333:role/nobody" },
      "InvalidParameterValue 400: IAM role ARN value is invalid or does not include the required permissions for: ENHANCED_MONITORING",
    ],
    ["a monitoring interval of seven seconds", { MonitoringInterval: 7 }, /^InvalidParameterValue 400: /],
    [
      "insights of 94 days",
      { EnablePerformanceInsights: true, PerformanceInsightsRetentionPeriod: 94 },
      /^InvalidParameterValue 400: Invalid Performance Insights retention period: 94/,
    ],
    ["a promotion tier of 16", { PromotionTier: 16 }, /^InvalidParameterValue 400: /],
    ["a mode of insights that is none", { DatabaseInsightsMode: "most" }, /^InvalidParameterValue 400: /],
    [
      "a password of seven characters",
      { MasterUserPassword: "1234567" },
      "InvalidParameterValue 400: The parameter MasterUserPassword is not a valid password because it is shorter than 8 characters.",
    ],
    [
      "a password with an at sign",
      { MasterUserPassword: "p@ssw0rd" },
      `InvalidParameterValue 400: The parameter MasterUserPassword is not a valid password. Only printable ASCII characters besides '/', '@', '"', ' ' may be used.`,
    ],
  ];

  test.each(rows)("%s", (_, input, refused) => {
    const { world } = withRestored();
    const before = world.instance(world.dr, "x");
    const told = refusal(() => modify(world, { ApplyImmediately: true, ...input }));
    if (typeof refused === "string") expect(told).toBe(refused);
    else expect(told).toMatch(refused);
    world.advance(hour);
    const { LatestRestorableTime: _then, ...unchanged } = before;
    expect(world.instance(world.dr, "x")).toMatchObject(unchanged);
  });

  test("no backups of an instance that has replicas", () => {
    const world = worldWithShop();
    const input = { DBInstanceIdentifier: "orders", BackupRetentionPeriod: 0 };
    expect(refusal(() => world.rds(world.primary, "ModifyDBInstance", input))).toMatch(
      /^InvalidDBInstanceState 400: .+ read replicas/,
    );
    const kept = { DBInstanceIdentifier: "orders", BackupRetentionPeriod: 1 };
    expect(refusal(() => world.rds(world.primary, "ModifyDBInstance", kept))).toBe("not refused");
  });

  test("of a cluster's member what is the cluster's", () => {
    const world = worldWithShop();
    const input = { DBInstanceIdentifier: "analytics-writer", BackupRetentionPeriod: 3 };
    expect(refusal(() => world.rds(world.primary, "ModifyDBInstance", input))).toBe(
      "InvalidParameterCombination 400: The specified DB Instance is a member of a cluster. " +
        "Modify backup retention for the DB Cluster using the ModifyDbCluster API",
    );
  });
});
