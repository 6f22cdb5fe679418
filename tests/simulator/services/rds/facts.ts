import type { World } from "../../types.ts";

/** A fact of AWS that sources leave open: readings, the strict one first, and what is known of it. */
export interface Fact {
  readonly readings: readonly [string, ...string[]];
  readonly source: string;
}

/**
 * What AWS's documents leave open about RDS. The first reading is the strict one and the default;
 * another is chosen by the knob of the same name (`world.knobs[name] = reading`).
 */
export const rdsFacts = {
  originalSnapshotCreateTime: {
    readings: ["completion", "create-call"],
    source:
      "botocore: DBSnapshot says the time of the CreateDBSnapshot call; SnapshotDatabaseTime's text says completion",
  },
  createSnapshotChecks: {
    readings: ["state-first", "name-first"],
    source: "undocumented which refusal wins when the instance is busy and the identifier taken",
  },
  automatedByIdentifier: {
    readings: ["needs-snapshot-type", "found"],
    source:
      "botocore DescribeDBSnapshots: SnapshotType must also be given for an automated snapshot's identifier",
  },
  snapshotsOfMissingInstance: {
    readings: ["listed", "refused"],
    source:
      "botocore: DBInstanceIdentifier must match an existing instance; deployed code lists copies without one",
  },
  deleteFailedSnapshot: {
    readings: ["refused", "deleted"],
    source: "botocore DeleteDBSnapshot: must be available; radius-project PR#1863 deletes failed ones",
  },
  deleteCopyInProgress: {
    readings: ["refused", "cancels"],
    source:
      "botocore DeleteDBSnapshot: must be available; the event RDS-EVENT-0061 says copies can be cancelled",
  },
  copyFailureEvent: {
    readings: ["none", "RDS-EVENT-0061"],
    source: "user guide: no copy-failed event; 0061 was documented as the failure until 2020",
  },
  queuedCopyStatus: {
    readings: ["pending", "creating"],
    source: "terraform#29399, airflow#25839: pending, creating and copying have been seen",
  },
  runningCopyStatus: {
    readings: ["creating", "copying"],
    source: "terraform#29399, airflow#25839: pending, creating and copying have been seen",
  },
  restoredEvent: {
    readings: ["instance-and-snapshot-0043", "snapshot-0043", "instance-0008"],
    source:
      "amazon-rds-user-guide PR#153: 0043 came from both; the table of today lists it for snapshots only",
  },
  deletedSnapshotMessage: {
    readings: ["Deleted manual snapshot", "Deleted user snapshot"],
    source:
      "user guide: the table says user snapshot, its JSON sample and consumers' filters manual snapshot",
  },
  restoreStorageType: {
    readings: ["api-text", "as-snapshot"],
    source:
      "botocore: io1 if Iops is given, otherwise gp3; elsewhere settings are said to come from the snapshot",
  },
  eventTags: {
    readings: ["absent", "map"],
    source: "user guide: notifications carry tags; the published snapshot schema does not have them",
  },
  manualBackupInstanceEvents: {
    readings: ["none", "0001-and-0002"],
    source: "user guide: 0001/0002 tell of backups; whether manual snapshots count is not said",
  },
  subscriptionNeedsTopicPolicy: {
    readings: ["at-creation", "silently"],
    source: "botocore SNSNoAuthorization; cds-snc#214: notifications lost in silence",
  },
  copyAfterSourceReturns: {
    readings: ["stuck", "starts-over"],
    source: "undocumented what becomes of a copy whose source region was away",
  },
  automatedBackups: {
    readings: ["daily", "off"],
    source: "user guide: one in the backup window while BackupRetentionPeriod is above 0",
  },
  baselineBackupAfterRestore: {
    readings: ["minutes", "hours", "none"],
    source: "terraform#44104: since 2025-09 a restore with retention backs up at once, for hours at times",
  },
} as const satisfies Record<string, Fact>;

type FactName = keyof typeof rdsFacts;

/** The reading in force: the knob of that name, or the strict one. */
export function reading<Name extends FactName>(
  world: World,
  name: Name,
): (typeof rdsFacts)[Name]["readings"][number] {
  const { readings } = rdsFacts[name];
  const chosen = world.knobs[name];
  if (chosen === undefined) return readings[0];
  const found = readings.find((candidate) => candidate === chosen);
  if (found === undefined)
    throw new Error(`knob ${name}: ${String(chosen)} is none of ${readings.join(", ")}`);
  return found;
}

/** Faults that are off unless a knob of the name sets a probability. */
export type FaultName = "snapshotFailureProbability" | "copyFailureProbability" | "restoreFailureProbability";

/** Whether the fault strikes this entity; keyed, so that each draw is independent of all others. */
export function strikes(world: World, fault: FaultName, ...key: readonly (string | number)[]): boolean {
  const probability = world.knobs[fault];
  return typeof probability === "number" && world.random(fault, ...key) < probability;
}

/** A list of strings that a knob holds for a region, e.g. instance classes without capacity. */
export function listKnob(world: World, name: string, region: string): readonly string[] {
  const lists = world.knobs[name];
  if (typeof lists !== "object" || lists === null) return [];
  const list = (lists as Readonly<Record<string, unknown>>)[region];
  return Array.isArray(list) ? list.filter((entry) => typeof entry === "string") : [];
}
