import { addMinutes } from "../clock.ts";
import { isBackupable } from "../rds/instance-status.ts";
import type { Snapshot } from "../rds/snapshots.ts";
import { latestSlot, nextSlot, parseSchedule } from "../schedule.ts";
import type { Settings } from "../settings/schema.ts";
import type { Survey } from "../survey.ts";
import { type Member, requestedAt } from "./fleet.ts";

/** A slot, and how its backups are told. */
export interface Slot {
  /** What a backup for it is named after. */
  readonly slot: Date;
  /** A backup asked for at or after this instant is one of this slot. */
  readonly since: Date;
}

/** For how long a slot's own requests are given time before anything is found missing. */
const graceMinutes = 15;
/** Two clocks of AWS may disagree by this much. */
const skewMinutes = 1;

/**
 * The slot that is running. Scheduler counts a rate from the making of the schedule, which nobody here knows: a
 * backup of the last interval and the grace is one of the slot, whatever its minute.
 */
export function runningSlot({ schedule, timeZone }: Settings["backups"], now: Date): Slot | undefined {
  const parsed = parseSchedule(schedule);
  const slot = latestSlot(schedule, timeZone, now);
  if (slot === undefined) return undefined;
  const since =
    parsed.kind === "rate" ? addMinutes(now, -parsed.minutes - graceMinutes) : addMinutes(slot, -skewMinutes);
  return { slot, since };
}

/**
 * The running slot when its backups should have been asked for by now: it is at least 15 minutes old, and the
 * next one, whose backups would serve as well, is not about to come within 15 minutes.
 */
export function dueSlot(backups: Settings["backups"], now: Date): Slot | undefined {
  const { schedule, timeZone } = backups;
  const running = runningSlot(backups, now);
  if (running === undefined || parseSchedule(schedule).kind === "rate") return running;
  const next = nextSlot(schedule, timeZone, now);
  const isNear = next !== undefined && next < addMinutes(now, graceMinutes);
  return isNear || running.slot > addMinutes(now, -graceMinutes) ? undefined : running;
}

function isOfSlot(snapshot: Snapshot, { since }: Slot): boolean {
  const at = requestedAt(snapshot);
  return snapshot.status !== "failed" && at !== undefined && at >= since;
}

/** Whether an instance has a backup, or a copy of one, for the slot. */
export function hasBackupOf({ backups, copies }: Member, slot: Slot): boolean {
  return backups.some((backup) => isOfSlot(backup, slot)) || copies.some((copy) => isOfSlot(copy, slot));
}

/** Protected instances that RDS would back up now and that have no backup for the slot. */
export function withoutBackup(fleet: readonly Member[], slot: Slot): Member[] {
  return fleet.filter((member) => isExpected(member) && !hasBackupOf(member, slot));
}

function isExpected({ state, instance }: Member): boolean {
  return state === "protected" && isBackupable(instance?.DBInstanceStatus);
}

/**
 * The due slot when the schedule itself seems not to have run: not one of the instances that could be backed up
 * has a backup for it, although there were backups before it. On the first day there were none, so nothing is missed.
 */
export function missedSlot(survey: Survey, fleet: readonly Member[], settings: Settings): Slot | undefined {
  const due = dueSlot(settings.backups, survey.now);
  if (survey.primary === undefined || settings.paused || due === undefined) return undefined;
  const expected = fleet.filter(isExpected);
  const all = [...survey.copies, ...survey.primary.backups];
  const ranBefore = all.some((snapshot) => (requestedAt(snapshot) ?? due.since) < due.since);
  const ran = fleet.some((member) => hasBackupOf(member, due));
  return expected.length > 0 && ranBefore && !ran ? due : undefined;
}
