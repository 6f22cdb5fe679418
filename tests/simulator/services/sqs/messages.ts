import { createHash } from "node:crypto";
import { AwsError, type Shape } from "../../types.ts";
import { shapeOf, text } from "../events/properties.ts";
import { invalidParameter, invalidValue, type QueueSettings } from "./attributes.ts";

/** An attribute of a message as the API gives it. */
export interface MessageAttribute {
  readonly DataType: string;
  readonly StringValue?: string;
  readonly BinaryValue?: Uint8Array;
}

/** A message accepted for sending. */
export interface Draft {
  readonly body: string;
  readonly delaySeconds: number;
  readonly groupId: string | undefined;
  readonly deduplicationId: string | undefined;
  readonly attributes: Readonly<Record<string, MessageAttribute>>;
  readonly traceHeader: string | undefined;
}

const FIFO_ID = /^[A-Za-z0-9!"#$%&'()*+,\-./:;<=>?@[\\\]^_`{|}~]{1,128}$/;

/** Reads one message of SendMessage or SendMessageBatch, or refuses it as SQS does. */
export function readDraft(settings: QueueSettings, input: Shape): Draft {
  const body = text(input, "MessageBody") ?? "";
  if (body === "") {
    throw new AwsError("MissingParameter", "The request must contain the parameter MessageBody.");
  }
  // XML 1.0 characters only: #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the control characters are what is refused
  if (/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/.test(body)) {
    throw new AwsError("InvalidMessageContents", "The message contains characters outside the allowed set.");
  }
  const attributes = readAttributes(input);
  if (messageBytes(body, attributes) > settings.messageBytesMax) {
    const reason = `Message must be shorter than ${settings.messageBytesMax} bytes.`;
    throw invalidParameter(`One or more parameters are invalid. Reason: ${reason}`);
  }
  const system = shapeOf(shapeOf(input["MessageSystemAttributes"])?.["AWSTraceHeader"]);
  return {
    ...{ body, attributes, delaySeconds: readDelay(settings, input), ...readFifo(settings, input, body) },
    traceHeader: system === undefined ? undefined : text(system, "StringValue"),
  };
}

function readDelay(settings: QueueSettings, input: Shape): number {
  const delay = input["DelaySeconds"];
  if (delay === undefined) {
    return settings.delaySeconds;
  }
  if (typeof delay !== "number" || !Number.isInteger(delay) || delay < 0 || delay > 900) {
    throw invalidValue("DelaySeconds", String(delay), "DelaySeconds must be >= 0 and <= 900.");
  }
  if (settings.fifo && delay > 0) {
    const reason = "The request include parameter that is not valid for this queue type.";
    throw invalidValue("DelaySeconds", delay, reason);
  }
  return settings.fifo ? settings.delaySeconds : delay;
}

function readFifo(
  settings: QueueSettings,
  input: Shape,
  body: string,
): Pick<Draft, "groupId" | "deduplicationId"> {
  const groupId = text(input, "MessageGroupId");
  const given = text(input, "MessageDeduplicationId");
  for (const [name, value] of [
    ["MessageGroupId", groupId],
    ["MessageDeduplicationId", given],
  ] as const) {
    if (value !== undefined && !FIFO_ID.test(value)) {
      const reason = `${name} can only include alphanumeric and punctuation characters. 1 to 128 in length.`;
      throw invalidValue(name, value, reason);
    }
  }
  if (!settings.fifo) {
    if (given !== undefined) {
      const reason = "The request include parameter that is not valid for this queue type.";
      throw invalidValue("MessageDeduplicationId", given, reason);
    }
    return { groupId, deduplicationId: undefined };
  }
  if (groupId === undefined) {
    throw new AwsError("MissingParameter", "The request must contain the parameter MessageGroupId.");
  }
  if (given === undefined && !settings.contentBasedDeduplication) {
    throw invalidParameter(
      "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly",
    );
  }
  return { groupId, deduplicationId: given ?? createHash("sha256").update(body).digest("hex") };
}

function readAttributes(input: Shape): Record<string, MessageAttribute> {
  const given = shapeOf(input["MessageAttributes"]) ?? {};
  if (Object.keys(given).length > 10) {
    throw invalidParameter(
      `Number of message attributes [${Object.keys(given).length}] exceeds the allowed maximum [10].`,
    );
  }
  const attributes: Record<string, MessageAttribute> = {};
  for (const [name, value] of Object.entries(given)) {
    attributes[name] = readAttribute(name, shapeOf(value) ?? {});
  }
  return attributes;
}

function readAttribute(name: string, value: Shape): MessageAttribute {
  if (!/^[\w-]+(\.[\w-]+)*$/.test(name) || name.length > 256 || /^(aws|amazon)\./i.test(name)) {
    throw invalidParameter(`Message (user) attribute name '${name}' is invalid.`);
  }
  const dataType = text(value, "DataType") ?? "";
  if (!/^(String|Number|Binary)(\..+)?$/.test(dataType)) {
    throw invalidParameter(
      `The type of message (user) attribute '${name}' is invalid. You must use only the following supported type prefixes: Binary, Number, String.`,
    );
  }
  const binary = value["BinaryValue"];
  if (dataType.startsWith("Binary") && binary instanceof Uint8Array && binary.length > 0) {
    return { DataType: dataType, BinaryValue: binary };
  }
  const string = text(value, "StringValue") ?? "";
  if (dataType.startsWith("Binary") || string === "") {
    throw invalidParameter(
      `The message (user) attribute '${name}' must contain a non-empty value of type '${dataType}'.`,
    );
  }
  if (dataType.startsWith("Number") && Number.isNaN(Number(string))) {
    throw invalidParameter(`Can't cast the value of message (user) attribute '${name}' to a number.`);
  }
  return { DataType: dataType, StringValue: string };
}

/** The size that counts against MaximumMessageSize: body and attributes with their names and types. */
export function messageBytes(body: string, attributes: Readonly<Record<string, MessageAttribute>>): number {
  let bytes = Buffer.byteLength(body, "utf8");
  for (const [name, { DataType, StringValue, BinaryValue }] of Object.entries(attributes)) {
    bytes += Buffer.byteLength(name) + Buffer.byteLength(DataType);
    bytes += BinaryValue?.length ?? Buffer.byteLength(StringValue ?? "");
  }
  return bytes;
}

/** Attributes given as plain strings. */
export function stringAttributes(given: Readonly<Record<string, string>>): Record<string, MessageAttribute> {
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => [name, { DataType: "String", StringValue: value }]),
  );
}

/** The MD5 of a body; the SDK compares it. */
export function md5(value: string | Buffer): string {
  return createHash("md5").update(value).digest("hex");
}

/** The MD5 of message attributes, by the algorithm of the SQS developer guide; undefined for none. */
export function md5OfAttributes(attributes: Readonly<Record<string, MessageAttribute>>): string | undefined {
  const names = Object.keys(attributes).sort();
  if (names.length === 0) {
    return undefined;
  }
  const parts: Buffer[] = [];
  const field = (bytes: Buffer) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    parts.push(length, bytes);
  };
  for (const name of names) {
    const { DataType, StringValue, BinaryValue } = attributes[name] as MessageAttribute;
    field(Buffer.from(name));
    field(Buffer.from(DataType));
    parts.push(Buffer.from([BinaryValue === undefined ? 1 : 2]));
    field(BinaryValue === undefined ? Buffer.from(StringValue ?? "") : Buffer.from(BinaryValue));
  }
  return md5(Buffer.concat(parts));
}
