import { AwsError, type Call, type Shape } from "../types.ts";
import type { SimulatedWorld } from "../world-types.ts";
import { readAwsJson, writeAwsJson, writeAwsJsonError } from "./aws-json.ts";
import { readQuery, writeQuery, writeQueryError } from "./aws-query.ts";
import { misfits } from "./check-output.ts";
import { checkConstraints } from "./constraints/index.ts";
import { callerName, callerOf, guessedService, regionOf, type Scope, scopeOf } from "./credentials.ts";
import { mayAnswer } from "./declared-errors.ts";
import { type HttpReply, type HttpRequest, type Payload, wireError } from "./message.ts";
import type { Reading } from "./read-json.ts";
import { jsonRefusals, queryRefusals } from "./refusals.ts";
import { readRestJson, writeRestJson, writeRestJsonError } from "./rest-json.ts";
import { type Operation, schemasOf, type WireService } from "./schemas.ts";
import { type Known, noteRefused, noteUnanswered } from "./unread.ts";

/** The longest body that is read. */
export const BODY_LIMIT = 10 * 1024 * 1024;

/** The code of what the simulation lacks, which is no code of AWS. */
const NOT_SIMULATED = "NotSimulated";

type Protocol = "query" | "json" | "rest";

/** Answers one HTTP request as AWS would: reads it, lets it through the gate, and writes what came of it. */
export async function answer(
  world: SimulatedWorld,
  request: HttpRequest,
  { milliseconds = 0 }: { readonly milliseconds?: number } = {},
): Promise<HttpReply> {
  const requestId = world.uuid("request", world.count("request"));
  let scope: Scope;
  try {
    scope = scopeOf(request);
  } catch (error) {
    const service = guessedService(request);
    const found = wireError(asAwsError(error), undefined);
    noteRefused(world, { service: service.name }, undefined, { outcome: found.code, milliseconds });
    return finish(writeError(service, protocolOf(service, request), found, request, requestId), requestId);
  }
  const { service } = scope;
  const protocol = protocolOf(service, request);
  const refuse = (error: unknown, delay = 0): HttpReply => {
    const refusal = asAwsError(error);
    const found = wireError(
      refusal,
      schemasOf(service.name).errors.get(refusal.code),
      service.jsonVersion === "1.1",
    );
    return finish(writeError(service, protocol, found, request, requestId), requestId, delay);
  };
  const known: Known = { service: service.name, caller: callerName(scope, request), region: scope.region };
  const read = () => readRequest(service, protocol, request, readingOf(world, service, protocol));
  let called: { readonly call: Call; readonly operation: Operation };
  try {
    if (regionOf(world, scope).lost) {
      noteUnanswered(world, known, read, milliseconds);
      return { kind: "silence" };
    }
    called = readCall(world, scope, request, read);
  } catch (error) {
    noteRefused(world, known, read, { outcome: asAwsError(error).code, milliseconds });
    return refuse(error);
  }
  const { call, operation } = called;
  const outcome = await world.gate.submit(call, milliseconds);
  if (outcome.kind === "silence" || outcome.kind === "reset") {
    return outcome;
  }
  if (outcome.kind === "error") {
    checkDeclared(world, call, outcome.error);
    return refuse(outcome.error, outcome.delay);
  }
  keepLineage(world, call, outcome.output, request);
  return finish(
    writeOutput(world, service, protocol, operation, outcome.output, requestId),
    requestId,
    outcome.delay,
  );
}

/** Reads a request as a call of its caller, or throws the service's refusal. */
function readCall(
  world: SimulatedWorld,
  scope: Scope,
  request: HttpRequest,
  read: () => ReturnType<typeof readRequest>,
): { call: Call; operation: Operation } {
  const { name: service } = scope.service;
  const caller = callerOf(world, scope, request);
  if (request.body.length > BODY_LIMIT) {
    throw new AwsError("RequestEntityTooLarge", "Request Entity Too Large", 413);
  }
  checkProtocol(scope.service, request);
  const { operation, input: readInput } = read();
  const input = readInput();
  checkConstraints(service, operation.name, input);
  return { call: { service, operation: operation.name, input, region: scope.region, caller }, operation };
}

/** A code that the operation cannot answer with would test code that AWS never runs. */
function checkDeclared(world: SimulatedWorld, { service, operation }: Call, { code }: AwsError): void {
  if (code !== NOT_SIMULATED && !mayAnswer(service, operation, code)) {
    world.fail(
      new Error(`the simulated ${service}:${operation} refuses as AWS cannot: it does not declare ${code}`),
    );
  }
}

/** SQS keeps the trace header of what it is sent; Lambda counts its rounds by it. */
function keepLineage(world: SimulatedWorld, call: Call, output: Shape, request: HttpRequest): void {
  const trace = request.headers["x-amzn-trace-id"];
  if (trace === undefined || call.service !== "sqs") {
    return;
  }
  const sent = call.operation === "SendMessage" ? [output] : ((output["Successful"] ?? []) as Shape[]);
  for (const { MessageId } of sent) {
    if (typeof MessageId === "string") {
      world.lineage.set(MessageId, trace);
    }
  }
}

/** Which region a host name of an AWS endpoint reaches. */
export function regionOfHost(host: string): string | undefined {
  return /^(?:[a-z0-9-]+\.)?([a-z]{2}(?:-[a-z]+)+-\d)\.amazonaws\.com$/.exec(host)?.[1];
}

function asAwsError(error: unknown): AwsError {
  return error instanceof AwsError ? error : new AwsError("InternalFailure", String(error), 500);
}

function protocolOf(service: WireService, request: HttpRequest): Protocol {
  if (service.protocol !== "json") {
    return service.protocol;
  }
  const form = (request.headers["content-type"] ?? "").startsWith("application/x-www-form-urlencoded");
  return form && service.xmlNamespace !== undefined ? "query" : "json";
}

/** CloudWatch speaks CBOR as well, to clients that know no older protocol; here nothing does. */
function checkProtocol({ name }: WireService, { headers, url }: HttpRequest): void {
  const wanted = headers["smithy-protocol"];
  if (wanted !== undefined || headers["content-type"]?.startsWith("application/cbor")) {
    const operation = /\/operation\/(\w+)$/.exec(url)?.[1] ?? url;
    const message = `not simulated: ${name}:${operation} in the protocol ${wanted ?? "of application/cbor"}`;
    throw new AwsError(NOT_SIMULATED, message, 501);
  }
}

function readingOf(world: SimulatedWorld, service: WireService, protocol: Protocol): Reading {
  return {
    refusals: protocol === "query" ? queryRefusals(service.name) : jsonRefusals(service.name),
    ignoreUnknown: world.knobs["unknownMembers"] === "ignore",
  };
}

function readRequest(service: WireService, protocol: Protocol, request: HttpRequest, reading: Reading) {
  switch (protocol) {
    case "query":
      return readQuery(service, request, reading);
    case "json":
      return readAwsJson(service, request, reading);
    case "rest":
      return readRestJson(service, request, reading);
  }
}

function writeOutput(
  world: SimulatedWorld,
  service: WireService,
  protocol: Protocol,
  operation: Operation,
  output: Shape,
  requestId: string,
): Payload {
  const complain = (problems: readonly string[]) => {
    const what = `the simulated ${service.name}:${operation.name} answers what AWS cannot`;
    world.fail(new Error(`${what}: ${problems.join("; ")}`));
  };
  // XML is checked by being written, since its answers are long.
  if (protocol === "query") {
    return writeQuery(service, operation, output, requestId, () =>
      complain(misfits(operation.output, output)),
    );
  }
  const problems = misfits(operation.output, output);
  if (problems.length > 0) complain(problems);
  return protocol === "json" ? writeAwsJson(service, operation, output) : writeRestJson(operation, output);
}

function writeError(
  service: WireService,
  protocol: Protocol,
  error: ReturnType<typeof wireError>,
  request: HttpRequest,
  requestId: string,
): Payload {
  switch (protocol) {
    case "query":
      return writeQueryError(service, error, requestId);
    case "json":
      return writeAwsJsonError(service, error, request.headers);
    case "rest":
      return writeRestJsonError(service, error);
  }
}

function finish(payload: Payload, requestId: string, delay = 0): HttpReply {
  return {
    kind: "reply",
    status: payload.status,
    headers: {
      ...payload.headers,
      "content-length": String(Buffer.byteLength(payload.body)),
      "x-amzn-requestid": requestId,
    },
    body: payload.body,
    delay,
  };
}
