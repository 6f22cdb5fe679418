import { numberKnob, rangeKnob } from "../knobs.ts";
import { AwsError, type Clock, type ReceivedMessage, type Region } from "../types.ts";
import type { SimulatedWorld } from "../world-types.ts";
import type { InvocationResult } from "./environment.ts";
import type { FunctionRecord } from "./functions.ts";
import { type Lineage, nextRound, readLineage } from "./lineage.ts";
import { type MappingRecord, queueCall } from "./mapping.ts";
import { failedMessages, sqsEvent } from "./records.ts";
import { Scaling } from "./scaling.ts";

// Pauses between attempts at a batch that was throttled; the guide says only that they grow.
const THROTTLED_PAUSE = 1000;
const THROTTLED_PAUSE_MAX = 60_000;
/** Runs a function; what the mapping needs of its Lambda. */
export type Run = (record: FunctionRecord, payload: unknown, lineage: Lineage) => Promise<InvocationResult>;

/** The pollers of a mapping: they take messages when some are visible and a slot is free. */
export class Poller {
  readonly mapping: MappingRecord;
  readonly #world: SimulatedWorld;
  readonly #region: Region;
  readonly #clock: Clock;
  readonly #run: Run;
  readonly #scaling: Scaling;
  #inFlight = 0;
  #scheduled = false;
  #growing = false;
  #generation = 0;
  #polls = 0;

  constructor(world: SimulatedWorld, region: Region, mapping: MappingRecord, run: Run) {
    this.mapping = mapping;
    this.#world = world;
    this.#region = region;
    this.#clock = world.clock;
    this.#run = run;
    this.#scaling = new Scaling({
      clock: this.#clock,
      most: mapping.maximumConcurrency ?? numberKnob(world.knobs, "mappingConcurrency"),
      ramp: !mapping.queueArn.endsWith(".fifo"),
      backOffOnErrors: !mapping.reportsFailures,
      backOffFactor: numberKnob(world.knobs, "mappingBackOffFactor"),
      recovery: numberKnob(world.knobs, "mappingRecovery"),
    });
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
    const { sqs } = this.#region;
    while (this.#inFlight < this.#scaling.allowed && this.#allowed("ReceiveMessage")) {
      const messages = sqs.take(mapping.queueArn, mapping.batchSize);
      if (messages.length === 0) {
        if (this.#inFlight === 0) {
          this.#scaling.rest();
        }
        return;
      }
      this.#serve(messages);
    }
    if (this.#inFlight >= this.#scaling.allowed && (sqs.attributes(mapping.queueArn)?.visible ?? 0) > 0) {
      this.#growSoon();
    }
  }

  /** More batches at a time, a second from now, if they are still wanted. */
  #growSoon(): void {
    if (this.#growing || this.#scaling.allowed >= this.#scaling.most) {
      return;
    }
    this.#growing = true;
    this.#clock.after(1000, `more pollers of ${this.mapping.queueArn}`, () => {
      this.#growing = false;
      this.#scaling.grow();
      this.wake();
    });
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
    const until =
      this.#clock.now() + (this.#region.sqs.attributes(mapping.queueArn)?.visibilitySeconds ?? 0) * 1000;
    const settle = (result: InvocationResult) => {
      this.#scaling.ended(result.ok ? "served" : "failed");
      this.#inFlight -= 1;
      this.#settle(messages, result);
      this.wake();
    };
    const attempt = (pause: number) => {
      const served = stopped ? this.#dropped() : this.#run(mapping.record, event, lineage);
      served
        .then((result) => {
          if (generation !== this.#generation) {
            return;
          }
          if (result.throttled !== true) {
            settle(result);
          } else if (this.#clock.now() + pause < until) {
            // "Lambda continues to retry the message until [it] exceeds your queue's visibility timeout."
            this.#scaling.ended("throttled");
            this.#clock.after(pause, `throttled ${mapping.record.name} again`, () => {
              if (generation === this.#generation) {
                attempt(Math.min(2 * pause, THROTTLED_PAUSE_MAX));
              }
            });
          } else {
            settle(result);
          }
        })
        .catch((error: unknown) => this.#world.fail(error));
    };
    attempt(THROTTLED_PAUSE);
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
