import { decideRecovery } from "../../handlers/plan-recovery/decide.ts";
import type { RecoveryPlan, Situation } from "../../handlers/plan-recovery/plan.ts";
import { currentKey } from "../shared/builders.ts";
import { copyOf, declaredAt, minutesAfter, settings } from "./recovery-builders.ts";

/** The declaration of what follows, unless it says otherwise. */
export const declared = { mode: "disaster", reason: "us-east-1 is gone" } as const;

/** What `d2` plans in a situation. */
export function plan(changes: Partial<Situation>): RecoveryPlan {
  const decision = decideRecovery({
    declared,
    eventId: "d2",
    eventTime: declaredAt,
    copies: [],
    instances: [],
    enabledKeys: new Set([currentKey]),
    settings,
    ...changes,
  });
  if (decision.kind === "refuse") throw new Error("refused");
  return decision;
}

/** What is planned, in one line an instance. */
export function outline(changes: Partial<Situation>) {
  const { restores, leftOut } = plan(changes);
  return [
    ...restores.map(({ instanceId, copy, restoreAs }) => `${instanceId} from ${copy.id} as ${restoreAs}`),
    ...leftOut.map(({ instanceId, because }) => `${instanceId}: ${because}`),
  ];
}

/** A copy of orders from two backups before the last. */
export const old = copyOf("orders", { id: "old", taken: minutesAfter(-1530) });
