import type { Check } from "../types.ts";
import { keyUse } from "./keys.ts";
import { arn, onEverything, type Row, type Rows, type Scene, shapes, text } from "./row.ts";

const busArn = (scene: Scene, nameOrArn: string): string =>
  nameOrArn.startsWith("arn:") ? nameOrArn : arn(scene, "events", `event-bus/${nameOrArn}`);

/** Each entry on its own: then `events:source` and `events:detail-type` have one value, as AWS's examples take them. */
const putEvents: Row = (scene) => {
  const checks = new Map<string, Check>();
  for (const entry of shapes(scene.call.input, "Entries")) {
    const resource = busArn(scene, text(entry, "EventBusName") ?? "default");
    const source = text(entry, "Source");
    const detailType = text(entry, "DetailType");
    checks.set(JSON.stringify([resource, source, detailType]), {
      action: "events:PutEvents",
      resource,
      context: {
        "events:source": source,
        "events:detail-type": detailType,
        "events:eventBusInvocation": false,
      },
      guard: { kind: "bus", policy: scene.facts.busPolicy(resource) },
    });
  }
  return [...checks.values()];
};

const onRule =
  (action: string, member: string): Row =>
  (scene) => {
    const bus = text(scene.call.input, "EventBusName") ?? "default";
    const name = bus.startsWith("arn:") ? (bus.split("/").at(-1) ?? bus) : bus;
    const rule = text(scene.call.input, member) ?? "*";
    const resource = arn(scene, "events", name === "default" ? `rule/${rule}` : `rule/${name}/${rule}`);
    return [{ action, resource }];
  };

export const events: Rows = {
  PutEvents: putEvents,
  DescribeRule: onRule("events:DescribeRule", "Name"),
  EnableRule: onRule("events:EnableRule", "Name"),
  DisableRule: onRule("events:DisableRule", "Name"),
  ListTargetsByRule: onRule("events:ListTargetsByRule", "Rule"),
  ListRules: onEverything("events:ListRules"),
  ListEventBuses: onEverything("events:ListEventBuses"),
  TestEventPattern: onEverything("events:TestEventPattern"),
  DescribeEventBus: (scene) => [
    {
      action: "events:DescribeEventBus",
      resource: busArn(scene, text(scene.call.input, "Name") ?? "default"),
    },
  ],
};

/** `https://sqs.us-east-1.amazonaws.com/111122223333/name` → ARN; the queue's account is that of the URL. */
function queueArn(scene: Scene): string {
  const [account = scene.account, name = "*"] = (text(scene.call.input, "QueueUrl") ?? "")
    .split("/")
    .slice(-2);
  return `arn:${scene.partition}:sqs:${scene.call.region}:${account}:${name}`;
}

const queueCheck = (scene: Scene, action: string, resource: string): Check[] => [
  { action, resource, guard: { kind: "queue", policy: scene.facts.queuePolicy(resource) } },
];

const onQueue =
  (action: string): Row =>
  (scene) =>
    queueCheck(scene, action, queueArn(scene));

/** The batch operations have no action of their own. */
export const sqs: Rows = {
  SendMessage: onQueue("sqs:SendMessage"),
  SendMessageBatch: onQueue("sqs:SendMessage"),
  ReceiveMessage: onQueue("sqs:ReceiveMessage"),
  DeleteMessage: onQueue("sqs:DeleteMessage"),
  DeleteMessageBatch: onQueue("sqs:DeleteMessage"),
  ChangeMessageVisibility: onQueue("sqs:ChangeMessageVisibility"),
  ChangeMessageVisibilityBatch: onQueue("sqs:ChangeMessageVisibility"),
  GetQueueAttributes: onQueue("sqs:GetQueueAttributes"),
  PurgeQueue: onQueue("sqs:PurgeQueue"),
  ListQueueTags: onQueue("sqs:ListQueueTags"),
  GetQueueUrl: (scene) =>
    queueCheck(scene, "sqs:GetQueueUrl", arn(scene, "sqs", text(scene.call.input, "QueueName") ?? "*")),
  ListQueues: (scene) => [{ action: "sqs:ListQueues", resource: arn(scene, "sqs", "*") }],
};

const topicCheck = (scene: Scene, action: string, resource: string): Check => ({
  action,
  resource,
  guard: { kind: "topic", policy: scene.facts.topicPolicy(resource) },
});

const onTopic =
  (action: string): Row =>
  (scene) => [topicCheck(scene, action, text(scene.call.input, "TopicArn") ?? "*")];

/**
 * A topic with a customer's key: whoever publishes needs the key as well; SNS passes KMS's refusal on.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
 */
const publish: Row = (scene) => {
  const topic = text(scene.call.input, "TopicArn") ?? text(scene.call.input, "TargetArn") ?? "*";
  const reference = scene.facts.topicKey(topic);
  const { region } = scene.call;
  const key = reference === undefined ? undefined : scene.facts.keyByReference(region, reference);
  const checks = [topicCheck(scene, "sns:Publish", topic)];
  if (key === undefined) return checks;
  const message = "null (Service: AWSKMS; Status Code: 400; Error Code: AccessDeniedException; Proxy: null)";
  const use = keyUse(scene, {
    key,
    region,
    service: "sns",
    actions: ["kms:GenerateDataKey", "kms:Decrypt"],
    context: {
      "kms:EncryptionContext:aws:sns:topicArn": topic,
      "kms:EncryptionContextKeys": ["aws:sns:topicArn"],
    },
    refusal: { code: "KMSAccessDenied", message, status: 400 },
  });
  return [...checks, ...use];
};

export const sns: Rows = {
  Publish: publish,
  GetTopicAttributes: onTopic("sns:GetTopicAttributes"),
  ListSubscriptionsByTopic: onTopic("sns:ListSubscriptionsByTopic"),
  ListTopics: (scene) => [{ action: "sns:ListTopics", resource: arn(scene, "sns", "*") }],
  ListSubscriptions: (scene) => [{ action: "sns:ListSubscriptions", resource: arn(scene, "sns", "*") }],
};
