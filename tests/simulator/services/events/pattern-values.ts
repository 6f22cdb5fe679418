import { type Block, inBlock, parseAddress, parseBlock } from "./cidr.ts";
import { fitsWildcard, parseWildcard } from "./wildcard.ts";

/** A pattern that EventBridge would refuse; the message is the reason it gives. */
export class InvalidPattern extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = "InvalidPattern";
  }
}

/** A leaf of an event. */
export type Leaf = string | number | boolean | null;

/** What one element of a pattern's list demands of a field: a leaf that passes, or that there is none. */
export type Matcher =
  | { readonly kind: "leaf"; readonly passes: (leaf: Leaf) => boolean }
  | { readonly kind: "absent" };

type Test = (leaf: Leaf) => boolean;

/** Compiles the list of a field: it matches when any of its elements does. */
export function compileValues(values: readonly unknown[]): readonly Matcher[] {
  if (values.length === 0) {
    throw new InvalidPattern("Empty arrays are not allowed");
  }
  return values.map((value) => {
    if (Array.isArray(value)) {
      throw new InvalidPattern("Match value must be String, number, true, false, or null");
    }
    return typeof value === "object" && value !== null
      ? compileOperator(value as Record<string, unknown>)
      : { kind: "leaf", passes: equals(value as Leaf) };
  });
}

function equals(expected: Leaf): Test {
  const address = typeof expected === "string" ? parseAddress(expected) : undefined;
  if (address === undefined) {
    return (leaf) => leaf === expected;
  }
  // Two spellings of one IPv6 address are equal to AWS's matcher.
  const block: Block = { bits: address.bits, from: address.value, to: address.value };
  return (leaf) => typeof leaf === "string" && inBlock(block, leaf);
}

const OPERATORS: Readonly<Record<string, (operand: unknown) => Test>> = {
  prefix: (operand) => affix("prefix", operand),
  suffix: (operand) => affix("suffix", operand),
  "equals-ignore-case": (operand) => ignoringCase(text(operand, "equals-ignore-case")),
  wildcard: (operand) => wildcard(operand),
  "anything-but": (operand) => anythingBut(operand),
  numeric: (operand) => numeric(operand),
  cidr: (operand) => cidr(operand),
};

/** The names of the operators that stand in a field's list. */
export const OPERATOR_NAMES: readonly string[] = [...Object.keys(OPERATORS), "exists"];

function compileOperator(expression: Record<string, unknown>): Matcher {
  const [name, operand] = only(expression, "Match expression name not found");
  if (name === "exists") {
    if (typeof operand !== "boolean") {
      throw new InvalidPattern("exists match pattern must be either true or false.");
    }
    return operand ? { kind: "leaf", passes: () => true } : { kind: "absent" };
  }
  const operator = Object.hasOwn(OPERATORS, name) ? OPERATORS[name] : undefined;
  if (operator === undefined) {
    throw new InvalidPattern(`Unrecognized match type ${name}`);
  }
  return { kind: "leaf", passes: operator(operand) };
}

function only(expression: Record<string, unknown>, whenEmpty: string): [string, unknown] {
  const entries = Object.entries(expression);
  const [first] = entries;
  if (first === undefined) {
    throw new InvalidPattern(whenEmpty);
  }
  if (entries.length > 1) {
    throw new InvalidPattern("Only one key allowed in match expression");
  }
  return first;
}

function text(operand: unknown, operator: string): string {
  if (typeof operand !== "string") {
    throw new InvalidPattern(`${operator} match pattern must be a string`);
  }
  return operand;
}

function ignoringCase(expected: string): Test {
  const folded = expected.toLowerCase();
  return (leaf) => typeof leaf === "string" && leaf.toLowerCase() === folded;
}

function affix(kind: "prefix" | "suffix", operand: unknown): Test {
  const fits = kind === "prefix" ? startsWith : endsWith;
  if (typeof operand === "object" && operand !== null && !Array.isArray(operand)) {
    const title = kind === "prefix" ? "Prefix" : "Suffix";
    const [name, inner] = only(operand as Record<string, unknown>, `${title} expression name not found`);
    if (name !== "equals-ignore-case") {
      throw new InvalidPattern(`Unsupported ${kind} pattern: ${name}`);
    }
    const folded = text(inner, "equals-ignore-case").toLowerCase();
    return (leaf) => typeof leaf === "string" && fits(leaf.toLowerCase(), folded);
  }
  const expected = text(operand, kind);
  return (leaf) => typeof leaf === "string" && fits(leaf, expected);
}

function startsWith(whole: string, part: string): boolean {
  return whole.startsWith(part);
}

function endsWith(whole: string, part: string): boolean {
  return whole.endsWith(part);
}

function wildcard(operand: unknown): Test {
  const pieces = parseWildcard(text(operand, "wildcard"));
  if (typeof pieces === "string") {
    throw new InvalidPattern(pieces);
  }
  return (leaf) => typeof leaf === "string" && fitsWildcard(pieces, leaf);
}

const ANYTHING_BUT: Readonly<Record<string, (value: string) => Test>> = {
  prefix: (value) => affix("prefix", value),
  suffix: (value) => affix("suffix", value),
  "equals-ignore-case": (value) => ignoringCase(value),
  wildcard: (value) => wildcard(value),
};

/** What may stand within anything-but, beside values. */
export const ANYTHING_BUT_NAMES: readonly string[] = Object.keys(ANYTHING_BUT);

function anythingBut(operand: unknown): Test {
  if (typeof operand === "object" && operand !== null && !Array.isArray(operand)) {
    return anythingButNested(operand as Record<string, unknown>);
  }
  const values = Array.isArray(operand) ? operand : [operand];
  if (!Array.isArray(operand) && typeof operand !== "string" && typeof operand !== "number") {
    throw new InvalidPattern("Value of anything-but must be an array or single string/number value.");
  }
  if (values.some((value) => typeof value !== "string" && typeof value !== "number")) {
    throw new InvalidPattern("Inside anything but list, start|null|boolean is not supported.");
  }
  if (new Set(values.map((value) => typeof value)).size !== 1) {
    throw new InvalidPattern(
      "Inside anything but list, either all values are number or string, mixed type is not supported",
    );
  }
  return (leaf) => !values.includes(leaf);
}

function anythingButNested(expression: Record<string, unknown>): Test {
  const [name, inner] = only(expression, "Anything-But expression name not found");
  const make = Object.hasOwn(ANYTHING_BUT, name) ? ANYTHING_BUT[name] : undefined;
  if (make === undefined) {
    throw new InvalidPattern(`Unsupported anything-but pattern: ${name}`);
  }
  const values: unknown[] = Array.isArray(inner) ? inner : [inner];
  if (values.length === 0) {
    throw new InvalidPattern("Empty arrays are not allowed");
  }
  const tests = values.map((value) => {
    if (typeof value !== "string") {
      throw new InvalidPattern(
        `Inside anything-but/${name} list, number|start|null|boolean is not supported.`,
      );
    }
    if (value === "" && (name === "prefix" || name === "suffix")) {
      throw new InvalidPattern("Null prefix/suffix not allowed");
    }
    return make(value);
  });
  return (leaf) => !tests.some((passes) => passes(leaf));
}

// EventBridge user guide, numeric matching: "limited to values between -5.0e9 and +5.0e9 inclusive".
const NUMERIC_LIMIT = 5e9;

const COMPARISONS: Readonly<Record<string, (leaf: number, bound: number) => boolean>> = {
  "=": (leaf, bound) => leaf === bound,
  "<": (leaf, bound) => leaf < bound,
  "<=": (leaf, bound) => leaf <= bound,
  ">": (leaf, bound) => leaf > bound,
  ">=": (leaf, bound) => leaf >= bound,
};

function numeric(operand: unknown): Test {
  if (!Array.isArray(operand)) {
    throw new InvalidPattern("Value of numeric must be an array.");
  }
  const [operator, bound, upper, top] = operand as unknown[];
  if (operand.length > 2 && operator !== ">" && operator !== ">=") {
    throw new InvalidPattern("Too many elements in numeric expression");
  }
  if (operand.length > 4) {
    throw new InvalidPattern("Too many terms in numeric range expression");
  }
  const lower = comparison(operator, bound);
  if (operand.length <= 2) {
    return (leaf) => typeof leaf === "number" && lower(leaf);
  }
  if (upper !== "<" && upper !== "<=") {
    throw new InvalidPattern(`Bad numeric range operator: ${String(upper)}`);
  }
  const below = comparison(upper, top);
  // Range.java of github.com/aws/event-ruler: a range of one number is refused as well.
  if ((bound as number) >= (top as number)) {
    throw new InvalidPattern("Bottom must be less than top");
  }
  return (leaf) => typeof leaf === "number" && lower(leaf) && below(leaf);
}

function comparison(operator: unknown, bound: unknown): (leaf: number) => boolean {
  if (typeof operator !== "string") {
    throw new InvalidPattern(`Invalid member in numeric match: ${String(operator)}`);
  }
  const compare = Object.hasOwn(COMPARISONS, operator) ? COMPARISONS[operator] : undefined;
  if (compare === undefined) {
    throw new InvalidPattern(`Unrecognized numeric range operator: ${operator}`);
  }
  if (typeof bound !== "number") {
    throw new InvalidPattern(`Value of ${operator === "=" ? "equals" : operator} must be numeric`);
  }
  if (Math.abs(bound) > NUMERIC_LIMIT) {
    throw new InvalidPattern(`Value must be between -5.0E9 and 5.0E9, inclusive`);
  }
  return (leaf) => compare(leaf, bound);
}

function cidr(operand: unknown): Test {
  const block = parseBlock(text(operand, "cidr"));
  if (typeof block === "string") {
    throw new InvalidPattern(block);
  }
  return (leaf) => typeof leaf === "string" && inBlock(block, leaf);
}
