import { AwsError, type Shape } from "../../types.ts";
import { text, textsOf } from "../events/properties.ts";
import { type MessageAttribute, md5, md5OfAttributes } from "./messages.ts";
import type { Message, Queue } from "./queue.ts";

/** The receipt handle of the latest receipt of a message. */
export function handleOf(queue: Queue, message: Message): string {
  return Buffer.from(`${queue.settings.name} ${message.id} ${message.receiveCount}`).toString("base64");
}

/** The message of a receipt handle, if it is still there, and whether the handle is of its latest receipt. */
export function byHandle(queue: Queue, input: Shape): { message: Message | undefined; current: boolean } {
  const handle = text(input, "ReceiptHandle") ?? "";
  const [name, id, count] = Buffer.from(handle, "base64").toString("utf8").split(" ");
  if (name !== queue.settings.name || id === undefined || count === undefined) {
    throw new AwsError(
      "ReceiptHandleIsInvalid",
      `The input receipt handle "${handle}" is not a valid receipt handle.`,
    );
  }
  const message = queue.find(id);
  return { message, current: message !== undefined && message.receiveCount === Number(count) };
}

/** The names of SQS's own attributes that ReceiveMessage asks for, by the old parameter or the new one. */
export function systemAttributesWanted(input: Shape): readonly string[] {
  return [...textsOf(input["AttributeNames"]), ...textsOf(input["MessageSystemAttributeNames"])];
}

/** A message as ReceiveMessage answers it, with the attributes asked for. */
export function received(queue: Queue, message: Message, input: Shape): Shape {
  const system = systemAttributesWanted(input);
  const attributes = pick(
    systemAttributes(message),
    (name) => system.includes("All") || system.includes(name),
  );
  const wanted = textsOf(input["MessageAttributeNames"]);
  const own: Record<string, MessageAttribute> = pick(message.attributes, (name) =>
    wanted.some((each) => each === "All" || each === ".*" || each === name || isPrefix(each, name)),
  );
  const digest = md5OfAttributes(own);
  return {
    ...{ MessageId: message.id, ReceiptHandle: handleOf(queue, message) },
    ...{ MD5OfBody: md5(message.body), Body: message.body },
    ...(Object.keys(attributes).length === 0 ? {} : { Attributes: attributes }),
    ...(digest === undefined ? {} : { MessageAttributes: own, MD5OfMessageAttributes: digest }),
  };
}

function isPrefix(pattern: string, name: string): boolean {
  return pattern.endsWith(".*") && name.startsWith(pattern.slice(0, -2));
}

function pick<T>(values: Readonly<Record<string, T>>, wanted: (name: string) => boolean): Record<string, T> {
  return Object.fromEntries(Object.entries(values).filter(([name]) => wanted(name)));
}

/** The attributes that SQS itself gives a received message. */
export function systemAttributes(message: Message): Record<string, string> {
  return {
    SenderId: message.senderId,
    SentTimestamp: String(message.sentAt),
    ApproximateReceiveCount: String(message.receiveCount),
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt),
    ...(message.groupId === undefined ? {} : { MessageGroupId: message.groupId }),
    ...(message.deduplicationId === undefined ? {} : { MessageDeduplicationId: message.deduplicationId }),
    ...(message.traceHeader === undefined ? {} : { AWSTraceHeader: message.traceHeader }),
    ...(message.deadLetterOf === undefined ? {} : { DeadLetterQueueSourceArn: message.deadLetterOf }),
  };
}
