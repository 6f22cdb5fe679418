import { minutesBetween } from "./clock.ts";
import { isBackupable, isBusy, isStopped } from "./rds/instance-status.ts";

/** Whether an instance's newest recovery point is as young as its RPO asks; `held` = not the time to judge. */
export type ObjectiveDecision =
  | { readonly kind: "met"; readonly ageMinutes: number }
  | { readonly kind: "missed"; readonly because: "too-old"; readonly ageMinutes: number }
  | { readonly kind: "missed"; readonly because: "no-recovery-point" }
  | {
      readonly kind: "held";
      readonly because:
        | "retired"
        | "declared"
        | "not-running"
        | "first-copy-under-way"
        | "busy"
        | "first-backup-due";
    };

/** What is known of an instance when its objective is judged. */
export interface ObjectiveFacts {
  readonly rpoMinutes: number;
  /** The primary answered, and the instance is gone or no longer covered. */
  readonly retired: boolean;
  /** A disaster declaration is open for it: it runs, or soon will, in the DR region. */
  readonly declared: boolean;
  /** When the newest usable copy was taken. */
  readonly newestTakenAt?: Date | undefined;
  /** When the oldest backup or copy that is still under way was asked for. */
  readonly underWaySince?: Date | undefined;
  /** DBInstanceStatus in the primary region; absent when the primary does not answer. */
  readonly status?: string | undefined;
  /** Since when it is stopped, as far as known. */
  readonly stoppedAt?: Date | undefined;
  /** Backups are not being made on purpose. */
  readonly paused: boolean;
}

/**
 * Judges the RPO of one instance by the age of its newest usable copy; exactly on the objective is met.
 *
 * With an RPO of 1,800 minutes and a copy taken on the 1st at 02:00, the objective is met until the 2nd at
 * 08:00 and missed a millisecond later. An instance that never had a copy is not yet late while its first
 * backup or copy is under way for at most the RPO.
 */
export function decideObjective(facts: ObjectiveFacts, now: Date): ObjectiveDecision {
  const { rpoMinutes, newestTakenAt, underWaySince, status, stoppedAt } = facts;
  if (facts.retired) return { kind: "held", because: "retired" };
  if (facts.declared) return { kind: "held", because: "declared" };

  if (newestTakenAt !== undefined) {
    const ageMinutes = minutesBetween(newestTakenAt, now);
    if (ageMinutes <= rpoMinutes) return { kind: "met", ageMinutes };
    // Nothing was written since: the old copy is as good as a new one.
    if (isStopped(status) && stoppedAt !== undefined && stoppedAt <= newestTakenAt)
      return { kind: "held", because: "not-running" };
    return { kind: "missed", because: "too-old", ageMinutes };
  }

  if (isStopped(status)) return { kind: "held", because: "not-running" };
  if (underWaySince !== undefined) {
    if (minutesBetween(underWaySince, now) <= rpoMinutes)
      return { kind: "held", because: "first-copy-under-way" };
    return { kind: "missed", because: "no-recovery-point" };
  }
  if (isBusy(status)) return { kind: "held", because: "busy" };
  // Just deployed, tagged or started: the reconciler asks for its backup in this very run, and a backup that
  // cannot be made is announced by create-backup.
  if (isBackupable(status) && !facts.paused) return { kind: "held", because: "first-backup-due" };
  return { kind: "missed", because: "no-recovery-point" };
}
