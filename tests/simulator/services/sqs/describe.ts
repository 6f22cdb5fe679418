import { AwsError, type Shape } from "../../types.ts";
import type { Queue } from "./queue.ts";

const NAMES = new Set([
  ...["All", "Policy", "VisibilityTimeout", "MaximumMessageSize", "MessageRetentionPeriod", "DelaySeconds"],
  ...[
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed",
  ],
  ...[
    "CreatedTimestamp",
    "LastModifiedTimestamp",
    "QueueArn",
    "ReceiveMessageWaitTimeSeconds",
    "RedrivePolicy",
  ],
  ...[
    "RedriveAllowPolicy",
    "FifoQueue",
    "ContentBasedDeduplication",
    "KmsMasterKeyId",
    "SqsManagedSseEnabled",
  ],
  ...["KmsDataKeyReusePeriodSeconds", "DeduplicationScope", "FifoThroughputLimit"],
]);

/** The attributes of a queue as GetQueueAttributes answers them: all of them strings. */
export function describeQueue(
  queue: Queue,
  policy: Shape | undefined,
  wanted: readonly string[],
): Record<string, string> {
  const unknown = wanted.find((name) => !NAMES.has(name));
  if (unknown !== undefined) {
    throw new AwsError("InvalidAttributeName", `Unknown Attribute ${unknown}.`);
  }
  const all = { ...plain(queue), ...optional(queue, policy) };
  return wanted.includes("All")
    ? all
    : Object.fromEntries(Object.entries(all).filter(([name]) => wanted.includes(name)));
}

function plain(queue: Queue): Record<string, string> {
  const { settings } = queue;
  const { visible, delayed, inFlight } = queue.counts();
  const created = String(Math.floor(queue.createdAt / 1000));
  return {
    QueueArn: queue.arn,
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(inFlight),
    ApproximateNumberOfMessagesDelayed: String(delayed),
    CreatedTimestamp: created,
    LastModifiedTimestamp: created,
    VisibilityTimeout: String(settings.visibilitySeconds),
    MaximumMessageSize: String(settings.messageBytesMax),
    MessageRetentionPeriod: String(settings.retentionSeconds),
    DelaySeconds: String(settings.delaySeconds),
    ReceiveMessageWaitTimeSeconds: String(settings.waitSeconds),
    SqsManagedSseEnabled: String(settings.managedEncryption),
  };
}

function optional({ settings }: Queue, policy: Shape | undefined): Record<string, string> {
  const { redrive, redriveAllow, kmsKey, fifo } = settings;
  return {
    ...(policy === undefined ? {} : { Policy: JSON.stringify(policy) }),
    ...(redrive === undefined
      ? {}
      : {
          RedrivePolicy: JSON.stringify({
            deadLetterTargetArn: redrive.deadLetterArn,
            maxReceiveCount: redrive.receiveCountMax,
          }),
        }),
    ...(redriveAllow === undefined ? {} : { RedriveAllowPolicy: JSON.stringify(redriveAllow) }),
    ...(kmsKey === undefined
      ? {}
      : { KmsMasterKeyId: kmsKey, KmsDataKeyReusePeriodSeconds: String(settings.kmsReuseSeconds) }),
    ...(fifo
      ? {
          FifoQueue: "true",
          ContentBasedDeduplication: String(settings.contentBasedDeduplication),
          DeduplicationScope: settings.deduplicatesByGroup ? "messageGroup" : "queue",
          FifoThroughputLimit: settings.deduplicatesByGroup ? "perMessageGroupId" : "perQueue",
        }
      : {}),
  };
}
