import {
  copiesOf,
  declarationOf,
  isFinal,
  isMarkedRetired,
  openDeclarations,
  outcomeOf,
} from "../../shared/declaration.ts";
import type { Declaration } from "../../shared/events/dr-events.ts";
import { isOurs, isUsable, type Snapshot, takenAt, takenAtLatest } from "../../shared/rds/snapshots.ts";
import { disasterSpans, isAftermath } from "../../shared/restore/aftermath.ts";
import { restoreName } from "../../shared/restore/restore-name.ts";
import { isBroken, isRestoreOf, restoredOf } from "../../shared/restore/restored.ts";
import { tierOf } from "../../shared/tier.ts";
import { chooseName, historyOf, leaveToOther } from "./attempts.ts";
import {
  type Context,
  type LeftOut,
  leave,
  type PlannedRestore,
  type RecoveryDecision,
  type Situation,
} from "./plan.ts";

/** The instances that this environment can know about without the primary region: listed, or with copies of ours. */
export function knownInstances(
  copies: readonly Snapshot[],
  settings: Situation["settings"],
): ReadonlySet<string> {
  const copied = copies
    .filter((copy) => isOurs(copy, settings.environment, "copy"))
    .map((copy) => copy.instanceId);
  return new Set([...settings.instances.listed, ...copied]);
}

/** What an earlier delivery of this very declaration left. */
function continueOwn(copy: Snapshot, context: Context): PlannedRestore | LeftOut {
  const { instanceId } = copy;
  const tagged = declarationOf(copy);
  const restoreAs = tagged?.restoreAs ?? instanceId;
  const outcome = outcomeOf(copy);
  const { environment } = context.settings;
  const wanted = { declarationId: context.declaration.id, instanceId, copyId: copy.id };
  const there = context.instances.find(
    (one) => one.DBInstanceIdentifier === restoreAs && isRestoreOf(one, wanted, environment),
  );
  switch (outcome.kind) {
    case "pending": {
      if (there !== undefined) return leave(instanceId, "being-restored", restoreAs);
      const tier = tierOf(instanceId, copy.tags.get("tier"), context.settings);
      return {
        instanceId,
        copy,
        takenAt: takenAt(copy),
        restoreAs,
        tier,
        override: tagged?.override,
        isTagged: true,
      };
    }
    case "serving":
    case "modified":
    case "restored": {
      const isUp = there !== undefined && !isBroken(there.DBInstanceStatus ?? "unknown");
      return leave(instanceId, isUp ? "already-restored" : "gone-since", restoreAs);
    }
    case "refused":
    case "failed":
      return leave(instanceId, "failed-before", outcome.because);
    case "closed":
    case "retired":
    case "uncovered":
      return leave(instanceId, "closed-before", restoreAs);
  }
}

function newestFirst(a: Snapshot, b: Snapshot): number {
  const time = (copy: Snapshot) => takenAtLatest(copy)?.getTime() ?? Number.NEGATIVE_INFINITY;
  return time(b) - time(a) || (a.id < b.id ? 1 : -1);
}

function planInstance(instanceId: string, context: Context): PlannedRestore | LeftOut {
  const { declared, declaration, settings, enabledKeys } = context;
  const copies = context.copies.filter((copy) => copy.instanceId === instanceId).toSorted(newestFirst);
  const [own] = copiesOf(declaration.id, copies, settings.environment);
  if (own !== undefined) return continueOwn(own, context);

  const history = historyOf(instanceId, context);
  const left = leaveToOther(instanceId, history, context);
  if (left !== undefined) return left;
  if (copies.length === 0) return leave(instanceId, "no-copy");

  // A key of which nothing is known comes last: the restore will tell.
  const usable = [enabledKeys, context.untoldKeys ?? new Set<string>()].flatMap((keys) =>
    copies.filter((copy) => isUsable(copy, settings.environment, keys)),
  );
  if (usable.length === 0)
    return leave(instanceId, "no-usable-copy", `${copies[0]?.id} is ${copies[0]?.status}`);
  // Taken exactly at the limit still counts.
  const limit = declared.asOf ?? history.openSince ?? declaration.declaredAt;
  const early = usable.filter((one) => (takenAtLatest(one) ?? limit) <= limit);
  if (early.length === 0) return leave(instanceId, "no-copy-so-old", limit.toISOString());
  const spans = declared.asOf === undefined ? context.disasters.get(instanceId) : undefined;
  const copy = early.find((one) => !isAftermath(one, spans));
  if (copy === undefined) return leave(instanceId, "taken-after-disaster", early[0]?.id);

  const restoreAs = chooseName(instanceId, history, context);
  if (restoreAs === undefined)
    return leave(instanceId, "name-taken", `${instanceId} and ${restoreName(instanceId, "-dr")}`);
  const override = declared.overrides?.[instanceId];
  return {
    instanceId,
    copy,
    takenAt: takenAt(copy),
    restoreAs,
    tier: tierOf(instanceId, copy.tags.get("tier"), settings),
    override,
    isTagged: false,
  };
}

/** Copies that open declarations still follow for instances which are now restored from another copy. */
function supersededBy(restores: readonly PlannedRestore[], context: Context): Snapshot[] {
  return restores.flatMap(({ instanceId, copy }) =>
    historyOf(instanceId, context).tagged.filter((one) => one.arn !== copy.arn && !isFinal(outcomeOf(one))),
  );
}

/**
 * Plans the recovery that a declaration orders: for each instance the newest usable copy that is not newer than
 * `asOf` (default: the declaration, or the first one that is open for it), under which name, in which order.
 *
 * Nothing in it depends on when it runs, so a message that is delivered again plans the same again: copies that
 * carry this declaration's tag are kept, never chosen anew.
 */
export function decideRecovery(situation: Situation): RecoveryDecision {
  const { declared, settings } = situation;
  const id = declared.declarationId ?? situation.eventId;
  const copies = situation.copies.filter((copy) => isOurs(copy, settings.environment, "copy"));
  const restored = situation.instances.flatMap(
    (instance) => restoredOf(instance, settings.environment) ?? [],
  );
  const [firstOwn] = copiesOf(id, copies, settings.environment);
  const declaredAt = (firstOwn && declarationOf(firstOwn)?.declaredAt) ?? situation.eventTime;
  const declaration: Declaration = { id, declaredAt, mode: declared.mode };
  if (restored.some((one) => one.declaration.id === id && one.isClosed))
    return { kind: "refuse", because: "closed-before", declaration };

  const open = openDeclarations(copies, situation.instances, settings.environment).filter(
    (one) => one.id !== id,
  );
  const takenNames = new Set(situation.instances.map((instance) => instance.DBInstanceIdentifier ?? ""));
  const known = knownInstances(copies, settings);
  const disasters = disasterSpans(copies, situation.instances, settings.environment);
  const context: Context = {
    ...situation,
    copies,
    declaration,
    restored,
    open,
    takenNames,
    known,
    disasters,
  };
  const scope = [...new Set(declared.instances ?? known)].toSorted();
  const planned = scope.map((instanceId) => planInstance(instanceId, context));

  // What nobody protects any more must take neither quota nor capacity from what somebody does.
  const isRetired = ({ instanceId }: PlannedRestore) =>
    isMarkedRetired(copies.filter((copy) => copy.instanceId === instanceId).toSorted(newestFirst));
  const restores = planned
    .filter((one): one is PlannedRestore => "copy" in one)
    .toSorted((a, b) => Number(isRetired(a)) - Number(isRetired(b)) || a.tier - b.tier);
  const leftOut = planned.filter((one): one is LeftOut => "because" in one);
  const inScope = new Set(scope);
  const covering = open.filter(
    ({ id: other, instanceIds }) =>
      [...instanceIds].some((instanceId) => inScope.has(instanceId)) ||
      copiesOf(other, copies, settings.environment).some((copy) => inScope.has(copy.instanceId)),
  );
  return {
    kind: covering.length > 0 ? "already-declared" : "plan-recovery",
    declaration,
    restores,
    leftOut,
    superseded: supersededBy(restores, context),
    open: covering,
  };
}
