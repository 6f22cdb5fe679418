import { isOurs, type Snapshot } from "./rds/snapshots.ts";

/** Why a copy does not prove that its backup can go. */
export type Doubt =
  | "not-available"
  | "not-ours"
  | "other-key"
  | "no-source"
  | "other-source"
  | "other-instance"
  | "other-original-time"
  | "other-engine"
  | "other-size";

/** Whether a copy stands in for its backup. */
export type Proof = { readonly kind: "proven" } | { readonly kind: "refused"; readonly because: Doubt };

const refused = (because: Doubt): Proof => ({ kind: "refused", because });

/**
 * Proves a copy as far as the DR region alone can tell: available, ours, under the current DR key, and made from
 * a snapshot of another region.
 */
export function proveAlone(copy: Snapshot, environment: string, currentKeyArn: string): Proof {
  if (!isOurs(copy, environment, "copy")) return refused("not-ours");
  if (copy.status !== "available") return refused("not-available");
  if (!copy.encrypted || copy.kmsKeyArn !== currentKeyArn) return refused("other-key");
  return copy.sourceArn === undefined ? refused("no-source") : { kind: "proven" };
}

/** Whether a copy is proven as far as the DR region alone can tell. What deletes its backup asks `proveCopy`. */
export function isProven(copy: Snapshot, environment: string, currentKeyArn: string): boolean {
  return proveAlone(copy, environment, currentKeyArn).kind === "proven";
}

/**
 * Proves that a copy stands in for this very backup: source ARN, instance, original time, engine and size agree.
 * A time that RDS does not tell proves nothing.
 */
export function proveCopy(
  copy: Snapshot,
  backup: Snapshot,
  environment: string,
  currentKeyArn: string,
): Proof {
  const alone = proveAlone(copy, environment, currentKeyArn);
  if (alone.kind === "refused") return alone;
  if (copy.sourceArn !== backup.arn) return refused("other-source");
  if (copy.instanceId !== backup.instanceId) return refused("other-instance");
  if (
    copy.originalCreatedAt === undefined ||
    copy.originalCreatedAt.getTime() !== backup.originalCreatedAt?.getTime()
  ) {
    return refused("other-original-time");
  }
  if (copy.engine !== backup.engine) return refused("other-engine");
  if (copy.gib !== backup.gib) return refused("other-size");
  return { kind: "proven" };
}
