import type { CreateDBSnapshotMessage, DBInstance, DeleteDBSnapshotMessage, Tag } from "@aws-sdk/client-rds";
import { AwsError, type Shape } from "../../types.ts";
import { cancelCopy, terminateCopiesOf } from "./copies.ts";
import type { Work } from "./durations.ts";
import { instanceEvent, snapshotEvent } from "./events.ts";
import { reading } from "./facts.ts";
import { strikes } from "./faults.ts";
import { checkedIdentifier, longestSnapshotId } from "./identifiers.ts";
import { isUsable } from "./keys.ts";
import { checkNameFree, findInstance, findSnapshot } from "./lookup.ts";
import { onlyMembers } from "./members.ts";
import { checkManualSnapshots } from "./quotas.ts";
import { shapeOfSnapshot, snapshotView } from "./snapshot-shapes.ts";
import {
  copiesInProgress,
  holdsSnapshot,
  type InstanceRecord,
  isPresent,
  type RdsState,
  type SnapshotRecord,
  setInstanceStatus,
  setSnapshotStatus,
  settle,
  takes,
} from "./state.ts";
import { checkedTags } from "./tags.ts";

const checkMembers = onlyMembers<CreateDBSnapshotMessage>("CreateDBSnapshot", [
  "DBSnapshotIdentifier",
  "DBInstanceIdentifier",
  "Tags",
]);

/** CreateDBSnapshot. */
export function createSnapshot(state: RdsState, input: CreateDBSnapshotMessage): Shape {
  checkMembers(input);
  const id = checkedIdentifier("DBSnapshotIdentifier", input.DBSnapshotIdentifier, longestSnapshotId);
  const tags = checkedTags(input.Tags);
  const instance = findInstance(state, input.DBInstanceIdentifier, "not-found-x");
  if (instance.shape.DBClusterIdentifier) {
    throw new AwsError(
      "InvalidParameterValue",
      "The specified instance is a member of a cluster and a snapshot cannot be created directly. " +
        "Please use the CreateDBClusterSnapshot API instead.",
    );
  }
  const checks = [() => checkReady(instance.shape), () => checkNameFree(state, id)];
  if (reading(state.world, "createSnapshotChecks") === "name-first") checks.reverse();
  for (const check of checks) check();
  checkManualSnapshots(state);
  // Tags on the call keep the instance's own from being copied (user guide, USER_Tagging).
  const inherited = instance.shape.CopyTagsToSnapshot ? (instance.shape.TagList ?? []) : [];
  const record = takeSnapshot(state, instance, {
    id,
    type: "manual",
    tags: input.Tags?.length ? tags : inherited,
  });
  return { DBSnapshot: snapshotView(state, record) };
}

/**
 * Refuses a snapshot of an instance that cannot be read now; the same words refuse a final one
 * (ministryofjustice/cloud-platform-user-guide#1842).
 */
export function checkReady(shape: DBInstance): void {
  if (shape.DBInstanceStatus === "available" || shape.DBInstanceStatus === "storage-optimization") return;
  throw new AwsError(
    "InvalidDBInstanceState",
    `Cannot create a snapshot because the database instance ${shape.DBInstanceIdentifier} is not currently ` +
      "in the available state.",
  );
}

/** What kind of snapshot to take. */
export interface Taking {
  readonly id: string;
  readonly type: "manual" | "automated" | "awsbackup";
  readonly tags: readonly Tag[];
  /** No event tells of it. */
  readonly untold?: boolean;
  /** How long it takes, where that is not the usual. */
  readonly work?: Work;
  /** Runs when the snapshot is done, whether it is good or failed. */
  readonly done?: (record: SnapshotRecord) => void;
}

/** Starts a snapshot: the instance is backing up until it is done. */
export function takeSnapshot(state: RdsState, instance: InstanceRecord, taking: Taking): SnapshotRecord {
  const { world } = state;
  const now = world.clock.now();
  const work = taking.work ?? (hasEarlierSnapshot(state, instance) ? "snapshot" : "firstSnapshot");
  const record: SnapshotRecord = {
    shape: shapeOfSnapshot(state, instance.shape, taking.id, taking.type),
    memory: { ...instance.shape },
  };
  const needs = takes(state, work, instance.shape.AllocatedStorage, record.shape.DBSnapshotArn);
  record.progress = { from: now, to: now + needs };
  record.shape.TagList = [...taking.tags];
  record.shape.SnapshotDatabaseTime = new Date(now);
  if (reading(world, "originalSnapshotCreateTime") === "create-call") {
    record.shape.OriginalSnapshotCreateTime = new Date(now);
  }
  state.snapshots.set(taking.id, record);
  setSnapshotStatus(state, record, "creating");
  if (instance.shape.DBInstanceStatus !== "deleting") setInstanceStatus(state, instance, "backing-up");
  if (!taking.untold) tell(state, instance, record, "started");
  world.clock.after(needs, `snapshot ${taking.id}`, () => {
    finishSnapshot(state, instance, record, taking.untold);
    taking.done?.(record);
  });
  return record;
}

/** Automated backups make an instance's snapshots incremental from the start. */
function hasEarlierSnapshot(
  state: RdsState,
  { shape: { DbiResourceId: resource, ...instance } }: InstanceRecord,
) {
  if (instance.LatestRestorableTime !== undefined) return true;
  for (const { shape, copiedFrom } of state.snapshots.values()) {
    if (shape.DbiResourceId === resource && copiedFrom === undefined) return true;
  }
  return false;
}

function finishSnapshot(
  state: RdsState,
  instance: InstanceRecord,
  record: SnapshotRecord,
  untold = false,
): void {
  if (isPresent(state, instance) && instance.shape.DBInstanceStatus === "backing-up") settle(state, instance);
  if (!holdsSnapshot(state, record)) return;
  const { shape } = record;
  const keyGone = !isUsable(state.region, shape.KmsKeyId);
  if (keyGone || strikes(state, "snapshotFailureProbability", shape.DBSnapshotArn)) {
    // No event tells of a snapshot that failed (user guide, USER_Events.Messages).
    setSnapshotStatus(state, record, "failed");
    return;
  }
  const now = new Date(state.world.clock.now());
  shape.SnapshotCreateTime = now;
  shape.OriginalSnapshotCreateTime ??= now;
  setSnapshotStatus(state, record, "available");
  if (!untold) tell(state, instance, record, "finished");
}

function tell(
  state: RdsState,
  instance: InstanceRecord,
  record: SnapshotRecord,
  when: "started" | "finished",
): void {
  const manual = record.shape.SnapshotType !== "automated";
  const started = when === "started";
  if (manual) snapshotEvent(state, started ? "RDS-EVENT-0040" : "RDS-EVENT-0042", record);
  else snapshotEvent(state, started ? "RDS-EVENT-0090" : "RDS-EVENT-0091", record);
  if (manual && reading(state.world, "manualBackupInstanceEvents") === "none") return;
  instanceEvent(state, started ? "RDS-EVENT-0001" : "RDS-EVENT-0002", instance);
}

/** DeleteDBSnapshot. */
export function deleteSnapshot(state: RdsState, input: DeleteDBSnapshotMessage): Shape {
  const record = findSnapshot(state, input.DBSnapshotIdentifier);
  const { shape } = record;
  if (shape.SnapshotType === "automated") {
    throw new AwsError("InvalidDBSnapshotState", "automated snapshots cannot be deleted.");
  }
  if (shape.SnapshotType !== "manual") {
    throw new AwsError("InvalidDBSnapshotState", "Snapshots managed by AWS Backup cannot be deleted here.");
  }
  const cancelled = reading(state.world, "deleteCopyInProgress") === "cancels" && cancelCopy(state, record);
  if (!cancelled) checkDeletable(state, record);
  removeSnapshot(state, record);
  const Status = reading(state.world, "deletedSnapshotStatus");
  return { DBSnapshot: { ...snapshotView(state, record), Status } };
}

function checkDeletable(state: RdsState, record: SnapshotRecord): void {
  const status = record.shape.Status;
  if (status === "available") return;
  if (status === "failed" && reading(state.world, "deleteFailedSnapshot") === "deleted") return;
  const isMade = status === "creating" && !copiesInProgress(state).some((job) => job.target === record);
  if (isMade && reading(state.world, "deleteCreatingSnapshot") === "deleted") return;
  throw new AwsError(
    "InvalidDBSnapshotState",
    "Cannot delete the snapshot because it is not currently in the available state.",
  );
}

/** Takes a snapshot away; copies that were being made of it end (API reference, DeleteDBSnapshot). */
export function removeSnapshot(state: RdsState, record: SnapshotRecord): void {
  const { shape } = record;
  if (reading(state.world, "copyRunsAfterSourceDeleted") === "never") terminateCopiesOf(state, record);
  state.snapshots.delete(shape.DBSnapshotIdentifier ?? "");
  setSnapshotStatus(state, record, "deleted");
  if (shape.SnapshotType === "awsbackup") return;
  if (shape.SnapshotType === "manual") {
    snapshotEvent(state, "RDS-EVENT-0041", record, { name: reading(state.world, "deletedSnapshotMessage") });
  } else if (reading(state.world, "automatedDeletionEvent") === "RDS-EVENT-0041") {
    snapshotEvent(state, "RDS-EVENT-0041", record, { name: "Deleted automated snapshot" });
  }
}
