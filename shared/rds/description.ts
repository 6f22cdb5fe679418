import { deflateRawSync, inflateRawSync } from "node:zlib";
import type { DBInstance } from "@aws-sdk/client-rds";
import { type TagMap, tagKeys } from "./tags.ts";

/**
 * What an instance is, as it travels with its recovery point. Names are short because the whole must fit
 * three tag values of 256 characters.
 */
export interface Description {
  engine: string;
  version: string;
  class: string;
  multiAz: boolean;
  port: number;
  gib: number;
  storage: string;
  iops?: number;
  throughput?: number;
  maxGib?: number;
  parameterGroup?: string;
  optionGroup?: string;
  iam: boolean;
  logs?: string[];
  monitoring?: { seconds: number; role: string };
  insights?: { days: number };
  /** Database Insights; absent: standard, as everybody has it. */
  insightsMode?: "advanced";
  /** Cores and threads, by the names that RDS has for them; absent: as the class has them. */
  cpu?: Record<string, string>;
  /** A dedicated log volume. */
  logVolume?: true;
  /** The directory, or the name of the self-managed Active Directory, that it is a member of. */
  domain?: string;
  backupWindow?: string;
  maintenanceWindow?: string;
  backupDays?: number;
  protect: boolean;
  public: boolean;
  ca?: string;
  lifecycle?: string;
  managedPassword: boolean;
  roles?: { arn: string; feature: string }[];
  minorUpgrades: boolean;
  copyTags: boolean;
  network?: string;
}

const version = "1";
const valueLengthMax = 256;
/** What is left out, one after the other, when the tags cannot hold everything: the least needed on the day first. */
const dropOrder = [
  "roles",
  "logs",
  "insightsMode",
  "insights",
  "monitoring",
  "ca",
  "backupWindow",
  "maintenanceWindow",
  "network",
  "lifecycle",
  "cpu",
  "logVolume",
  "domain",
  "parameterGroup",
  "optionGroup",
] as const;

/** Cores and threads, which DescribeDBInstances tells only where they are not the class's own. */
function cpuOf({ ProcessorFeatures: features = [] }: DBInstance): Record<string, string> | undefined {
  const named = features.map(({ Name = "", Value = "" }) => [Name, Value] as const);
  return named.length === 0 ? undefined : Object.fromEntries(named.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Reads what travels from DescribeDBInstances. */
export function describe(instance: DBInstance): Description {
  const optional = <T>(key: string, value: T | undefined) => (value === undefined ? {} : { [key]: value });
  const roles = (instance.AssociatedRoles ?? []).map((role) => ({
    arn: role.RoleArn ?? "",
    feature: role.FeatureName ?? "",
  }));
  const [membership] = instance.DomainMemberships ?? [];
  const monitored = (instance.MonitoringInterval ?? 0) > 0 && instance.MonitoringRoleArn !== undefined;
  return {
    engine: instance.Engine ?? "",
    version: instance.EngineVersion ?? "",
    class: instance.DBInstanceClass ?? "",
    multiAz: instance.MultiAZ ?? false,
    port: instance.Endpoint?.Port ?? instance.DbInstancePort ?? 0,
    gib: instance.AllocatedStorage ?? 0,
    storage: instance.StorageType ?? "",
    iam: instance.IAMDatabaseAuthenticationEnabled ?? false,
    protect: instance.DeletionProtection ?? false,
    public: instance.PubliclyAccessible ?? false,
    managedPassword: instance.MasterUserSecret !== undefined,
    minorUpgrades: instance.AutoMinorVersionUpgrade ?? true,
    copyTags: instance.CopyTagsToSnapshot ?? false,
    ...optional("iops", instance.Iops),
    ...optional("throughput", instance.StorageThroughput),
    ...optional("maxGib", instance.MaxAllocatedStorage),
    ...optional("parameterGroup", instance.DBParameterGroups?.[0]?.DBParameterGroupName),
    ...optional("optionGroup", instance.OptionGroupMemberships?.[0]?.OptionGroupName),
    ...optional(
      "logs",
      instance.EnabledCloudwatchLogsExports?.length ? [...instance.EnabledCloudwatchLogsExports] : undefined,
    ),
    ...optional(
      "monitoring",
      monitored ? { seconds: instance.MonitoringInterval, role: instance.MonitoringRoleArn } : undefined,
    ),
    ...optional(
      "insights",
      instance.PerformanceInsightsEnabled
        ? { days: instance.PerformanceInsightsRetentionPeriod ?? 7 }
        : undefined,
    ),
    ...optional("insightsMode", instance.DatabaseInsightsMode === "advanced" ? "advanced" : undefined),
    ...optional("cpu", cpuOf(instance)),
    ...optional("logVolume", instance.DedicatedLogVolume ? true : undefined),
    ...optional("domain", membership?.Domain ?? membership?.FQDN),
    ...optional("backupWindow", instance.PreferredBackupWindow),
    ...optional("maintenanceWindow", instance.PreferredMaintenanceWindow),
    ...optional("backupDays", instance.BackupRetentionPeriod),
    ...optional("ca", instance.CACertificateIdentifier),
    ...optional("lifecycle", instance.EngineLifecycleSupport),
    ...optional("roles", roles.length > 0 ? roles : undefined),
    ...optional("network", instance.NetworkType),
  };
}

/** An encoded description, and what had to be left out of it. */
export interface EncodedDescription {
  readonly tags: readonly (readonly [string, string])[];
  readonly dropped: readonly string[];
}

/** Writes a description as at most three tags: `1.` + base64url of the deflated JSON, cut in 256s. */
export function encodeDescription(description: Description): EncodedDescription {
  const kept: Partial<Description> = { ...description };
  const dropped: string[] = [];
  for (;;) {
    const text = `${version}.${deflateRawSync(JSON.stringify(kept), { level: 9 }).toString("base64url")}`;
    const next = dropOrder[dropped.length];
    if (text.length <= tagKeys.settings.length * valueLengthMax || next === undefined) {
      const parts = text.match(new RegExp(`.{1,${valueLengthMax}}`, "g")) ?? [];
      return { tags: parts.map((part, index) => [tagKeys.settings[index] ?? "", part] as const), dropped };
    }
    delete kept[next];
    dropped.push(next);
  }
}

/** Reads a description back from a recovery point's tags; undefined when there is none that this version can read. */
export function decodeDescription(tags: TagMap): Description | undefined {
  const text = tagKeys.settings.map((key) => tags.get(key) ?? "").join("");
  if (!text.startsWith(`${version}.`)) return undefined;
  try {
    return JSON.parse(
      inflateRawSync(Buffer.from(text.slice(2), "base64url")).toString("utf8"),
    ) as Description;
  } catch {
    // Unreadable is the same as absent: the restore falls back to defaults and lists the differences.
    return undefined;
  }
}

/** Whether a group's name is the engine's default one, which exists in every region under the same name. */
export function isDefaultGroup(name: string | undefined): boolean {
  return name === undefined || /^default[.:]/.test(name);
}
