import { addMinutes } from "../../shared/clock.ts";
import { inKeepingOrder } from "../../shared/rds/creation-tags.ts";
import { isDefaultGroup } from "../../shared/rds/description.ts";
import { isOurs, type Snapshot, takenAt } from "../../shared/rds/snapshots.ts";
import { type TagMap, tagKeys, tagsMaxAtCreation } from "../../shared/rds/tags.ts";
import type { Settings } from "../../shared/settings/schema.ts";
import type { ParkedBackup } from "./parked.ts";

/** What becomes of the option group of a backup in the DR region. */
export type OptionGroup =
  | { readonly kind: "default" }
  | { readonly kind: "mapped"; readonly from: string; readonly to: string }
  /** Copied without it all the same: data in the DR region is worth more than options, unless AWS refuses. */
  | { readonly kind: "unmapped"; readonly from: string };

/** Tags as pairs of key and value. */
type CopyTags = readonly (readonly [string, string])[];

/** Whether a backup is copied, and how. */
export type CopyDecision =
  | {
      readonly kind: "copy";
      readonly backup: Snapshot;
      readonly tags: CopyTags;
      /** Keys of tags that had no room on the copy. */
      readonly dropped: readonly string[];
      readonly optionGroup: OptionGroup;
    }
  | { readonly kind: "nothing"; readonly because: "gone" }
  | { readonly kind: "ignore"; readonly because: "not-ours" | "not-available-yet" | "failed" };

/** What copying reads of the settings. */
export type CopyRules = Pick<Settings, "environment" | "instances" | "optionGroups">;

function decideOptionGroup(name: string | undefined, { optionGroups }: CopyRules): OptionGroup {
  if (name === undefined || isDefaultGroup(name)) return { kind: "default" };
  const to = optionGroups[name];
  return to === undefined ? { kind: "unmapped", from: name } : { kind: "mapped", from: name, to };
}

/**
 * The tags of a copy: its backup's, as a `copy`, without what AWS reserves and would refuse. As many as leave room
 * for what a declaration writes: others may have put tags of theirs on the backup, and they go first.
 *
 * Always given, never CopyTags: that fails on backups with tags of AWS's own.
 */
function copyTags(tags: TagMap, rules: CopyRules): { tags: [string, string][]; dropped: string[] } {
  const reserved = /^(aws:|rds:)/;
  const kept = [...tags].filter(([key, value]) => !reserved.test(key) && !reserved.test(value));
  const isOwn = ([key]: [string, string]) => key.startsWith("rds-dr:");
  const others = kept.filter((tag) => !isOwn(tag));
  const inOrder = [...kept.filter(isOwn), ...inKeepingOrder(others, rules)];
  // An outcome that is there already stands in the place that is kept for one.
  const room = tagsMaxAtCreation + (tags.has(tagKeys.outcome) ? 1 : 0);
  return {
    tags: inOrder.slice(0, room).map(([key, value]) => (key === tagKeys.kind ? [key, "copy"] : [key, value])),
    dropped: inOrder.slice(room).map(([key]) => key),
  };
}

/** The tags with the time at which the copy is asked for behind that of its backup: a copy that is stuck is told by it. */
export function withRequestTime(tags: CopyTags, now: Date): CopyTags {
  return tags.map(([key, value]) =>
    key === tagKeys.requestedAt ? [key, `${value} ${now.toISOString()}`] : [key, value],
  );
}

/** Decides about one backup, as it stands in the primary region. */
export function decideCopy(backup: Snapshot | undefined, rules: CopyRules): CopyDecision {
  if (backup === undefined) return { kind: "nothing", because: "gone" };
  if (!isOurs(backup, rules.environment, "backup")) return { kind: "ignore", because: "not-ours" };
  if (backup.status === "failed") return { kind: "ignore", because: "failed" };
  if (backup.status !== "available") return { kind: "ignore", because: "not-available-yet" };
  return {
    kind: "copy",
    backup,
    ...copyTags(backup.tags, rules),
    optionGroup: decideOptionGroup(backup.optionGroup, rules),
  };
}

/**
 * Whether a snapshot that has the copy's name is the copy of this very backup. A failed one is not, and one of
 * another original time is a copy of an earlier backup of the same name.
 */
export function isCopyOf(existing: Snapshot, backup: Snapshot, environment: string): boolean {
  const times = [existing.originalCreatedAt?.getTime(), backup.originalCreatedAt?.getTime()];
  const sameTime = times.includes(undefined) || times[0] === times[1];
  return (
    isOurs(existing, environment, "copy") &&
    existing.sourceArn === backup.arn &&
    existing.status !== "failed" &&
    sameTime
  );
}

/** What the parked backups come to: one to copy next, and those that nobody needs any more. */
export interface ParkedChoice {
  readonly next: ParkedBackup | undefined;
  readonly expired: readonly ParkedBackup[];
}

function retentionDaysOf(instanceId: string, settings: Pick<Settings, "retention" | "overrides">): number {
  return settings.overrides[instanceId]?.retentionDays ?? settings.retention.days;
}

/**
 * Chooses the parked backup to copy next: of the instance with the oldest debt, meaning the oldest parked backup,
 * the newest backup, because that one pays the whole debt.
 *
 * A backup as old as retention would be pruned as soon as it was copied, so it is dropped.
 *
 * @example with orders at 02:00 and 08:00 and billing at 05:00 parked, the next is orders at 08:00
 */
export function chooseParked(
  parked: readonly ParkedBackup[],
  settings: Pick<Settings, "retention" | "overrides">,
  now: Date,
): ParkedChoice {
  const isExpired = ({ instanceId, takenAt: at }: ParkedBackup) =>
    addMinutes(at, retentionDaysOf(instanceId, settings) * 1440) <= now;
  const byAge = parked
    .filter((one) => !isExpired(one))
    .toSorted((a, b) => a.takenAt.getTime() - b.takenAt.getTime() || (a.backupId < b.backupId ? -1 : 1));
  const debtor = byAge[0]?.instanceId;
  return {
    next: byAge.findLast(({ instanceId }) => instanceId === debtor),
    expired: parked.filter(isExpired),
  };
}

/** Whether a parked backup still has to be copied, judged by its instance's copies in the DR region. */
export type ParkedDecision =
  | { readonly kind: "copy" }
  | { readonly kind: "drop"; readonly because: "copied-already" | "superseded" };

/**
 * Decides about a parked backup. An available newer copy of ours supersedes it; the key is not asked for, since
 * dropping deletes nothing: the backup stays, and the reconciler, which knows the key, asks for it again.
 */
export function decideParked(
  parked: ParkedBackup,
  copies: readonly Snapshot[],
  environment: string,
): ParkedDecision {
  const ours = copies.filter(
    (copy) => isOurs(copy, environment, "copy") && copy.instanceId === parked.instanceId,
  );
  if (ours.some((copy) => copy.sourceArn === parked.backupArn && copy.status !== "failed")) {
    return { kind: "drop", because: "copied-already" };
  }
  const isNewer = (copy: Snapshot) => (takenAt(copy)?.getTime() ?? 0) > parked.takenAt.getTime();
  const superseded = ours.some(
    (copy) => copy.status === "available" && copy.sourceArn !== undefined && isNewer(copy),
  );
  return superseded ? { kind: "drop", because: "superseded" } : { kind: "copy" };
}
