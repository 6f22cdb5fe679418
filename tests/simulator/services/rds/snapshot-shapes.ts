import type { DBInstance, DBSnapshot, Tag } from "@aws-sdk/client-rds";
import { defaultOptionGroup, defaultPort } from "./engines.ts";
import { reading } from "./facts.ts";
import { arnOf } from "./identifiers.ts";
import type { RdsState, SnapshotRecord } from "./state.ts";

/** The fields of a snapshot that describe the instance it was taken of. */
export function shapeOfSnapshot(state: RdsState, instance: DBInstance, id: string, type: string): DBSnapshot {
  const engine = instance.Engine ?? "";
  const version = instance.EngineVersion ?? "";
  return {
    DBSnapshotIdentifier: id,
    DBInstanceIdentifier: instance.DBInstanceIdentifier,
    Engine: engine,
    AllocatedStorage: instance.AllocatedStorage,
    Port: instance.Endpoint?.Port ?? defaultPort(engine),
    AvailabilityZone: instance.AvailabilityZone,
    VpcId: instance.DBSubnetGroup?.VpcId,
    InstanceCreateTime: instance.InstanceCreateTime,
    MasterUsername: instance.MasterUsername,
    EngineVersion: version,
    LicenseModel: instance.LicenseModel,
    SnapshotType: type,
    Iops: instance.Iops,
    StorageThroughput: instance.StorageThroughput,
    OptionGroupName:
      instance.OptionGroupMemberships?.[0]?.OptionGroupName ?? defaultOptionGroup(engine, version),
    StorageType: instance.StorageType,
    TdeCredentialArn: instance.TdeCredentialArn,
    Encrypted: instance.StorageEncrypted ?? false,
    StorageEncryptionType: instance.StorageEncrypted ? "sse-kms" : "none",
    BackupRetentionPeriod: instance.BackupRetentionPeriod,
    PreferredBackupWindow: instance.PreferredBackupWindow,
    KmsKeyId: instance.KmsKeyId,
    DBSnapshotArn: arnOf(state.world, state.region.name, "snapshot", id),
    Timezone: instance.Timezone,
    IAMDatabaseAuthenticationEnabled: instance.IAMDatabaseAuthenticationEnabled ?? false,
    ProcessorFeatures: instance.ProcessorFeatures ?? [],
    DbiResourceId: instance.DbiResourceId,
    TagList: [],
    SnapshotTarget: "region",
    DBSystemId: instance.DBSystemId,
    MultiTenant: instance.MultiTenant,
    DedicatedLogVolume: instance.DedicatedLogVolume ?? false,
  };
}

/**
 * The fields of a copy. A cross-region copy knows its source's ARN and region, and neither zone nor VPC, which
 * exist in the source's region only. Whether one within its region knows its source is one of the readings.
 */
export function shapeOfCopy(
  state: RdsState,
  source: SnapshotRecord,
  id: string,
  wanted: { crossRegion: boolean; sourceRegion: string; keyArn?: string; optionGroup: string; tags: Tag[] },
): DBSnapshot {
  const { shape } = source;
  const known = wanted.crossRegion || reading(state.world, "sameRegionCopySource") === "shown";
  const origin = {
    SourceRegion: known ? wanted.sourceRegion : undefined,
    SourceDBSnapshotIdentifier: known ? shape.DBSnapshotArn : undefined,
    ...(wanted.crossRegion && { AvailabilityZone: undefined, VpcId: undefined }),
  };
  return {
    ...shape,
    ...origin,
    DBSnapshotIdentifier: id,
    DBSnapshotArn: arnOf(state.world, state.region.name, "snapshot", id),
    SnapshotType: "manual",
    SnapshotCreateTime: undefined,
    Status: undefined,
    OptionGroupName: wanted.optionGroup,
    Encrypted: wanted.keyArn !== undefined,
    StorageEncryptionType: wanted.keyArn === undefined ? "none" : "sse-kms",
    KmsKeyId: wanted.keyArn,
    TagList: wanted.tags,
    PercentProgress: 0,
  };
}

/** A snapshot as a reply shows it: with its progress at this instant. */
export function snapshotView(state: RdsState, record: SnapshotRecord): DBSnapshot {
  return { ...record.shape, PercentProgress: progressOf(state, record) };
}

/** A queued copy has not begun, and shows none (user guide, USER_CopySnapshot); what has failed gets no further. */
function progressOf(state: RdsState, { shape, progress }: SnapshotRecord): number {
  if (shape.Status === "available" || shape.Status === "upgrading") return 100;
  if (!progress) return 0;
  const until = progress.endedAt ?? state.world.clock.now();
  const percent = Math.floor((100 * (until - progress.from)) / (progress.to - progress.from));
  return Math.min(shape.Status === "deleted" ? 100 : 99, Math.max(0, percent));
}
