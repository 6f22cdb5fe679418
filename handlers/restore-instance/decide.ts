import type { DBInstance } from "@aws-sdk/client-rds";
import { declarationOf, outcomeOf } from "../../shared/declaration.ts";
import type { RestoreRequested } from "../../shared/events/dr-events.ts";
import { isOurs, type Snapshot } from "../../shared/rds/snapshots.ts";
import { isRestoreOf } from "../../shared/restore/restored.ts";

/** What is asked for. */
export type RestoreRequest = RestoreRequested["detail"];

/** What a request comes to, judged by its copy. */
export type RestoreDecision =
  | { readonly kind: "restore"; readonly copy: Snapshot }
  | { readonly kind: "wait"; readonly because: "copy-not-tagged-yet" | "copy-not-available" }
  | { readonly kind: "nothing"; readonly because: "superseded" | "not-tagged" | "already-decided" }
  | {
      readonly kind: "fail";
      readonly because: "copy-gone" | "copy-not-ours" | "copy-failed";
      readonly copy?: Snapshot;
    };

/** Looks after which a copy that still does not carry the declaration never will. */
const looksMax = 3;

/** States that a copy leaves by itself. */
const unfinished = ["creating", "pending", "copying", "modifying"];

/**
 * Judges a request by the copy's own tags, which are newer than any message: a copy that another declaration
 * took over, or whose outcome is written already, is left alone.
 */
export function decideRestore(
  copy: Snapshot | undefined,
  request: RestoreRequest,
  looks: number,
  environment: string,
): RestoreDecision {
  if (copy === undefined) return { kind: "fail", because: "copy-gone" };
  if (!isOurs(copy, environment, "copy")) return { kind: "fail", because: "copy-not-ours" };
  const tagged = declarationOf(copy);
  if (tagged?.id !== request.declaration.id) {
    const isNewer = tagged !== undefined && tagged.declaredAt >= request.declaration.declaredAt;
    if (isNewer) return { kind: "nothing", because: "superseded" };
    // Tags are written before the request is sent, but reading them back may lag.
    return looks < looksMax
      ? { kind: "wait", because: "copy-not-tagged-yet" }
      : { kind: "nothing", because: "not-tagged" };
  }
  if (outcomeOf(copy).kind !== "pending") return { kind: "nothing", because: "already-decided" };
  if (copy.status === "available") return { kind: "restore", copy };
  return unfinished.includes(copy.status)
    ? { kind: "wait", because: "copy-not-available" }
    : { kind: "fail", because: "copy-failed", copy };
}

/** What stands behind a name that is taken already. */
export type ExistingDecision =
  | { readonly kind: "nothing"; readonly because: "already-there" }
  | { readonly kind: "look-again" }
  | { readonly kind: "fail"; readonly because: "name-taken" };

/** Judges the instance that has the planned name: it is the restore when its tags say so, whatever its health. */
export function decideExisting(
  instance: DBInstance | undefined,
  request: RestoreRequest,
  environment: string,
): ExistingDecision {
  if (instance === undefined) return { kind: "look-again" };
  const { declaration, instanceId, copyId } = request;
  return isRestoreOf(instance, { declarationId: declaration.id, instanceId, copyId }, environment)
    ? { kind: "nothing", because: "already-there" }
    : { kind: "fail", because: "name-taken" };
}
