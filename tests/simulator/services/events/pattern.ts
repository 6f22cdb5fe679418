/**
 * Event patterns: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 * A pattern is compiled into alternatives (the branches of `$or` multiplied out), each a conjunction of fields.
 */
import { compileValues, InvalidPattern, type Leaf, type Matcher } from "./pattern-values.ts";
import { isTooComplex, TOO_COMPLEX, wildcardsByField } from "./wildcard-complexity.ts";

export { InvalidPattern } from "./pattern-values.ts";

type Conjunction = ReadonlyMap<string, readonly Matcher[]>;

/** A pattern ready to be matched. */
export interface CompiledPattern {
  readonly alternatives: readonly Conjunction[];
}

/**
 * Joins the names of a path: `{"a": {"b": …}}` and `{"a.b": …}` are the same to EventBridge, in patterns and in
 * events (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern.html).
 */
const STEP = ".";

/** Names that make `$or` an ordinary field name when they stand in its objects. */
const RESERVED = new Set([
  ...[
    "exactly",
    "equals-ignore-case",
    "prefix",
    "suffix",
    "anything-but",
    "exists",
    "wildcard",
    "numeric",
    "cidr",
  ],
  ...["=", "<", "<=", ">", ">=", "regex", "not-wildcard", "not-equals-ignore-case"],
  ...["date-after", "date-on-or-after", "date-before", "date-on-or-before", "in-date-range"],
  ...["ip-address-in-range", "ip-address-not-in-range"],
]);

// Of one field's wildcards. The strict reading of the knob `wildcardComplexity`.
const WILDCARD_COMPLEXITY_MAX = 7;

// EventBridge quotas: a pattern has at most 4,096 characters; `$or` at most 1,000 combinations.
const LENGTH_MAX = 4096;
const ALTERNATIVES_MAX = 1000;

/**
 * Compiles an event pattern given as an object or as JSON text; throws InvalidPattern with EventBridge's reason.
 *
 * @example matches(compile({ source: ["aws.rds"] }), { source: "aws.rds", detail: {} }) // true
 */
export function compile(pattern: unknown, complexityMax = WILDCARD_COMPLEXITY_MAX): CompiledPattern {
  const source = typeof pattern === "string" ? pattern : JSON.stringify(pattern);
  if (source === undefined || source.length > LENGTH_MAX) {
    throw new InvalidPattern(`Event pattern is longer than ${LENGTH_MAX} characters`);
  }
  const parsed = parse(source);
  if (!isObject(parsed)) {
    throw new InvalidPattern("Filter is not an object");
  }
  const alternatives = compileObject(parsed, "", [new Map()], false);
  if (
    source.includes('"wildcard"') &&
    wildcardsByField(parsed).some((all) => isTooComplex(all, complexityMax))
  ) {
    throw new InvalidPattern(TOO_COMPLEX);
  }
  return { alternatives };
}

function parse(source: string): unknown {
  try {
    return JSON.parse(source);
  } catch {
    throw new InvalidPattern("Event pattern is not valid JSON");
  }
}

type Building = ReadonlyMap<string, readonly Matcher[]>;

function compileObject(
  object: Record<string, unknown>,
  path: string,
  given: readonly Building[],
  insideOr: boolean,
): readonly Building[] {
  const entries = Object.entries(object);
  if (entries.length === 0) {
    throw new InvalidPattern("Empty objects are not allowed");
  }
  let built = given;
  for (const [name, value] of entries) {
    if (name === "$or" && (insideOr || isOr(value))) {
      built = compileOr(value, path, built);
      continue;
    }
    if (insideOr && RESERVED.has(name)) {
      throw new InvalidPattern(`${name} is Ruler reserved fieldName which cannot be used inside $or.`);
    }
    const step = path === "" ? name : path + STEP + name;
    if (Array.isArray(value)) {
      built = addField(built, step, compileValues(value));
    } else if (isObject(value)) {
      built = compileObject(value, step, built, insideOr);
    } else {
      throw new InvalidPattern(`"${name}" must be an object or an array`);
    }
  }
  return built;
}

/** `$or` is the operator only over a list of two or more objects without reserved names; else it is a field. */
function isOr(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.length >= 2 &&
    value.every((each) => isObject(each) && Object.keys(each).every((name) => !RESERVED.has(name)))
  );
}

function compileOr(value: unknown, path: string, given: readonly Building[]): readonly Building[] {
  if (!Array.isArray(value)) {
    throw new InvalidPattern("It must be an Array followed with $or.");
  }
  if (value.length < 2) {
    throw new InvalidPattern("There must have at least 2 Objects in $or relationship.");
  }
  const built = value.flatMap((branch: unknown) => {
    if (!isObject(branch)) {
      throw new InvalidPattern("Only JSON object is allowed in array of $or relationship.");
    }
    return compileObject(branch, path, given, true);
  });
  if (built.length > ALTERNATIVES_MAX) {
    throw new InvalidPattern("Rule is too complex - try using fewer $or branches");
  }
  return built;
}

function addField(
  given: readonly Building[],
  path: string,
  matchers: readonly Matcher[],
): readonly Building[] {
  return given.map((fields) => {
    if (fields.has(path)) {
      throw new InvalidPattern(`Path \`${path}\` cannot be allowed multiple times`);
    }
    return new Map(fields).set(path, matchers);
  });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Which element of each array a leaf stands in; leaves that are matched together must agree. */
type Membership = ReadonlyMap<string, number>;

interface Placed {
  readonly leaf: Leaf;
  readonly membership: Membership;
}

const NOWHERE: Membership = new Map();

/** Whether the event fits the pattern. */
export function matches(pattern: CompiledPattern, event: unknown): boolean {
  const leaves = new Map<string, Placed[]>();
  flatten(event, "", "", NOWHERE, leaves);
  return pattern.alternatives.some((fields) => holds([...fields], 0, NOWHERE, leaves));
}

function flatten(
  value: unknown,
  path: string,
  place: string,
  membership: Membership,
  into: Map<string, Placed[]>,
) {
  if (Array.isArray(value)) {
    for (const [index, each] of value.entries()) {
      flatten(each, path, `${place}[${index}]`, new Map(membership).set(place, index), into);
    }
    return;
  }
  if (isObject(value)) {
    for (const [name, each] of Object.entries(value)) {
      flatten(each, path === "" ? name : path + STEP + name, `${place}\u0000${name}`, membership, into);
    }
    return;
  }
  if (value !== undefined) {
    const known = into.get(path);
    const placed = { leaf: value as Leaf, membership };
    if (known === undefined) {
      into.set(path, [placed]);
    } else {
      known.push(placed);
    }
  }
}

function holds(
  fields: readonly (readonly [string, readonly Matcher[]])[],
  index: number,
  sofar: Membership,
  leaves: ReadonlyMap<string, readonly Placed[]>,
): boolean {
  const field = fields[index];
  if (field === undefined) {
    return true;
  }
  const [path, matchers] = field;
  const candidates = leaves.get(path) ?? [];
  if (candidates.length === 0) {
    return matchers.some(({ kind }) => kind === "absent") && holds(fields, index + 1, sofar, leaves);
  }
  return candidates.some(({ leaf, membership }) => {
    if (!matchers.some((matcher) => matcher.kind === "leaf" && matcher.passes(leaf))) {
      return false;
    }
    const joined = join(sofar, membership);
    return joined !== undefined && holds(fields, index + 1, joined, leaves);
  });
}

function join(a: Membership, b: Membership): Membership | undefined {
  if (b.size === 0) {
    return a;
  }
  const joined = new Map(a);
  for (const [place, index] of b) {
    const known = joined.get(place);
    if (known !== undefined && known !== index) {
      return undefined;
    }
    joined.set(place, index);
  }
  return joined;
}
