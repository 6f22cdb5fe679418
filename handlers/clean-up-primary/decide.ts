import { outcomeOf } from "../../shared/declaration.ts";
import { type Doubt, proveAlone, proveCopy } from "../../shared/proof.ts";
import type { KeyState } from "../../shared/rds/keys.ts";
import { isOurs, type Snapshot, takenAt } from "../../shared/rds/snapshots.ts";
import { tagKeys } from "../../shared/rds/tags.ts";

/** What a copy's present state allows. */
export type CopyState =
  | { readonly kind: "complete"; readonly copy: Snapshot; readonly sourceArn: string }
  | { readonly kind: "wait"; readonly because: "not-available-yet" }
  | { readonly kind: "nothing"; readonly because: "copy-gone" | "copy-failed" }
  | { readonly kind: "ignore"; readonly because: "not-ours" | "no-source" };

/** Judges a copy by itself: ours, complete, and made from a snapshot of another region. */
export function decideCopyState(copy: Snapshot | undefined, environment: string): CopyState {
  if (copy === undefined) return { kind: "nothing", because: "copy-gone" };
  if (!isOurs(copy, environment, "copy")) return { kind: "ignore", because: "not-ours" };
  if (copy.status === "failed") return { kind: "nothing", because: "copy-failed" };
  if (copy.status !== "available") return { kind: "wait", because: "not-available-yet" };
  // RDS sets it on every copy from another region; without it there is no backup to be found.
  return copy.sourceArn === undefined
    ? { kind: "ignore", because: "no-source" }
    : { kind: "complete", copy, sourceArn: copy.sourceArn };
}

/** Whether clean-up goes on before the primary is asked anything. */
export type Gate =
  | { readonly kind: "go" }
  | { readonly kind: "rest"; readonly because: "declaration-open" }
  | { readonly kind: "refuse"; readonly because: "key-not-usable" | "other-key" };

/**
 * Whether a copy serves a disaster declaration that is not closed. The third word of the tag is the declaration's
 * mode; a drill never touches what protects the primary.
 */
function isServingDisaster(copy: Snapshot): boolean {
  const declaration = copy.tags.get(tagKeys.declaration);
  if (declaration === undefined || declaration.split(" ")[2] === "drill") return false;
  return !["closed", "failed", "retired"].includes(outcomeOf(copy).kind);
}

/**
 * Rests while any copy of the instance serves a declared disaster, also one that was taken later, and refuses a
 * copy that is not under the current DR key, or whose key cannot be used now: such a copy may not be restorable.
 */
export function decideGate(copy: Snapshot, key: KeyState, copiesOfInstance: readonly Snapshot[]): Gate {
  if ([copy, ...copiesOfInstance].some(isServingDisaster))
    return { kind: "rest", because: "declaration-open" };
  if (!key.enabled) return { kind: "refuse", because: "key-not-usable" };
  if (!copy.encrypted || copy.kmsKeyArn !== key.arn) return { kind: "refuse", because: "other-key" };
  return { kind: "go" };
}

/** What happens to a backup in the primary region. */
export type CleanUp =
  | { readonly kind: "delete"; readonly backupId: string; readonly because: "copy-proven" | "superseded" }
  | { readonly kind: "done"; readonly because: "backup-gone" }
  | { readonly kind: "ignore"; readonly because: "backup-not-ours" }
  | { readonly kind: "refuse"; readonly because: Doubt | "not-older" };

/** Decides about the backup that a copy was made from: deleted only when the copy is proven to stand in for it. */
export function decideCleanUp(
  copy: Snapshot,
  backup: Snapshot | undefined,
  environment: string,
  keyArn: string,
): CleanUp {
  if (backup === undefined) return { kind: "done", because: "backup-gone" };
  if (!isOurs(backup, environment, "backup")) return { kind: "ignore", because: "backup-not-ours" };
  const proof = proveCopy(copy, backup, environment, keyArn);
  if (proof.kind === "refused") return { kind: "refuse", because: proof.because };
  return { kind: "delete", backupId: backup.id, because: "copy-proven" };
}

/**
 * Decides about a backup that a newer proven copy of its instance supersedes, though it has no copy of its own.
 *
 * @example a proven copy of orders from 2026-03-02T02:00Z supersedes the backup of 2026-03-01T02:00Z,
 *          not one of 2026-03-02T02:00Z itself
 */
export function decideSuperseded(
  copy: Snapshot,
  backup: Snapshot | undefined,
  environment: string,
  keyArn: string,
): CleanUp {
  if (backup === undefined) return { kind: "done", because: "backup-gone" };
  if (!isOurs(backup, environment, "backup")) return { kind: "ignore", because: "backup-not-ours" };
  const proof = proveAlone(copy, environment, keyArn);
  if (proof.kind === "refused") return { kind: "refuse", because: proof.because };
  if (copy.instanceId !== backup.instanceId) return { kind: "refuse", because: "other-instance" };
  const backupAt = backup.originalCreatedAt ?? takenAt(backup);
  // A time that RDS does not tell proves nothing.
  const isOlder =
    copy.originalCreatedAt !== undefined && backupAt !== undefined && backupAt < copy.originalCreatedAt;
  return isOlder
    ? { kind: "delete", backupId: backup.id, because: "superseded" }
    : { kind: "refuse", because: "not-older" };
}
