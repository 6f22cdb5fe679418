import { JsonCodec2 } from "@aws-sdk/core/protocols";
import type { NormalizedSchema } from "@smithy/core/schema";
import { AwsError, type Shape } from "../types.ts";
import { parseJson, textOf } from "./aws-json.ts";
import type { HttpRequest, Payload, WireError } from "./message.ts";
import { instantOf, type Reading, readStructure, requireMembers } from "./read-json.ts";
import { type Operation, schemasOf, type WireService } from "./schemas.ts";

const EPOCH_SECONDS = 7;
const codec = new JsonCodec2({ timestampFormat: { useTrait: true, default: EPOCH_SECONDS }, jsonName: true });

/** Reads a REST-JSON request: which operation the method and path name, and its input from all its places. */
export function readRestJson(
  service: WireService,
  request: HttpRequest,
  reading: Reading,
): { operation: Operation; input: () => Shape } {
  const [path = "/", query = ""] = request.url.split("?");
  let best: Match | undefined;
  for (const operation of schemasOf(service.name).operations.values()) {
    const found = match(operation, request.method, path, query);
    if (found !== undefined && found.constants >= (best?.constants ?? 0)) {
      best = found;
    }
  }
  if (best !== undefined) {
    const { operation, labels } = best;
    return {
      operation,
      input: () => readInput(operation, labels, new URLSearchParams(query), request, reading),
    };
  }
  throw new AwsError("UnknownOperationException", `There is no operation ${request.method} ${path}`, 404);
}

interface Match {
  readonly operation: Operation;
  readonly labels: ReadonlyMap<string, string>;
  /** How many parameters of the query string the operation demands: `?List=ALL` tells two of one path apart. */
  readonly constants: number;
}

function match(operation: Operation, method: string, path: string, query: string): Match | undefined {
  if (operation.http === undefined || operation.http[0] !== method) {
    return undefined;
  }
  const [pathTemplate = "", constants = ""] = operation.http[1].split("?");
  const given = new URLSearchParams(query);
  const demanded = [...new URLSearchParams(constants)];
  if (demanded.some(([name, value]) => given.get(name) !== value)) {
    return undefined;
  }
  const template = pathTemplate.split("/");
  const parts = path.split("/");
  // Lambda's own paths end with a slash in places where clients leave it out.
  const trim = (list: string[]) => (list.length > 1 && list.at(-1) === "" ? list.slice(0, -1) : list);
  const [wanted, sent] = [trim(template), trim(parts)];
  if (wanted.length !== sent.length) {
    return undefined;
  }
  const labels = new Map<string, string>();
  for (const [index, segment] of wanted.entries()) {
    const value = sent[index] ?? "";
    const label = /^\{(\w+)\+?\}$/.exec(segment)?.[1];
    if (label === undefined ? segment !== value : value === "") {
      return undefined;
    }
    if (label !== undefined) {
      labels.set(label, decode(value));
    }
  }
  return { operation, labels, constants: demanded.length };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new AwsError("SerializationException", `${text} is not percent-encoded`);
  }
}

function readInput(
  operation: Operation,
  labels: ReadonlyMap<string, string>,
  query: URLSearchParams,
  request: HttpRequest,
  reading: Reading,
): Shape {
  if (operation.input.isUnitSchema()) {
    return {};
  }
  const bound: [string, unknown][] = [];
  const inBody: string[] = [];
  let payload: string | undefined;
  for (const [name, member] of operation.input.structIterator()) {
    const traits = member.getMergedTraits();
    const header = traits.httpHeader === undefined ? null : request.headers[traits.httpHeader.toLowerCase()];
    if (traits.httpLabel) {
      bound.push([name, scalar(member, labels.get(name), reading, name)]);
    } else if (traits.httpQuery !== undefined) {
      const values = query.getAll(traits.httpQuery);
      const given = member.isListSchema() && values.length > 0 ? values : undefined;
      bound.push([name, given ?? scalar(member, values[0], reading, name)]);
    } else if (traits.httpPayload) {
      payload = name;
      bound.push([name, request.body.length === 0 ? undefined : request.body]);
    } else if (header !== null) {
      bound.push([name, scalar(member, header, reading, name)]);
    } else {
      inBody.push(name);
    }
  }
  const present = Object.fromEntries(bound.filter(([, value]) => value !== undefined));
  if (payload !== undefined) {
    requireMembers(operation.input, present, reading.refusals, []);
    return present;
  }
  const json = inBody.length === 0 ? {} : parseJson(request.body);
  if (typeof json !== "object" || json === null || Array.isArray(json)) {
    throw reading.refusals.mistyped([], "STRING_VALUE", "structure");
  }
  for (const [name] of bound) {
    if (Object.hasOwn(json, name)) {
      throw reading.refusals.unknown([name]);
    }
  }
  // The required members of the path count as present, whatever the body has.
  const body = readStructure(operation.input, { ...json, ...stand(operation.input, present) }, reading);
  return { ...body, ...present };
}

/** Bound members as JSON would have them, so that one reading checks the whole input. */
function stand(schema: NormalizedSchema, present: Shape): Shape {
  return Object.fromEntries(
    Object.entries(present).map(([name, value]) => [
      schema.getMemberSchema(name).getMergedTraits().jsonName ?? name,
      value instanceof Date ? value.getTime() / 1000 : value,
    ]),
  );
}

function scalar(member: NormalizedSchema, text: string | undefined, reading: Reading, name: string): unknown {
  if (text === undefined || member.isStringSchema()) {
    return text;
  }
  if (member.isBooleanSchema() && /^(true|false)$/.test(text)) {
    return text === "true";
  }
  if (member.isNumericSchema() && text !== "" && Number.isFinite(Number(text))) {
    return Number(text);
  }
  if (member.isTimestampSchema() && !Number.isNaN(instantOf(text))) {
    return new Date(text);
  }
  throw reading.refusals.mistyped([name], "STRING_VALUE", member.isNumericSchema() ? "Integer" : "Boolean");
}

/** Writes a REST-JSON answer: status and headers where the model binds them, the rest as the body. */
export function writeRestJson(operation: Operation, output: Shape): Payload {
  const headers: Record<string, string> = { "content-type": "application/json" };
  let status = operation.http?.[2] ?? 200;
  if (operation.output.isUnitSchema()) {
    return { status, headers, body: "" };
  }
  const body: Shape = {};
  let payload: string | undefined;
  for (const [name, member] of operation.output.structIterator()) {
    const value = output[name];
    const traits = member.getMergedTraits();
    if (value === undefined || value === null) {
      continue;
    }
    if (traits.httpResponseCode) {
      status = Number(value);
    } else if (traits.httpHeader !== undefined) {
      headers[traits.httpHeader.toLowerCase()] = String(value);
    } else if (traits.httpPayload) {
      payload = value instanceof Uint8Array ? Buffer.from(value).toString("utf8") : String(value);
    } else {
      body[name] = value;
    }
  }
  if (payload !== undefined) {
    return { status, headers, body: payload };
  }
  const serializer = codec.createSerializer();
  serializer.write(operation.output, body);
  return { status, headers, body: textOf(serializer.flush()) };
}

/** Writes a REST-JSON error. */
export function writeRestJsonError(service: WireService, error: WireError): Payload {
  const type = service.name === "lambda" ? { Type: error.status < 500 ? "User" : "Service" } : {};
  return {
    status: error.status,
    headers: { "content-type": "application/json", "x-amzn-errortype": error.shape },
    body: JSON.stringify({ ...type, [error.messageMember]: error.message }),
  };
}
