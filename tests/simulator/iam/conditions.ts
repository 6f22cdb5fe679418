import { NotSimulated } from "../types.ts";
import { isKnownKey, isMultivalued } from "./condition-keys.ts";
import { malformed, object, strings } from "./malformed.ts";
import { OPERATORS, type Operator, type ValueTest } from "./operators.ts";
import type { Context } from "./types.ts";

/** A compiled Condition block: true when every operator and every key of it holds. */
export type Condition = (context: Context) => boolean;

type Quantifier = "single" | "ForAnyValue" | "ForAllValues";

interface Parsed {
  readonly quantifier: Quantifier;
  readonly operator: Operator;
  readonly ifExists: boolean;
}

/** Operators that AWS has and the simulation has not. */
const NOT_SIMULATED = new Set(["BinaryEquals"]);

function parseOperator(written: string): Parsed {
  const match = /^(?:(ForAnyValue|ForAllValues):)?(\w+?)(IfExists)?$/.exec(written);
  const name = match?.[2] ?? "";
  if (NOT_SIMULATED.has(name)) throw new NotSimulated(`condition operator ${written}`);
  const operator = OPERATORS[name];
  if (match === null || operator === undefined) throw malformed(`Invalid Condition type : ${written}.`);
  const prefix = match[1];
  const quantifier = prefix === "ForAnyValue" || prefix === "ForAllValues" ? prefix : "single";
  return { quantifier, operator, ifExists: match[3] !== undefined };
}

function checkKey(key: string, quantifier: Quantifier): void {
  if (!key.includes(":"))
    throw malformed("Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.");
  if (!isKnownKey(key)) throw new NotSimulated(`condition key ${key}`);
  if (isMultivalued(key) && quantifier === "single") {
    throw new NotSimulated(`multivalued condition key ${key} without ForAnyValue or ForAllValues`);
  }
}

/** `Null: {key: "true"}` demands that the key is absent, `"false"` that it is there. */
function compileNull(key: string, values: readonly string[]): Condition {
  const name = key.toLowerCase();
  return (context) => values.some((value) => (value.toLowerCase() === "true") === !context.has(name));
}

/**
 * One value of the request against all values of the policy. Positive operators want one that matches,
 * negated ones want none. An unresolved policy variable makes the whole condition fail.
 */
function judge(value: string, tests: readonly ValueTest[], negated: boolean, context: Context): boolean {
  let matched = false;
  for (const test of tests) {
    const outcome = test(value, context);
    if (outcome === undefined) return false;
    matched ||= outcome;
  }
  return matched !== negated;
}

/**
 * What an absent key means: nothing to compare fails a positive operator and ForAnyValue, and satisfies a
 * negated operator, IfExists and ForAllValues.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
function whenAbsent({ quantifier, operator, ifExists }: Parsed): boolean {
  if (ifExists || quantifier === "ForAllValues") return true;
  return quantifier === "single" && operator.negated;
}

function compileKey(parsed: Parsed, key: string, values: readonly string[], variables: boolean): Condition {
  const name = key.toLowerCase();
  const { negated } = parsed.operator;
  const tests = values.map((value) => parsed.operator.prepare(value, variables));
  const absent = whenAbsent(parsed);
  return (context) => {
    const present = context.get(name);
    if (present === undefined) return absent;
    const holds = (value: string): boolean => judge(value, tests, negated, context);
    return parsed.quantifier === "ForAllValues" ? present.every(holds) : present.some(holds);
  };
}

/** Compiles a Condition element. Unknown operators are malformed; keys that nothing fills are refused by name. */
export function compileConditions(element: unknown, variables: boolean): Condition {
  if (element === undefined) return () => true;
  const all: Condition[] = [];
  for (const [written, keys] of Object.entries(object(element, "Condition"))) {
    const isNull = written === "Null";
    const parsed = isNull ? undefined : parseOperator(written);
    for (const [key, value] of Object.entries(object(keys, `Condition ${written}`))) {
      const values = strings(value, `Condition ${written}`);
      checkKey(key, isNull ? "ForAnyValue" : (parsed?.quantifier ?? "single"));
      all.push(parsed === undefined ? compileNull(key, values) : compileKey(parsed, key, values, variables));
    }
  }
  return (context) => all.every((condition) => condition(context));
}
