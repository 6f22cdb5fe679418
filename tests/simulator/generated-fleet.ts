import type { DBInstance } from "@aws-sdk/client-rds";
import { keyedNumber, keyedUuid } from "./random.ts";
import {
  defaultOptionGroup,
  defaultParameterGroup,
  defaultPort,
  gp3Baseline,
} from "./services/rds/engines.ts";

const engines = [
  { engine: "postgres", version: "16.4", license: "postgresql-license" },
  { engine: "postgres", version: "15.8", license: "postgresql-license" },
  { engine: "mysql", version: "8.0.39", license: "general-public-license" },
  { engine: "mysql", version: "8.4.3", license: "general-public-license" },
  { engine: "mariadb", version: "10.11.9", license: "general-public-license" },
  { engine: "sqlserver-se", version: "15.00.4385.2.v1", license: "license-included" },
] as const;

/** 200 instances of these stay below the default quota of 100,000 GiB a region. */
const sizes = [20, 50, 100, 200, 400, 800] as const;
const classes = ["db.m5.large", "db.m5.xlarge", "db.r5.large", "db.r5.2xlarge"] as const;
const account = "111122223333";
const region = "us-east-1";
const home = `${region}:${account}`;

/**
 * A fleet of any size, the same for a seed: mixed engines, sizes and classes, every instance
 * tagged `dr=protected`, default groups only, so that a DR region needs nothing mapped for it.
 */
export function generateFleet(count: number, seed: number): readonly DBInstance[] {
  return Array.from({ length: count }, (_, index) => generated(index, seed));
}

function pick<Value>(values: readonly Value[], fraction: number): Value {
  const value = values[Math.floor(fraction * values.length)];
  if (value === undefined) throw new RangeError(`no value at ${fraction}`);
  return value;
}

function generated(index: number, seed: number): DBInstance {
  const draw = (what: string) => keyedNumber(seed, ["fleet", what, index]);
  const { engine, version, license } = pick(engines, draw("engine"));
  const gib = pick(sizes, draw("size"));
  const id = `db-${String(index + 1).padStart(4, "0")}`;
  const zone = pick(["a", "b", "c"], draw("zone"));
  const hour = Math.floor(draw("window") * 18) + 5;
  const window = `${String(hour).padStart(2, "0")}:00-${String(hour).padStart(2, "0")}:30`;
  return {
    DBInstanceIdentifier: id,
    DBInstanceArn: `arn:aws:rds:${home}:db:${id}`,
    DbiResourceId: `db-${keyedUuid(seed, ["fleet", index]).replaceAll("-", "").slice(0, 26).toUpperCase()}`,
    DBInstanceClass: pick(classes, draw("class")),
    DBInstanceStatus: "available",
    Engine: engine,
    EngineVersion: version,
    LicenseModel: license,
    MasterUsername: "app_owner",
    Endpoint: { Address: `${id}.c0a1b2c3d4e5.${region}.rds.amazonaws.com`, Port: defaultPort(engine) },
    AllocatedStorage: gib,
    StorageType: "gp3",
    ...gp3Baseline(engine, gib),
    StorageEncrypted: true,
    KmsKeyId: `arn:aws:kms:${home}:key/0ad1820f-1f1e-4c6b-9b62-6a8f6f4c1f11`,
    InstanceCreateTime: new Date("2025-06-01T12:00:00Z"),
    LatestRestorableTime: new Date("2026-03-01T01:55:00Z"),
    BackupRetentionPeriod: 7,
    PreferredBackupWindow: window,
    PreferredMaintenanceWindow: "sun:03:00-sun:03:30",
    MultiAZ: draw("multi-az") < 0.3,
    AvailabilityZone: `${region}${zone}`,
    PubliclyAccessible: false,
    CopyTagsToSnapshot: true,
    DeletionProtection: false,
    IAMDatabaseAuthenticationEnabled: false,
    MonitoringInterval: 0,
    PerformanceInsightsEnabled: false,
    AutoMinorVersionUpgrade: true,
    ...(/^(mysql|postgres)$/.test(engine) && { EngineLifecycleSupport: "open-source-rds-extended-support" }),
    CACertificateIdentifier: "rds-ca-rsa2048-g1",
    VpcSecurityGroups: [{ VpcSecurityGroupId: "sg-0a1b2c3d4e5f60718", Status: "active" }],
    DBParameterGroups: [
      { DBParameterGroupName: defaultParameterGroup(engine, version), ParameterApplyStatus: "in-sync" },
    ],
    OptionGroupMemberships: [{ OptionGroupName: defaultOptionGroup(engine, version), Status: "in-sync" }],
    DBSubnetGroup: subnetGroup(),
    TagList: [
      { Key: "dr", Value: "protected" },
      { Key: "tier", Value: String(1 + Math.floor(draw("tier") * 3)) },
    ],
  };
}

function subnetGroup() {
  const subnets = ["a", "b", "c"].map((zone) => ({
    SubnetIdentifier: `subnet-0f000000000000${zone.repeat(3)}`,
    SubnetAvailabilityZone: { Name: `${region}${zone}` },
    SubnetStatus: "Active",
  }));
  return {
    DBSubnetGroupName: "prod-private",
    DBSubnetGroupDescription: "private subnets",
    VpcId: "vpc-0f3d9c1a2b4e5d6c7",
    SubnetGroupStatus: "Complete",
    Subnets: subnets,
  };
}
