import { AwsError, NotSimulated, type ResourceRequest, type Shape, type World } from "../../types.ts";
import { arnOf, documentOf, flag, onlyKnown, physicalName, required, text } from "../events/properties.ts";

/** Somebody who receives what is published. */
export interface Subscription {
  readonly arn: string;
  readonly protocol: "email" | "email-json" | "sqs";
  readonly endpoint: string;
  readonly raw: boolean;
  confirmed: boolean;
}

/** A standard topic. */
export interface Topic {
  readonly name: string;
  readonly arn: string;
  readonly displayName: string;
  readonly kmsKey: string | undefined;
  readonly subscriptions: Subscription[];
  policy: Shape | undefined;
}

/** Makes a topic of AWS::SNS::Topic. */
export function makeTopic(world: World, request: ResourceRequest): Topic {
  const { properties, region } = request;
  if (flag(properties, "FifoTopic") === true) {
    throw new NotSimulated("AWS::SNS::Topic.FifoTopic");
  }
  onlyKnown("AWS::SNS::Topic", properties, [
    ...["TopicName", "DisplayName", "KmsMasterKeyId", "Tags", "FifoTopic", "Subscription"],
  ]);
  const name = text(properties, "TopicName") ?? physicalName(world, request, 256);
  if (!/^[\w-]{1,256}$/.test(name)) {
    throw new AwsError("InvalidParameter", "Invalid parameter: Topic Name");
  }
  return {
    ...{ name, subscriptions: [], policy: undefined, displayName: text(properties, "DisplayName") ?? "" },
    arn: arnOf(world, "sns", region.name, name),
    kmsKey: text(properties, "KmsMasterKeyId"),
  };
}

/** Adds a subscription of AWS::SNS::Subscription, or of a topic's own list. */
export function subscribe(world: World, topic: Topic, properties: Shape): Subscription {
  onlyKnown("AWS::SNS::Subscription", properties, [
    ...["TopicArn", "Protocol", "Endpoint", "RawMessageDelivery", "Region"],
  ]);
  const protocol = required(properties, "Protocol");
  const endpoint = required(properties, "Endpoint");
  if (protocol !== "email" && protocol !== "email-json" && protocol !== "sqs") {
    throw new NotSimulated(`AWS::SNS::Subscription.Protocol ${protocol}`);
  }
  if (protocol !== "sqs" && !/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(endpoint)) {
    throw new AwsError("InvalidParameter", "Invalid parameter: Email address");
  }
  const known = topic.subscriptions.find((each) => each.endpoint === endpoint && each.protocol === protocol);
  if (known !== undefined) {
    return known;
  }
  const subscription: Subscription = {
    arn: `${topic.arn}:${world.uuid("subscription", topic.arn, protocol, endpoint)}`,
    ...{ protocol, endpoint, raw: flag(properties, "RawMessageDelivery") ?? false },
    // People confirm by the link in a mail; the knob `confirmSubscriptions: false` leaves them pending.
    confirmed: protocol === "sqs" || world.knobs["confirmSubscriptions"] !== false,
  };
  topic.subscriptions.push(subscription);
  return subscription;
}

/** The policy that a topic has until it is given one: its owner may do everything. */
export function defaultPolicy(world: World, topic: Topic): Shape {
  return {
    Version: "2008-10-17",
    Id: "__default_policy_ID",
    Statement: [
      {
        ...{ Sid: "__default_statement_ID", Effect: "Allow", Principal: { AWS: "*" }, Resource: topic.arn },
        Action: [
          "GetTopicAttributes",
          "SetTopicAttributes",
          "AddPermission",
          "RemovePermission",
          "DeleteTopic",
        ]
          .concat(["Subscribe", "ListSubscriptionsByTopic", "Publish"])
          .map((action) => `SNS:${action}`),
        Condition: { StringEquals: { "AWS:SourceOwner": world.account } },
      },
    ],
  };
}

/** The topic attributes that the API shows. */
export function describeTopic(world: World, topic: Topic): Record<string, string> {
  const counted = (confirmed: boolean) =>
    topic.subscriptions.filter((each) => each.confirmed === confirmed).length;
  return {
    TopicArn: topic.arn,
    Owner: world.account,
    DisplayName: topic.displayName,
    Policy: JSON.stringify(topic.policy ?? defaultPolicy(world, topic)),
    SubscriptionsConfirmed: String(counted(true)),
    SubscriptionsPending: String(counted(false)),
    SubscriptionsDeleted: "0",
    ...(topic.kmsKey === undefined ? {} : { KmsMasterKeyId: topic.kmsKey }),
  };
}

/** The document of AWS::SNS::TopicPolicy. */
export function policyDocument(properties: Shape): Shape {
  onlyKnown("AWS::SNS::TopicPolicy", properties, ["Topics", "PolicyDocument"]);
  const document = documentOf(properties["PolicyDocument"]);
  if (document === undefined) {
    throw new AwsError("InvalidParameter", "Invalid parameter: Policy Error: null");
  }
  return document;
}
