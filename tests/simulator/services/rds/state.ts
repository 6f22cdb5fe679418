import type { DBInstance, DBSnapshot, Event } from "@aws-sdk/client-rds";
import type { RdsService, Region, Timer, World } from "../../types.ts";
import { durationOf, type Work } from "./durations.ts";
import type { Groups } from "./groups.ts";
import type { Change } from "./modify-changes.ts";
import type { Subscription } from "./subscriptions.ts";

/** An instance: its shape as DescribeDBInstances tells it, and what the shape does not tell. */
export interface InstanceRecord {
  readonly shape: DBInstance;
  /** Where the status returns to when work on the instance is done. */
  resting: "available" | "storage-optimization" | "stopped";
  /** The timer that starts a stopped instance again. */
  restart?: Timer;
  /** Changes that wait for the maintenance window, and the timer that waits with them. */
  deferred?: readonly Change[];
  window?: Timer;
  /** When it last lost its key. */
  inaccessibleSince?: number;
}

/** How far work has come, for PercentProgress. */
export interface Progress {
  readonly from: number;
  readonly to: number;
  /** When it came to nothing, or what it made was deleted. */
  readonly endedAt?: number;
}

/** A snapshot: its shape as DescribeDBSnapshots tells it, and what the shape does not tell. */
export interface SnapshotRecord {
  readonly shape: DBSnapshot;
  /** The instance as it was when the data was frozen: what a restore falls back on. */
  readonly memory: DBInstance;
  /** The other region that it was copied from. */
  readonly copiedFrom?: string;
  progress?: Progress;
}

/** A copy that is asked for and not finished. */
export interface CopyJob {
  readonly source: SnapshotRecord;
  readonly sourceState: RdsState;
  readonly target: SnapshotRecord;
  readonly crossRegion: boolean;
  readonly requestedAt: number;
  startedAt?: number;
  timer?: Timer;
}

/** RDS of one region. */
export interface RdsState {
  readonly world: World;
  readonly region: Region;
  readonly instances: Map<string, InstanceRecord>;
  readonly snapshots: Map<string, SnapshotRecord>;
  /** Copies asked for in this region, in the order of their calls. */
  readonly copies: Set<CopyJob>;
  /** For each source instance (DbiResourceId): the copy that the next one can be an increment of. */
  readonly newestCopies: Map<string, SnapshotRecord>;
  readonly groups: Groups;
  /** ARNs of the roles by which instances are monitored: no other role of the account is known. */
  readonly monitoringRoles: Set<string>;
  readonly subscriptions: Map<string, Subscription>;
  readonly log: Event[];
  readonly counts: Map<string, number>;
}

const states = new WeakMap<RdsService, RdsState>();

/** Makes the state behind a service known to RDS of the other regions. */
export function register(service: RdsService, state: RdsState): void {
  states.set(service, state);
}

/** RDS of another region of this world; undefined where the world has no such region. */
export function stateIn(world: World, region: string): RdsState | undefined {
  const found = world.regions.find((one) => one.name === region);
  return found && states.get(found.rds);
}

/** Copies of this region that are queued or running. */
export function copiesInProgress(state: RdsState): CopyJob[] {
  return [...state.copies];
}

/** How often this has been asked for this thing, from 1: keyed draws of equal requests then differ. */
export function nth(state: RdsState, ...key: readonly string[]): number {
  const name = key.join(" ");
  const count = (state.counts.get(name) ?? 0) + 1;
  state.counts.set(name, count);
  return count;
}

/** Milliseconds that a piece of work on a thing takes; another time may be the longer or the shorter one. */
export function takes(state: RdsState, work: Work, gib: number | undefined, arn: string | undefined): number {
  return durationOf(state.world, work, gib ?? 0, arn ?? "", nth(state, work, arn ?? ""));
}

/** Sets an instance's status and writes it to the journal. */
export function setInstanceStatus(state: RdsState, record: InstanceRecord, status: string): void {
  if (record.shape.DBInstanceStatus === status) return;
  record.shape.DBInstanceStatus = status;
  state.world.journal.write(state.region.name, "rds-state", {
    what: "instance",
    id: record.shape.DBInstanceIdentifier,
    status,
    class: record.shape.DBInstanceClass,
    endpoint: record.shape.Endpoint?.Address,
  });
}

/** Sets a snapshot's status and writes it to the journal; `deleted` and `failed` are statuses too. */
export function setSnapshotStatus(state: RdsState, record: SnapshotRecord, status: string): void {
  if (record.shape.Status === status) return;
  record.shape.Status = status;
  const { shape, progress } = record;
  if (progress && (status === "failed" || status === "deleted")) {
    record.progress = { endedAt: state.world.clock.now(), ...progress };
  }
  state.world.journal.write(state.region.name, "rds-state", {
    what: record.copiedFrom ? "copy" : shape.SnapshotType === "manual" ? "snapshot" : "automated",
    id: shape.DBSnapshotIdentifier,
    status,
    instance: shape.DBInstanceIdentifier,
    type: shape.SnapshotType,
    arn: shape.DBSnapshotArn,
    sourceArn: record.copiedFrom && shape.SourceDBSnapshotIdentifier,
    takenAt: shape.SnapshotDatabaseTime?.toISOString(),
    gib: shape.AllocatedStorage,
  });
}

/** Ends work on an instance: back to where it rests. */
export function settle(state: RdsState, record: InstanceRecord): void {
  setInstanceStatus(state, record, record.resting);
}

/** Whether the record is still the instance of that name (it may have been deleted meanwhile). */
export function isPresent(state: RdsState, record: InstanceRecord): boolean {
  return state.instances.get(record.shape.DBInstanceIdentifier ?? "") === record;
}

/** Whether the record is still the snapshot of that name. */
export function holdsSnapshot(state: RdsState, record: SnapshotRecord): boolean {
  return state.snapshots.get(record.shape.DBSnapshotIdentifier ?? "") === record;
}
