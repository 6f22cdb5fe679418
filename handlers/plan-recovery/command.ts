import type { Fault } from "../../shared/settings/problems.ts";
import { nearest } from "./nearest.ts";
import { declarationFields, type OrderType } from "./order.ts";

/** Every field that an order has, those that it must have first. */
const fieldsOf = {
  "dr-declared": declarationFields,
  "declaration-closed": ["declarationId"],
} as const satisfies Record<OrderType, readonly string[]>;

const requiredOf = { "dr-declared": ["mode", "reason"], "declaration-closed": ["declarationId"] } as const;

/** Drills are another thing than disasters, so nobody who asked for one is handed the command for the other. */
function placeholder(field: string, value: unknown): string {
  return field === "mode" && value !== "drill" ? "disaster" : `<${field}>`;
}

/**
 * What the operator wrote, with a placeholder wherever something was wrong. A faulty field is never just left
 * out: without `instances`, say, the command would restore everything.
 */
export function correctedDetail(
  order: OrderType,
  detail: unknown,
  faults: readonly Fault[],
): Record<string, unknown> {
  const given: Record<string, unknown> = typeof detail === "object" && detail !== null ? { ...detail } : {};
  const known = fieldsOf[order];
  const faulty = new Set(faults.map(({ path }) => path.split(".")[0] ?? ""));
  for (const field of faulty) {
    if (!(field in given)) continue;
    const meant = known.find((one) => one === field) ?? nearest(field, known);
    const value = given[field];
    if (meant !== field) delete given[field];
    const target = meant ?? (order === "dr-declared" ? "instances" : undefined);
    if (target !== undefined && (target === field || !(target in given)))
      given[target] = placeholder(target, value);
  }
  for (const field of requiredOf[order]) given[field] ??= placeholder(field, undefined);
  return given;
}
