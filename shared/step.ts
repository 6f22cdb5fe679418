/**
 * The shell that every step runs in: middy around one function. It unwraps the queue's record, parses it
 * by the step's contract, logs exactly one line a decision, and sorts errors: permanent ones are announced
 * and the message is consumed, everything else goes back to the queue, which bounds the attempts.
 */
import { BatchProcessor, EventType, processPartialResponse } from "@aws-lambda-powertools/batch";
import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import { Metrics } from "@aws-lambda-powertools/metrics";
import middy from "@middy/core";
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import * as z from "zod/mini";
import { eventsClient, sqsClient } from "./clients.ts";
import { type Clock, systemClock } from "./clock.ts";
import { errorText, PermanentError } from "./errors.ts";
import type { Wait } from "./events/envelope.ts";
import { createLogger, type Log, type LogKeys, logOf } from "./log.ts";
import { type Names, names } from "./names.ts";
import { alertEvent, publish } from "./publish.ts";
import { retrySoon } from "./retry-soon.ts";
import { loadSettings } from "./settings/runtime.ts";
import type { Settings } from "./settings/schema.ts";
import { isOverdue, lookSeconds, type WaitingStep, waitAgain } from "./waits.ts";

/** What a step has at hand besides its message. */
export interface Tools {
  readonly settings: Settings;
  readonly names: Names;
  readonly account: string;
  readonly partition: string;
  /** The region this function runs in. */
  readonly region: string;
  readonly clock: Clock;
  readonly now: Date;
  readonly log: Log;
  /** Published through `publishCounts`, which flushes at once: the flushing middleware would warn after every message without any. */
  readonly metrics: Metrics;
  /** The message as it came, for those who send it on. */
  readonly body: Readonly<Record<string, unknown>>;
}

/** What a step resolved to do and because of what; `keys` go to the log. */
export interface StepDecision {
  readonly kind: string;
  readonly because?: string;
  readonly keys?: LogKeys;
}

/** Every contract's common part. */
export interface StepMessage {
  readonly event: string;
  readonly id: string;
  readonly time: Date;
  readonly source?: string | undefined;
  readonly wait?: Wait | undefined;
}

export interface StepDefinition<M extends StepMessage> {
  readonly name: string;
  readonly accepts: z.ZodMiniType<M>;
  /** Read, decide, act; returns what was decided. */
  readonly run: (message: M, tools: Tools) => Promise<StepDecision>;
  /**
   * How a permanent failure is announced. `undefined`: said in the log only, for what is asked again every hour
   * and has a standing condition that speaks of it.
   */
  readonly failure: (message: M) => Failure | undefined;
}

/** The announcement of a permanent failure: its kind, subject and the instances concerned. */
export interface Failure {
  readonly kind: string;
  readonly subject: string;
  readonly instances: readonly string[];
}

/** The environment of a function: names only, everything else is in settings.json. */
function required(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === "") throw new Error(`environment variable '${name}' is missing`);
  return value;
}

/** What a function has at hand from its start to its end; the rest of the tools comes with each message. */
export function wire(name: string, clock: Clock) {
  const logger = createLogger(name);
  const settings = loadSettings();
  const fixed = {
    settings,
    names: names(settings.environment),
    account: required("RDS_DR_ACCOUNT"),
    partition: required("RDS_DR_PARTITION"),
    region: required("AWS_REGION"),
    clock,
    log: logOf(logger),
    metrics: new Metrics({ namespace: "rds-dr", serviceName: name }),
  };
  return { logger, fixed };
}

/** Builds a step's Lambda handler; `clock` is the real one outside unit tests. */
export function step<M extends StepMessage>(definition: StepDefinition<M>, clock: Clock = systemClock) {
  const { logger, fixed } = wire(definition.name, clock);
  const { log } = fixed;
  const events = eventsClient(fixed.region);

  /**
   * A failure that retrying cannot help: said in the log and, where it has an announcement, by mail; the message
   * is done with. `concerned` are the instances that the error itself names.
   */
  async function giveUp(failure: Failure | undefined, message: string, concerned?: readonly string[]) {
    const instances = [...(concerned ?? failure?.instances ?? [])];
    log.error("step gave up", { decision: "give-up", error_text: message, instance_ids: instances });
    if (failure === undefined) return;
    const { kind, subject } = failure;
    const fact = { type: kind, detail: { instances, because: message } };
    await publish(events, fixed.names.bus, [alertEvent({ kind, subject, message, instances }), fact]);
  }

  /** On the recovery path the construct names the step's queue, so that a failure there costs seconds. */
  async function shortenWait(record: SQSRecord): Promise<void> {
    const own = process.env["RDS_DR_QUEUE_URL"];
    if (own === undefined) return;
    try {
      await retrySoon(sqsClient(fixed.region), record, { own, waits: process.env["RDS_DR_WAITS_URL"] });
    } catch (error) {
      log.warn("message will be tried again late", { error_text: errorText(error) });
    }
  }

  async function handleRecord(record: SQSRecord): Promise<void> {
    const body: unknown = JSON.parse(record.body);
    const parsed = definition.accepts.safeParse(body);
    if (!parsed.success) {
      const problem = `${definition.name} refused a message that is not of its contract:\n${z.prettifyError(parsed.error)}\n\n${record.body.slice(0, 2_000)}`;
      await giveUp(
        { kind: "message-refused", subject: `${definition.name} refused a malformed message`, instances: [] },
        problem,
      );
      return;
    }
    const message = parsed.data;
    const tools: Tools = { ...fixed, now: clock.now(), body: body as Record<string, unknown> };
    try {
      const decision = await definition.run(message, tools);
      log.info("step decided", {
        decision: decision.kind,
        ...(decision.because === undefined ? {} : { because: decision.because }),
        event: message.event,
        correlation_id: message.id,
        ...decision.keys,
      });
    } catch (error) {
      if (!(error instanceof PermanentError)) {
        log.warn("step did not finish and will be tried again", {
          error_text: String(error),
          correlation_id: message.id,
        });
        await shortenWait(record);
        throw error;
      }
      await giveUp(definition.failure(message), error.message, error.instances);
    }
  }

  const processor = new BatchProcessor(EventType.SQS);
  return middy<SQSEvent, SQSBatchResponse>()
    .use(injectLambdaContext(logger))
    .handler((event: SQSEvent, context: Context) =>
      processPartialResponse(event, handleRecord, processor, { context, throwOnFullBatchFailure: false }),
    );
}

/** How a waiting step waits: false when the deadline has come, and the step has to give up. */
export function waiter(name: WaitingStep) {
  const everySeconds = lookSeconds[name];
  return async (message: StepMessage, tools: Tools, identity: string, deadline?: Date): Promise<boolean> => {
    if (isOverdue(deadline, tools.now)) return false;
    const waiting = { message, body: tools.body, identity, deadline };
    await waitAgain(sqsClient(tools.region), required("RDS_DR_WAITS_URL"), waiting, everySeconds, tools.now);
    return true;
  };
}
