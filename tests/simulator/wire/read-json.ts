import type { NormalizedSchema } from "@smithy/core/schema";
import type { Shape } from "../types.ts";
import type { Path, Refusals } from "./refusals.ts";
import { itemOf, membersOf, perSchema, requiredMembers } from "./schemas.ts";

/** How strictly a request is read. */
export interface Reading {
  readonly refusals: Refusals;
  readonly ignoreUnknown: boolean;
}

/** Reads a JSON structure by its schema; throws the service's AwsError where they disagree. */
export function readStructure(
  schema: NormalizedSchema,
  json: unknown,
  reading: Reading,
  path: Path = [],
): Shape {
  if (typeof json !== "object" || json === null || Array.isArray(json)) {
    throw reading.refusals.mistyped(path, found(json), "structure");
  }
  const members = membersByJsonName(schema);
  const read: [string, unknown][] = [];
  for (const [key, value] of Object.entries(json)) {
    const known = members.get(key);
    if (known === undefined) {
      if (reading.ignoreUnknown || key === "__type") {
        continue;
      }
      throw reading.refusals.unknown([...path, key]);
    }
    if (value !== null) {
      read.push([known.name, readValue(known.member, value, reading, [...path, known.name])]);
    }
  }
  const shape = Object.fromEntries(read);
  requireMembers(schema, shape, reading.refusals, path);
  return shape;
}

const membersByJsonName = perSchema(
  (schema) =>
    new Map(
      [...membersOf(schema)].map(([name, member]) => [
        member.getMergedTraits().jsonName ?? name,
        { name, member },
      ]),
    ),
);

/** Throws the service's refusal when a required member is absent. */
export function requireMembers(schema: NormalizedSchema, shape: Shape, refusals: Refusals, path: Path): void {
  for (const name of requiredMembers(schema)) {
    if (shape[name] === undefined) {
      throw refusals.missing([...path, name]);
    }
  }
}

function readValue(schema: NormalizedSchema, json: unknown, reading: Reading, path: Path): unknown {
  if (schema.isDocumentSchema()) {
    return json;
  }
  if (schema.isStructSchema()) {
    return readStructure(schema, json, reading, path);
  }
  if (schema.isListSchema()) {
    if (!Array.isArray(json)) {
      throw reading.refusals.mistyped(path, found(json), "list");
    }
    const item = itemOf(schema);
    return json.map((value, index) => readValue(item, value, reading, [...path, index + 1]));
  }
  if (schema.isMapSchema()) {
    if (typeof json !== "object" || json === null || Array.isArray(json)) {
      throw reading.refusals.mistyped(path, found(json), "map");
    }
    const item = itemOf(schema);
    return Object.fromEntries(
      Object.entries(json).map(([key, value]) => [key, readValue(item, value, reading, [...path, key])]),
    );
  }
  return readScalar(schema, json, reading.refusals, path);
}

function readScalar(schema: NormalizedSchema, json: unknown, refusals: Refusals, path: Path): unknown {
  if (schema.isBlobSchema()) {
    if (typeof json !== "string" || !isBase64(json)) {
      throw refusals.mistyped(path, found(json), "blob");
    }
    return new Uint8Array(Buffer.from(json, "base64"));
  }
  if (schema.isTimestampSchema()) {
    const milliseconds = typeof json === "number" ? json * 1000 : instantOf(json);
    if (!Number.isFinite(milliseconds) || Math.abs(milliseconds) > 8.64e15) {
      throw refusals.mistyped(path, found(json), "timestamp");
    }
    return new Date(milliseconds);
  }
  if (schema.isBooleanSchema()) {
    if (typeof json !== "boolean") {
      throw refusals.mistyped(path, found(json), "Boolean");
    }
    return json;
  }
  if (schema.isStringSchema()) {
    if (typeof json !== "string") {
      throw refusals.mistyped(path, found(json), "String");
    }
    return json;
  }
  if (typeof json !== "number" || !Number.isFinite(json)) {
    throw refusals.mistyped(path, found(json), "number");
  }
  return json;
}

/** Milliseconds of an ISO 8601 instant, or NaN: Date.parse alone would take `call me at 5`. */
export function instantOf(value: unknown): number {
  return typeof value === "string" && /^\d{4}-\d\d-\d\d(T|$)/.test(value) ? Date.parse(value) : Number.NaN;
}

/** Whether a text is base64 as the wire has it. */
export function isBase64(text: string): boolean {
  return text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text);
}

function found(json: unknown): string {
  if (json === null || json === undefined) {
    return "NULL_VALUE";
  }
  if (Array.isArray(json)) {
    return "START_ARRAY";
  }
  if (typeof json === "boolean") {
    return json ? "TRUE_VALUE" : "FALSE_VALUE";
  }
  return { object: "START_OBJECT", number: "NUMBER_VALUE" }[typeof json as string] ?? "STRING_VALUE";
}
