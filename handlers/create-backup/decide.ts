import type { DBInstance } from "@aws-sdk/client-rds";
import { addMinutes, minutesBetween } from "../../shared/clock.ts";
import { decideCoverage } from "../../shared/coverage.ts";
import { encodeOutcome } from "../../shared/declaration.ts";
import type { BackupRequested, Tags } from "../../shared/events/primary-events.ts";
import { backupId } from "../../shared/naming.ts";
import { type CreationTags, creationTags, type TagRules } from "../../shared/rds/creation-tags.ts";
import { isBackupable, unableBecause } from "../../shared/rds/instance-status.ts";
import { isOurs, type Snapshot } from "../../shared/rds/snapshots.ts";
import { tagKeys } from "../../shared/rds/tags.ts";
import { nextSlot, parseSchedule } from "../../shared/schedule.ts";
import type { Settings } from "../../shared/settings/schema.ts";
import { isOverdue } from "../../shared/waits.ts";

/** For how long the tags that plan-backups read are taken as they are. */
const freshMinutes = 5;
/** How long a backup is waited for when no further slot is in sight. */
const deadlineDefaultMinutes = 24 * 60;

/** What a request comes to. */
export interface BackupPlan {
  readonly backupId: string;
  readonly slot: Date;
  /** The next slot, whose own backup makes this one pointless. */
  readonly deadline: Date;
  /** Equal for requests that ask for the same backup. */
  readonly identity: string;
  /** A waited-for backup whose deadline has come is given up. */
  readonly isTooLate: boolean;
  /**
   * A slot's request that comes when the next slot is due: that one has a request of its own, and the backup of this
   * one may have been made, copied and cleaned up long ago.
   */
  readonly isOutdated: boolean;
  /** The tags to create it with; absent: the instance has to be described first. */
  readonly describedAs: Tags | undefined;
}

/** What the plan reads of the settings. */
export type RequestRules = Pick<Settings, "snapshotPrefix" | "backups">;

function toTheMinute(instant: Date): Date {
  return new Date(Math.floor(instant.getTime() / 60_000) * 60_000);
}

/** The slot after `slot`. A rate counts from the slot itself, for Scheduler starts a rate when it is created. */
function deadlineOf(slot: Date, { schedule, timeZone }: RequestRules["backups"]): Date {
  const parsed = parseSchedule(schedule);
  if (parsed.kind === "rate") return addMinutes(slot, parsed.minutes);
  return nextSlot(schedule, timeZone, slot) ?? addMinutes(slot, deadlineDefaultMinutes);
}

/**
 * Reads a request as a backup with a name and a deadline.
 *
 * The tags in the request of plan-backups are used up to 5 minutes after the slot, inclusive, and never after a wait:
 * what an instance is may have changed since.
 */
export function planBackup(request: BackupRequested, rules: RequestRules, now: Date): BackupPlan {
  const { instanceId, origin, describedAs } = request.detail;
  const slot = toTheMinute(request.detail.slot ?? request.time);
  const deadline = deadlineOf(slot, rules.backups);
  const ageMinutes = minutesBetween(request.detail.slot ?? request.time, now);
  const isFresh = request.wait === undefined && ageMinutes >= 0 && ageMinutes <= freshMinutes;
  const isPlanned = origin === "schedule";
  return {
    backupId: backupId(rules.snapshotPrefix, instanceId, slot),
    slot,
    deadline,
    identity: `${instanceId} ${slot.toISOString()}`,
    isTooLate: request.wait !== undefined && isOverdue(deadline, now),
    isOutdated: request.wait === undefined && origin !== "operator" && isOverdue(deadline, now),
    describedAs: isFresh && isPlanned ? describedAs : undefined,
  };
}

/** Whether an instance, as RDS describes it, can be backed up now. */
export type Readiness =
  | { readonly kind: "ready"; readonly instance: DBInstance }
  | { readonly kind: "gone" }
  | { readonly kind: "nothing"; readonly because: "stopped" | "deleting" }
  | { readonly kind: "wait"; readonly status: string };

/** Judges a described instance; every state that is not known to last passes, or the deadline ends the wait. */
export function decideReadiness(instance: DBInstance | undefined): Readiness {
  if (instance === undefined) return { kind: "gone" };
  const status = instance.DBInstanceStatus ?? "unknown";
  const because = unableBecause(status);
  if (because !== undefined) return { kind: "nothing", because };
  return isBackupable(status) ? { kind: "ready", instance } : { kind: "wait", status };
}

/**
 * The tags to create a backup with. An operator may have one made of an instance that nobody protects: it is marked,
 * for else such an instance would later be called no longer protected.
 */
export function backupTags(
  instance: DBInstance,
  { origin }: Pick<BackupRequested["detail"], "origin">,
  rules: TagRules & Pick<Settings, "instances">,
  now: Date,
): CreationTags {
  const { tags, dropped } = creationTags(instance, rules);
  if (origin !== "operator" || decideCoverage(instance, rules).kind === "protected") return { tags, dropped };
  // The place of an outcome is kept free on every backup.
  return { tags: [...tags, [tagKeys.outcome, encodeOutcome({ kind: "uncovered", at: now })]], dropped };
}

/** What stands behind a name that is taken already; under any but `done` the next name is tried. */
export type Existing =
  | { readonly kind: "done"; readonly because: "exists" }
  | { readonly kind: "next-name"; readonly because: "failed-before" | "name-taken" }
  | { readonly kind: "look-again"; readonly because: "not-visible-yet" };

/**
 * Judges the snapshot that has our name: done only when its tags say that it is this instance's backup. A failed
 * one may stay for long, since AWS need not delete it, and somebody else's is not ours to touch.
 */
export function decideExisting(
  snapshot: Snapshot | undefined,
  environment: string,
  instanceId: string,
): Existing {
  if (snapshot === undefined) return { kind: "look-again", because: "not-visible-yet" };
  if (!isOurs(snapshot, environment, "backup") || snapshot.instanceId !== instanceId)
    return { kind: "next-name", because: "name-taken" };
  return snapshot.status === "failed"
    ? { kind: "next-name", because: "failed-before" }
    : { kind: "done", because: "exists" };
}
