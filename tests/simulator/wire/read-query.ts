import type { NormalizedSchema } from "@smithy/core/schema";
import type { Shape } from "../types.ts";
import { instantOf, isBase64, type Reading, requireMembers } from "./read-json.ts";
import type { Path, Refusals } from "./refusals.ts";
import { itemOf, membersOf, perSchema } from "./schemas.ts";

/** Dotted parameters as the tree that they spell. */
export interface QueryNode {
  value?: string;
  readonly children: Map<string, QueryNode>;
}

/** Spells out the tree of a form: `Tags.Tag.1.Key=a` is Tags → Tag → 1 → Key. */
export function queryTree(form: URLSearchParams): QueryNode {
  const root: QueryNode = { children: new Map() };
  for (const [name, value] of form) {
    let node = root;
    for (const part of name.split(".")) {
      let child = node.children.get(part);
      if (child === undefined) {
        child = { children: new Map() };
        node.children.set(part, child);
      }
      node = child;
    }
    node.value = value;
  }
  return root;
}

/** Reads a structure of the query protocol by its schema; throws the service's AwsError where they disagree. */
export function readQueryStructure(
  schema: NormalizedSchema,
  node: QueryNode,
  reading: Reading,
  path: Path = [],
): Shape {
  if (schema.isUnitSchema()) {
    return {};
  }
  const members = membersByWireName(schema);
  const read: [string, unknown][] = [];
  for (const [key, child] of node.children) {
    const known = members.get(key);
    if (known === undefined) {
      if (reading.ignoreUnknown) {
        continue;
      }
      throw reading.refusals.unknown([...path, key]);
    }
    read.push([known.name, readNode(known.member, child, reading, [...path, key])]);
  }
  const shape = Object.fromEntries(read);
  requireMembers(schema, shape, reading.refusals, path);
  return shape;
}

const membersByWireName = perSchema(
  (schema) =>
    new Map(
      [...membersOf(schema)].map(([name, member]) => [
        String(member.getMergedTraits().xmlName ?? name),
        { name, member },
      ]),
    ),
);

function readNode(schema: NormalizedSchema, node: QueryNode, reading: Reading, path: Path): unknown {
  if (schema.isStructSchema()) {
    if (node.value !== undefined) {
      throw reading.refusals.mistyped(path, "STRING_VALUE", "structure");
    }
    return readQueryStructure(schema, node, reading, path);
  }
  if (schema.isListSchema()) {
    return readList(schema, node, reading, path);
  }
  if (schema.isMapSchema()) {
    return readMap(schema, node, reading, path);
  }
  if (node.value === undefined || node.children.size > 0) {
    throw reading.refusals.mistyped(path, "START_OBJECT", "String");
  }
  return readText(schema, node.value, reading.refusals, path);
}

function readList(schema: NormalizedSchema, node: QueryNode, reading: Reading, path: Path): unknown[] {
  // An empty list is written as the list's bare name.
  if (node.value !== undefined) {
    if (node.value === "" && node.children.size === 0) {
      return [];
    }
    throw reading.refusals.mistyped(path, "STRING_VALUE", "list");
  }
  const item = itemOf(schema);
  const names = ["member", String(item.getMergedTraits().xmlName ?? "member")];
  const items = numbered(node) ?? numbered(names.map((name) => node.children.get(name)).find(Boolean));
  if (items === undefined) {
    throw reading.refusals.mistyped(path, "START_OBJECT", "list");
  }
  return items.map(([index, child]) => readNode(item, child, reading, [...path, index]));
}

function readMap(schema: NormalizedSchema, node: QueryNode, reading: Reading, path: Path): Shape {
  const entries = numbered(node) ?? numbered(node.children.get("entry"));
  if (entries === undefined || node.value !== undefined) {
    throw reading.refusals.mistyped(path, "START_OBJECT", "map");
  }
  const keyName = String(schema.getKeySchema().getMergedTraits().xmlName ?? "key");
  const valueSchema = itemOf(schema);
  const valueName = String(valueSchema.getMergedTraits().xmlName ?? "value");
  return Object.fromEntries(
    entries.map(([index, entry]) => {
      const key = entry.children.get(keyName)?.value;
      const value = entry.children.get(valueName);
      if (key === undefined || value === undefined) {
        throw reading.refusals.missing([...path, index, key === undefined ? keyName : valueName]);
      }
      return [key, readNode(valueSchema, value, reading, [...path, index, valueName])];
    }),
  );
}

/** The children in the order of their numbers, or undefined when they are not all numbers. */
function numbered(node: QueryNode | undefined): [number, QueryNode][] | undefined {
  if (node === undefined || node.children.size === 0) {
    return undefined;
  }
  const entries = [...node.children].map(([key, child]): [number, QueryNode] => [Number(key), child]);
  if (entries.some(([index]) => !Number.isInteger(index) || index < 1)) {
    return undefined;
  }
  return entries.sort(([a], [b]) => a - b);
}

function readText(schema: NormalizedSchema, text: string, refusals: Refusals, path: Path): unknown {
  if (schema.isStringSchema() || schema.isDocumentSchema()) {
    return text;
  }
  if (schema.isBooleanSchema()) {
    if (!/^(true|false)$/i.test(text)) {
      throw refusals.mistyped(path, "STRING_VALUE", "Boolean");
    }
    return text.toLowerCase() === "true";
  }
  if (schema.isTimestampSchema()) {
    const milliseconds = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : instantOf(text);
    if (!Number.isFinite(milliseconds) || Math.abs(milliseconds) > 8.64e15) {
      throw refusals.mistyped(path, "STRING_VALUE", "timestamp");
    }
    return new Date(milliseconds);
  }
  if (schema.isBlobSchema()) {
    if (!isBase64(text)) {
      throw refusals.mistyped(path, "STRING_VALUE", "blob");
    }
    return new Uint8Array(Buffer.from(text, "base64"));
  }
  if (!/^[+-]?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text) || !Number.isFinite(Number(text))) {
    throw refusals.mistyped(path, "STRING_VALUE", "number");
  }
  return Number(text);
}
