import type { NormalizedSchema } from "@smithy/core/schema";
import { itemOf, membersOf } from "./schemas.ts";

/**
 * What in an answer does not fit the model. The serialisers drop such members without a word, and a misspelt
 * one would look like a field that AWS leaves out.
 */
export function misfits(schema: NormalizedSchema, value: unknown): string[] {
  const problems: string[] = [];
  check(schema, value, [], problems);
  return problems;
}

type Path = (string | number)[];

function check(schema: NormalizedSchema, value: unknown, path: Path, problems: string[]): void {
  if (value === undefined || schema.isDocumentSchema() || schema.isUnitSchema()) {
    return;
  }
  const wrong = (what: string) => problems.push(`${spelt(path)} ${what}`);
  if (schema.isStructSchema()) {
    if (!isPlain(value)) {
      wrong("is not a structure");
      return;
    }
    const members = membersOf(schema);
    each(value, path, (name, entry) => {
      const member = members.get(name);
      if (member === undefined) {
        wrong("is not in the model");
      } else {
        check(member, entry, path, problems);
      }
    });
  } else if (schema.isListSchema()) {
    if (!Array.isArray(value)) {
      wrong("is not a list");
      return;
    }
    const item = itemOf(schema);
    for (const [index, entry] of value.entries()) {
      path.push(index);
      check(item, entry, path, problems);
      path.pop();
    }
  } else if (schema.isMapSchema()) {
    if (!isPlain(value)) {
      wrong("is not a map");
      return;
    }
    const item = itemOf(schema);
    each(value, path, (_name, entry) => check(item, entry, path, problems));
  } else if (!fits(schema, value)) {
    wrong(`has the wrong type: ${String(value)}`);
  }
}

function each(
  value: Record<string, unknown>,
  path: Path,
  visit: (name: string, entry: unknown) => void,
): void {
  for (const name of Object.keys(value)) {
    path.push(name);
    visit(name, value[name]);
    path.pop();
  }
}

/** A path as one writes it in code; spelt out only where something is wrong. */
function spelt(path: Path): string {
  return path.map((part) => (typeof part === "number" ? `[${part}]` : `.${part}`)).join("");
}

/** Whether a value can be a structure or a map. */
export function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

function fits(schema: NormalizedSchema, value: unknown): boolean {
  if (schema.isStringSchema()) {
    return typeof value === "string";
  }
  if (schema.isBooleanSchema()) {
    return typeof value === "boolean";
  }
  if (schema.isTimestampSchema()) {
    return value instanceof Date;
  }
  if (schema.isBlobSchema()) {
    return value instanceof Uint8Array || typeof value === "string";
  }
  return typeof value === "number" || typeof value === "bigint";
}
