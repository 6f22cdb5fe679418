import type { DBInstance } from "@aws-sdk/client-rds";
import { type Description, describe, isDefaultGroup } from "../rds/description.ts";
import { takesIops } from "./storage.ts";

/** Which groups of the DR region stand for which of the primary. */
export interface GroupMaps {
  readonly optionGroups: Readonly<Record<string, string>>;
  readonly parameterGroups: Readonly<Record<string, string>>;
}

/** What of a description is compared as it stands, by the name that people read. */
const plain = {
  engine: "engine",
  version: "engineVersion",
  class: "instanceClass",
  multiAz: "multiAz",
  port: "port",
  gib: "allocatedGib",
  storage: "storageType",
  maxGib: "maxAllocatedGib",
  iam: "iamAuthentication",
  backupDays: "backupRetentionDays",
  backupWindow: "backupWindow",
  maintenanceWindow: "maintenanceWindow",
  protect: "deletionProtection",
  public: "publiclyAccessible",
  ca: "caCertificate",
  lifecycle: "engineLifecycleSupport",
  managedPassword: "managedPassword",
  minorUpgrades: "autoMinorVersionUpgrade",
  copyTags: "copyTagsToSnapshot",
  network: "networkType",
  insightsMode: "databaseInsightsMode",
  cpu: "processorFeatures",
  logVolume: "dedicatedLogVolume",
  domain: "domain",
} as const satisfies Partial<Record<keyof Description, string>>;

/** Parts that a description leaves out when the tags had no room, or when the instance has no such thing. */
const absentWhenDropped = new Set<string>([
  "ca",
  "backupWindow",
  "maintenanceWindow",
  "lifecycle",
  "network",
  "insightsMode",
  "cpu",
  "logVolume",
  "domain",
]);

function shown(value: unknown): string {
  if (value === undefined) return "none";
  return typeof value === "string" ? value : JSON.stringify(value);
}

function difference(name: string, was: unknown, is: unknown): string[] {
  const [before, after] = [shown(was), shown(is)];
  return before === after ? [] : [`${name}: ${before} -> ${after}`];
}

function groupDifference(
  name: string,
  was: string | undefined,
  is: string | undefined,
  map: Readonly<Record<string, string>>,
) {
  const wanted = was === undefined ? undefined : (map[was] ?? was);
  if (wanted === is || (isDefaultGroup(wanted) && isDefaultGroup(is))) return [];
  return difference(name, was, is);
}

/** IOPS and throughput, where they are the user's choice; below the gp3 threshold RDS sets them itself. */
function performanceDifferences(was: Description, is: Description): string[] {
  if (!takesIops(was.engine, was.storage, was.gib)) return [];
  return [
    ...difference("iops", was.iops, is.iops),
    ...difference("storageThroughput", was.throughput, is.throughput),
  ];
}

/**
 * What of an instance is not as it was when its recovery point was taken, as short texts such as
 * `multiAz: true -> false`. Groups that the settings map, and the region's default groups, are no differences;
 * subnets and security groups belong to a region and are not compared.
 */
export function differencesOf(
  description: Description | undefined,
  instance: DBInstance,
  maps: GroupMaps,
): string[] {
  if (description === undefined)
    return ["settings: did not travel with the recovery point, so defaults were used"];
  const was = description;
  const is = describe(instance);
  const ends = Object.entries(plain) as [keyof typeof plain, string][];
  const simple = ends.flatMap(([key, name]) =>
    was[key] === undefined && absentWhenDropped.has(key) ? [] : difference(name, was[key], is[key]),
  );
  const sorted = (list: readonly string[] | undefined) => list?.toSorted();
  return [
    ...simple,
    ...performanceDifferences(was, is),
    ...groupDifference("parameterGroup", was.parameterGroup, is.parameterGroup, maps.parameterGroups),
    ...groupDifference("optionGroup", was.optionGroup, is.optionGroup, maps.optionGroups),
    ...(was.logs === undefined ? [] : difference("logExports", sorted(was.logs), sorted(is.logs))),
    ...(was.monitoring === undefined
      ? []
      : difference("monitoring", was.monitoring.seconds, is.monitoring?.seconds)),
    ...(was.insights === undefined
      ? []
      : difference("performanceInsightsDays", was.insights.days, is.insights?.days)),
    ...(was.roles ?? [])
      .filter((role) => !is.roles?.some((one) => one.arn === role.arn && one.feature === role.feature))
      .map((role) => `associatedRole: ${role.arn} (${role.feature}) -> none`),
  ];
}
