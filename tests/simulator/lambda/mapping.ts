import {
  AwsError,
  type Caller,
  NotSimulated,
  type Region,
  type ResourceRequest,
  type Shape,
} from "../types.ts";
import type { SimulatedWorld } from "../world-types.ts";
import { checkList } from "./enums.ts";
import type { FunctionRecord } from "./functions.ts";

/** An event source mapping as the template describes it. */
export interface MappingRecord {
  readonly id: string;
  readonly arn: string;
  readonly queueArn: string;
  readonly record: FunctionRecord;
  readonly batchSize: number;
  readonly windowSeconds: number;
  readonly maximumConcurrency: number | undefined;
  readonly reportsFailures: boolean;
  readonly enabled: boolean;
}

const KNOWN = new Set([
  "BatchSize",
  "Enabled",
  "EventSourceArn",
  "FunctionName",
  "FunctionResponseTypes",
  "MaximumBatchingWindowInSeconds",
  "ScalingConfig",
  "Tags",
]);
const NEEDED_ACTIONS = ["ReceiveMessage", "DeleteMessage", "GetQueueAttributes"];

/** Reads AWS::Lambda::EventSourceMapping; refuses what Lambda would refuse. */
export function mappingOf(
  world: SimulatedWorld,
  { properties, region, logicalId, stackName }: ResourceRequest,
  record: FunctionRecord,
): MappingRecord {
  for (const property of Object.keys(properties)) {
    if (!KNOWN.has(property)) {
      throw new NotSimulated(`the property ${property} of AWS::Lambda::EventSourceMapping`);
    }
  }
  const queueArn = String(properties["EventSourceArn"]);
  if (!/^arn:aws:sqs:/.test(queueArn)) {
    throw new NotSimulated(`the event source ${queueArn}`);
  }
  checkList("functionResponseTypes", properties["FunctionResponseTypes"]);
  const scaling = (properties["ScalingConfig"] ?? {}) as Shape;
  const id = world.uuid("mapping", region.name, stackName, logicalId);
  const mapping: MappingRecord = {
    id,
    arn: `arn:${world.partition}:lambda:${region.name}:${world.account}:event-source-mapping:${id}`,
    queueArn,
    record,
    batchSize: Number(properties["BatchSize"] ?? 10),
    windowSeconds: Number(properties["MaximumBatchingWindowInSeconds"] ?? 0),
    maximumConcurrency:
      scaling["MaximumConcurrency"] === undefined ? undefined : Number(scaling["MaximumConcurrency"]),
    reportsFailures: ((properties["FunctionResponseTypes"] ?? []) as string[]).includes(
      "ReportBatchItemFailures",
    ),
    enabled: properties["Enabled"] !== false && properties["Enabled"] !== "false",
  };
  checkMapping(region, mapping);
  for (const operation of NEEDED_ACTIONS) {
    try {
      world.gate.authorize(queueCall(mapping, operation));
    } catch {
      throw invalid(`The provided execution role does not have permissions to call ${operation} on SQS`);
    }
  }
  return mapping;
}

function checkMapping(region: Region, mapping: MappingRecord): void {
  const { queueArn, record, batchSize, windowSeconds, maximumConcurrency } = mapping;
  const fifo = queueArn.endsWith(".fifo");
  const queue = region.sqs.attributes(queueArn);
  if (queueArn.split(":")[3] !== region.name || queue === undefined) {
    throw invalid(
      `Error occurred while ReceiveMessage. SQS Error Code: AWS.SimpleQueueService.NonExistentQueue. SQS Error Message: The specified queue does not exist. (${queueArn})`,
    );
  }
  if (queue.visibilitySeconds < record.timeoutSeconds) {
    throw invalid(
      `Queue visibility timeout: ${queue.visibilitySeconds} seconds is less than Function timeout: ${record.timeoutSeconds} seconds`,
    );
  }
  if (batchSize < 1 || batchSize > (fifo ? 10 : 10_000)) {
    throw invalid(`Batch size must be between 1 and ${fifo ? 10 : 10_000}`);
  }
  if (fifo && windowSeconds > 0) {
    throw invalid("Batching window is not supported for FIFO queues.");
  }
  if (batchSize > 10 && windowSeconds < 1) {
    throw invalid(
      "Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10",
    );
  }
  if (maximumConcurrency !== undefined && (maximumConcurrency < 2 || maximumConcurrency > 1000)) {
    throw new AwsError(
      "ValidationException",
      `1 validation error detected: Value '${maximumConcurrency}' at 'scalingConfig.maximumConcurrency' failed to satisfy constraint: Member must have value between 2 and 1000`,
    );
  }
}

function invalid(message: string): AwsError {
  return new AwsError("InvalidParameterValueException", message);
}

/** A call of the mapping's own on its queue, made as the function's role. */
export function queueCall({ queueArn, record }: MappingRecord, operation: string) {
  const [, , , region = "", account = "", name = ""] = queueArn.split(":");
  const caller: Caller = { kind: "role", name: record.roleName, arn: record.roleArn };
  return {
    service: "sqs" as const,
    operation,
    input: { QueueUrl: `https://sqs.${region}.amazonaws.com/${account}/${name}` },
    region,
    caller,
  };
}
