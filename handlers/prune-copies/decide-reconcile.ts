/**
 * What the hourly look finds stuck, and the event or deletion that sets it going again. RDS events are best
 * effort by AWS's own word, so each of these happens in ordinary weeks. Letters as in docs/choreography.md.
 */
import { addMinutes } from "../../shared/clock.ts";
import {
  declarationOf,
  isUnfinished,
  newestProtected,
  openDeclarations,
  outcomeOf,
} from "../../shared/declaration.ts";
import type { Declaration } from "../../shared/events/dr-events.ts";
import { isProven } from "../../shared/proof.ts";
import { type Snapshot, takenAt } from "../../shared/rds/snapshots.ts";
import { isHeld } from "../../shared/retention.ts";
import type { Settings } from "../../shared/settings/schema.ts";
import { isCopyOf, isInProgress, type Member, rpoMinutesOf, tierOf } from "../../shared/survey/fleet.ts";
import { wouldBePruned } from "../../shared/survey/pruning.ts";
import { dueSlot, withoutBackup } from "../../shared/survey/slot.ts";
import type { Survey } from "../../shared/survey.ts";

/** One thing to set right, with the finding that asks for it. */
export type Reconciliation =
  | {
      readonly kind: "request-backup";
      readonly because: "slot-without-backup";
      readonly instanceId: string;
      readonly slot: Date;
    }
  | {
      readonly kind: "delete-failed-backup";
      readonly because: "backup-failed";
      readonly backup: Snapshot;
      /** Its slot has no other backup, and this run asks for one. */
      readonly isAskedAgain: boolean;
    }
  | { readonly kind: "request-copy"; readonly because: "backup-without-copy"; readonly backup: Snapshot }
  | {
      readonly kind: "request-clean-up";
      readonly because: "superseded" | "backup-still-there";
      readonly copyId: string;
      readonly backupId: string;
    }
  | {
      readonly kind: "resume-recovery";
      readonly because: "declaration-unfinished";
      readonly declaration: Declaration;
    }
  | {
      readonly kind: "mark-retired";
      readonly because: "gone" | "not-covered";
      readonly instanceId: string;
      readonly copy: Snapshot;
    };

type Of<Kind extends Reconciliation["kind"]> = Extract<Reconciliation, { kind: Kind }>;

/** For how long a backup's or copy's own event is awaited before it counts as lost. */
const eventGraceMinutes = 10;

/** (e) Failed copies of ours, to be deleted; their backups are copied again afterwards. */
export function decideFailedCopies({ copies, now }: Survey): Snapshot[] {
  return copies.filter((copy) => copy.status === "failed" && !isHeld(copy, now));
}

/** Everything else, in the order in which it is to be done. */
export function decideReconciliation(
  survey: Survey,
  fleet: readonly Member[],
  settings: Settings,
): Reconciliation[] {
  const recoveries = resumeRecoveries(survey, settings);
  if (survey.primary === undefined) return recoveries;
  const missing = missingBackups(survey, fleet, settings);
  return [
    ...recoveries,
    ...missing,
    ...failedBackups(survey.primary.backups, new Set(missing.map(({ instanceId }) => instanceId))),
    ...missingCopies(survey, fleet, settings),
    ...cleanUps(survey, fleet, settings),
    ...retirements(fleet),
  ];
}

/** (h) Declarations that finish-restore still has to see through. */
function resumeRecoveries({ copies }: Survey, { environment }: Settings): Of<"resume-recovery">[] {
  return openDeclarations(copies, [], environment).map(({ id, declaredAt, mode }) => ({
    kind: "resume-recovery",
    because: "declaration-unfinished",
    declaration: { id, declaredAt, mode },
  }));
}

/** (a) Instances without a backup for the slot that is due. */
function missingBackups(
  survey: Survey,
  fleet: readonly Member[],
  settings: Settings,
): Of<"request-backup">[] {
  const due = dueSlot(settings.backups, survey.now);
  if (settings.paused || due === undefined) return [];
  return withoutBackup(fleet, due).map(({ id }) => ({
    kind: "request-backup",
    because: "slot-without-backup",
    instanceId: id,
    slot: due.slot,
  }));
}

/** (b) Backups that failed: of no use. `askedAgain` are the instances that this run asks a backup of. */
function failedBackups(
  backups: readonly Snapshot[],
  askedAgain: ReadonlySet<string>,
): Of<"delete-failed-backup">[] {
  const failed = backups.filter(({ status }) => status === "failed");
  return failed.map((backup) => ({
    kind: "delete-failed-backup",
    because: "backup-failed",
    backup,
    isAskedAgain: askedAgain.has(backup.instanceId),
  }));
}

/** Whether a snapshot is complete for so long that its own event should have come. */
function isSettled({ status, createdAt }: Snapshot, now: Date): boolean {
  return (
    status === "available" && createdAt !== undefined && createdAt <= addMinutes(now, -eventGraceMinutes)
  );
}

/** How many minutes a member is beyond its RPO, or short of it; without a recovery point beyond all others. */
function debtMinutes({ id, newest }: Member, settings: Settings, now: Date): number {
  const at = newest === undefined ? undefined : takenAt(newest);
  return at === undefined
    ? Number.POSITIVE_INFINITY
    : (now.getTime() - at.getTime()) / 60_000 - rpoMinutesOf(id, settings);
}

/** Whether a backup is from before a copy, by the time that clean-up compares. */
function isOlder(backup: Snapshot, copy: Snapshot): boolean {
  const [before, after] = [backup.originalCreatedAt, copy.originalCreatedAt];
  return before !== undefined && after !== undefined && before < after;
}

/**
 * The member's newest complete backup, when neither it nor a newer one is copied or on its way to be, and a copy of it
 * would last.
 */
function uncopied(member: Member, survey: Survey, settings: Settings): Snapshot | undefined {
  const newest = member.backups.find(({ status }) => status === "available");
  if (newest === undefined || !isSettled(newest, survey.now)) return undefined;
  const isServed = member.copies.some(
    (copy) => copy.status !== "failed" && (isCopyOf(copy, newest) || isOlder(newest, copy)),
  );
  return isServed || wouldBePruned(newest, member, survey, settings) ? undefined : newest;
}

/**
 * (c) Backups without a copy: the newest of each instance, the instance furthest beyond its RPO first, as many as
 * there are free copy slots. Older backups follow as superseded, without a copy of their own.
 */
function missingCopies(survey: Survey, fleet: readonly Member[], settings: Settings): Of<"request-copy">[] {
  // Under a key that cannot be used each copy would be refused; the standing condition says so once.
  if (!survey.key.enabled) return [];
  const free = Math.max(0, settings.quotas.dr.copiesInProgress - survey.copiesInProgress);
  const waiting = fleet.flatMap((member) => {
    const backup = uncopied(member, survey, settings);
    return backup === undefined ? [] : [{ member, backup, debt: debtMinutes(member, settings, survey.now) }];
  });
  const inOrder = waiting.sort((a, b) =>
    a.debt === b.debt ? tierOf(a.member, settings) - tierOf(b.member, settings) : b.debt > a.debt ? 1 : -1,
  );
  return inOrder
    .slice(0, free)
    .map(({ backup }) => ({ kind: "request-copy", because: "backup-without-copy", backup }));
}

/** (d), (g) Backups that nothing needs any more. Rests while a declaration is open for the instance. */
function cleanUps(survey: Survey, fleet: readonly Member[], settings: Settings): Of<"request-clean-up">[] {
  // Clean-up never leans on a copy that serves a declared disaster.
  const isProof = (copy: Snapshot) =>
    isProven(copy, settings.environment, survey.key.arn) && declarationOf(copy)?.mode !== "disaster";
  return fleet
    .filter(({ open }) => open === undefined)
    .flatMap((member) => {
      const proven = member.copies.filter(isProof);
      return member.backups.flatMap((backup) => cleanUpOf(backup, member, proven, survey.now));
    });
}

function cleanUpOf(
  backup: Snapshot,
  member: Member,
  proven: readonly Snapshot[],
  now: Date,
): Of<"request-clean-up">[] {
  if (backup.status !== "available") return [];
  const own = proven.find((copy) => isCopyOf(copy, backup));
  if (own !== undefined) {
    return isSettled(own, now)
      ? [{ kind: "request-clean-up", because: "backup-still-there", copyId: own.id, backupId: backup.id }]
      : [];
  }
  // Deleting a backup while it is being copied would end the copy.
  if (member.copies.some((copy) => isCopyOf(copy, backup) && isInProgress(copy))) return [];
  const newer = proven.find((copy) => isOlder(backup, copy));
  return newer === undefined
    ? []
    : [{ kind: "request-clean-up", because: "superseded", copyId: newer.id, backupId: backup.id }];
}

/** Instances that have just left the fleet: marked, so that people are told once. */
function retirements(fleet: readonly Member[]): Of<"mark-retired">[] {
  return fleet.flatMap(({ id, state, instance, copies, open }) => {
    const newest = newestProtected(copies);
    if (state !== "retired" || newest === undefined || outcomeOf(newest).kind === "retired") return [];
    // The mark would overwrite what a declaration has come to; the instance is told once that is over.
    if (open !== undefined || isUnfinished(newest)) return [];
    const because = instance === undefined ? "gone" : "not-covered";
    return [{ kind: "mark-retired", because, instanceId: id, copy: newest }];
  });
}
