/** What values a knob takes. */
export type KnobKind =
  /** One of the named readings. */
  | "reading"
  | "number"
  /** From 0 to 1. */
  | "probability"
  /** A number, or the two ends of a range that is drawn from by key. */
  | "range"
  | "switch"
  /** Minutes: a base, and a share by size. */
  | "duration"
  /** Region → names. */
  | "lists"
  /** Not a fact but a hook: how one part of the simulation asks another. */
  | "hook";

/** One adjustable fact of AWS: what we take it to be, who says so, and what else it might be. */
export interface KnobFact {
  readonly name: string;
  readonly kind: KnobKind;
  /** The default: the strict reading, but for the few that docs/simulator.md names. */
  readonly value: unknown;
  /** Values that are readings too; for a knob of readings, all of the others. */
  readonly others: readonly unknown[];
  readonly source: string;
  /** What another value means, where it does not speak for itself. */
  readonly other?: string;
}

const isNumber = (value: unknown): value is number =>
  typeof value === "number" && Number.isFinite(value) && value >= 0;

const isLists = (value: unknown): boolean =>
  typeof value === "object" &&
  value !== null &&
  Object.values(value).every(
    (list) => Array.isArray(list) && list.every((entry) => typeof entry === "string"),
  );

/** Whether a value is how long a piece of work takes. */
export function isDuration(value: unknown): value is { baseMinutes: number; minutesPerTib: number } {
  if (typeof value !== "object" || value === null) return false;
  return ["baseMinutes", "minutesPerTib"].every((name) => isNumber(Reflect.get(value, name)));
}

const accepted: Readonly<Record<Exclude<KnobKind, "reading">, (value: unknown) => boolean>> = {
  number: isNumber,
  probability: (value) => isNumber(value) && value <= 1,
  range: (value) => isNumber(value) || (Array.isArray(value) && value.length === 2 && value.every(isNumber)),
  switch: (value) => typeof value === "boolean",
  lists: isLists,
  duration: (value) => isDuration(value),
  hook: (value) => value === undefined || typeof value === "function",
};

/** What the values of a kind look like. */
const looks: Readonly<Record<Exclude<KnobKind, "reading">, string>> = {
  number: "a number from 0",
  probability: "a number from 0 to 1",
  range: "a number from 0, or the ends of a range as [from,to]",
  switch: "true or false",
  lists: 'lists of names by region, such as {"us-west-2":["name"]}',
  duration: 'minutes such as {"baseMinutes":3,"minutesPerTib":1.2}',
  hook: "a function",
};

/** Why a knob does not take a value; undefined when it does. */
export function refusalOf(fact: KnobFact, value: unknown): string | undefined {
  const shown = typeof value === "function" ? "a function" : JSON.stringify(value);
  if (fact.kind === "reading") {
    const readings = [fact.value, ...fact.others];
    return readings.includes(value)
      ? undefined
      : `the knob ${fact.name} reads ${readings.join(" or ")}, not ${shown}`;
  }
  return accepted[fact.kind](value)
    ? undefined
    : `the knob ${fact.name} takes ${looks[fact.kind]}, not ${shown}`;
}
