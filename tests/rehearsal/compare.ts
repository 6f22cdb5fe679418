import type { DBInstance } from "@aws-sdk/client-rds";

/** What the settings ask to be different in the DR region. */
export interface Mapping {
  readonly optionGroups: Readonly<Record<string, string>>;
  readonly parameterGroups: Readonly<Record<string, string>>;
}

function mapped(map: Readonly<Record<string, string>>, name: string | undefined): string | undefined {
  return name === undefined ? undefined : (map[name] ?? name);
}

function userTags(instance: DBInstance): string {
  return (instance.TagList ?? [])
    .filter(({ Key }) => Key !== undefined && !/^(aws:|rds-dr:)/.test(Key))
    .map(({ Key, Value }) => `${Key}=${Value}`)
    .sort()
    .join(" ");
}

/** Each property an operator would compare: of the source as it should come back, and of the restored instance. */
function properties(instance: DBInstance, mapping: Mapping): Record<string, unknown> {
  return {
    class: instance.DBInstanceClass,
    engine: instance.Engine,
    port: instance.Endpoint?.Port,
    storageType: instance.StorageType,
    gib: instance.AllocatedStorage,
    iops: instance.Iops,
    throughput: instance.StorageThroughput,
    maxGib: instance.MaxAllocatedStorage,
    multiAz: instance.MultiAZ,
    parameterGroup: mapped(mapping.parameterGroups, instance.DBParameterGroups?.[0]?.DBParameterGroupName),
    optionGroup: mapped(mapping.optionGroups, instance.OptionGroupMemberships?.[0]?.OptionGroupName),
    iamAuthentication: instance.IAMDatabaseAuthenticationEnabled,
    publicAccess: instance.PubliclyAccessible,
    managedPassword: instance.MasterUserSecret !== undefined,
    deletionProtection: instance.DeletionProtection,
    logExports: [...(instance.EnabledCloudwatchLogsExports ?? [])].sort().join(" "),
    monitoringSeconds: instance.MonitoringInterval ?? 0,
    performanceInsights: instance.PerformanceInsightsEnabled ?? false,
    minorUpgrades: instance.AutoMinorVersionUpgrade,
    lifecycle: instance.EngineLifecycleSupport,
    backupDays: instance.BackupRetentionPeriod,
    backupWindow: instance.PreferredBackupWindow,
    maintenanceWindow: instance.PreferredMaintenanceWindow,
    userTags: userTags(instance),
  };
}

const nothing: Mapping = { optionGroups: {}, parameterGroups: {} };

/** Differences source ↔ restored, groups seen through the settings' maps; encryption must be there whatever the source had. */
export function differencesBetween(source: DBInstance, restored: DBInstance, mapping: Mapping): string[] {
  const wanted = properties(source, mapping);
  const got = properties(restored, nothing);
  const found = Object.keys(wanted)
    .filter((name) => wanted[name] !== got[name])
    .map((name) => `${name}: ${String(wanted[name])} -> ${String(got[name])}`);
  return restored.StorageEncrypted ? found : [...found, "encryption: none"];
}
