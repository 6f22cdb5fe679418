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

/** A list of strings that a knob holds for a region, e.g. instance classes without capacity. */
export function listKnob(world: World, name: string, region: string): readonly string[] {
  const lists = world.knobs[name];
  if (typeof lists !== "object" || lists === null) return [];
  const list = (lists as Readonly<Record<string, unknown>>)[region];
  return Array.isArray(list) ? list.filter((entry) => typeof entry === "string") : [];
}
