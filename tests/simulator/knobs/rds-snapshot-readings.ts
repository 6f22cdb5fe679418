import type { Readings } from "./rds-readings.ts";

/** What AWS's documents leave open about snapshots, their copies and their deletion. */
export const rdsSnapshotReadings = {
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
    readings: ["refused", "listed"],
    source:
      "botocore: DBInstanceIdentifier must match an existing instance; deployed code lists copies without one",
  },
  deleteFailedSnapshot: {
    readings: ["refused", "deleted"],
    source: "botocore DeleteDBSnapshot: must be available; radius-project PR#1863 deletes failed ones",
  },
  deleteCreatingSnapshot: {
    readings: ["refused", "deleted"],
    source:
      "botocore DeleteDBSnapshot: must be available, which other states of a snapshot are known to defy",
  },
  deleteCopyInProgress: {
    readings: ["refused", "cancels"],
    source:
      "botocore DeleteDBSnapshot: must be available; the event RDS-EVENT-0061 says copies can be cancelled",
  },
  deletedSnapshotStatus: {
    readings: ["deleted", "available"],
    source:
      "undocumented what the reply of DeleteDBSnapshot shows; the waiter of DBSnapshotDeleted knows deleted",
  },
  copyRunsAfterSourceDeleted: {
    readings: ["never", "finishes"],
    source:
      "botocore DeleteDBSnapshot: the copy operation is terminated; user guide, USER_CopySnapshot: it might fail",
  },
  copyAfterSourceReturns: {
    readings: ["stuck", "starts-over"],
    source: "undocumented what becomes of a copy whose source region was away",
  },
  copyTagsWithTags: {
    readings: ["tags-win", "merged"],
    source: "cloud-custodian rds.py: CopyTags is ignored when Tags are given; the API reference is silent",
  },
  sameRegionCopySource: {
    readings: ["hidden", "shown"],
    source:
      "botocore DBSnapshot: SourceDBSnapshotIdentifier has a value only across accounts or regions; the AWS CLI's " +
      "example of copy-db-snapshot shows it and SourceRegion on a copy within a region",
  },
  copyStateText: {
    readings: [
      "Cannot copy the snapshot because it is not currently in the available state.",
      "The specified snapshot is not in the available state.",
    ],
    source: "undocumented what CopyDBSnapshot says of a source that is not available; the code is known",
  },
  copyQuotaText: {
    readings: ["told-apart", "alike"],
    source:
      "pbudzon/aws-maintenance#12 and #19 show two texts of SnapshotQuotaExceeded, from when five copies were " +
      "allowed; the API reference has one for both",
    other: "too many copies and too many snapshots are refused in the same words",
  },
  queuedCopyStatus: {
    readings: ["pending", "creating"],
    source: "terraform#29399, airflow#25839: pending, creating and copying have been seen",
  },
  runningCopyStatus: {
    readings: ["creating", "copying"],
    source: "terraform#29399, airflow#25839: pending, creating and copying have been seen",
  },
  wrongPreSignedUrl: {
    readings: ["refused", "ignored"],
    source:
      "aws-sdk-js-v3#2269 (2021): PreSignedurl could not be authenticated; botocore today: ignored outside GovCloud",
    other:
      "a URL that was signed for another region or source than the call names; none at all is right in both",
  },
  throttlingCode: {
    readings: ["Throttling", "ThrottlingException", "RequestLimitExceeded"],
    source: "user guide, CHAP_Limits; aws-cli#8604, shelvery#140: these codes are seen, with Rate exceeded",
  },
} as const satisfies Record<string, Readings>;
