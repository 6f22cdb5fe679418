import type { NormalizedSchema } from "@smithy/core/schema";
import type { ServiceName } from "../types.ts";
import { COMBINATIONS } from "./constraints/combinations.ts";
import { CONSTRAINTS } from "./constraints/index.ts";
import type { HttpRequest } from "./message.ts";
import { type Operation, requiredMembers, schemasOf, WIRE_SERVICES } from "./schemas.ts";

/** The protocols that clients speak to the simulated AWS. */
export const protocols = {
  awsQuery: ["rds", "sns", "sqs", "monitoring"],
  "awsJson1.0": ["sqs", "monitoring"],
  "awsJson1.1": ["events", "kms", "logs"],
  restJson1: ["scheduler", "lambda"],
} as const satisfies Record<string, readonly ServiceName[]>;

export type Protocol = keyof typeof protocols;

/** An operation of a service, spoken to in one protocol. */
export interface Target {
  readonly protocol: Protocol;
  readonly service: ServiceName;
  readonly operation: Operation;
}

/** A request in the making: where each part of the input goes is decided by the protocol. */
export interface Draft {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  /** Members of the body as JSON, or fields of the form. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** All operations of a protocol's services that take any input. */
export function targetsOf(protocol: Protocol): Target[] {
  return protocols[protocol].flatMap((service) =>
    [...schemasOf(service).operations.values()]
      .filter(({ input }) => !input.isUnitSchema())
      .map((operation) => ({ protocol, service, operation })),
  );
}

/** Where a member of the input travels. */
export function placeOf(
  target: Target,
  member: NormalizedSchema,
): "label" | "query" | "header" | "body" | "payload" {
  if (target.protocol !== "restJson1") return "body";
  const traits = member.getMergedTraits();
  if (traits.httpLabel) return "label";
  if (traits.httpQuery !== undefined || traits.httpQueryParams !== undefined) return "query";
  if (traits.httpHeader !== undefined || traits.httpPrefixHeaders !== undefined) return "header";
  return traits.httpPayload ? "payload" : "body";
}

/** The name of a member on the wire. */
export function wireName(target: Target, name: string, member: NormalizedSchema): string {
  const { jsonName, xmlName } = member.getMergedTraits();
  const given = { awsQuery: xmlName, restJson1: jsonName, "awsJson1.0": undefined, "awsJson1.1": undefined };
  return String(given[target.protocol] ?? name);
}

/** A value that fits the schema with its required members only; `form` spells maps as the query protocol does. */
export function sampleOf(schema: NormalizedSchema, form = false): unknown {
  if (schema.isStructSchema()) {
    const required = requiredMembers(schema);
    const members = [...schema.structIterator()].filter(([name]) => required.includes(name));
    return Object.fromEntries(
      members.map(([name, member]) => [member.getMergedTraits().jsonName ?? name, sampleOf(member, form)]),
    );
  }
  if (schema.isListSchema()) return [];
  if (schema.isMapSchema() && form) {
    const key = String(schema.getKeySchema().getMergedTraits().xmlName ?? "key");
    const value = schema.getValueSchema();
    return { 1: { [key]: "x", [String(value.getMergedTraits().xmlName ?? "value")]: sampleOf(value, form) } };
  }
  if (schema.isMapSchema() || schema.isDocumentSchema()) return {};
  if (schema.isBooleanSchema()) return true;
  if (schema.isTimestampSchema() || schema.isNumericSchema()) return 1;
  return schema.isBlobSchema() ? "eA==" : "x";
}

/** Spells a value of a form out: `Tags.member.1.Key`. */
function formFields(name: string, value: unknown): [string, string][] {
  if (Array.isArray(value) && value.length === 0) return [[name, ""]];
  if (typeof value === "object" && value !== null) {
    return Object.entries(value).flatMap(([key, inner]) => formFields(`${name}.${key}`, inner));
  }
  return [[name, String(value)]];
}

/** Of either/or members the first, where the operation takes one at least. */
function eitherOr({ operation, service, protocol }: Target): [string, unknown][] {
  return (COMBINATIONS[service]?.[operation.name] ?? []).flatMap(
    ({ members: [name = ""], none }): [string, unknown][] => {
      if (none === undefined) return [];
      if (!operation.input.getMemberSchema(name).isListSchema()) return [[name, "x"]];
      const item = CONSTRAINTS[service]?.[operation.name]?.[`${name}[]`]?.values?.[0] ?? "x";
      return [[name, protocol === "awsQuery" ? { member: { 1: item } } : [item]]];
    },
  );
}

/** A well-formed request for an operation, with what it demands and nothing else. */
export function wellFormed(target: Target): Draft {
  const { operation, service, protocol } = target;
  const required = requiredMembers(operation.input);
  const members = [...operation.input.structIterator()].filter(([name]) => required.includes(name));
  const inPlace = (place: ReturnType<typeof placeOf>) =>
    members.filter(([, member]) => placeOf(target, member) === place);
  const constraints = CONSTRAINTS[service]?.[operation.name] ?? {};
  const fields = Object.fromEntries([
    ...inPlace("body").map(([name, member]): [string, unknown] => [
      wireName(target, name, member),
      constraints[name]?.values?.[0] ?? sampleOf(member, protocol === "awsQuery"),
    ]),
    ...eitherOr(target),
  ]);
  if (protocol === "awsQuery") {
    const form = Object.fromEntries(
      Object.entries(fields).flatMap(([name, value]) => formFields(name, value)),
    );
    const head = { Action: operation.name, Version: WIRE_SERVICES[service].version };
    return { method: "POST", path: "/", query: {}, headers: FORM, fields: { ...head, ...form } };
  }
  if (protocol !== "restJson1") {
    const { target: prefix = "", jsonVersion = "" } = WIRE_SERVICES[service];
    const headers = {
      "content-type": `application/x-amz-json-${jsonVersion}`,
      "x-amz-target": `${prefix}.${operation.name}`,
    };
    return { method: "POST", path: "/", query: {}, headers, fields };
  }
  const [method = "GET", template = "/"] = operation.http ?? [];
  const [path = "/", constants = ""] = template.split("?");
  const query = Object.fromEntries(
    inPlace("query").map(([name, member]) => [String(member.getMergedTraits().httpQuery ?? name), "1"]),
  );
  const headers = Object.fromEntries(
    inPlace("header").map(([name, member]) => [
      String(member.getMergedTraits().httpHeader ?? name).toLowerCase(),
      "1",
    ]),
  );
  const sample = (label: string) => (operation.input.getMemberSchema(label).isNumericSchema() ? "1" : "x");
  return {
    ...{ method, path: path.replace(/\{(\w+)\+?\}/g, (_whole, label: string) => sample(label)), fields },
    query: { ...Object.fromEntries(new URLSearchParams(constants)), ...query },
    headers: { "content-type": "application/json", ...headers },
  };
}

/** A draft with more fields in its body, or with others. */
export function withFields(draft: Draft, fields: Readonly<Record<string, unknown>>): Draft {
  // Defined one by one: `__proto__` is a name like any other on the wire.
  const all = Object.fromEntries([...Object.entries(draft.fields), ...Object.entries(fields)]);
  return { ...draft, fields: all };
}

const FORM = { "content-type": "application/x-www-form-urlencoded; charset=utf-8" };

/** The authorization of a signed request; nobody checks the signature itself. */
export function signed(service: ServiceName, accessKey = "operator"): string {
  return `AWS4-HMAC-SHA256 Credential=${accessKey}/20260301/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`;
}

/** A draft as it goes over the wire. */
export function request(target: Target, draft: Draft, changes: Partial<HttpRequest> = {}): HttpRequest {
  const text =
    target.protocol === "awsQuery"
      ? new URLSearchParams(draft.fields as Record<string, string>).toString()
      : JSON.stringify(draft.fields);
  const query = new URLSearchParams(draft.query).toString();
  return {
    method: draft.method,
    url: query === "" ? draft.path : `${draft.path}?${query}`,
    headers: { host: "127.0.0.1", authorization: signed(target.service), ...draft.headers },
    body: Buffer.from(text),
    ...changes,
  };
}
