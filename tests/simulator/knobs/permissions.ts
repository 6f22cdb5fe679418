import { UNCERTAIN } from "../iam/table/uncertain.ts";
import type { Knobs } from "../types.ts";
import type { KnobFact } from "./fact.ts";

/** The knob of an uncertain permission: `sourceKeyPermission`. */
export const permissionKnob = (name: string): string => `${name}Permission`;

/** What AWS's documents leave open about permissions (iam/table/uncertain.ts): whether a call needs them. */
export const PERMISSION_FACTS: readonly KnobFact[] = Object.entries(UNCERTAIN).map(([name, source]) => ({
  name: permissionKnob(name),
  kind: "reading",
  value: "demanded",
  others: ["not-demanded"],
  source,
}));

const namesOf: ReadonlyMap<string, string> = new Map(
  Object.entries(UNCERTAIN).map(([name, source]) => [source, permissionKnob(name)]),
);

/** Whether a check counts: always, but for one that comes from an uncertain fact whose knob reads otherwise. */
export function isDemanded(knobs: Knobs, uncertain: string): boolean {
  const knob = namesOf.get(uncertain);
  return knob === undefined || knobs[knob] !== "not-demanded";
}
