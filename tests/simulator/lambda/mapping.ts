import { numberKnob, rangeKnob } from "../knobs.ts";
import {
  AwsError,
  type Caller,
  type Clock,
  NotSimulated,
  type ReceivedMessage,
  type Region,
  type ResourceRequest,
  type Shape,
} from "../types.ts";
import type { SimulatedWorld } from "../world-types.ts";
import type { InvocationResult } from "./environment.ts";
import type { FunctionRecord } from "./functions.ts";
import { type Lineage, nextRound, readLineage } from "./lineage.ts";
import { failedMessages, sqsEvent } from "./records.ts";

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

function queueCall({ queueArn, record }: MappingRecord, operation: string) {
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

/** Runs a function; what the mapping needs of its Lambda. */
export type Run = (record: FunctionRecord, payload: unknown, lineage: Lineage) => Promise<InvocationResult>;

/** The pollers of a mapping: they take messages when some are visible and a slot is free. */
export class Poller {
  readonly mapping: MappingRecord;
  readonly #world: SimulatedWorld;
  readonly #region: Region;
  readonly #clock: Clock;
  readonly #run: Run;
  #inFlight = 0;
  #scheduled = false;
  #generation = 0;
  #polls = 0;

  constructor(world: SimulatedWorld, region: Region, mapping: MappingRecord, run: Run) {
    this.mapping = mapping;
    this.#world = world;
    this.#region = region;
    this.#clock = world.clock;
    this.#run = run;
    if (mapping.enabled) {
      region.sqs.onVisible(mapping.queueArn, () => this.wake());
      this.wake();
    }
  }

  /** Looks at the queue soon. */
  wake(): void {
    if (this.#scheduled || this.#region.lost) {
      return;
    }
    this.#scheduled = true;
    const { knobs } = this.#world;
    const drawn = this.#world.random("poll", this.mapping.id, this.#polls++);
    const wait =
      Math.round(rangeKnob(knobs, "mappingPollMilliseconds", drawn)) + this.mapping.windowSeconds * 1000;
    this.#clock.after(wait, `poll of ${this.mapping.queueArn}`, () => {
      this.#scheduled = false;
      this.#poll();
    });
  }

  /** Forgets the invocations under way: their environments are gone with the region. */
  stop(): void {
    this.#generation += 1;
    this.#inFlight = 0;
  }

  #poll(): void {
    const { mapping } = this;
    const limit = mapping.maximumConcurrency ?? numberKnob(this.#world.knobs, "mappingConcurrency");
    while (this.#inFlight < limit && this.#allowed("ReceiveMessage")) {
      const messages = this.#region.sqs.take(mapping.queueArn, mapping.batchSize);
      if (messages.length === 0) {
        return;
      }
      this.#serve(messages);
    }
  }

  #serve(messages: readonly ReceivedMessage[]): void {
    const { mapping } = this;
    const generation = this.#generation;
    this.#inFlight += 1;
    const sent = readLineage(
      messages.map(({ messageId }) => this.#world.lineage.get(messageId)).find(Boolean),
    );
    const { lineage, rounds } = nextRound(sent, mapping.record.arn);
    const event = sqsEvent(messages, mapping.queueArn, mapping.record.roleName);
    const stopped =
      mapping.record.recursiveLoop !== "Allow" && rounds > numberKnob(this.#world.knobs, "recursionRounds");
    const served = stopped ? this.#dropped() : this.#run(mapping.record, event, lineage);
    served
      .then((result) => {
        if (generation === this.#generation) {
          this.#inFlight -= 1;
          this.#settle(messages, result);
          this.wake();
        }
      })
      .catch((error: unknown) => this.#world.fail(error));
  }

  #dropped(): Promise<InvocationResult> {
    const { name } = this.mapping.record;
    this.#region.monitoring.putMetric("AWS/Lambda", "RecursiveInvocationsDropped", { FunctionName: name }, 1);
    this.#world.journal.write(this.#region.name, "recursion-stopped", { function: name });
    return Promise.resolve({ ok: false, payload: null, milliseconds: 0 });
  }

  /** What was served is removed; the rest comes back when its visibility timeout ends. */
  #settle(messages: readonly ReceivedMessage[], { ok, payload }: InvocationResult): void {
    const { mapping } = this;
    if (!ok || !this.#allowed("DeleteMessage")) {
      return;
    }
    const failed = mapping.reportsFailures ? failedMessages(messages, payload) : new Set<string>();
    for (const { messageId, receiptHandle } of messages) {
      if (!failed.has(messageId)) {
        this.#region.sqs.remove(mapping.queueArn, receiptHandle);
        this.#world.lineage.delete(messageId);
      }
    }
  }

  #allowed(operation: string): boolean {
    try {
      this.#world.gate.authorize(queueCall(this.mapping, operation));
      return true;
    } catch (error) {
      if (!(error instanceof AwsError)) {
        throw error;
      }
      this.#world.journal.write(this.#region.name, "mapping-denied", {
        function: this.mapping.record.name,
        queue: this.mapping.queueArn,
        operation,
        because: error.message,
      });
      return false;
    }
  }
}
