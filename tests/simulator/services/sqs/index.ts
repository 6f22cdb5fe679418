/** SQS of one region: standard and FIFO queues, their policies, and what other services do with them. */
import {
  AwsError,
  type Call,
  type OnBehalf,
  type QueueFigures,
  type QueueMessage,
  type ReceivedMessage,
  type ResourceProvider,
  type ResourceRequest,
  type Shape,
  type SqsService,
  type World,
} from "../../types.ts";
import { arnOf, documentOf, invalid, onlyKnown, textsOf } from "../events/properties.ts";
import { gaugesOf } from "../monitoring/gauge.ts";
import { checkDeadLetters, type QueueSettings, readSettings } from "./attributes.ts";
import { type MessageAttribute, readDraft, stringAttributes } from "./messages.ts";
import { handleSqs, type Queues } from "./operations.ts";
import { allowsService, keyAdmits } from "./policy.ts";
import { type Message, Queue } from "./queue.ts";
import { byHandle, handleOf } from "./receipts.ts";

/** SQS with what tests, the IAM evaluation and Scheduler look at. */
export interface SimulatedSqs extends SqsService {
  /** Sends for a caller whose right to do so has been judged already. */
  deliver(senderId: string, queueArn: string, message: QueueMessage): string;
  /** The messages of a queue, oldest first, without receiving them. */
  messages(queueArn: string): readonly Message[];
  /** The resource policy of a queue, given by ARN, URL or name. */
  queuePolicy(queue: string): Shape | undefined;
  /** The names of all queues, in the order made. */
  queues(): readonly string[];
}

/** Makes SQS of a region. */
export function createSqs(world: World, region: string): SimulatedSqs {
  return new Sqs(world, region);
}

class Sqs implements SimulatedSqs, Queues {
  readonly #world: World;
  readonly #region: string;
  readonly #queues = new Map<string, Queue>();
  readonly #policies = new Map<string, Shape>();
  #messages = 0;

  readonly resources: Readonly<Record<string, ResourceProvider>> = {
    "AWS::SQS::Queue": (request) => this.#makeQueue(request),
    "AWS::SQS::QueuePolicy": (request) => this.#makePolicy(request),
  };

  constructor(world: World, region: string) {
    this.#world = world;
    this.#region = region;
  }

  get list(): readonly Queue[] {
    return [...this.#queues.values()];
  }

  now(): number {
    return this.#world.clock.now();
  }

  urlOf(queue: Queue): string {
    return `https://sqs.${this.#region}.amazonaws.com/${this.#world.account}/${queue.settings.name}`;
  }

  policyOf(queue: Queue): Shape | undefined {
    return this.#policies.get(queue.settings.name);
  }

  handle(call: Call): Shape {
    return handleSqs(this, call);
  }

  queues(): readonly string[] {
    return [...this.#queues.keys()];
  }

  queuePolicy(queue: string): Shape | undefined {
    return this.#policies.get(nameOf(queue));
  }

  messages(queueArn: string): readonly Message[] {
    return this.#queue(queueArn).messages();
  }

  sendAs(who: OnBehalf, queueArn: string, message: QueueMessage): void {
    const queue = this.#queue(queueArn);
    const request = { who, action: "sqs:SendMessage", resource: queue.arn };
    if (!allowsService(this.#world, this.policyOf(queue), request)) {
      throw new AwsError("AccessDenied", `Access to the resource ${this.urlOf(queue)} is denied.`, 403);
    }
    const { kmsKey } = queue.settings;
    if (kmsKey !== undefined && !keyAdmits(this.#world, this.#world.region(this.#region), kmsKey, who)) {
      const text = `The key ${kmsKey} of ${queue.settings.name} is not usable by ${who.principal}`;
      throw new AwsError("KmsAccessDenied", text);
    }
    this.#send(who.principal, queue, message);
  }

  deliver(senderId: string, queueArn: string, message: QueueMessage): string {
    return this.#send(senderId, this.#queue(queueArn), message);
  }

  take(queueArn: string, max: number): ReceivedMessage[] {
    const queue = this.#queue(queueArn);
    return queue.receive(max).map((message) => ({
      ...{ messageId: message.id, receiptHandle: handleOf(queue, message), body: message.body },
      ...{
        sentAt: message.sentAt,
        firstReceivedAt: message.firstReceivedAt,
        receiveCount: message.receiveCount,
      },
      ...(message.groupId === undefined ? {} : { groupId: message.groupId }),
      ...(message.deduplicationId === undefined ? {} : { deduplicationId: message.deduplicationId }),
      messageAttributes: asStrings(message.attributes),
    }));
  }

  remove(queueArn: string, receiptHandle: string): void {
    const queue = this.#queue(queueArn);
    const { message, current } = byHandle(queue, { ReceiptHandle: receiptHandle });
    if (message !== undefined && current && (message.inFlight || !queue.settings.fifo)) {
      queue.remove(message);
    }
  }

  setVisibility(queueArn: string, receiptHandle: string, seconds: number): void {
    const queue = this.#queue(queueArn);
    const { message, current } = byHandle(queue, { ReceiptHandle: receiptHandle });
    if (message?.inFlight === true && current) {
      queue.setVisibility(message, seconds);
    }
  }

  onVisible(queueArn: string, wake: () => void): void {
    this.#queue(queueArn).onVisible(wake);
  }

  attributes(queueArn: string): QueueFigures | undefined {
    const queue = this.#queues.get(nameOf(queueArn));
    if (queue === undefined || queue.arn !== queueArn) {
      return undefined;
    }
    const { visibilitySeconds, kmsKey } = queue.settings;
    return { visibilitySeconds, ...(kmsKey === undefined ? {} : { kmsKey }), ...queue.counts() };
  }

  #queue(arn: string): Queue {
    const queue = this.#queues.get(nameOf(arn));
    if (queue === undefined || queue.arn !== arn) {
      throw new AwsError("QueueDoesNotExist", `The specified queue does not exist: ${arn}`);
    }
    return queue;
  }

  #send(senderId: string, queue: Queue, message: QueueMessage): string {
    const draft = readDraft(queue.settings, {
      MessageBody: message.body,
      ...(message.delaySeconds === undefined ? {} : { DelaySeconds: message.delaySeconds }),
      ...(message.groupId === undefined ? {} : { MessageGroupId: message.groupId }),
      ...(message.deduplicationId === undefined ? {} : { MessageDeduplicationId: message.deduplicationId }),
      MessageAttributes: stringAttributes(message.attributes ?? {}),
    });
    return queue.send(draft, senderId).id;
  }

  #makeQueue(request: ResourceRequest) {
    const settings = readSettings(this.#world, request);
    const { name } = settings;
    const arn = arnOf(this.#world, "sqs", this.#region, name);
    if (this.#queues.has(name)) {
      throw new AwsError("QueueNameExists", `A queue already exists with the name ${name}.`);
    }
    checkDeadLetters(settings, arn, this.#deadLettersOf(settings)?.settings);
    const gauges = gaugesOf(() => this.#world.region(this.#region).monitoring);
    const queue: Queue = new Queue(settings, arn, {
      clock: this.#world.clock,
      newMessageId: () => this.#world.uuid("message", this.#region, ++this.#messages),
      changed: () => gauges.changed(),
      exhausted: (message) => this.#exhausted(queue, message),
      expired: (message) => this.#note("expired", { queue: name, message: message.id, body: message.body }),
    });
    gauges.add(
      "AWS/SQS",
      "ApproximateNumberOfMessagesVisible",
      { QueueName: name },
      () => queue.counts().visible,
    );
    gauges.add("AWS/SQS", "ApproximateNumberOfMessagesNotVisible", { QueueName: name }, () => queue.inFlight);
    gauges.add("AWS/SQS", "ApproximateAgeOfOldestMessage", { QueueName: name }, () =>
      queue.oldestAgeSeconds(),
    );
    this.#queues.set(name, queue);
    const url = this.urlOf(queue);
    return { ref: url, attributes: { Arn: arn, QueueName: name, QueueUrl: url } };
  }

  /** By its whole ARN: dead letters must be in the queue's own account and region (SQS guide, dead-letter queues). */
  #deadLettersOf({ redrive }: QueueSettings): Queue | undefined {
    const queue = this.#queues.get(nameOf(redrive?.deadLetterArn ?? ""));
    return queue?.arn === redrive?.deadLetterArn ? queue : undefined;
  }

  #exhausted(queue: Queue, message: Message): void {
    const to = this.#deadLettersOf(queue.settings);
    to?.adopt(message, queue.arn);
    this.#note("dead-letter", {
      ...{ queue: to?.arn, from: queue.arn, message: message.id, body: message.body },
      receiveCount: message.receiveCount,
    });
  }

  #note(kind: string, data: Readonly<Record<string, unknown>>): void {
    this.#world.journal.write(this.#region, kind, data);
  }

  #makePolicy({ properties, logicalId }: ResourceRequest) {
    onlyKnown("AWS::SQS::QueuePolicy", properties, ["Queues", "PolicyDocument"]);
    const document = documentOf(properties["PolicyDocument"]);
    const queues = textsOf(properties["Queues"]);
    if (document === undefined || queues.length === 0) {
      throw invalid("AWS::SQS::QueuePolicy needs PolicyDocument and Queues");
    }
    for (const url of queues) {
      if (!this.#queues.has(nameOf(url))) {
        throw new AwsError("QueueDoesNotExist", `The specified queue does not exist: ${url}`);
      }
      if (this.#policies.has(nameOf(url))) {
        throw invalid(
          `two AWS::SQS::QueuePolicy resources for ${nameOf(url)}: the later one would replace the earlier`,
        );
      }
      this.#policies.set(nameOf(url), document);
    }
    return { ref: logicalId, attributes: { Id: logicalId } };
  }
}

/** The name of a queue in its ARN or URL. */
function nameOf(reference: string): string {
  return reference.split(/[:/]/).at(-1) ?? "";
}

function asStrings(attributes: Readonly<Record<string, MessageAttribute>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, { StringValue }]) => [name, StringValue ?? ""]),
  );
}
