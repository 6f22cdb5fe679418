/** A fact of RDS that sources leave open: readings, the strict one first, and what is known of it. */
interface Readings {
  readonly readings: readonly [string, ...string[]];
  readonly source: string;
}

/** What AWS's documents leave open about RDS, each a knob of this name. */
export const rdsReadings = {
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
  keyLoss: {
    readings: ["recoverable-first", "terminal"],
    source:
      "user guide, Overview.Encryption.Keys: seven days inaccessible-encryption-credentials-recoverable, then for good; before 2023 for good at once",
  },
  copyRunsAfterSourceDeleted: {
    readings: ["never", "finishes"],
    source:
      "botocore DeleteDBSnapshot: the copy operation is terminated; user guide, USER_CopySnapshot: it might fail",
  },
  deletedSnapshotStatus: {
    readings: ["deleted", "available"],
    source:
      "undocumented what the reply of DeleteDBSnapshot shows; the waiter of DBSnapshotDeleted knows deleted",
  },
  copyTagsWithTags: {
    readings: ["tags-win", "merged"],
    source: "cloud-custodian rds.py: CopyTags is ignored when Tags are given; the API reference is silent",
  },
  copyEventsInSource: {
    readings: ["none", "0060"],
    source:
      "three deployments watch for 0060 in the destination; one blog has it in both regions (beamjourney.com/aws-rds-backup)",
  },
  createdEventForCopies: {
    readings: ["none", "0042"],
    source: "undocumented whether a finished copy also tells of a manual snapshot created",
  },
  throttlingCode: {
    readings: ["Throttling", "ThrottlingException"],
    source: "user guide, CHAP_Limits; aws-cli#8604, shelvery#140: both codes are seen, with Rate exceeded",
  },
} as const satisfies Record<string, Readings>;
