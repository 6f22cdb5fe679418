import type * as z from "zod/mini";
import { minutesBetween } from "../../shared/clock.ts";
import { encodeDeclaration, tagValueLengthMax } from "../../shared/declaration.ts";
import {
  DeclarationClosed,
  DrDeclared,
  type FromOperator,
  RestoreOverride,
} from "../../shared/events/dr-events.ts";
import { InstanceId, ownSource } from "../../shared/events/envelope.ts";
import { restoreName } from "../../shared/restore/restore-name.ts";
import { type Fault, fault } from "../../shared/settings/problems.ts";
import { nearest } from "./nearest.ts";

/** What an operator may order here. */
export const orders = ["dr-declared", "declaration-closed"] as const;
export type OrderType = (typeof orders)[number];

/** An order that was understood, or everything that is wrong with it. */
export type Order<Detail> =
  | { readonly kind: "understood"; readonly detail: Detail }
  | { readonly kind: "refused"; readonly because: "faulty"; readonly faults: readonly Fault[] };

/** Every field of `dr-declared`. */
export const declarationFields: readonly string[] = Object.keys(DrDeclared.shape);
const overrideFields = Object.keys(RestoreOverride.shape);

/** What to write instead, by top-level field. */
const remedies: Readonly<Record<string, string>> = {
  mode: 'write "disaster"',
  reason: "say in a few words why",
  declarationId: "write 1 to 64 letters, digits and hyphens, or leave it out",
  instances: "write a list of instance identifiers as RDS shows them, or leave it out for all",
  asOf: 'write an ISO-8601 instant such as "2026-03-01T02:00:00Z", or leave it out for now',
  dryRun: "write true or false, or leave it out",
  endDrillAfterMinutes: "write a number from 1 to 1440, or leave it out",
  overrides: `write an object by instance identifier, with any of ${overrideFields.join(", ")}`,
};

/** The order that a detail-type stands for; a near miss is no order. */
export function orderType(event: string): OrderType | undefined {
  return orders.find((order) => order === event);
}

/** What is wrong with a detail-type that is no order. */
export function detailTypeFault(event: string): Fault {
  if (event === "drill-ended")
    return fault(["detail-type"], event, "drills do not exist yet in this version: there is none to end");
  const meant = nearest(event, orders);
  const remedy = meant === undefined ? `write ${orders.join(" or ")}` : `did you mean ${meant}?`;
  return fault(["detail-type"], event, `is no order that rds-dr knows: ${remedy}`);
}

/** What is wrong with an order under our own source: our steps put events under it, and no step may order anything. */
export function sourceFault(source: string | undefined): Fault | undefined {
  if (source !== ownSource) return undefined;
  return fault(["source"], source, 'is the source of rds-dr itself: write another, such as "operator"');
}

/** A declaration is taken for this long after it was made, inclusive: what comes later is an old message sent again. */
const freshMinutes = 6 * 60;

/** What is wrong with an order that comes late: what it speaks of may be over, and be restored already. */
export function latenessFault(orderedAt: Date, now: Date): Fault | undefined {
  if (minutesBetween(orderedAt, now) <= freshMinutes) return undefined;
  const remedy = "publish it again if it still holds";
  return fault(["time"], orderedAt, `is more than ${freshMinutes / 60} hours ago: ${remedy}`);
}

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => (isObject(value) ? Reflect.get(value, key) : undefined), root);
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function unknownFields(
  detail: unknown,
  path: readonly PropertyKey[],
  keys: readonly string[],
  known: readonly string[],
): Fault[] {
  return keys.map((key) => {
    const meant = nearest(key, known);
    const remedy = meant === undefined ? `the fields are ${known.join(", ")}` : `did you mean ${meant}?`;
    return fault([...path, key], valueAt(detail, [...path, key]), `is no field of this order: ${remedy}`);
  });
}

function shapeFaults(detail: unknown, issue: z.core.$ZodIssue, known: readonly string[]): Fault[] {
  const { path } = issue;
  if (issue.code === "unrecognized_keys") {
    return unknownFields(detail, path, issue.keys, path.length === 0 ? known : overrideFields);
  }
  if (path.length === 0)
    return [
      fault(["detail"], detail, 'is no JSON object: write one such as {"mode":"disaster","reason":"…"}'),
    ];
  const value = valueAt(detail, path);
  const remedy = remedies[String(path[0])] ?? "see the fields above";
  if (issue.code === "invalid_key") return [fault(path, path.at(-1), `is no instance identifier: ${remedy}`)];
  return [fault(path, value, `${value === undefined ? "is required" : "cannot be used"}: ${remedy}`)];
}

/** Names in a declaration that nobody knows, each with what may have been meant. */
function nameFaults(detail: object, known: ReadonlySet<string>): Fault[] {
  const listed: unknown = Reflect.get(detail, "instances");
  const overrides: unknown = Reflect.get(detail, "overrides");
  const names = Array.isArray(listed)
    ? listed.map((name: unknown, at) => [["instances", at], name] as const)
    : [];
  const keys = isObject(overrides)
    ? Object.keys(overrides).map((name) => [["overrides", name], name] as const)
    : [];
  const all = [...known].toSorted();
  const unknown = [...names, ...keys].flatMap(([path, name]) => {
    // What is no identifier at all has its fault from the shape.
    if (typeof name !== "string" || !InstanceId.safeParse(name).success || known.has(name)) return [];
    const meant = nearest(name, all);
    const some = all.slice(0, 20).join(", ") + (all.length > 20 ? ", …" : "");
    const remedy = meant === undefined ? `known are ${some || "none"}` : `did you mean ${meant}?`;
    return [fault(path, name, `is no instance that is listed or has copies here: ${remedy}`)];
  });
  const outside = keys.flatMap(([path, name]) =>
    Array.isArray(listed) && known.has(name) && !listed.includes(name)
      ? [fault(path, name, "is not among instances: add it there, or take the override out")]
      : [],
  );
  return [...unknown, ...outside];
}

/** Overrides travel in a tag of the copy, so that they outlive every message; some are too long for it. */
function lengthFaults(declared: DrDeclared, id: string, declaredAt: Date): Fault[] {
  return Object.entries(declared.overrides ?? {}).flatMap(([instanceId, override]) => {
    const restoreAs = restoreName(instanceId, "-r99");
    const { length } = encodeDeclaration({ id, declaredAt, mode: declared.mode, restoreAs, override });
    if (length <= tagValueLengthMax) return [];
    const remedy =
      "override fewer fields, use a shorter declarationId, or modify the instance once it is restored";
    return [
      fault(
        ["overrides", instanceId],
        override,
        `is ${length - tagValueLengthMax} characters too long to travel with the copy: ${remedy}`,
      ),
    ];
  });
}

/** Reads `dr-declared`; `known` are the instances that are listed or have copies of ours. */
export function readDeclaration(message: FromOperator, known: ReadonlySet<string>): Order<DrDeclared> {
  const { detail } = message;
  const parsed = DrDeclared.safeParse(detail);
  const faults = parsed.success
    ? []
    : parsed.error.issues.flatMap((issue) => shapeFaults(detail, issue, declarationFields));
  if (isObject(detail)) {
    faults.push(...nameFaults(detail, known));
    if (Reflect.get(detail, "mode") === "drill") {
      faults.push(
        fault(
          ["mode"],
          "drill",
          `drills do not exist yet in this version: ${remedies["mode"]}, which restores for good`,
        ),
      );
    }
  }
  if (parsed.success && parsed.data.mode === "disaster" && parsed.data.endDrillAfterMinutes !== undefined) {
    const problem = "is for drills only: leave it out, for nothing of a disaster is ever deleted";
    faults.push(fault(["endDrillAfterMinutes"], parsed.data.endDrillAfterMinutes, problem));
  }
  if (parsed.success)
    faults.push(...lengthFaults(parsed.data, parsed.data.declarationId ?? message.id, message.time));
  return parsed.success && faults.length === 0
    ? { kind: "understood", detail: parsed.data }
    : { kind: "refused", because: "faulty", faults };
}

/** Reads `declaration-closed`; `known` are the declarations that tags here speak of. */
export function readClosing(
  message: FromOperator,
  known: readonly string[],
): Order<{ declarationId: string }> {
  const parsed = DeclarationClosed.safeParse(message.detail);
  const some = known.length === 0 ? "there is none" : `known are ${known.join(", ")}`;
  const faults: Fault[] = [];
  for (const issue of parsed.success ? [] : parsed.error.issues) {
    if (issue.code === "unrecognized_keys")
      faults.push(...unknownFields(message.detail, [], issue.keys, ["declarationId"]));
    else if (issue.path.length === 0) faults.push(fault(["detail"], message.detail, "is no JSON object"));
    else
      faults.push(
        fault(["declarationId"], valueAt(message.detail, issue.path), `names no declaration: ${some}`),
      );
  }
  if (parsed.success && !known.includes(parsed.data.declarationId)) {
    faults.push(
      fault(["declarationId"], parsed.data.declarationId, `is no declaration of this environment: ${some}`),
    );
  }
  return parsed.success && faults.length === 0
    ? { kind: "understood", detail: parsed.data }
    : { kind: "refused", because: "faulty", faults };
}
