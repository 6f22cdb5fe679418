import { MessageSystemAttributeName, QueueAttributeName } from "@aws-sdk/client-sqs";
import { AwsError, type Call, NotSimulated, type Shape } from "../../types.ts";
import { shapesOf, text, textsOf } from "../events/properties.ts";
import { pageAt } from "../paging.ts";
import { invalidParameter, invalidValue } from "./attributes.ts";
import { describeQueue } from "./describe.ts";
import { type Draft, md5, md5OfAttributes, messageBytes, readDraft } from "./messages.ts";
import { IN_FLIGHT_MAX, type Queue } from "./queue.ts";
import { byHandle, handleOf, received, systemAttributesWanted } from "./receipts.ts";

/** What the operations need of the service. */
export interface Queues {
  now(): number;
  readonly list: readonly Queue[];
  urlOf(queue: Queue): string;
  policyOf(queue: Queue): Shape | undefined;
}

/** What ReceiveMessage takes: AttributeNames has the type of a queue's attributes in SQS's model. */
const SYSTEM_ATTRIBUTES: ReadonlySet<string> = new Set([
  ...Object.values(MessageSystemAttributeName),
  ...Object.values(QueueAttributeName),
]);

/** Answers one call of the SQS API. */
export function handleSqs(queues: Queues, call: Call): Shape {
  const operation = OPERATIONS[call.operation];
  if (operation === undefined) {
    throw new NotSimulated(`sqs:${call.operation}`);
  }
  return operation(queues, call);
}

type Operation = (queues: Queues, call: Call) => Shape;

const BATCH_MAX = 10;
const BATCH_BYTES_MAX = 262_144;

const OPERATIONS: Readonly<Record<string, Operation>> = {
  SendMessage: (queues, call) => {
    const queue = queueOf(queues, call.input);
    return send(queue, readDraft(queue.settings, call.input), call);
  },
  SendMessageBatch: (queues, call) => sendBatch(queueOf(queues, call.input), call),
  ReceiveMessage: (queues, call) => receive(queueOf(queues, call.input), call),
  DeleteMessage: (queues, call) => {
    deleteOne(queueOf(queues, call.input), call.input);
    return {};
  },
  DeleteMessageBatch: (queues, call) => {
    const queue = queueOf(queues, call.input);
    return batch(call.input, (entry) => deleteOne(queue, entry));
  },
  ChangeMessageVisibility: (queues, call) => {
    changeVisibility(queues, queueOf(queues, call.input), call.input);
    return {};
  },
  ChangeMessageVisibilityBatch: (queues, call) => {
    const queue = queueOf(queues, call.input);
    return batch(call.input, (entry) => changeVisibility(queues, queue, entry));
  },
  GetQueueAttributes: (queues, call) => {
    const queue = queueOf(queues, call.input);
    const wanted = textsOf(call.input["AttributeNames"]);
    return { Attributes: describeQueue(queue, queues.policyOf(queue), wanted) };
  },
  GetQueueUrl: (queues, { input }) => {
    const found = queues.list.find(({ settings }) => settings.name === text(input, "QueueName"));
    if (found === undefined) {
      throw noSuchQueue();
    }
    return { QueueUrl: queues.urlOf(found) };
  },
  ListQueues: (queues, { input }) => listQueues(queues, input),
  PurgeQueue: (queues, { input }) => {
    const queue = queueOf(queues, input);
    if (queues.now() - queue.lastPurgedAt < 60_000) {
      throw new AwsError(
        "PurgeQueueInProgress",
        `Only one PurgeQueue operation on ${queue.settings.name} is allowed every 60 seconds.`,
      );
    }
    queue.purge();
    return {};
  },
};

function noSuchQueue(): AwsError {
  return new AwsError("QueueDoesNotExist", "The specified queue does not exist.");
}

/** The queue of a URL: account and name count, not the host, so that a local endpoint's URLs work too. */
function queueOf(queues: Queues, input: Shape): Queue {
  const name = text(input, "QueueUrl")?.split("/").at(-1);
  if (name === undefined || name === "") {
    throw new AwsError("MissingParameter", "The request must contain the parameter QueueUrl.");
  }
  const found = queues.list.find(({ settings }) => settings.name === name);
  if (found === undefined) {
    throw noSuchQueue();
  }
  return found;
}

function send(queue: Queue, draft: Draft, call: Call): Shape {
  const { id, sequence } = queue.send(draft, call.caller.arn);
  const attributes = md5OfAttributes(draft.attributes);
  return {
    ...{ MessageId: id, MD5OfMessageBody: md5(draft.body) },
    ...(attributes === undefined ? {} : { MD5OfMessageAttributes: attributes }),
    ...(queue.settings.fifo ? { SequenceNumber: sequenceText(sequence) } : {}),
  };
}

/** SQS's sequence numbers have 20 digits. */
function sequenceText(sequence: number): string {
  return String(18_850_000_000n * 1_000_000_000n + BigInt(sequence) * 256n).padStart(20, "0");
}

function entriesOf(input: Shape): Shape[] {
  const entries = shapesOf(input["Entries"]);
  if (entries.length === 0) {
    throw new AwsError("EmptyBatchRequest", "There should be at least one entry in the request.");
  }
  if (entries.length > BATCH_MAX) {
    throw new AwsError(
      "TooManyEntriesInBatchRequest",
      `Maximum number of entries per request are ${BATCH_MAX}. You have sent ${entries.length}.`,
    );
  }
  const ids = entries.map((entry) => text(entry, "Id") ?? "");
  if (ids.some((id) => !/^[\w-]{1,80}$/.test(id))) {
    throw new AwsError(
      "InvalidBatchEntryId",
      "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.",
    );
  }
  const repeated = ids.find((id, index) => ids.indexOf(id) !== index);
  if (repeated !== undefined) {
    throw new AwsError("BatchEntryIdsNotDistinct", `Id ${repeated} repeated.`);
  }
  return entries;
}

/** Does the entries one by one; an entry that is refused fails alone. */
function batch(input: Shape, act: (entry: Shape) => Shape | undefined): Shape {
  const successful: Shape[] = [];
  const failed: Shape[] = [];
  for (const entry of entriesOf(input)) {
    const id = text(entry, "Id");
    try {
      successful.push({ Id: id, ...act(entry) });
    } catch (error) {
      if (!(error instanceof AwsError)) {
        throw error;
      }
      failed.push({ Id: id, SenderFault: error.status < 500, Code: error.code, Message: error.message });
    }
  }
  return { Successful: successful, Failed: failed };
}

function sendBatch(queue: Queue, call: Call): Shape {
  let bytes = 0;
  for (const entry of entriesOf(call.input)) {
    bytes += messageBytes(text(entry, "MessageBody") ?? "", {});
    if (bytes > Math.max(BATCH_BYTES_MAX, queue.settings.messageBytesMax)) {
      throw new AwsError(
        "BatchRequestTooLong",
        `Batch requests cannot be longer than ${BATCH_BYTES_MAX} bytes. You have sent ${bytes} bytes.`,
      );
    }
  }
  return batch(call.input, (entry) => send(queue, readDraft(queue.settings, entry), call));
}

function wholeWithin(
  input: Shape,
  name: string,
  least: number,
  most: number,
  otherwise: number,
  reason = `Must be between ${least} and ${most}, if provided.`,
): number {
  const value = input[name] ?? otherwise;
  if (typeof value !== "number" || !Number.isInteger(value) || value < least || value > most) {
    throw invalidValue(name, String(value), reason);
  }
  return value;
}

function receive(queue: Queue, { input }: Call): Shape {
  const unknown = systemAttributesWanted(input).find((name) => !SYSTEM_ATTRIBUTES.has(name));
  if (unknown !== undefined) {
    throw invalidParameter(`Unknown Attribute ${unknown}.`);
  }
  const max = wholeWithin(input, "MaxNumberOfMessages", 1, 10, 1);
  const visibility = wholeWithin(input, "VisibilityTimeout", 0, 43_200, queue.settings.visibilitySeconds);
  wholeWithin(
    input,
    "WaitTimeSeconds",
    0,
    20,
    queue.settings.waitSeconds,
    "Must be >= 0 and <= 20, if provided.",
  );
  if (!queue.settings.fifo && queue.inFlight >= IN_FLIGHT_MAX) {
    throw new AwsError("OverLimit", "Too many messages in flight.", 403);
  }
  const messages = queue.receive(max, visibility);
  return messages.length === 0
    ? {}
    : { Messages: messages.map((message) => received(queue, message, input)) };
}

function deleteOne(queue: Queue, input: Shape): undefined {
  const { message, current } = byHandle(queue, input);
  if (message === undefined) {
    return;
  }
  if (queue.settings.fifo && (!current || !message.inFlight)) {
    const handle = handleOf(queue, message);
    throw invalidValue(
      "ReceiptHandle",
      text(input, "ReceiptHandle") ?? handle,
      "The receipt handle has expired.",
    );
  }
  if (current) {
    queue.remove(message);
  }
}

/** SQS: a message may be in flight for twelve hours in all. */
const IN_FLIGHT_SECONDS_MAX = 43_200;

function changeVisibility(queues: Queues, queue: Queue, input: Shape): undefined {
  const seconds = wholeWithin(input, "VisibilityTimeout", 0, 43_200, -1);
  const { message, current } = byHandle(queue, input);
  if (message === undefined || !current || !message.inFlight) {
    throw new AwsError(
      "MessageNotInflight",
      `Value ${text(input, "ReceiptHandle")} for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not available for visibility timeout change.`,
    );
  }
  const already = (queues.now() - message.firstReceivedAt) / 1000;
  if (already + seconds > IN_FLIGHT_SECONDS_MAX) {
    throw invalidParameter(
      `Value ${seconds} for parameter VisibilityTimeout is invalid. Reason: Total VisibilityTimeout for the message is beyond the limit [${IN_FLIGHT_SECONDS_MAX} seconds].`,
    );
  }
  queue.setVisibility(message, seconds);
}

function listQueues(queues: Queues, input: Shape): Shape {
  const prefix = text(input, "QueueNamePrefix") ?? "";
  const urls = queues.list
    .filter(({ settings }) => settings.name.startsWith(prefix))
    .map((queue) => queues.urlOf(queue));
  const limit = wholeWithin(input, "MaxResults", 1, 1000, 1000);
  const token = text(input, "NextToken");
  const { rows, next } = pageAt(urls, { token, limit }, () =>
    invalidValue("NextToken", token ?? "", "Must be a token that ListQueues answered."),
  );
  return {
    ...(rows.length === 0 ? {} : { QueueUrls: rows }),
    ...(next === undefined ? {} : { NextToken: next }),
  };
}
