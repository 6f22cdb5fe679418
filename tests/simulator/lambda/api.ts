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
      return { Functions: [...state.functions.values()].map(configurationOf) };
    case "GetFunctionConfiguration":
      return configurationOf(find(state, input, call));
    case "GetFunction":
      return { Configuration: configurationOf(find(state, input, call)) };
    case "Invoke":
      return invoke(state, find(state, input, call), input);
    case "ListEventSourceMappings":
      return {
        EventSourceMappings: state.mappings.filter((mapping) => matches(mapping, input)).map(mappingShape),
      };
    case "GetEventSourceMapping":
      return mappingShape(findMapping(state, String(input["UUID"])));
    default:
      throw new NotSimulated(`lambda:${call.operation}`);
  }
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
