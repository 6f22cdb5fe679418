/**
 * The shell of a step that takes its messages many at a time, so that it can merge them. Otherwise as step():
 * messages that are not of the contract are handed over as problems, and only what failed is redelivered.
 */
import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import middy from "@middy/core";
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import * as z from "zod/mini";
import { type Clock, systemClock } from "./clock.ts";
import { type StepMessage, type Tools, wire } from "./step.ts";

/** A message and the record that brought it, for those that have to come again. */
export interface Received<M> {
  readonly recordId: string;
  readonly message: M;
}

/** A message that is not of the contract, and why. */
export interface Refused {
  readonly recordId: string;
  readonly problem: string;
}

/** What came in one invocation. */
export interface Batch<M> {
  readonly received: readonly Received<M>[];
  readonly refused: readonly Refused[];
}

/** What a batch step has at hand: a step's tools without the one message. */
export type BatchTools = Omit<Tools, "body">;

export interface BatchStepDefinition<M extends StepMessage> {
  readonly name: string;
  readonly accepts: z.ZodMiniType<M>;
  /** Does the whole batch; returns the ids of the records that have to come again. */
  readonly run: (batch: Batch<M>, tools: BatchTools) => Promise<readonly string[]>;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // No contract takes it, so it is refused as what it is.
  }
}

function parse<M>(accepts: z.ZodMiniType<M>, body: string): { message: M } | { problem: string } {
  const parsed = accepts.safeParse(jsonOf(body));
  if (parsed.success) return { message: parsed.data };
  return { problem: `${z.prettifyError(parsed.error)}\n\n${body.slice(0, 2_000)}` };
}

/** Builds the Lambda handler of a step that runs once a batch. What it throws brings the whole batch again. */
export function batchStep<M extends StepMessage>(
  { name, accepts, run }: BatchStepDefinition<M>,
  clock: Clock = systemClock,
) {
  const { logger, fixed } = wire(name, clock);
  return middy<SQSEvent, SQSBatchResponse>()
    .use(injectLambdaContext(logger))
    .handler(async ({ Records }: SQSEvent): Promise<SQSBatchResponse> => {
      const received: Received<M>[] = [];
      const refused: Refused[] = [];
      for (const { messageId, body } of Records) {
        const parsed = parse(accepts, body);
        if ("message" in parsed) received.push({ recordId: messageId, message: parsed.message });
        else refused.push({ recordId: messageId, problem: parsed.problem });
      }
      const again = await run({ received, refused }, { ...fixed, now: clock.now() });
      return { batchItemFailures: again.map((itemIdentifier) => ({ itemIdentifier })) };
    });
}
