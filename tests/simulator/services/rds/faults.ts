import { numberKnob } from "../../knobs.ts";
import { nth, type RdsState } from "./state.ts";

/** Faults that are off unless a knob of the name sets a probability. */
export type FaultName = "snapshotFailureProbability" | "copyFailureProbability" | "restoreFailureProbability";

/**
 * Whether the fault strikes this thing this time; keyed, so that each draw is independent of all others, and another
 * thing of the same name may fare better.
 */
export function strikes(state: RdsState, fault: FaultName, arn = ""): boolean {
  const probability = numberKnob(state.world.knobs, fault);
  return probability > 0 && state.world.random(fault, arn, nth(state, fault, arn)) < probability;
}
