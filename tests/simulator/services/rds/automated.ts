import type { Work } from "./durations.ts";
import { reading } from "./facts.ts";
import { removeSnapshot, takeSnapshot } from "./snapshots.ts";
import { type InstanceRecord, isPresent, type RdsState } from "./state.ts";

const day = 24 * 3_600_000;
const lookAgain = 10 * 60_000;

/** From now on, RDS backs the instance up each day in its window while it is to be retained. */
export function scheduleAutomatedBackups(state: RdsState, record: InstanceRecord): void {
  if (reading(state.world, "automatedBackups") === "off" || record.shape.DBClusterIdentifier) return;
  const next = nextWindow(state, record);
  state.world.clock.at(next, `backup window of ${record.shape.DBInstanceIdentifier}`, () => {
    if (!isPresent(state, record)) return;
    backUp(state, record, next + 2 * 3_600_000);
    expire(state, record);
    scheduleAutomatedBackups(state, record);
  });
}

/** Some minutes into the next window; UTC, as `PreferredBackupWindow` is. */
function nextWindow(state: RdsState, { shape }: InstanceRecord): number {
  const now = state.world.clock.now();
  const [hours = 0, minutes = 0] = (shape.PreferredBackupWindow ?? "03:00")
    .slice(0, 5)
    .split(":")
    .map(Number);
  const jitter = Math.round(15 * 60_000 * state.world.random("backup-window", shape.DBInstanceArn ?? ""));
  const today = Math.floor(now / day) * day + (hours * 60 + minutes) * 60_000 + jitter;
  return today > now ? today : today + day;
}

function backUp(state: RdsState, record: InstanceRecord, until: number): void {
  const { clock } = state.world;
  if (!isPresent(state, record) || (record.shape.BackupRetentionPeriod ?? 0) === 0 || state.region.lost)
    return;
  const status = record.shape.DBInstanceStatus;
  if (status === "available" || status === "storage-optimization") {
    takeAutomated(state, record);
  } else if (clock.now() + lookAgain < until) {
    clock.after(lookAgain, `late backup of ${record.shape.DBInstanceIdentifier}`, () =>
      backUp(state, record, until),
    );
  }
}

/** Takes an automated snapshot now, named as RDS does: `rds:<instance>-2026-03-01-02-05`. */
export function takeAutomated(state: RdsState, record: InstanceRecord, options: { work?: Work } = {}): void {
  const stamp = new Date(state.world.clock.now()).toISOString().slice(0, 16).replace(/[T:]/g, "-");
  const id = `rds:${record.shape.DBInstanceIdentifier}-${stamp}`;
  if (state.snapshots.has(id)) return;
  const tags = record.shape.CopyTagsToSnapshot ? (record.shape.TagList ?? []) : [];
  takeSnapshot(state, record, {
    id,
    type: "automated",
    tags,
    work: options.work,
    done: () => {
      record.shape.LatestRestorableTime = new Date(state.world.clock.now());
    },
  });
}

function expire(state: RdsState, { shape }: InstanceRecord): void {
  const oldest = state.world.clock.now() - (shape.BackupRetentionPeriod ?? 0) * day;
  for (const snapshot of [...state.snapshots.values()]) {
    const { SnapshotType, DbiResourceId, SnapshotCreateTime } = snapshot.shape;
    if (SnapshotType !== "automated" || DbiResourceId !== shape.DbiResourceId) continue;
    if (SnapshotCreateTime && SnapshotCreateTime.getTime() < oldest) removeSnapshot(state, snapshot);
  }
}
