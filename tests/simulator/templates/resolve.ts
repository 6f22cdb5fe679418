import { NotSimulated, type Shape } from "../types.ts";

/** Stands for AWS::NoValue: the property or list entry that has it is left out. */
const NO_VALUE = Symbol("AWS::NoValue");

/** What intrinsics look up while a stack is made. */
export interface Lookups {
  /** Value of a parameter, a pseudo parameter or a resource that has been made. */
  ref(name: string): unknown;
  attribute(logicalId: string, name: string): unknown;
  condition(name: string): boolean;
  mapping(map: string, first: string, second: string): unknown;
}

type Intrinsic = (argument: unknown, lookups: Lookups) => unknown;

const INTRINSICS: Readonly<Record<string, Intrinsic>> = {
  Ref: (argument, lookups) => {
    const name = textOf(argument, "Ref");
    return name === "AWS::NoValue" ? NO_VALUE : lookups.ref(name);
  },
  "Fn::GetAtt": (argument, lookups) => {
    const [logicalId, name] =
      typeof argument === "string"
        ? [argument.split(".")[0] ?? "", argument.split(".").slice(1).join(".")]
        : listOf(resolveAny(argument, lookups), "Fn::GetAtt", 2).map((part) => textOf(part, "Fn::GetAtt"));
    return lookups.attribute(logicalId ?? "", name ?? "");
  },
  "Fn::Join": (argument, lookups) => {
    const [separator, parts] = listOf(argument, "Fn::Join", 2);
    const resolved = listOf(resolveAny(parts, lookups), "Fn::Join");
    return resolved.map((part) => textOf(part, "Fn::Join")).join(textOf(separator, "Fn::Join"));
  },
  "Fn::Sub": (argument, lookups) => substitute(argument, lookups),
  "Fn::Select": (argument, lookups) => {
    const [index, parts] = listOf(resolveAny(argument, lookups), "Fn::Select", 2);
    const list = listOf(parts, "Fn::Select");
    const at = Number(index);
    if (!Number.isInteger(at) || at < 0 || at >= list.length) {
      throw new Error(`Template error: Fn::Select cannot select nonexistent value at index ${String(index)}`);
    }
    return list[at];
  },
  "Fn::Split": (argument, lookups) => {
    const [separator, source] = listOf(resolveAny(argument, lookups), "Fn::Split", 2);
    return textOf(source, "Fn::Split").split(textOf(separator, "Fn::Split"));
  },
  "Fn::If": (argument, lookups) => {
    const [condition, then, otherwise] = listOf(argument, "Fn::If", 3);
    return resolveAny(lookups.condition(textOf(condition, "Fn::If")) ? then : otherwise, lookups);
  },
  "Fn::FindInMap": (argument, lookups) => {
    const [map, first, second] = listOf(resolveAny(argument, lookups), "Fn::FindInMap", 3);
    return lookups.mapping(
      textOf(map, "Fn::FindInMap"),
      textOf(first, "Fn::FindInMap"),
      textOf(second, "Fn::FindInMap"),
    );
  },
  "Fn::Equals": (argument, lookups) => {
    const [left, right] = listOf(resolveAny(argument, lookups), "Fn::Equals", 2);
    return textOf(left, "Fn::Equals") === textOf(right, "Fn::Equals");
  },
  "Fn::Not": (argument, lookups) => !truth(listOf(argument, "Fn::Not", 1)[0], lookups),
  "Fn::And": (argument, lookups) => operands(argument, "Fn::And").every((part) => truth(part, lookups)),
  "Fn::Or": (argument, lookups) => operands(argument, "Fn::Or").some((part) => truth(part, lookups)),
  "Fn::Base64": (argument, lookups) =>
    Buffer.from(textOf(resolveAny(argument, lookups), "Fn::Base64")).toString("base64"),
};

/** Resolves a value's intrinsics; anything unknown is refused by name. */
export function resolve(value: unknown, lookups: Lookups): unknown {
  const resolved = resolveAny(value, lookups);
  return resolved === NO_VALUE ? undefined : resolved;
}

/** Whether a condition's expression holds. */
export function truth(expression: unknown, lookups: Lookups): boolean {
  const entries = typeof expression === "object" && expression !== null ? Object.entries(expression) : [];
  if (entries.length === 1 && entries[0]?.[0] === "Condition") {
    return lookups.condition(textOf(entries[0][1], "Condition"));
  }
  return resolveAny(expression, lookups) === true;
}

function resolveAny(value: unknown, lookups: Lookups): unknown {
  if (typeof value === "string") {
    if (value.includes("{{resolve:")) {
      throw new NotSimulated(`the dynamic reference ${value}`);
    }
    return value;
  }
  if (Array.isArray(value)) {
    return value.map((entry) => resolveAny(entry, lookups)).filter((entry) => entry !== NO_VALUE);
  }
  if (typeof value !== "object" || value === null) {
    return value;
  }
  const keys = Object.keys(value);
  const [key = ""] = keys;
  if (keys.length === 1 && (key === "Ref" || key.startsWith("Fn::"))) {
    const intrinsic = INTRINSICS[key];
    if (intrinsic === undefined) {
      throw new NotSimulated(`the intrinsic ${key}`);
    }
    return intrinsic((value as Shape)[key], lookups);
  }
  return Object.fromEntries(
    Object.entries(value)
      .map(([name, entry]) => [name, resolveAny(entry, lookups)])
      .filter(([, entry]) => entry !== NO_VALUE),
  );
}

/** Fn::Sub: `${Name}`, `${Logical.Attribute}`, and `${!Literal}`, which loses its exclamation mark. */
function substitute(argument: unknown, lookups: Lookups): string {
  const [template, given] = Array.isArray(argument) ? listOf(argument, "Fn::Sub", 2) : [argument, {}];
  const variables = resolveAny(given, lookups) as Shape;
  return textOf(template, "Fn::Sub").replace(/\$\{([^}]*)\}/g, (_whole, name: string) => {
    if (name.startsWith("!")) {
      return `\${${name.slice(1)}}`;
    }
    const value = Object.hasOwn(variables, name) ? variables[name] : reference(name.trim(), lookups);
    return textOf(value, "Fn::Sub");
  });
}

function reference(name: string, lookups: Lookups): unknown {
  const dot = name.indexOf(".");
  return dot < 0 ? lookups.ref(name) : lookups.attribute(name.slice(0, dot), name.slice(dot + 1));
}

/** The logical ids that a value refers to, so that they are made before it. */
export function referencesOf(value: unknown): Set<string> {
  const found = new Set<string>();
  const visit = (part: unknown): void => {
    if (Array.isArray(part)) {
      part.forEach(visit);
      return;
    }
    if (typeof part !== "object" || part === null) {
      return;
    }
    for (const [key, entry] of Object.entries(part)) {
      if (key === "Ref" && typeof entry === "string") {
        found.add(entry);
      } else if (key === "Fn::GetAtt") {
        found.add(String(Array.isArray(entry) ? entry[0] : entry).split(".")[0] ?? "");
      } else if (key === "Fn::Sub") {
        const template = String(Array.isArray(entry) ? entry[0] : entry);
        for (const [, name = ""] of template.matchAll(/\$\{([^!}][^}]*)\}/g)) {
          found.add(name.trim().split(".")[0] ?? "");
        }
      }
      visit(entry);
    }
  };
  visit(value);
  return found;
}

/**
 * Where a null stands. CloudFormation has none: an event pattern for null is given as text.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns-null-values.html
 */
export function nullIn(value: unknown, path: string): string | undefined {
  if (value === null) {
    return path;
  }
  if (typeof value !== "object") {
    return undefined;
  }
  for (const [name, entry] of Object.entries(value)) {
    const found = nullIn(entry, `${path}/${name}`);
    if (found !== undefined) {
      return found;
    }
  }
  return undefined;
}

function textOf(value: unknown, where: string): string {
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") {
    return String(value);
  }
  throw new Error(
    `Template error: every ${where} object must have string arguments, got ${JSON.stringify(value)}`,
  );
}

/** Fn::And and Fn::Or take two to ten conditions. */
function operands(value: unknown, where: string): unknown[] {
  const list = listOf(value, where);
  if (list.length < 2 || list.length > 10) {
    throw new Error(`Template error: every ${where} object requires between 2 and 10 conditions`);
  }
  return list;
}

function listOf(value: unknown, where: string, length?: number): unknown[] {
  if (!Array.isArray(value) || (length !== undefined && value.length !== length)) {
    const wanted = length === undefined ? "a list" : `a list of ${length}`;
    throw new Error(`Template error: ${where} needs ${wanted}, got ${JSON.stringify(value)}`);
  }
  return value;
}
