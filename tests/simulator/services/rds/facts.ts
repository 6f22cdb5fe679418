import { rdsReadings } from "../../knobs/rds-readings.ts";
import type { World } from "../../types.ts";

type FactName = keyof typeof rdsReadings;

/** The reading in force: the knob of that name, or the strict one. */
export function reading<Name extends FactName>(
  world: World,
  name: Name,
): (typeof rdsReadings)[Name]["readings"][number] {
  const { readings } = rdsReadings[name];
  const chosen = world.knobs[name];
  if (chosen === undefined) return readings[0];
  const found = readings.find((candidate) => candidate === chosen);
  if (found === undefined)
    throw new Error(`knob ${name}: ${String(chosen)} is none of ${readings.join(", ")}`);
  return found;
}

/** Faults that are off unless a knob of the name sets a probability. */
export type FaultName = "snapshotFailureProbability" | "copyFailureProbability" | "restoreFailureProbability";

/** Whether the fault strikes this entity; keyed, so that each draw is independent of all others. */
export function strikes(world: World, fault: FaultName, ...key: readonly (string | number)[]): boolean {
  const probability = world.knobs[fault];
  return typeof probability === "number" && world.random(fault, ...key) < probability;
}

/** A list of strings that a knob holds for a region, e.g. instance classes without capacity. */
export function listKnob(world: World, name: string, region: string): readonly string[] {
  const lists = world.knobs[name];
  if (typeof lists !== "object" || lists === null) return [];
  const list = (lists as Readonly<Record<string, unknown>>)[region];
  return Array.isArray(list) ? list.filter((entry) => typeof entry === "string") : [];
}
