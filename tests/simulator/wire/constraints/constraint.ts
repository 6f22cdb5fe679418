import type { Shape } from "../../types.ts";
import { type Path, spelled } from "../refusals.ts";

/** What a member's value has to satisfy; of a text and of a list, `min` and `max` bound the length. */
export interface Constraint {
  readonly min?: number;
  readonly max?: number;
  /** A regular expression that the whole text has to match. */
  readonly pattern?: string;
  readonly values?: readonly string[];
}

/**
 * Operation → member → what its value has to satisfy. `Names` is the list, `Names[]` each of its items,
 * `Entries[].Name` a member of each item.
 */
export type ConstraintTable = Readonly<Record<string, Readonly<Record<string, Constraint>>>>;

/** Tells in AWS's words what is wrong with an input, each fault once. */
export type Check = (input: Shape) => string[];

interface Demand {
  readonly text: string;
  holds(value: unknown): boolean;
}

/** Compiles what an operation's row of the table demands. */
export function compileConstraints(members: Readonly<Record<string, Constraint>>): Check {
  const rows = Object.entries(members).map(([path, constraint]) => ({
    steps: path.split(/\.|(?=\[\])/),
    demands: demandsOf(constraint),
  }));
  return (input) => rows.flatMap(({ steps, demands }) => faultsAt(input, steps, demands, []));
}

function demandsOf({ pattern, max, min, values }: Constraint): Demand[] {
  const sized = (value: unknown) => (typeof value === "number" ? value : lengthOf(value));
  const demands: Demand[] = [];
  if (pattern !== undefined) {
    const whole = new RegExp(`^(?:${pattern})$`);
    const text = `Member must satisfy regular expression pattern: ${pattern}`;
    demands.push({ text, holds: (value) => whole.test(String(value)) });
  }
  if (max !== undefined)
    demands.push({ text: `less than or equal to ${max}`, holds: (v) => sized(v) <= max });
  if (min !== undefined)
    demands.push({ text: `greater than or equal to ${min}`, holds: (v) => sized(v) >= min });
  if (values !== undefined) {
    const text = `Member must satisfy enum value set: [${values.join(", ")}]`;
    demands.push({ text, holds: (value) => values.includes(String(value)) });
  }
  return demands;
}

function lengthOf(value: unknown): number {
  return typeof value === "string" || Array.isArray(value) ? value.length : 0;
}

function faultsAt(
  value: unknown,
  steps: readonly string[],
  demands: readonly Demand[],
  path: Path,
): string[] {
  const [step, ...rest] = steps;
  if (value === undefined) return [];
  if (step === undefined) {
    const failed = demands.filter((demand) => !demand.holds(value));
    return failed.map((demand) => fault(value, path, worded(demand, value)));
  }
  if (step !== "[]") {
    const member = typeof value === "object" && value !== null ? Reflect.get(value, step) : undefined;
    return faultsAt(member, rest, demands, [...path, step]);
  }
  const items = Array.isArray(value) ? (value as unknown[]) : [];
  if (rest.length > 0) return items.flatMap((item, at) => faultsAt(item, rest, demands, [...path, at + 1]));
  // Of an item that is a plain value AWS shows the list, and all that its items have to satisfy.
  if (items.every((item) => demands.every((demand) => demand.holds(item)))) return [];
  const all = demands.map((demand) => worded(demand, items[0])).join(", ");
  return [fault(items, path, `Member must satisfy constraint: [${all}]`)];
}

function worded({ text }: Demand, value: unknown): string {
  if (text.startsWith("Member")) return text;
  return `Member must have ${typeof value === "number" ? "value" : "length"} ${text}`;
}

function fault(value: unknown, path: Path, demand: string): string {
  return `Value '${shown(value)}' at '${spelled(path)}' failed to satisfy constraint: ${demand}`;
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(shown).join(", ")}]`;
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
