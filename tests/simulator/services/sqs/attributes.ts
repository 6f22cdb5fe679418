import { AwsError, type ResourceRequest, type Shape, type World } from "../../types.ts";
import {
  documentOf,
  flag,
  number,
  onlyKnown,
  physicalName,
  shapeOf,
  text,
  textsOf,
} from "../events/properties.ts";

/** What is set on a queue when it is made. */
export interface QueueSettings {
  readonly name: string;
  readonly fifo: boolean;
  readonly delaySeconds: number;
  readonly visibilitySeconds: number;
  readonly retentionSeconds: number;
  readonly messageBytesMax: number;
  readonly waitSeconds: number;
  readonly contentBasedDeduplication: boolean;
  /** Whether the deduplication ids count within a message group only. */
  readonly deduplicatesByGroup: boolean;
  readonly redrive: { readonly deadLetterArn: string; readonly receiveCountMax: number } | undefined;
  readonly redriveAllow: Shape | undefined;
  readonly kmsKey: string | undefined;
  readonly managedEncryption: boolean;
  readonly kmsReuseSeconds: number;
}

const KNOWN = [
  ...[
    "QueueName",
    "FifoQueue",
    "DelaySeconds",
    "VisibilityTimeout",
    "MessageRetentionPeriod",
    "MaximumMessageSize",
  ],
  ...[
    "ReceiveMessageWaitTimeSeconds",
    "ContentBasedDeduplication",
    "DeduplicationScope",
    "FifoThroughputLimit",
  ],
  ...["RedrivePolicy", "RedriveAllowPolicy", "KmsMasterKeyId", "KmsDataKeyReusePeriodSeconds"],
  ...["SqsManagedSseEnabled", "Tags"],
];

/** Reads AWS::SQS::Queue with SQS's own bounds and defaults. */
export function readSettings(world: World, request: ResourceRequest): QueueSettings {
  const { properties } = request;
  onlyKnown("AWS::SQS::Queue", properties, KNOWN);
  const fifo = flag(properties, "FifoQueue") ?? false;
  const name = text(properties, "QueueName") ?? physicalName(world, request, 80, fifo ? ".fifo" : "");
  if (!/^[\w-]{1,80}$/.test(fifo ? name.replace(/\.fifo$/, "") : name) || fifo !== name.endsWith(".fifo")) {
    const form = "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length";
    throw invalidParameter(
      fifo
        ? "The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, must end with .fifo suffix and be 1 to 80 in length."
        : form,
    );
  }
  const scope = text(properties, "DeduplicationScope");
  for (const onlyFifo of ["ContentBasedDeduplication", "DeduplicationScope", "FifoThroughputLimit"]) {
    if (!fifo && properties[onlyFifo] !== undefined) {
      throw new AwsError("InvalidAttributeName", `Unknown Attribute ${onlyFifo}.`);
    }
  }
  if (text(properties, "FifoThroughputLimit") === "perMessageGroupId" && scope !== "messageGroup") {
    throw invalidValue(
      "FifoThroughputLimit",
      "perMessageGroupId",
      "It needs DeduplicationScope messageGroup.",
    );
  }
  return {
    ...{ name, fifo },
    delaySeconds: bounded(properties, "DelaySeconds", 0, 900, 0),
    visibilitySeconds: bounded(properties, "VisibilityTimeout", 0, 43_200, 30),
    retentionSeconds: bounded(properties, "MessageRetentionPeriod", 60, 1_209_600, 345_600),
    messageBytesMax: bounded(properties, "MaximumMessageSize", 1024, 1_048_576, 262_144),
    waitSeconds: bounded(properties, "ReceiveMessageWaitTimeSeconds", 0, 20, 0),
    contentBasedDeduplication: flag(properties, "ContentBasedDeduplication") ?? false,
    deduplicatesByGroup: scope === "messageGroup",
    redrive: readRedrive(documentOf(properties["RedrivePolicy"])),
    redriveAllow: readRedriveAllow(documentOf(properties["RedriveAllowPolicy"])),
    kmsKey: text(properties, "KmsMasterKeyId"),
    managedEncryption: flag(properties, "SqsManagedSseEnabled") ?? properties["KmsMasterKeyId"] === undefined,
    kmsReuseSeconds: bounded(properties, "KmsDataKeyReusePeriodSeconds", 60, 86_400, 300),
  };
}

function bounded(properties: Shape, name: string, least: number, most: number, otherwise: number): number {
  const value = number(properties, name) ?? otherwise;
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new AwsError("InvalidAttributeValue", `Invalid value for the parameter ${name}.`);
  }
  return value;
}

function readRedrive(policy: Shape | undefined): QueueSettings["redrive"] {
  if (policy === undefined) {
    return undefined;
  }
  const deadLetterArn = text(policy, "deadLetterTargetArn");
  const receiveCountMax = number(policy, "maxReceiveCount");
  if (
    deadLetterArn === undefined ||
    receiveCountMax === undefined ||
    receiveCountMax < 1 ||
    receiveCountMax > 1000
  ) {
    const reason = "It needs deadLetterTargetArn and maxReceiveCount between 1 and 1000.";
    throw invalidValue("RedrivePolicy", JSON.stringify(policy), reason);
  }
  return { deadLetterArn, receiveCountMax };
}

function readRedriveAllow(policy: Shape | undefined): Shape | undefined {
  const permission = policy === undefined ? "allowAll" : text(policy, "redrivePermission");
  if (!["allowAll", "denyAll", "byQueue"].includes(permission ?? "")) {
    throw invalidValue("RedriveAllowPolicy", JSON.stringify(policy), "Unknown redrivePermission.");
  }
  return policy;
}

/** Refuses a dead-letter queue that cannot be one for this queue. */
export function checkDeadLetters(
  settings: QueueSettings,
  arn: string,
  target: QueueSettings | undefined,
): void {
  const { redrive } = settings;
  if (redrive === undefined) {
    return;
  }
  const policy = JSON.stringify({
    deadLetterTargetArn: redrive.deadLetterArn,
    maxReceiveCount: redrive.receiveCountMax,
  });
  if (target === undefined) {
    throw invalidValue("RedrivePolicy", policy, "Dead letter target does not exist.");
  }
  if (target.fifo !== settings.fifo) {
    const kind = settings.fifo ? "FIFO" : "standard";
    throw invalidValue(
      "RedrivePolicy",
      policy,
      `Dead-letter queue of a ${kind} queue must be a ${kind} queue.`,
    );
  }
  const allow = shapeOf(target.redriveAllow) ?? {};
  const permission = text(allow, "redrivePermission") ?? "allowAll";
  if (
    permission === "denyAll" ||
    (permission === "byQueue" && !textsOf(allow["sourceQueueArns"]).includes(arn))
  ) {
    throw invalidValue(
      "RedrivePolicy",
      policy,
      "The dead-letter queue's RedriveAllowPolicy does not admit this queue.",
    );
  }
}

/** SQS's refusal of a parameter. */
export function invalidParameter(message: string): AwsError {
  return new AwsError("InvalidParameterValue", message);
}

/** SQS's refusal of a parameter's value, with its reason. */
export function invalidValue(name: string, value: string | number, reason: string): AwsError {
  return invalidParameter(`Value ${value} for parameter ${name} is invalid. Reason: ${reason}`);
}
