import { minutesBetween } from "../../shared/clock.ts";
import { declarationOf, outcomeOf } from "../../shared/declaration.ts";
import type { Snapshot } from "../../shared/rds/snapshots.ts";
import { restoreName } from "../../shared/restore/restore-name.ts";
import { isBroken, type RestoredInstance, serves } from "../../shared/restore/restored.ts";
import { type Context, type LeftOut, leave } from "./plan.ts";

/** For how long a restore that was asked for may leave no trace before another declaration takes it over, inclusive. */
export const patienceMinutes = 15;

/** What other open declarations have done about an instance. */
export interface History {
  /**
   * When the first of those that are open for this very instance was declared: what was copied later may hold what the
   * disaster did. One that is open for others only, since this instance was moved back, says nothing of its copies.
   */
  readonly openSince: Date | undefined;
  readonly tagged: readonly Snapshot[];
  readonly restored: readonly RestoredInstance[];
}

/** Looks up what other open declarations have done about an instance. */
export function historyOf(instanceId: string, { open, copies, restored }: Context): History {
  const ids = new Set(open.map(({ id }) => id));
  const tagged = copies.filter(
    (copy) => copy.instanceId === instanceId && ids.has(declarationOf(copy)?.id ?? ""),
  );
  const standing = restored.filter(
    (one) => one.instanceId === instanceId && ids.has(one.declaration.id) && !one.isClosed,
  );
  const openSince = open.find(({ instanceIds }) => instanceIds.has(instanceId))?.declaredAt;
  return { openSince, tagged, restored: standing };
}

/** An instance that an open declaration has in hand is left to it; undefined: missing or failed, so it is restored again. */
export function leaveToOther(instanceId: string, history: History, context: Context): LeftOut | undefined {
  const healthy = history.restored.find(({ status }) => !isBroken(status));
  if (healthy !== undefined) {
    const instance = context.instances.find((one) => one.DBInstanceIdentifier === healthy.id);
    const isUp = instance !== undefined && serves(instance);
    return leave(instanceId, isUp ? "already-restored" : "being-restored", healthy.id);
  }
  if (history.restored.length > 0) return undefined;
  const { declared, declaration } = context;
  const isOtherwise = declared.asOf !== undefined || declared.overrides?.[instanceId] !== undefined;
  const young = history.tagged.find((copy) => {
    const tagged = declarationOf(copy);
    const outcome = outcomeOf(copy);
    if (tagged === undefined || outcome.kind !== "pending") return false;
    // It is known to wait, so nothing of it is on its way: who declares it otherwise, as the mail advises, is heard.
    if (outcome.told !== undefined && isOtherwise) return false;
    return minutesBetween(tagged.declaredAt, declaration.declaredAt) < patienceMinutes;
  });
  return young && leave(instanceId, "being-restored", declarationOf(young)?.restoreAs);
}

/** The name to restore as: the instance's own, `-dr` when a foreign one has it, `-r2` and up for a further attempt. */
export function chooseName(
  instanceId: string,
  history: History,
  { takenNames, known }: Context,
): string | undefined {
  const isFurther = history.tagged.length > 0 || history.restored.length > 0;
  const tried = new Set(history.tagged.map((copy) => declarationOf(copy)?.restoreAs));
  const further = Array.from({ length: 8 }, (_, at) => restoreName(instanceId, `-r${at + 2}`));
  const candidates = isFurther ? further : [instanceId, restoreName(instanceId, "-dr")];
  // A protected instance may be called what another one's name becomes with a suffix.
  const isFree = (name: string) =>
    !takenNames.has(name) && !tried.has(name) && (name === instanceId || !known.has(name));
  return candidates.find(isFree);
}
