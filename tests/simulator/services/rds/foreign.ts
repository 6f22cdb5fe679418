import { numberKnob } from "../../knobs.ts";
import { reading } from "./facts.ts";
import { removeSnapshot, takeSnapshot } from "./snapshots.ts";
import { holdsSnapshot, type InstanceRecord, nth, type RdsState } from "./state.ts";

const day = 24 * 3_600_000;

/** People's reasons, as they name what they take; one is a near miss of what a tool would write, one AWS Backup's. */
const reasons = ["before-migration", "manual", "test", "lambda-dr-snapshot", "awsbackup:job"] as const;

/** From now on, other people take manual snapshots of the region's instances, and delete them days later. */
export function letPeopleTakeSnapshots(state: RdsState): void {
  const perDay = numberKnob(state.world.knobs, "foreignSnapshots");
  if (perDay === 0 || nth(state, "foreign-snapshots") > 1) return;
  planDay(state, state.world.clock.now());
}

function planDay(state: RdsState, from: number): void {
  const { world, region } = state;
  const perDay = Math.floor(numberKnob(world.knobs, "foreignSnapshots"));
  for (let index = 0; index < perDay; index += 1) {
    const at = from + Math.floor(day * world.random("foreign-time", region.name, from, index));
    world.clock.at(at, "somebody takes a snapshot", () => takeOne(state, from, index));
  }
  world.clock.at(from + day, "another day of other people", () => planDay(state, from + day));
}

function takeOne(state: RdsState, from: number, index: number): void {
  const { world, region } = state;
  const ready = [...state.instances.values()].filter(isReady);
  const drawn = world.random("foreign-instance", region.name, from, index);
  const instance = ready[Math.floor(drawn * ready.length)];
  if (region.lost || instance === undefined) return;
  const reason =
    reasons[Math.floor(world.random("foreign-reason", region.name, from, index) * reasons.length)];
  const stamp = new Date(world.clock.now()).toISOString().slice(0, 10);
  const id = `${reason}-${instance.shape.DBInstanceIdentifier}-${stamp}-${index}`;
  if (state.snapshots.has(id)) return;
  const ofBackup = reason === "awsbackup:job";
  const record = takeSnapshot(state, instance, {
    id,
    type: ofBackup ? "awsbackup" : "manual",
    untold: ofBackup && reading(world, "awsBackupEvents") === "none",
    tags: [{ Key: "owner", Value: "people" }],
  });
  const kept = day * (2 + 5 * world.random("foreign-kept", region.name, from, index));
  world.clock.after(Math.round(kept), `somebody deletes ${id}`, () => {
    if (!region.lost && holdsSnapshot(state, record)) removeSnapshot(state, record);
  });
}

function isReady({ shape }: InstanceRecord): boolean {
  return shape.DBInstanceStatus === "available" && !shape.DBClusterIdentifier;
}
