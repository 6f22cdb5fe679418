import type { EventId } from "./event-catalogue.ts";
import { snapshotEvent } from "./events.ts";
import { reading } from "./facts.ts";
import { strikes } from "./faults.ts";
import { isUsable } from "./keys.ts";
import {
  type CopyJob,
  holdsSnapshot,
  type RdsState,
  type SnapshotRecord,
  setSnapshotStatus,
  takes,
} from "./state.ts";

/** A copy that is queued or running. */
export interface CopyInProgress {
  readonly copyId: string;
  readonly instanceId: string;
  readonly sourceArn: string;
  readonly requestedAt: number;
  /** Absent while it waits for an earlier copy of the same instance. */
  readonly startedAt?: number;
}

/** How often a copy looks whether its lost region is back. */
const lookAgainMilliseconds = 15 * 60_000;

/**
 * Takes a copy into the region's work. Copies of one instance run one after another, whatever
 * region they come from; the others wait with no progress shown (user guide, USER_CopySnapshot).
 */
export function enqueueCopy(state: RdsState, job: CopyJob): void {
  state.copies.add(job);
  startNext(state, resourceOf(job));
  if (job.startedAt === undefined) {
    setSnapshotStatus(state, job.target, reading(state.world, "queuedCopyStatus"));
  }
}

function resourceOf(job: CopyJob): string {
  return job.source.shape.DbiResourceId ?? "";
}

function startNext(state: RdsState, resource: string): void {
  const queue = [...state.copies].filter((job) => resourceOf(job) === resource);
  const next = queue[0];
  if (next && next.startedAt === undefined) start(state, next);
}

function start(state: RdsState, job: CopyJob): void {
  const { world } = state;
  const { target } = job;
  const needs = takes(state, workOf(state, job), target.shape.AllocatedStorage, target.shape.DBSnapshotArn);
  job.startedAt = world.clock.now();
  target.progress = { from: job.startedAt, to: job.startedAt + needs };
  setSnapshotStatus(state, target, reading(world, "runningCopyStatus"));
  copyEvent(state, job.crossRegion ? "RDS-EVENT-0059" : "RDS-EVENT-0196", job);
  job.timer = world.clock.after(needs, `copy ${target.shape.DBSnapshotIdentifier}`, () => finish(state, job));
}

function workOf(state: RdsState, job: CopyJob) {
  if (!job.crossRegion) return "localCopy";
  return isIncrement(state, job) ? "crossRegionIncrement" : "crossRegionCopy";
}

/**
 * An increment needs the newest copy of the instance still there, and one key on all its copies in
 * this region; a copy of a copy is always a full one (user guide, USER_CopySnapshot.Incremental).
 */
function isIncrement(state: RdsState, job: CopyJob): boolean {
  const newest = state.newestCopies.get(resourceOf(job));
  if (!newest || !holdsSnapshot(state, newest) || job.source.copiedFrom) return false;
  const key = job.target.shape.KmsKeyId;
  return copiesOf(state, resourceOf(job)).every((copy) => copy.shape.KmsKeyId === key);
}

function copiesOf(state: RdsState, resource: string): SnapshotRecord[] {
  return [...state.snapshots.values()].filter(
    ({ shape, copiedFrom }) =>
      shape.DbiResourceId === resource && copiedFrom !== undefined && shape.Status === "available",
  );
}

function finish(state: RdsState, job: CopyJob): void {
  const { target, source, sourceState } = job;
  if (sourceState.region.lost || state.region.lost) {
    waitForRegion(state, job);
    return;
  }
  const keysUsable =
    isUsable(state.region, target.shape.KmsKeyId) && isUsable(sourceState.region, source.shape.KmsKeyId);
  if (!keysUsable || strikes(state, "copyFailureProbability", target.shape.DBSnapshotArn)) {
    failCopy(state, job);
    return;
  }
  const now = state.world.clock.now();
  state.copies.delete(job);
  target.shape.SnapshotCreateTime = new Date(now);
  state.newestCopies.set(resourceOf(job), target);
  setSnapshotStatus(state, target, "available");
  tellFinished(state, job, now);
  startNext(state, resourceOf(job));
}

function tellFinished(state: RdsState, job: CopyJob, now: number) {
  const told = job.crossRegion ? "RDS-EVENT-0060" : "RDS-EVENT-0197";
  const minutes = Math.round((now - job.requestedAt) / 60_000);
  copyEvent(state, told, job, { minutes });
  if (reading(state.world, "createdEventForCopies") === "0042")
    snapshotEvent(state, "RDS-EVENT-0042", job.target);
  if (job.crossRegion && reading(state.world, "copyEventsInSource") === "0060") {
    copyEvent(state, told, job, { minutes, where: job.sourceState });
  }
}

/** An event of a copy: about the copy, with the source's name in its message. */
export function copyEvent(
  state: RdsState,
  id: EventId,
  { source, sourceState, target }: CopyJob,
  { minutes, where = state }: { readonly minutes?: number; readonly where?: RdsState } = {},
): void {
  const named = reading(state.world, "copyEventNames") === "copy" ? target : source;
  const values = { name: source.shape.DBSnapshotIdentifier, region: sourceState.region.name, minutes };
  snapshotEvent(where, id, named, values);
}

/** A copy whose region is lost stays as it is; what becomes of it afterwards is not documented. */
function waitForRegion(state: RdsState, job: CopyJob): void {
  if (reading(state.world, "copyAfterSourceReturns") === "stuck") return;
  job.timer = state.world.clock.after(lookAgainMilliseconds, "copy from a lost region", () => {
    if (job.sourceState.region.lost || state.region.lost) waitForRegion(state, job);
    else start(state, job);
  });
}

/** Ends a copy as failed. AWS has no event for that; the target stays and shows it by its status. */
export function failCopy(state: RdsState, job: CopyJob, options: { silent?: boolean } = {}): void {
  job.timer?.cancel();
  state.copies.delete(job);
  setSnapshotStatus(state, job.target, "failed");
  if (!options.silent && job.crossRegion && reading(state.world, "copyFailureEvent") === "RDS-EVENT-0061") {
    copyEvent(state, "RDS-EVENT-0061", job);
  }
  startNext(state, resourceOf(job));
}
