import type * as z from "zod/mini";

/** One thing wrong with the settings: where, what stands there, and what to write instead. */
export interface Fault {
  /** Dotted, e.g. `retention.minimumCopies`. */
  readonly path: string;
  /** The value as JSON, cut where it is long. */
  readonly value: string;
  /** Goes on from the value: `is below one copy: keep at least 1`. */
  readonly problem: string;
}

/** The value in one short line. */
function shown(value: unknown): string {
  const text = value === undefined ? "(missing)" : (JSON.stringify(value) ?? String(value));
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

/** Makes a fault of its parts; `path` as a list of keys. */
export function fault(path: readonly PropertyKey[], value: unknown, problem: string): Fault {
  return { path: path.map(String).join(".") || "(settings)", value: shown(value), problem };
}

/** One line: `retention.minimumCopies: 0 is below one copy: keep at least 1`. */
export function faultLine({ path, value, problem }: Fault): string {
  return `${path}: ${value} ${problem}`;
}

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined),
    root,
  );
}

type Issue = z.core.$ZodIssue;

function faultsOf(root: unknown, issue: Issue): Fault[] {
  const path = issue.path;
  const value = valueAt(root, path);
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) =>
        fault(
          [...path, key],
          valueAt(root, [...path, key]),
          "is not a setting: check its spelling or take it out",
        ),
      );
    case "invalid_type": {
      const problem =
        value === undefined
          ? `is required: give a value of type ${issue.expected}`
          : `has the wrong type: write a value of type ${issue.expected}`;
      return [fault(path, value, problem)];
    }
    case "invalid_key":
      return issue.issues.map((inner) => fault(path, path.at(-1), inner.message));
    default:
      return [fault(path, value, issue.message)];
  }
}

/** What the schema found wrong, in the settings' own words. */
export function schemaFaults(root: unknown, issues: readonly Issue[]): Fault[] {
  return issues.flatMap((issue) => faultsOf(root, issue));
}

/** Settings that cannot be used. The message lists every fault; there is no stack worth reading. */
export class SettingsRefused extends Error {
  readonly faults: readonly Fault[];
  constructor(faults: readonly Fault[]) {
    super(faults.map(faultLine).join("\n"));
    this.name = "SettingsRefused";
    this.faults = faults;
  }
}
