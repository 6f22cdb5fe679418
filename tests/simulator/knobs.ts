import { DELIVERY_FACTS } from "./knobs/delivery.ts";
import { DURATION_FACTS } from "./knobs/durations.ts";
import { isDuration, type KnobFact, refusalOf } from "./knobs/fact.ts";
import { MESSAGING_FACTS } from "./knobs/messaging.ts";
import { PERMISSION_FACTS } from "./knobs/permissions.ts";
import { RDS_FACTS } from "./knobs/rds.ts";
import { RUNTIME_FACTS } from "./knobs/runtime.ts";
import type { Knobs } from "./types.ts";

export type { KnobFact } from "./knobs/fact.ts";

/**
 * Every adjustable fact of the simulated AWS, each with its source: the strict reading is the default, but for the
 * few that docs/simulator.md names.
 */
export const KNOB_FACTS: readonly KnobFact[] = [
  ...RDS_FACTS,
  ...DURATION_FACTS,
  ...PERMISSION_FACTS,
  ...RUNTIME_FACTS,
  ...MESSAGING_FACTS,
  ...DELIVERY_FACTS,
];

const byName: ReadonlyMap<string, KnobFact> = new Map(KNOB_FACTS.map((fact) => [fact.name, fact]));

/** Quotas that a fresh account has in each region (RDS user guide, quotas). */
export const DEFAULT_QUOTAS: Readonly<Record<string, number>> = {
  "manual-snapshots": 100,
  instances: 40,
  "copies-in-progress": 20,
  "allocated-storage-gib": 100_000,
};

/** Overrides of knobs; quotas are merged quota by quota. */
export type KnobOverrides = Readonly<Record<string, unknown>> & {
  readonly quotas?: Readonly<Record<string, Readonly<Record<string, number>>>>;
};

function check(name: string, value: unknown): void {
  const fact = byName.get(name);
  if (fact === undefined) throw new Error(`there is no knob ${name}`);
  const refusal = refusalOf(fact, value);
  if (refusal !== undefined) throw new Error(refusal);
}

/**
 * The knobs of one world: the facts' values, then the overrides. A name or a reading that is not known fails,
 * here and whenever a knob is set later.
 */
export function createKnobs(regions: readonly string[], overrides: KnobOverrides = {}): Knobs {
  const { quotas: wanted, ...chosen } = overrides;
  const values: Record<string, unknown> = {};
  for (const { name, value } of KNOB_FACTS) values[name] = value;
  for (const [name, value] of Object.entries(chosen)) {
    check(name, value);
    values[name] = value;
  }
  const quotas: Record<string, Record<string, number>> = {};
  for (const region of regions) {
    quotas[region] = { ...DEFAULT_QUOTAS, ...wanted?.[region] };
  }
  return new Proxy<Knobs>(
    { eventLossProbability: 0, ...values, quotas },
    {
      set(knobs, name, value) {
        if (name !== "quotas") check(String(name), value);
        return Reflect.set(knobs, name, value);
      },
    },
  );
}

/** A knob that is a number. */
export function numberKnob(knobs: Knobs, name: string): number {
  const value = knobs[name];
  if (typeof value !== "number") {
    throw new Error(`the knob ${name} is not a number: ${JSON.stringify(value)}`);
  }
  return value;
}

/** A knob that is a range, met at the fraction drawn. */
export function rangeKnob(knobs: Knobs, name: string, fraction: number): number {
  const value = knobs[name];
  if (typeof value === "number") {
    return value;
  }
  if (Array.isArray(value) && typeof value[0] === "number" && typeof value[1] === "number") {
    return value[0] + (value[1] - value[0]) * fraction;
  }
  throw new Error(`the knob ${name} is neither a number nor a range: ${JSON.stringify(value)}`);
}

/** A knob that says how long a piece of work takes. */
export function durationOfKnob(knobs: Knobs, name: string): { baseMinutes: number; minutesPerTib: number } {
  const value = knobs[name];
  if (!isDuration(value)) throw new Error(`the knob ${name} is not a duration: ${JSON.stringify(value)}`);
  return value;
}
