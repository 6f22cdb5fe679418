import { createHash } from "node:crypto";
import { SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import type { Wait } from "./events/envelope.ts";

/** What a waiting step sends itself: the message as it came, and how long it has been waiting. */
export interface Waiting {
  readonly message: { readonly event: string; readonly wait?: Wait | undefined };
  /** The body as it came, sent on unchanged but for `wait`. */
  readonly body: Readonly<Record<string, unknown>>;
  /** What is waited for, e.g. `orders 2026-03-01T02:00:00.000Z`; equal waits are one wait. */
  readonly identity: string;
  /** When to give up; absent: never. */
  readonly deadline?: Date | undefined;
}

/** Seconds between two looks: the DelaySeconds of each step's wait queue (FIFO queues know no delay a message). */
export const lookSeconds = {
  "create-backup": 600,
  "clean-up-primary": 300,
  "restore-instance": 300,
  "finish-restore": 60,
} as const;

export type WaitingStep = keyof typeof lookSeconds;

/** Whether a wait is over: at the deadline a step gives up. */
export function isOverdue(deadline: Date | undefined, now: Date): boolean {
  return deadline !== undefined && now >= deadline;
}

/**
 * Sends the message to the step's wait queue, to be looked at again in `everySeconds`.
 *
 * The deduplication id names the wait and the cell of a time grid that `now` is in, so messages that
 * were doubled on the way merge again instead of multiplying: SQS drops an id seen within 5 minutes.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/using-messagededuplicationid-property.html
 */
export async function waitAgain(
  sqs: SQSClient,
  queueUrl: string,
  waiting: Waiting,
  everySeconds: number,
  now: Date,
): Promise<void> {
  const { message, body, identity, deadline } = waiting;
  const cell = Math.floor(now.getTime() / (everySeconds * 1000));
  const wait = {
    since: (message.wait?.since ?? now).toISOString(),
    ...(deadline === undefined ? {} : { deadline: deadline.toISOString() }),
    looks: (message.wait?.looks ?? 0) + 1,
  };
  const digest = (text: string) => createHash("sha256").update(text).digest("hex");
  await sqs.send(
    new SendMessageCommand({
      QueueUrl: queueUrl,
      MessageBody: JSON.stringify({ ...body, wait }),
      MessageGroupId: digest(identity),
      MessageDeduplicationId: digest(`${identity} ${cell}`),
    }),
  );
}
