import { AwsError, NotSimulated, type Shape } from "../../types.ts";
import { shapeOf, text } from "../events/properties.ts";
import { refusal } from "./references.ts";

/** A message that a topic accepted. */
export interface Publication {
  readonly subject: string | undefined;
  readonly message: string;
  readonly attributes: Readonly<Record<string, string>>;
}

// SNS: a message with its attributes is at most 256 KB; a subject has under 100 characters.
const MESSAGE_BYTES_MAX = 262_144;
const SUBJECT_MAX = 100;

/** Reads the input of Publish, or refuses it as SNS does. */
export function readPublication(input: Shape): Publication {
  if (input["MessageStructure"] !== undefined) {
    throw new NotSimulated("sns:Publish with MessageStructure");
  }
  if (input["PhoneNumber"] !== undefined) {
    throw new NotSimulated("sns:Publish with PhoneNumber");
  }
  // Topics are standard ones here; the words are AWS's (localstack/localstack, test_validations_for_fifo).
  if (input["MessageDeduplicationId"] !== undefined) {
    const reason =
      "The request includes MessageDeduplicationId parameter that is not valid for this topic type";
    throw refusal(`MessageDeduplicationId Reason: ${reason}`);
  }
  const message = text(input, "Message") ?? "";
  if (message === "") {
    throw refusal("Empty message");
  }
  const subject = text(input, "Subject");
  if (subject !== undefined && !isSubject(subject)) {
    throw refusal("Subject");
  }
  const attributes = readAttributes(shapeOf(input["MessageAttributes"]) ?? {});
  const bytes = Object.entries(attributes).reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name) + Buffer.byteLength(value),
    Buffer.byteLength(message),
  );
  if (bytes > MESSAGE_BYTES_MAX) {
    throw refusal("Message too long");
  }
  return { subject, message, attributes };
}

/** "ASCII text that begins with a letter, number, or punctuation mark; no line breaks or control characters". */
export function isSubject(subject: string): boolean {
  return subject.length <= SUBJECT_MAX && /^[\x21-\x7e][\x20-\x7e]*$/.test(subject);
}

/**
 * What a queue gets of a message unless its subscription is raw. The signature is none: nothing here could check it.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html
 */
export function envelopeOf(
  { arn }: { readonly arn: string },
  id: string,
  at: number,
  { subject, message, attributes }: Publication,
): string {
  const region = arn.split(":")[3] ?? "";
  const host = `https://sns.${region}.amazonaws.com`;
  const named = Object.entries(attributes).map(([name, Value]) => [name, { Type: "String", Value }]);
  return JSON.stringify({
    ...{ Type: "Notification", MessageId: id, TopicArn: arn },
    ...(subject === undefined ? {} : { Subject: subject }),
    ...{ Message: message, Timestamp: new Date(at).toISOString() },
    ...{ SignatureVersion: "1", Signature: "simulated" },
    ...{ SigningCertURL: `${host}/SimpleNotificationService-simulated.pem` },
    UnsubscribeURL: `${host}/?Action=Unsubscribe&SubscriptionArn=${arn}`,
    ...(named.length === 0 ? {} : { MessageAttributes: Object.fromEntries(named) }),
  });
}

function readAttributes(given: Shape): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (const [name, value] of Object.entries(given)) {
    const shape = shapeOf(value) ?? {};
    const type = text(shape, "DataType") ?? "";
    const string = text(shape, "StringValue") ?? "";
    if (!/^[\w-]+(\.[\w-]+)*$/.test(name) || name.length > 256) {
      throw new AwsError("ParameterValueInvalid", `Message attribute name '${name}' is invalid.`);
    }
    if (type.startsWith("Binary")) {
      throw new NotSimulated("sns:Publish with a binary attribute");
    }
    if (!/^(String(\.Array)?|Number)/.test(type) || string === "") {
      const reason = `The message attribute '${name}' must contain non-empty message attribute value for message attribute type '${type}'.`;
      throw new AwsError("ParameterValueInvalid", reason);
    }
    attributes[name] = string;
  }
  return attributes;
}
