import type { DBInstance, ModifyDBInstanceMessage, PendingModifiedValues } from "@aws-sdk/client-rds";
import type { Work } from "./durations.ts";
import type { EventId } from "./event-catalogue.ts";
import { usableKey } from "./keys.ts";
import { passwordChange } from "./passwords.ts";
import type { InstanceRecord, RdsState } from "./state.ts";
import { settledStorage } from "./storage.ts";

type Input = ModifyDBInstanceMessage;

/** One part of a modification: the status it shows, how long it takes, what it leaves. */
export interface Change {
  readonly status: string;
  readonly work: Work;
  readonly patch: DBInstance;
  /** Applied at once whatever ApplyImmediately says (user guide, table of Overview.DBInstance.Modifying). */
  readonly immediate: boolean;
  readonly pending?: PendingModifiedValues;
  readonly event?: EventId;
}

/** The changes that a call asks for, those of real effect only. */
export function changesOf(state: RdsState, record: InstanceRecord, input: Input): Change[] {
  const found = [
    plainSettings(record, input),
    classChange(record, input),
    portChange(record, input),
    multiAzChange(record, input),
    storageChange(record, input),
    monitoring(state, record, input),
    performanceInsights(state, record, input),
    logExports(record, input),
    iamAuthentication(record, input),
    passwordChange(state, record, input),
  ];
  return found.filter((change) => change !== undefined);
}

/** Only the members whose value differs from what the instance has. */
function differing(shape: DBInstance, wanted: DBInstance): DBInstance | undefined {
  const entries = Object.entries(wanted).filter(([name, value]) => {
    const present: unknown = Reflect.get(shape, name);
    return value !== undefined && JSON.stringify(present) !== JSON.stringify(value);
  });
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}

function plainSettings({ shape }: InstanceRecord, input: Input): Change | undefined {
  const retention = input.BackupRetentionPeriod;
  const wanted: DBInstance = {
    AutoMinorVersionUpgrade: input.AutoMinorVersionUpgrade,
    BackupRetentionPeriod: retention,
    CACertificateIdentifier: input.CACertificateIdentifier,
    CertificateDetails: input.CACertificateIdentifier
      ? { CAIdentifier: input.CACertificateIdentifier }
      : undefined,
    CopyTagsToSnapshot: input.CopyTagsToSnapshot,
    DeletionProtection: input.DeletionProtection,
    EngineLifecycleSupport: input.EngineLifecycleSupport,
    MaxAllocatedStorage: input.MaxAllocatedStorage,
    PreferredBackupWindow: input.PreferredBackupWindow?.toLowerCase(),
    PreferredMaintenanceWindow: input.PreferredMaintenanceWindow?.toLowerCase(),
    PromotionTier: input.PromotionTier,
    PubliclyAccessible: input.PubliclyAccessible,
    ProcessorFeatures: input.UseDefaultProcessorFeatures ? [] : input.ProcessorFeatures,
    DedicatedLogVolume: input.DedicatedLogVolume,
    NetworkType: input.NetworkType,
    // A group given to an instance that exists waits for a reboot; one given at restore does not.
    DBParameterGroups: input.DBParameterGroupName
      ? [{ DBParameterGroupName: input.DBParameterGroupName, ParameterApplyStatus: "pending-reboot" }]
      : undefined,
    OptionGroupMemberships: input.OptionGroupName
      ? [{ OptionGroupName: input.OptionGroupName, Status: "in-sync" }]
      : undefined,
    VpcSecurityGroups: input.VpcSecurityGroupIds?.map((id) => ({ VpcSecurityGroupId: id, Status: "active" })),
  };
  const patch = differing(shape, wanted);
  if (!patch) return undefined;
  return { status: "modifying", work: "modify", patch, immediate: true, event: eventOf(shape, input) };
}

function eventOf(shape: DBInstance, input: Input): EventId | undefined {
  const before = shape.BackupRetentionPeriod ?? 0;
  const after = input.BackupRetentionPeriod ?? before;
  if (before === 0 && after > 0) return "RDS-EVENT-0032";
  if (before > 0 && after === 0) return "RDS-EVENT-0028";
  return input.DBParameterGroupName ? "RDS-EVENT-0092" : undefined;
}

function classChange({ shape }: InstanceRecord, input: Input): Change | undefined {
  const patch = differing(shape, {
    DBInstanceClass: input.DBInstanceClass,
    EngineVersion: input.EngineVersion,
  });
  const pending = { DBInstanceClass: patch?.DBInstanceClass, EngineVersion: patch?.EngineVersion };
  const event = patch?.DBInstanceClass ? "RDS-EVENT-0014" : undefined;
  return patch && { status: "modifying", work: "changeClass", patch, immediate: false, pending, event };
}

/** The database restarts for it at once, whatever ApplyImmediately says (botocore, DBPortNumber). */
function portChange({ shape }: InstanceRecord, input: Input): Change | undefined {
  if (input.DBPortNumber === undefined || input.DBPortNumber === shape.Endpoint?.Port) return undefined;
  const patch = { Endpoint: { ...shape.Endpoint, Port: input.DBPortNumber } };
  return {
    status: "modifying",
    work: "modify",
    patch,
    immediate: true,
    pending: { Port: input.DBPortNumber },
  };
}

function multiAzChange({ shape }: InstanceRecord, input: Input): Change | undefined {
  const patch = differing(shape, { MultiAZ: input.MultiAZ });
  if (!patch) return undefined;
  const zones = (shape.DBSubnetGroup?.Subnets ?? []).map((subnet) => subnet.SubnetAvailabilityZone?.Name);
  const other = input.MultiAZ ? zones.find((zone) => zone !== shape.AvailabilityZone) : undefined;
  return {
    status: "modifying",
    work: "convertMultiAz",
    patch: { ...patch, SecondaryAvailabilityZone: other },
    immediate: false,
    pending: { MultiAZ: input.MultiAZ },
    event: input.MultiAZ ? "RDS-EVENT-0025" : undefined,
  };
}

function storageChange({ shape }: InstanceRecord, input: Input): Change | undefined {
  const { AllocatedStorage, Iops, StorageThroughput, StorageType } = input;
  if ([AllocatedStorage, Iops, StorageThroughput, StorageType].every((value) => value === undefined))
    return undefined;
  const settled = settledStorage({
    engine: shape.Engine ?? "",
    type: StorageType ?? shape.StorageType ?? "gp3",
    gib: AllocatedStorage ?? shape.AllocatedStorage ?? 0,
    iops: Iops,
    throughput: StorageThroughput,
  });
  const patch = differing(shape, settled);
  const event = AllocatedStorage === undefined ? undefined : "RDS-EVENT-0017";
  return (
    patch && { status: "modifying", work: "changeClass", patch, immediate: false, pending: settled, event }
  );
}

function monitoring(state: RdsState, { shape }: InstanceRecord, input: Input): Change | undefined {
  const patch = differing(shape, {
    MonitoringInterval: input.MonitoringInterval,
    MonitoringRoleArn: input.MonitoringRoleArn,
  });
  if (!patch) return undefined;
  const { partition, account } = state.world;
  const stream = `arn:${partition}:logs:${state.region.name}:${account}:log-group:RDSOSMetrics:log-stream:`;
  const on = (input.MonitoringInterval ?? shape.MonitoringInterval ?? 0) > 0;
  return {
    status: "configuring-enhanced-monitoring",
    work: "configure",
    patch: { ...patch, EnhancedMonitoringResourceArn: on ? `${stream}${shape.DbiResourceId}` : undefined },
    immediate: true,
  };
}

function performanceInsights(state: RdsState, { shape }: InstanceRecord, input: Input): Change | undefined {
  const on = input.EnablePerformanceInsights;
  const key = input.PerformanceInsightsKMSKeyId;
  const keyArn = key ? usableKey(state.region, "KMS key", key).arn : undefined;
  const present = shape.PerformanceInsightsKMSKeyId;
  const days = input.PerformanceInsightsRetentionPeriod ?? shape.PerformanceInsightsRetentionPeriod;
  const patch = differing(shape, {
    DatabaseInsightsMode: input.DatabaseInsightsMode,
    PerformanceInsightsEnabled: on,
    PerformanceInsightsKMSKeyId: on
      ? (keyArn ?? present ?? state.region.kms.managed("alias/aws/rds").arn)
      : undefined,
    PerformanceInsightsRetentionPeriod: on ? (days ?? 7) : undefined,
  });
  return patch && { status: "modifying", work: "configure", patch, immediate: true };
}

function logExports({ shape }: InstanceRecord, input: Input): Change | undefined {
  const { EnableLogTypes = [], DisableLogTypes = [] } = input.CloudwatchLogsExportConfiguration ?? {};
  const present = shape.EnabledCloudwatchLogsExports ?? [];
  const after = [...new Set([...present, ...EnableLogTypes])]
    .filter((type) => !DisableLogTypes.includes(type))
    .sort();
  const patch = differing(
    { EnabledCloudwatchLogsExports: [...present].sort() },
    { EnabledCloudwatchLogsExports: after },
  );
  return patch && { status: "configuring-log-exports", work: "configure", patch, immediate: true };
}

function iamAuthentication({ shape }: InstanceRecord, input: Input): Change | undefined {
  const patch = differing(shape, { IAMDatabaseAuthenticationEnabled: input.EnableIAMDatabaseAuthentication });
  return patch && { status: "configuring-iam-database-auth", work: "configure", patch, immediate: true };
}
