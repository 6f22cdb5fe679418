import { ChangeMessageVisibilityCommand, type SQSClient } from "@aws-sdk/client-sqs";
import type { SQSRecord } from "aws-lambda";

const secondsPerAttempt = 15;

/**
 * Seconds until a message that failed is tried again: longer from attempt to attempt, minutes at the most, where
 * the queue's own timeout would take several times the function's.
 *
 * @example retrySeconds(1) // 15
 * @example retrySeconds(4) // 60
 */
export function retrySeconds(attempt: number): number {
  return secondsPerAttempt * Math.max(1, attempt);
}

/** The queues that a step is fed from: its own, and the one that its waits come back by. */
export interface SourceQueues {
  readonly own: string;
  readonly waits?: string | undefined;
}

/** The URL of the queue that a record came from; our wait queues are the only FIFO ones. */
export function queueOf({ eventSourceARN }: Pick<SQSRecord, "eventSourceARN">, queues: SourceQueues): string {
  return eventSourceARN.endsWith(".fifo") ? (queues.waits ?? queues.own) : queues.own;
}

/** Lets a message that failed come again soon; the queue still counts its attempts and bounds them. */
export async function retrySoon(sqs: SQSClient, record: SQSRecord, queues: SourceQueues): Promise<void> {
  const attempt = Number(record.attributes.ApproximateReceiveCount);
  await sqs.send(
    new ChangeMessageVisibilityCommand({
      QueueUrl: queueOf(record, queues),
      ReceiptHandle: record.receiptHandle,
      VisibilityTimeout: retrySeconds(attempt),
    }),
  );
}
