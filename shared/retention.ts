import { isUnfinished } from "./declaration.ts";
import { isOurs, isUsable, type Snapshot, takenAt } from "./rds/snapshots.ts";
import { tagKeys } from "./rds/tags.ts";
import { type DisasterSpan, isAftermath } from "./restore/aftermath.ts";

/** How long copies of one instance are kept. */
export interface RetentionPolicy {
  readonly days: number;
  readonly minimumCopies: number;
}

/** What stands between a copy and its deletion besides its age. */
export interface RetentionGuards {
  readonly environment: string;
  readonly enabledKeys: ReadonlySet<string>;
  /** When the disaster declaration that is open for this instance was made. */
  readonly openSince?: Date | undefined;
  /** When disaster declarations were open for it: what was taken meanwhile is none of the newest that are kept. */
  readonly disasters?: readonly DisasterSpan[] | undefined;
}

/** What becomes of one copy, with the rule that decided it. */
export type RetentionDecision =
  | {
      readonly kind: "keep";
      readonly because: "not-available" | "within-retention" | "among-newest" | "held" | "declaration-open";
      readonly copy: Snapshot;
    }
  | { readonly kind: "delete"; readonly because: "expired"; readonly copy: Snapshot };

const millisecondsPerDay = 86_400_000;

/** The instant that retention counts from: it survives copying, as SnapshotCreateTime does not. */
function bornAt(copy: Snapshot): Date | undefined {
  return copy.originalCreatedAt ?? takenAt(copy);
}

function newestFirst(a: Snapshot, b: Snapshot): number {
  return (bornAt(b)?.getTime() ?? 0) - (bornAt(a)?.getTime() ?? 0) || (a.id < b.id ? 1 : -1);
}

const isoDate = /^(\d{4}-\d{2}-\d{2})(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?$/;

/** The instant of an ISO date. `Date.parse` alone takes "audit-7" for 2001 and February 31 for March 3. */
function instantOf(text: string): number {
  const day = isoDate.exec(text)?.[1];
  if (day === undefined) return Number.NaN;
  const parsed = new Date(day);
  const exists = !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(day);
  return exists ? Date.parse(text) : Number.NaN;
}

/**
 * Whether somebody holds a copy by the tag `rds-dr:hold`: empty or `true` for ever, an ISO date until that
 * instant. What cannot be read holds for ever, for that is the harmless reading.
 */
export function isHeld(copy: Snapshot, now: Date): boolean {
  const hold = copy.tags.get(tagKeys.hold);
  if (hold === undefined) return false;
  const until = instantOf(hold);
  return Number.isNaN(until) || now.getTime() < until;
}

/**
 * Sorts the copies of one instance into those to keep and those to delete, newest first. Only ours are
 * looked at. A copy that is exactly `days` old is kept. The newest `minimumCopies` usable ones are kept
 * whatever their age, also when newer ones are being created or have failed; so are the newest
 * `minimumCopies` available ones, since a key that is disabled today may be enabled tomorrow.
 *
 * With `days: 3, minimumCopies: 2` on the 10th, of copies of the 1st, 5th, 6th and 7th: the 7th is kept
 * (exactly 3 days old), the 6th is kept (among the newest two), the 5th and the 1st are deleted.
 */
export function decideRetention(
  copies: readonly Snapshot[],
  policy: RetentionPolicy,
  guards: RetentionGuards,
  now: Date,
): RetentionDecision[] {
  const ours = copies.filter((copy) => isOurs(copy, guards.environment, "copy")).sort(newestFirst);
  const available = ours.filter(
    (copy) => copy.status === "available" && !isAftermath(copy, guards.disasters),
  );
  const usable = available.filter((copy) => isUsable(copy, guards.environment, guards.enabledKeys));
  const newest = new Set([
    ...usable.slice(0, policy.minimumCopies),
    ...available.slice(0, policy.minimumCopies),
  ]);

  return ours.map((copy) => {
    const born = bornAt(copy);
    if (copy.status !== "available" || born === undefined)
      return { kind: "keep", because: "not-available", copy };
    if (now.getTime() - born.getTime() <= policy.days * millisecondsPerDay)
      return { kind: "keep", because: "within-retention", copy };
    if (newest.has(copy)) return { kind: "keep", because: "among-newest", copy };
    if (isHeld(copy, now)) return { kind: "keep", because: "held", copy };
    const declared =
      guards.openSince !== undefined && (born <= guards.openSince || copy.tags.has(tagKeys.declaration));
    if (declared || isUnfinished(copy)) return { kind: "keep", because: "declaration-open", copy };
    return { kind: "delete", because: "expired", copy };
  });
}

/**
 * Whether a copy was held or declared, or its declaration came to an end, after it was judged. The judgement is old
 * then, and whoever wanted to delete it judges it anew in the next run.
 */
export function isMarkedSince(judged: Snapshot, present: Snapshot): boolean {
  const marks = [tagKeys.hold, tagKeys.declaration, tagKeys.outcome];
  return marks.some((key) => judged.tags.get(key) !== present.tags.get(key));
}
