import { createHash } from "node:crypto";
import type { ReceivedMessage } from "../types.ts";

/** A batch of messages as Lambda hands it to a function. */
export function sqsEvent(messages: readonly ReceivedMessage[], queueArn: string, senderId: string): unknown {
  return { Records: messages.map((message) => recordOf(message, queueArn, senderId)) };
}

function recordOf(message: ReceivedMessage, queueArn: string, senderId: string): unknown {
  const { groupId, deduplicationId } = message;
  return {
    messageId: message.messageId,
    receiptHandle: message.receiptHandle,
    body: message.body,
    attributes: {
      ApproximateReceiveCount: String(message.receiveCount),
      SentTimestamp: String(message.sentAt),
      SenderId: senderId,
      ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt),
      ...(groupId === undefined ? {} : { MessageGroupId: groupId }),
      ...(deduplicationId === undefined ? {} : { MessageDeduplicationId: deduplicationId }),
      ...(queueArn.endsWith(".fifo") ? { SequenceNumber: String(message.sentAt).padStart(20, "0") } : {}),
    },
    messageAttributes: Object.fromEntries(
      Object.entries(message.messageAttributes).map(([name, stringValue]) => [
        name,
        { stringValue, stringListValues: [], binaryListValues: [], dataType: "String" },
      ]),
    ),
    md5OfBody: createHash("md5").update(message.body).digest("hex"),
    eventSource: "aws:sqs",
    eventSourceARN: queueArn,
    awsRegion: queueArn.split(":")[3] ?? "",
  };
}

/**
 * The messages that a function reports as failed. Lambda takes an answer that it cannot read, or an identifier
 * that it does not know, for the failure of the whole batch.
 */
export function failedMessages(messages: readonly ReceivedMessage[], answer: unknown): Set<string> {
  const all = new Set(messages.map(({ messageId }) => messageId));
  if (answer === null || answer === undefined) {
    return new Set();
  }
  if (typeof answer !== "object") {
    return all;
  }
  const failures = (answer as { batchItemFailures?: unknown }).batchItemFailures;
  if (failures === undefined || failures === null) {
    return new Set();
  }
  if (!Array.isArray(failures)) {
    return all;
  }
  const failed = failures.map(
    (failure: unknown) => (failure as { itemIdentifier?: unknown } | null)?.itemIdentifier,
  );
  return failed.every((id): id is string => typeof id === "string" && all.has(id)) ? new Set(failed) : all;
}
