import type { Knobs } from "./types.ts";

/** One adjustable fact of AWS: what we take it to be, who says so, and what else it might be. */
export interface KnobFact {
  readonly name: string;
  readonly value: unknown;
  readonly source: string;
  readonly other?: string;
}

/** The adjustable facts that the kernel reads; durations of RDS stand in services/rds/durations.ts. */
export const KNOB_FACTS: readonly KnobFact[] = [
  {
    name: "eventLossProbability",
    value: 0,
    source: "RDS events are best effort (EventBridge: events from AWS services); 0 = every event arrives",
    other: "0.5 in the lost-events scenario",
  },
  {
    name: "apiLatencyMilliseconds",
    value: [20, 80],
    source: "usual range of a control-plane call within AWS; uniform, drawn by key",
  },
  {
    name: "keepAliveSeconds",
    value: 20,
    source:
      "AWS endpoints close idle connections after about 20 seconds; a call within that reuses its socket",
    other: "0 = a fresh connection for each call",
  },
  {
    name: "coldStartMilliseconds",
    value: [200, 500],
    source: "Lambda guide, execution environment lifecycle: init of a small Node.js bundle",
  },
  {
    name: "coldStarts",
    value: "loaded",
    source: "Lambda guide, execution environment lifecycle: a cold start runs the bundle's top level anew",
    other: "recycled: it only takes as long, and the bundle stays loaded; what long simulations can afford",
  },
  {
    name: "warmSeconds",
    value: 420,
    source: "idle environments are kept for minutes; AWS gives no figure, 5 to 15 minutes are observed",
  },
  {
    name: "functionConcurrency",
    value: 1000,
    source: "Lambda quotas: concurrent executions an account and region",
    other: "10 in new accounts, where reserved concurrency cannot be set at all",
  },
  {
    name: "mappingPollMilliseconds",
    value: [10, 120],
    source: "long polling: a visible message reaches an idle poller well within a second",
  },
  {
    name: "mappingConcurrency",
    value: 1000,
    source: "Lambda guide, SQS scaling: what a mapping without MaximumConcurrency may reach",
  },
  {
    name: "recursionRounds",
    value: 16,
    source: "Lambda guide, invocation-recursion: stopped after about 16 rounds unless RecursiveLoop is Allow",
  },
  {
    name: "unknownMembers",
    value: "refuse",
    source: "the strict reading: a parameter that the model does not have is an error",
    other: "ignore: several AWS front ends drop unknown members silently",
  },
];

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

/** The knobs of one world: the facts' values, then the overrides. */
export function createKnobs(regions: readonly string[], overrides: KnobOverrides = {}): Knobs {
  const values: Record<string, unknown> = {};
  for (const fact of KNOB_FACTS) {
    values[fact.name] = fact.value;
  }
  const quotas: Record<string, Record<string, number>> = {};
  for (const region of regions) {
    quotas[region] = { ...DEFAULT_QUOTAS, ...overrides.quotas?.[region] };
  }
  return { eventLossProbability: 0, ...values, ...overrides, quotas };
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
