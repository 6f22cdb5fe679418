import type {
  DBInstance,
  DBSubnetGroup,
  RestoreDBInstanceFromDBSnapshotMessage,
  Tag,
} from "@aws-sdk/client-rds";
import { defaultPort } from "./engines.ts";
import { reading } from "./facts.ts";
import { opaque } from "./identifiers.ts";
import { newSecret } from "./secrets.ts";
import { nth, type RdsState, type SnapshotRecord } from "./state.ts";
import type { Storage } from "./storage.ts";
import { dayTime, maintenanceAfter, windowsOverlap } from "./windows.ts";

/** What a restore resolved to, each part checked. */
export interface Resolved {
  readonly id: string;
  readonly arn: string;
  readonly storage: Storage;
  readonly subnetGroup: DBSubnetGroup;
  readonly securityGroups: readonly string[];
  readonly parameterGroup: string;
  readonly optionGroup: string;
  readonly tags: readonly Tag[];
}

/**
 * The restored instance as it begins. What the call leaves out gets the API's default, which is
 * often not what the source had: Single-AZ, no IAM authentication, no deletion protection, no
 * monitoring, no log exports, no storage autoscaling, a maintenance window at random.
 */
export function restoredShape(
  state: RdsState,
  { shape, memory }: SnapshotRecord,
  input: RestoreDBInstanceFromDBSnapshotMessage,
  resolved: Resolved,
): DBInstance {
  const resource = `db-${opaque(state.world.uuid("dbi", resolved.arn, nth(state, "dbi", resolved.arn)), 26).toUpperCase()}`;
  const backupWindow = input.PreferredBackupWindow ?? randomWindow(state, "backup", resolved.arn);
  return {
    DBInstanceIdentifier: resolved.id,
    DBInstanceArn: resolved.arn,
    DbiResourceId: resource,
    DBInstanceClass: input.DBInstanceClass ?? memory.DBInstanceClass,
    Engine: shape.Engine,
    EngineVersion: shape.EngineVersion,
    LicenseModel: input.LicenseModel ?? shape.LicenseModel,
    MasterUsername: shape.MasterUsername,
    DBName: memory.DBName,
    DbInstancePort: 0,
    ...resolved.storage,
    StorageEncrypted: shape.Encrypted,
    StorageEncryptionType: shape.StorageEncryptionType,
    KmsKeyId: shape.KmsKeyId,
    BackupRetentionPeriod: input.BackupRetentionPeriod ?? memory.BackupRetentionPeriod ?? 0,
    PreferredBackupWindow: backupWindow,
    PreferredMaintenanceWindow: randomMaintenanceWindow(state, resolved.arn, backupWindow),
    CharacterSetName: memory.CharacterSetName,
    NcharCharacterSetName: memory.NcharCharacterSetName,
    Timezone: shape.Timezone,
    ProcessorFeatures: input.UseDefaultProcessorFeatures
      ? undefined
      : (input.ProcessorFeatures ?? shape.ProcessorFeatures),
    PendingModifiedValues: {},
    ...groupsOf(resolved),
    ...placeOf(state, input, resolved),
    ...switchesOf(input),
    ...lifecycleOf(input, shape.Engine),
    TagList: [...resolved.tags],
    MasterUserSecret: secretOf(state, memory, input, resolved),
    CertificateDetails: { CAIdentifier: input.CACertificateIdentifier ?? "rds-ca-rsa2048-g1" },
  };
}

/**
 * The secret of a managed master password stays behind; whether RDS makes a new one is one of the readings. Of
 * Oracle, the call can ask for one.
 */
function secretOf(
  state: RdsState,
  memory: DBInstance,
  input: RestoreDBInstanceFromDBSnapshotMessage,
  { arn }: Resolved,
): DBInstance["MasterUserSecret"] {
  const made = reading(state.world, "managedPasswordAfterRestore") === "new-secret";
  if (!input.ManageMasterUserPassword && !(made && memory.MasterUserSecret)) return undefined;
  return { ...newSecret(state, arn, input.MasterUserSecretKmsKeyId), SecretStatus: "active" };
}

function groupsOf(resolved: Resolved): DBInstance {
  return {
    DBSubnetGroup: resolved.subnetGroup,
    DBSecurityGroups: [],
    VpcSecurityGroups: resolved.securityGroups.map((id) => ({ VpcSecurityGroupId: id, Status: "active" })),
    DBParameterGroups: [{ DBParameterGroupName: resolved.parameterGroup, ParameterApplyStatus: "in-sync" }],
    OptionGroupMemberships: [{ OptionGroupName: resolved.optionGroup, Status: "in-sync" }],
  };
}

function placeOf(
  state: RdsState,
  input: RestoreDBInstanceFromDBSnapshotMessage,
  resolved: Resolved,
): DBInstance {
  const zones = (resolved.subnetGroup.Subnets ?? [])
    .map((subnet) => subnet.SubnetAvailabilityZone?.Name ?? "")
    .sort();
  const drawn = Math.floor(state.world.random("zone", resolved.arn) * zones.length);
  const zone = input.AvailabilityZone ?? zones[drawn];
  return {
    AvailabilityZone: zone,
    MultiAZ: input.MultiAZ ?? false,
    SecondaryAvailabilityZone: input.MultiAZ ? zones.find((other) => other !== zone) : undefined,
    // The default VPC has a way to the internet, so an instance there is public unless told otherwise.
    PubliclyAccessible: input.PubliclyAccessible ?? input.DBSubnetGroupName === undefined,
    NetworkType: input.NetworkType ?? "IPV4",
    BackupTarget: input.BackupTarget ?? "region",
  };
}

/** Extended Support is a matter of the open-source engines (botocore: EngineLifecycleSupport, MySQL and PostgreSQL). */
function lifecycleOf(input: RestoreDBInstanceFromDBSnapshotMessage, engine = ""): DBInstance {
  if (!/^(mysql|postgres)$/.test(engine)) return {};
  return { EngineLifecycleSupport: input.EngineLifecycleSupport ?? "open-source-rds-extended-support" };
}

function switchesOf(input: RestoreDBInstanceFromDBSnapshotMessage): DBInstance {
  return {
    AutoMinorVersionUpgrade: input.AutoMinorVersionUpgrade ?? true,
    CopyTagsToSnapshot: input.CopyTagsToSnapshot ?? false,
    DeletionProtection: input.DeletionProtection ?? false,
    IAMDatabaseAuthenticationEnabled: input.EnableIAMDatabaseAuthentication ?? false,
    EnabledCloudwatchLogsExports: input.EnableCloudwatchLogsExports
      ? [...input.EnableCloudwatchLogsExports]
      : undefined,
    DedicatedLogVolume: input.DedicatedLogVolume ?? false,
    CACertificateIdentifier: input.CACertificateIdentifier ?? "rds-ca-rsa2048-g1",
    MonitoringInterval: 0,
    PerformanceInsightsEnabled: false,
    DatabaseInsightsMode: "standard",
    CustomerOwnedIpEnabled: false,
    ActivityStreamStatus: "stopped",
    AssociatedRoles: [],
    DomainMemberships: [],
    ReadReplicaDBInstanceIdentifiers: [],
    IsStorageConfigUpgradeAvailable: false,
  };
}

function randomWindow(state: RdsState, what: string, arn: string): string {
  const start = Math.floor(state.world.random("window", what, arn) * 47) * 30;
  return `${dayTime(start)}-${dayTime(start + 30)}`;
}

/** Drawn, and put behind the backup window where it would meet it. */
function randomMaintenanceWindow(state: RdsState, arn: string, backupWindow: string): string {
  const days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
  const day = days[Math.floor(state.world.random("window", "day", arn) * days.length)] ?? "sun";
  const [from, to] = randomWindow(state, "maintenance", arn).split("-");
  const drawn = `${day}:${from}-${day}:${to}`;
  return windowsOverlap(backupWindow, drawn) ? maintenanceAfter(backupWindow, day) : drawn;
}

/** The endpoint that an instance gets when it is created. */
export function endpointOf(state: RdsState, id: string, port: number | undefined, engine: string) {
  const { name } = state.region;
  const account = opaque(state.world.uuid("rds-endpoint", name), 11);
  return {
    Address: `${id}.c${account}.${name}.rds.amazonaws.com`,
    Port: port ?? defaultPort(engine),
    HostedZoneId: `Z${opaque(state.world.uuid("rds-zone", name), 13).toUpperCase()}`,
  };
}
