import type { DBInstance } from "@aws-sdk/client-rds";
import { copiesOf, declarationOf, isFinal, outcomeOf } from "../../shared/declaration.ts";
import { isOurs, type Snapshot } from "../../shared/rds/snapshots.ts";
import { type RestoredInstance, restoredOf } from "../../shared/restore/restored.ts";

/** What closing a declaration changes. */
export interface Closing {
  /** Restored instances that are now the operator's alone. */
  readonly instances: readonly RestoredInstance[];
  /** Copies whose restore nobody waits for any more. */
  readonly copies: readonly Snapshot[];
  /** Copies whose restore is done: they say so too, for clean-up looks at copies only. */
  readonly served: readonly Snapshot[];
  /**
   * The protected instances of which something of it stands in this region, beside the old primary. Of the others, which
   * were moved back or never came up, whatever was copied since is no aftermath of it.
   */
  readonly standing: ReadonlySet<string>;
}

/** Every declaration that tags in this region speak of. */
export function knownDeclarations(
  copies: readonly Snapshot[],
  instances: readonly DBInstance[],
  environment: string,
): string[] {
  const tagged = copies
    .filter((copy) => isOurs(copy, environment, "copy"))
    .map((copy) => declarationOf(copy)?.id);
  const restored = instances.map((instance) => restoredOf(instance, environment)?.declaration.id);
  return [...new Set([...tagged, ...restored].filter((id) => id !== undefined))].toSorted();
}

/** Decides what is to be tagged when a declaration is closed; what is closed or final already stays as it is. */
export function decideClosing(
  declarationId: string,
  copies: readonly Snapshot[],
  instances: readonly DBInstance[],
  environment: string,
): Closing {
  const restored = instances
    .flatMap((instance) => restoredOf(instance, environment) ?? [])
    .filter(({ declaration }) => declaration.id === declarationId);
  const chosen = copiesOf(declarationId, copies, environment);
  return {
    instances: restored.filter(({ isClosed }) => !isClosed),
    copies: chosen.filter((copy) => !isFinal(outcomeOf(copy))),
    served: chosen.filter((copy) => outcomeOf(copy).kind === "restored"),
    standing: new Set(restored.map(({ instanceId }) => instanceId)),
  };
}
