import type { Readings } from "./rds-readings.ts";

/** What AWS's documents leave open about the events of RDS and about its own subscriptions. */
export const rdsEventReadings = {
  snapshotEventId: {
    readings: ["present", "absent"],
    source: "user guide: the samples have EventID; the published schema of the snapshot event has not",
    other: "no rule on EventID ever matches, as if each of these events were lost",
  },
  eventTags: {
    readings: ["absent", "map", "list"],
    source:
      "user guide: notifications carry tags; the published snapshot schema has a map, the instance schema's code " +
      "generator too, and no captured event shows either",
  },
  copyEventNames: {
    readings: ["copy", "source"],
    source:
      "1Strategy/rds-oracle-cross-account-cross-region-dr and skyscrapers/terraform-rds take SourceIdentifier for the " +
      "copy; the ARN beside it is inferred",
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
  copyFailureEvent: {
    readings: ["none", "RDS-EVENT-0061"],
    source: "user guide: no copy-failed event; 0061 was documented as the failure until 2020",
  },
  finalSnapshotEvents: {
    readings: ["0040-and-0042", "none"],
    source: "undocumented; a final snapshot is a manual one",
  },
  awsBackupEvents: {
    readings: ["0040-and-0042", "none"],
    source: "aws-samples/rds-snapshot-export-to-s3-pipeline: 0042 comes for snapshots of AWS Backup too",
  },
  automatedDeletionEvent: {
    readings: ["RDS-EVENT-0041", "none"],
    source:
      "user guide: the table speaks of user snapshots, its JSON sample is about an automated one (rds:my-db-snapshot)",
  },
  deletedSnapshotMessage: {
    readings: ["Deleted manual snapshot", "Deleted user snapshot"],
    source:
      "user guide: the table says user snapshot, its JSON sample and consumers' filters manual snapshot",
  },
  manualBackupInstanceEvents: {
    readings: ["none", "0001-and-0002"],
    source: "user guide: 0001/0002 tell of backups; whether manual snapshots count is not said",
  },
  restoredEvent: {
    readings: ["instance-and-snapshot-0043", "snapshot-0043", "instance-0008"],
    source:
      "amazon-rds-user-guide PR#153: 0043 came from both; the table of today lists it for snapshots only",
  },
  restoredEventOrder: {
    readings: ["restored-first", "created-first"],
    source: "undocumented in which order 0043 and 0005 come, and when the instance can be used",
  },
  subscriptionNeedsTopicPolicy: {
    readings: ["at-creation", "silently"],
    source: "botocore SNSNoAuthorization; cds-snc#214: notifications lost in silence",
  },
} as const satisfies Record<string, Readings>;
