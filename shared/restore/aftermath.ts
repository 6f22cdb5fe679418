/**
 * Copies that were taken while a disaster declaration was open: the old primary came back and went on by itself,
 * beside the instance that runs in the DR region. They are no recovery points unless somebody asks for them.
 *
 * No mark is needed for it, since the declaration's own tags tell the time. When its instance is deleted and its
 * copies are gone, nothing runs beside the primary any more, and its copies are recovery points again.
 */
import type { DBInstance } from "@aws-sdk/client-rds";
import { declarationOf, isFinal, outcomeOf } from "../declaration.ts";
import { isOurs, type Snapshot, takenAt, takenAtLatest } from "../rds/snapshots.ts";
import { restoredOf } from "./restored.ts";

/** For how long a disaster declaration was open for an instance; without an end it still is. */
export interface DisasterSpan {
  readonly instanceId: string;
  readonly from: Date;
  readonly to: Date | undefined;
}

function spanOfCopy(copy: Snapshot): DisasterSpan[] {
  const tagged = declarationOf(copy);
  if (tagged?.mode !== "disaster") return [];
  const outcome = outcomeOf(copy);
  const span = { instanceId: copy.instanceId, from: tagged.declaredAt };
  if (!isFinal(outcome)) return [{ ...span, to: undefined }];
  return outcome.kind === "closed" && outcome.at !== undefined ? [{ ...span, to: outcome.at }] : [];
}

/** All that the tags of this region tell of disasters, open and closed, by protected instance. */
export function disasterSpans(
  copies: readonly Snapshot[],
  instances: readonly DBInstance[],
  environment: string,
): ReadonlyMap<string, readonly DisasterSpan[]> {
  const ofCopies = copies.filter((copy) => isOurs(copy, environment, "copy")).flatMap(spanOfCopy);
  const ofInstances = instances.flatMap((instance) => {
    const restored = restoredOf(instance, environment);
    if (restored?.declaration.mode !== "disaster") return [];
    const { instanceId, declaration, closedAt } = restored;
    return [{ instanceId, from: declaration.declaredAt, to: closedAt }];
  });
  return Map.groupBy([...ofCopies, ...ofInstances], ({ instanceId }) => instanceId);
}

/** Whether a copy was taken while one of these was open; exactly at the declaration still counts as before it. */
export function isAftermath(copy: Snapshot, spans: readonly DisasterSpan[] = []): boolean {
  const [earliest, latest] = [takenAt(copy), takenAtLatest(copy)];
  if (earliest === undefined || latest === undefined) return false;
  return spans.some(({ from, to }) => latest > from && (to === undefined || earliest <= to));
}
