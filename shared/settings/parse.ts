import * as z from "zod/mini";
import { consistencyFaults, type PartialSettings } from "./consistency.ts";
import { type Fault, SettingsRefused, schemaFaults } from "./problems.ts";
import { Settings } from "./schema.ts";

/** What this module reads of a zod definition; objects, records, arrays and what wraps them. */
interface Definition {
  readonly shape?: Readonly<Record<string, z.ZodMiniType>>;
  readonly valueType?: z.ZodMiniType;
  readonly element?: z.ZodMiniType;
  readonly innerType?: z.ZodMiniType;
}

/** What is valid of `raw`, part by part, so that one fault does not hide those that need several parts. */
function validParts(schema: z.ZodMiniType, raw: unknown): unknown {
  const parsed = z.safeParse(schema, raw);
  if (parsed.success) return parsed.data;
  const { shape, valueType, element, innerType } = schema._zod.def as z.core.$ZodTypeDef & Definition;
  if (innerType !== undefined) return validParts(innerType, raw);
  if (element !== undefined && Array.isArray(raw)) {
    // A faulty element stays: left out, it would make untrue faults of what counts elements.
    return raw.map((one) => validParts(element, one) ?? one);
  }
  if (typeof raw !== "object" || raw === null) return undefined;
  const parts = shape ?? (valueType && Object.fromEntries(Object.keys(raw).map((key) => [key, valueType])));
  if (parts === undefined) return undefined;
  const entries = Object.entries(parts).map(
    ([key, part]) => [key, validParts(part, Reflect.get(raw, key))] as const,
  );
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

/** Every fault of the settings: of the shape, and of parts that do not go together. */
export function faultsOf(raw: unknown): Fault[] {
  const parsed = Settings.safeParse(raw);
  const shape = parsed.success ? [] : schemaFaults(raw, parsed.error.issues);
  return [...shape, ...consistencyFaults((validParts(Settings, raw) ?? {}) as PartialSettings)];
}

/**
 * Parses the settings of an environment; throws SettingsRefused with every fault at once: of the shape, and of
 * parts that do not go together.
 */
export function parseSettings(raw: unknown): Settings {
  const faults = faultsOf(raw);
  if (faults.length > 0) throw new SettingsRefused(faults);
  return Settings.parse(raw);
}
