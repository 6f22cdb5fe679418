import type { NormalizedSchema } from "@smithy/core/schema";
import { isPlain } from "./check-output.ts";
import { itemOf, membersOf, perSchema } from "./schemas.ts";

/** Told that a value does not fit the model; what is wrong, `misfits` finds. */
export type Doubt = () => void;

/** Writes a value of one schema, which is all that it knows: compiled once, as answers are many. */
type Write = (value: unknown, doubt: Doubt) => string;

/** Writes a structure as an element of an answer in the query protocol, and looks whether it fits the model. */
export function writeElement(name: string, schema: NormalizedSchema, value: unknown, doubt: Doubt): string {
  return enclose(name, structure(schema)(value, doubt));
}

const structure = perSchema((schema): Write => {
  const members = membersOf(schema);
  let fields: readonly (readonly [name: string, write: Write])[] | undefined;
  return (value, doubt) => {
    if (!isPlain(value)) {
      return doubtful(doubt);
    }
    // Only now, since a structure may hold itself.
    fields ??= [...members].map(([name, member]) => [name, element(xmlName(member, name), member)]);
    let text = "";
    for (const [name, write] of fields) {
      text += writePresent(write, value[name], doubt);
    }
    for (const name of Object.keys(value)) {
      if (!members.has(name)) {
        doubt();
      }
    }
    return text;
  };
});

/** Writes members, items and values under the name that their place gives them. */
function element(name: string, schema: NormalizedSchema): Write {
  refuseUnheardOf(schema);
  if (schema.isStructSchema()) {
    const content = structure(schema);
    return (value, doubt) => enclose(name, content(value, doubt));
  }
  if (schema.isListSchema()) {
    return list(name, schema);
  }
  if (schema.isMapSchema()) {
    return map(name, schema);
  }
  const text = scalar(schema);
  const start = `<${name}>`;
  const end = `</${name}>`;
  return (value, doubt) => start + (text(value) ?? doubtful(doubt)) + end;
}

function list(name: string, schema: NormalizedSchema): Write {
  const flattened = schema.getMergedTraits().xmlFlattened;
  const item = itemOf(schema);
  const write = element(flattened ? name : xmlName(item, "member"), item);
  return (value, doubt) => {
    if (!Array.isArray(value)) {
      return doubtful(doubt);
    }
    let items = "";
    for (const entry of value) {
      items += writePresent(write, entry, doubt);
    }
    return flattened ? items : enclose(name, items);
  };
}

function map(name: string, schema: NormalizedSchema): Write {
  const flattened = schema.getMergedTraits().xmlFlattened;
  const around = flattened ? name : "entry";
  const key = xmlName(schema.getKeySchema(), "key");
  const item = itemOf(schema);
  const write = element(xmlName(item, "value"), item);
  return (value, doubt) => {
    if (!isPlain(value)) {
      return doubtful(doubt);
    }
    let entries = "";
    for (const [each, entry] of Object.entries(value)) {
      const written = writePresent(write, entry, doubt);
      entries += written && `<${around}><${key}>${escapeText(each)}</${key}>${written}</${around}>`;
    }
    return flattened ? entries : enclose(name, entries);
  };
}

/** The text of a simple value, or undefined when it is not of the type. */
function scalar(schema: NormalizedSchema): (value: unknown) => string | undefined {
  if (schema.isStringSchema()) {
    return (value) => (typeof value === "string" ? escapeText(value) : undefined);
  }
  if (schema.isBooleanSchema()) {
    return (value) => (typeof value === "boolean" ? String(value) : undefined);
  }
  if (schema.isTimestampSchema()) {
    return (value) => (value instanceof Date ? value.toISOString().replace(".000Z", "Z") : undefined);
  }
  if (schema.isBlobSchema()) {
    return (value) => {
      const bytes = typeof value === "string" ? Buffer.from(value) : value;
      return bytes instanceof Uint8Array ? Buffer.from(bytes).toString("base64") : undefined;
    };
  }
  return (value) => (typeof value === "number" || typeof value === "bigint" ? String(value) : undefined);
}

/** What is absent is not written, and null is no value. */
function writePresent(write: Write, value: unknown, doubt: Doubt): string {
  if (value === undefined) {
    return "";
  }
  return value === null ? doubtful(doubt) : write(value, doubt);
}

function doubtful(doubt: Doubt): string {
  doubt();
  return "";
}

function xmlName(member: NormalizedSchema, otherwise: string): string {
  return String(member.getMemberTraits().xmlName ?? otherwise);
}

function enclose(name: string, content: string): string {
  return content === "" ? `<${name}/>` : `<${name}>${content}</${name}>`;
}

const SIGNS: Readonly<Record<string, string>> = {
  "&": "&amp;",
  '"': "&quot;",
  "'": "&apos;",
  "<": "&lt;",
  ">": "&gt;",
  "\r": "&#x0D;",
  "\n": "&#x0A;",
  "\u0085": "&#x85;",
  "\u2028": "&#x2028;",
};

const SIGN = /[&"'<>\r\n\u0085\u2028]/;
const EVERY_SIGN = new RegExp(SIGN, "g");

/** Escapes a text; most have nothing to escape, and to look is cheaper than to replace. */
function escapeText(text: string): string {
  return SIGN.test(text) ? text.replace(EVERY_SIGN, (sign) => SIGNS[sign] ?? sign) : text;
}

const UNHEARD_OF = ["idempotencyToken", "sparse", "xmlAttribute", "xmlNamespace"] as const;
/** The kinds of timestamps that are written in ISO 8601: without a format of their own, and `date-time`. */
const DATE_TIMES: readonly unknown[] = [4, 5];

/** Refuses what no answer of these services has: nothing shows how it is written. */
function refuseUnheardOf(schema: NormalizedSchema): void {
  const traits = schema.getMergedTraits();
  const inner = schema.isListSchema() || schema.isMapSchema() ? itemOf(schema) : undefined;
  if (
    UNHEARD_OF.some((trait) => traits[trait] !== undefined) ||
    schema.isDocumentSchema() ||
    (schema.isTimestampSchema() && !DATE_TIMES.includes(schema.getSchema())) ||
    inner?.isListSchema() ||
    inner?.isMapSchema()
  ) {
    throw new Error(`not simulated: ${schema.getName(true)} in an answer of the query protocol`);
  }
}
