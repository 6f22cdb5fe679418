import { pageAt } from "../services/paging.ts";
import { AwsError, type Call, NotSimulated, type Shape } from "../types.ts";
import type { InvocationResult } from "./environment.ts";
import type { FunctionRecord } from "./functions.ts";
import type { MappingRecord } from "./mapping.ts";

/** What the API reads and runs. */
export interface ApiState {
  readonly functions: ReadonlyMap<string, FunctionRecord>;
  readonly mappings: readonly MappingRecord[];
  run(record: FunctionRecord, payload: unknown): Promise<InvocationResult>;
}

/** Answers a call of the Lambda API. */
export function handleLambda(state: ApiState, call: Call): Shape | Promise<Shape> {
  const { input } = call;
  switch (call.operation) {
    case "ListFunctions":
      return listFunctions(state, input);
    case "GetFunctionConfiguration":
      return configurationOf(find(state, input, call));
    case "GetFunction":
      return { Configuration: configurationOf(find(state, input, call)) };
    case "Invoke":
      return invoke(state, find(state, input, call), input);
    case "ListEventSourceMappings":
      return listMappings(state, input);
    case "GetEventSourceMapping":
      return mappingShape(findMapping(state, String(input["UUID"])));
    default:
      throw new NotSimulated(`lambda:${call.operation}`);
  }
}

// API reference, ListFunctions and ListEventSourceMappings: a page is not longer, however high MaxItems is.
const FUNCTIONS_MAX = 50;
const MAPPINGS_MAX = 100;

function listFunctions(state: ApiState, input: Shape): Shape {
  const { rows, ...next } = page([...state.functions.values()], input, FUNCTIONS_MAX);
  return { Functions: rows.map(configurationOf), ...next };
}

function listMappings(state: ApiState, input: Shape): Shape {
  const found = state.mappings.filter((mapping) => matches(mapping, input));
  const { rows, ...next } = page(found, input, MAPPINGS_MAX);
  return { EventSourceMappings: rows.map(mappingShape), ...next };
}

function page<Row>(all: readonly Row[], input: Shape, most: number) {
  const limit = Math.min(typeof input["MaxItems"] === "number" ? input["MaxItems"] : most, most);
  const token = typeof input["Marker"] === "string" ? input["Marker"] : undefined;
  const refuse = () => new AwsError("InvalidParameterValueException", "The Marker is not valid.");
  const { rows, next } = pageAt(all, { token, limit }, refuse);
  return { rows, ...(next === undefined ? {} : { NextMarker: next }) };
}

/** Finds a function by name, partial ARN or ARN. */
export function functionNamed(
  state: Pick<ApiState, "functions">,
  reference: string,
): FunctionRecord | undefined {
  const name = reference.startsWith("arn:") ? reference.split(":")[6] : reference.split(":").at(-1);
  return state.functions.get(name ?? "");
}

function find(state: ApiState, input: Shape, call: Call): FunctionRecord {
  const reference = String(input["FunctionName"]);
  const record = functionNamed(state, reference);
  if (record === undefined) {
    const account = call.caller.arn.split(":")[4] ?? "";
    const arn = reference.startsWith("arn:")
      ? reference
      : `arn:aws:lambda:${call.region}:${account}:function:${reference}`;
    throw new AwsError("ResourceNotFoundException", `Function not found: ${arn}`, 404);
  }
  return record;
}

function findMapping(state: ApiState, id: string): MappingRecord {
  const mapping = state.mappings.find((candidate) => candidate.id === id);
  if (mapping === undefined) {
    throw new AwsError("ResourceNotFoundException", "The resource you requested does not exist.", 404);
  }
  return mapping;
}

async function invoke(state: ApiState, record: FunctionRecord, input: Shape): Promise<Shape> {
  const text = Buffer.from((input["Payload"] as Uint8Array | undefined) ?? []).toString("utf8") || "null";
  let payload: unknown;
  try {
    payload = JSON.parse(text);
  } catch {
    throw new AwsError("InvalidRequestContentException", "Could not parse request body into json");
  }
  const type = input["InvocationType"] ?? "RequestResponse";
  if (type === "DryRun") {
    return { StatusCode: 204 };
  }
  if (type !== "RequestResponse") {
    throw new NotSimulated(`lambda:Invoke with InvocationType ${String(type)}`);
  }
  const result = await state.run(record, payload);
  if (result.throttled === true) {
    throw new AwsError("TooManyRequestsException", "Rate Exceeded.", 429);
  }
  return {
    StatusCode: 200,
    ExecutedVersion: "$LATEST",
    Payload: Buffer.from(JSON.stringify(result.payload)),
    ...(result.ok ? {} : { FunctionError: "Unhandled" }),
  };
}

function configurationOf(record: FunctionRecord): Shape {
  return {
    FunctionName: record.name,
    FunctionArn: record.arn,
    Runtime: record.runtime,
    Role: record.roleArn,
    Handler: record.handler,
    Description: record.description,
    Timeout: record.timeoutSeconds,
    MemorySize: record.memoryMegabytes,
    LastModified: new Date(record.createdAt).toISOString(),
    Version: "$LATEST",
    Environment: { Variables: { ...record.environment } },
    PackageType: "Zip",
    State: "Active",
    LastUpdateStatus: "Successful",
    LoggingConfig: { LogFormat: "Text", LogGroup: record.logGroup },
  };
}

function matches({ queueArn, record }: MappingRecord, input: Shape): boolean {
  const wanted = input["FunctionName"];
  return (
    (input["EventSourceArn"] === undefined || input["EventSourceArn"] === queueArn) &&
    (wanted === undefined || wanted === record.name || wanted === record.arn)
  );
}

function mappingShape(mapping: MappingRecord): Shape {
  return {
    UUID: mapping.id,
    BatchSize: mapping.batchSize,
    MaximumBatchingWindowInSeconds: mapping.windowSeconds,
    EventSourceArn: mapping.queueArn,
    FunctionArn: mapping.record.arn,
    State: mapping.enabled ? "Enabled" : "Disabled",
    FunctionResponseTypes: mapping.reportsFailures ? ["ReportBatchItemFailures"] : [],
    EventSourceMappingArn: mapping.arn,
    ...(mapping.maximumConcurrency === undefined
      ? {}
      : { ScalingConfig: { MaximumConcurrency: mapping.maximumConcurrency } }),
  };
}
