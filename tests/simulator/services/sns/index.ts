/** SNS of one region: topics, their policies, and the mails that people receive. */
import {
  AwsError,
  type Call,
  NotSimulated,
  type OnBehalf,
  type ResourceProvider,
  type ResourceRequest,
  type Shape,
  type SnsService,
  type World,
} from "../../types.ts";
import { required, shapesOf, text, textsOf } from "../events/properties.ts";
import { pageAt } from "../paging.ts";
import { allowsService, keyAdmits } from "../sqs/policy.ts";
import { envelopeOf, isSubject, type Publication, readPublication } from "./publication.ts";
import { refusal, topicArnIn } from "./references.ts";
import {
  defaultPolicy,
  describeTopic,
  makeTopic,
  policyDocument,
  type Subscription,
  subscribe,
  type Topic,
} from "./topics.ts";

/** SNS with what tests and the IAM evaluation look at. */
export interface SimulatedSns extends SnsService {
  /** The resource policy in force on a topic; the default policy when it was given none. */
  topicPolicy(topicArn: string): Shape | undefined;
  /** The ARNs of all topics, in the order made. */
  topics(): readonly string[];
  /** The subscriptions of a topic. */
  subscriptions(topicArn: string): readonly Subscription[];
}

/** Makes SNS of a region. */
export function createSns(world: World, region: string): SimulatedSns {
  return new Sns(world, region);
}

/** AWS principals that the default policy's SourceOwner condition lets through: CloudWatch acts as the owner. */
const AS_OWNER: readonly string[] = ["cloudwatch.amazonaws.com"];

class Sns implements SimulatedSns {
  readonly #world: World;
  readonly #region: string;
  readonly #topics = new Map<string, Topic>();
  /** When each address got its latest mails. */
  readonly #mailed = new Map<string, number[]>();
  #messages = 0;

  readonly resources: Readonly<Record<string, ResourceProvider>> = {
    "AWS::SNS::Topic": (request) => this.#addTopic(request),
    "AWS::SNS::TopicPolicy": (request) => this.#setPolicy(request),
    "AWS::SNS::Subscription": ({ properties }) => {
      const topic = this.#topic(required(properties, "TopicArn"));
      return { ref: subscribe(this.#world, topic, properties).arn, attributes: {} };
    },
  };

  constructor(world: World, region: string) {
    this.#world = world;
    this.#region = region;
  }

  topicExists(topicArn: string): boolean {
    return this.#topics.has(topicArn);
  }

  topics(): readonly string[] {
    return [...this.#topics.keys()];
  }

  topicPolicy(topicArn: string): Shape | undefined {
    const topic = this.#topics.get(topicArn);
    return topic === undefined ? undefined : (topic.policy ?? defaultPolicy(this.#world, topic));
  }

  subscriptions(topicArn: string): readonly Subscription[] {
    return this.#topics.get(topicArn)?.subscriptions ?? [];
  }

  publishAs(
    who: OnBehalf,
    topicArn: string,
    message: { subject?: string; message: string; attributes?: Readonly<Record<string, string>> },
  ): string | undefined {
    const because = this.obstacle(who, topicArn);
    if (because !== undefined) {
      this.#note("undelivered", {
        because,
        topic: topicArn,
        principal: who.principal,
        message: message.message,
      });
      return because;
    }
    const subject = message.subject !== undefined && isSubject(message.subject) ? message.subject : undefined;
    this.#deliver(this.#topic(topicArn), {
      ...{ subject, message: message.message, attributes: message.attributes ?? {} },
    });
    return undefined;
  }

  handle(call: Call): Shape {
    const operation = this.#operations[call.operation];
    if (operation === undefined) {
      throw new NotSimulated(`sns:${call.operation}`);
    }
    return operation(call.input);
  }

  readonly #operations: Readonly<Record<string, (input: Shape) => Shape>> = {
    Publish: (input) => {
      const publication = readPublication(input);
      const topic = this.#topicIn(input, input["TopicArn"] === undefined ? "TargetArn" : "TopicArn");
      this.#checkKey(topic);
      return { MessageId: this.#deliver(topic, publication) };
    },
    ListTopics: (input) => {
      const rows = this.topics().map((arn) => ({ TopicArn: arn }));
      return page(rows, input, "Topics");
    },
    GetTopicAttributes: (input) => ({
      Attributes: describeTopic(this.#world, this.#topicIn(input)),
    }),
    ListSubscriptionsByTopic: (input) => {
      const topic = this.#topicIn(input);
      const rows = topic.subscriptions.map((each) => ({
        SubscriptionArn: each.confirmed ? each.arn : "PendingConfirmation",
        ...{
          Owner: this.#world.account,
          Protocol: each.protocol,
          Endpoint: each.endpoint,
          TopicArn: topic.arn,
        },
      }));
      return page(rows, input, "Subscriptions");
    },
  };

  #topicIn(input: Shape, member = "TopicArn"): Topic {
    return this.#topic(topicArnIn(input, member, this.#region));
  }

  #topic(arn: string): Topic {
    const topic = this.#topics.get(arn);
    if (topic === undefined) {
      throw new AwsError("NotFound", "Topic does not exist", 404);
    }
    return topic;
  }

  obstacle(who: OnBehalf, topicArn: string): string | undefined {
    const topic = this.#topics.get(topicArn);
    if (topic === undefined) {
      return "no-such-topic";
    }
    if (this.#world.region(this.#region).lost) {
      return "region-lost";
    }
    const request = { who, action: "sns:Publish", resource: topicArn };
    const allowed =
      topic.policy === undefined
        ? AS_OWNER.includes(who.principal)
        : allowsService(this.#world, topic.policy, request, "topic");
    if (!allowed) {
      return "topic-policy";
    }
    const region = this.#world.region(this.#region);
    return topic.kmsKey === undefined || keyAdmits(this.#world, region, topic.kmsKey, who)
      ? undefined
      : "key-policy";
  }

  #checkKey({ kmsKey }: Topic): void {
    if (kmsKey === undefined || kmsKey.endsWith("alias/aws/sns")) {
      return;
    }
    const key = this.#world.region(this.#region).kms.find(kmsKey);
    if (key === undefined) {
      throw new AwsError("KMSNotFound", `The key ${kmsKey} does not exist`);
    }
    if (key.state !== "Enabled") {
      const code = key.state === "Disabled" ? "KMSDisabled" : "KMSInvalidState";
      throw new AwsError(
        code,
        `${key.arn} is ${key.state === "Disabled" ? "disabled" : "pending deletion"}.`,
      );
    }
  }

  #deliver(topic: Topic, publication: Publication): string {
    const id = this.#world.uuid("notification", this.#region, ++this.#messages);
    const confirmed = topic.subscriptions.filter((each) => each.confirmed);
    const mailed = confirmed.filter((each) => each.protocol !== "sqs" && this.#mayMail(topic, each));
    const { subject, message, attributes } = publication;
    this.#note("mail", {
      ...{
        topic: topic.arn,
        subject,
        message,
        attributes,
        endpoints: mailed.map(({ endpoint }) => endpoint),
      },
      ...{ id, at: this.#world.clock.now() },
    });
    for (const each of confirmed.filter(({ protocol }) => protocol === "sqs")) {
      this.#toQueue(topic, each, id, publication);
    }
    return id;
  }

  /** SNS sends an address ten mails a second, whatever the topic; one more, and that subscription is pending again. */
  #mayMail(topic: Topic, subscription: Subscription): boolean {
    const now = this.#world.clock.now();
    const knob = this.#world.knobs["mailsPerSecondMax"];
    const most = typeof knob === "number" ? knob : 10;
    const { endpoint } = subscription;
    const recent = (this.#mailed.get(endpoint) ?? []).filter((at) => now - at < 1000);
    recent.push(now);
    this.#mailed.set(endpoint, recent);
    if (recent.length <= most) {
      return true;
    }
    subscription.confirmed = false;
    this.#note("unsubscribed", { topic: topic.arn, endpoint, because: `more than ${most} mails a second` });
    return false;
  }

  #toQueue(topic: Topic, { endpoint, raw }: Subscription, id: string, publication: Publication): void {
    const { message, attributes } = publication;
    const body = raw ? message : envelopeOf(topic, id, this.#world.clock.now(), publication);
    try {
      this.#world
        .region(this.#region)
        .sqs.sendAs({ principal: "sns.amazonaws.com", sourceArn: topic.arn }, endpoint, {
          body,
          ...(raw ? { attributes } : {}),
        });
    } catch (error) {
      if (!(error instanceof AwsError)) {
        throw error;
      }
      this.#note("undelivered", { because: error.message, topic: topic.arn, endpoint, message });
    }
  }

  #note(kind: string, data: Readonly<Record<string, unknown>>): void {
    this.#world.journal.write(this.#region, kind, data);
  }

  #addTopic(request: ResourceRequest) {
    const topic = makeTopic(this.#world, request);
    if (this.#topics.has(topic.arn)) {
      throw new AwsError("InvalidParameter", `Invalid parameter: topic ${topic.name} already exists`);
    }
    this.#topics.set(topic.arn, topic);
    for (const subscription of shapesOf(request.properties["Subscription"])) {
      subscribe(this.#world, topic, subscription);
    }
    return { ref: topic.arn, attributes: { TopicArn: topic.arn, TopicName: topic.name } };
  }

  #setPolicy({ properties, logicalId }: ResourceRequest) {
    const document = policyDocument(properties);
    for (const arn of textsOf(properties["Topics"])) {
      this.#topic(arn).policy = document;
    }
    return { ref: logicalId, attributes: { Id: logicalId } };
  }
}

function page(rows: readonly Shape[], input: Shape, member: string): Shape {
  const refuse = () => refusal("NextToken");
  const cut = pageAt(rows, { token: text(input, "NextToken"), limit: 100 }, refuse);
  return { [member]: cut.rows, ...(cut.next === undefined ? {} : { NextToken: cut.next }) };
}
