import { describe, expect, it, test } from "vitest";
import { ACCOUNT, allow, queueArn, queueUrl, REGION, refusalOf, testWorld } from "../events/support.ts";
import type { Shape } from "../types.ts";

const ARN = `arn:aws:sns:${REGION}:${ACCOUNT}:alerts`;
const RDS = { principal: "events.rds.amazonaws.com", sourceArn: `arn:aws:rds:${REGION}:${ACCOUNT}:es:all` };
const CLOUDWATCH = {
  principal: "cloudwatch.amazonaws.com",
  sourceArn: `arn:aws:cloudwatch:${REGION}:${ACCOUNT}:alarm:a`,
};

function topicWorld(properties: Shape = {}, knobs: Readonly<Record<string, unknown>> = {}) {
  const aws = testWorld(knobs);
  aws.make("AWS::SNS::Topic", { TopicName: "alerts", ...properties });
  const subscribe = (Endpoint: string) =>
    aws.make("AWS::SNS::Subscription", { TopicArn: ARN, Protocol: "email", Endpoint });
  const publish = (input: Shape = {}) =>
    aws.call("sns", "Publish", { TopicArn: ARN, Message: "text", ...input });
  return { ...aws, subscribe, publish };
}

describe("publishing", () => {
  it("writes one mail to all addresses of the topic", () => {
    const { subscribe, publish, noted, clock } = topicWorld();
    subscribe("a@example.com");
    subscribe("b@example.com");
    const MessageAttributes = { kind: { DataType: "String", StringValue: "alert" } };
    expect(publish({ Subject: "Help", MessageAttributes })).toHaveProperty("MessageId");
    expect(noted("mail").map(({ data }) => data)).toEqual([
      {
        ...{ topic: ARN, subject: "Help", message: "text", attributes: { kind: "alert" }, at: clock.now() },
        ...{ endpoints: ["a@example.com", "b@example.com"], id: expect.any(String) },
      },
    ]);
  });

  test.each([
    ["a subject of 100 characters", { Subject: "x".repeat(100) }, "accepted"],
    ["a subject of 101 characters", { Subject: "x".repeat(101) }, "InvalidParameter"],
    ["a subject with a line break", { Subject: "a\nb" }, "InvalidParameter"],
    ["a subject beyond ASCII", { Subject: "Größe" }, "InvalidParameter"],
    ["a subject that begins with a blank", { Subject: " a" }, "InvalidParameter"],
    ["an empty subject", { Subject: "" }, "InvalidParameter"],
    ["an empty message", { Message: "" }, "InvalidParameter"],
    ["a message of 256 KB", { Message: "x".repeat(262_144) }, "accepted"],
    ["a longer message", { Message: "x".repeat(262_145) }, "InvalidParameter"],
    [
      "an attribute without value",
      { MessageAttributes: { a: { DataType: "String" } } },
      "ParameterValueInvalid",
    ],
    ["an unknown topic", { TopicArn: `${ARN}2` }, "NotFound"],
    ["a message structure", { MessageStructure: "json" }, "NotSimulated"],
  ])("answers %s", (_sentence, input, answer) => {
    expect(refusalOf(() => topicWorld().publish(input))).toBe(answer);
  });

  it("mails ten times a second to an address, and unsubscribes it at the eleventh", () => {
    const { subscribe, publish, noted, clock, call } = topicWorld();
    subscribe("a@example.com");
    for (let count = 1; count <= 10; count += 1) {
      publish();
    }
    clock.advance(1);
    for (let count = 1; count <= 10; count += 1) {
      publish();
    }
    expect(noted("unsubscribed")).toEqual([]);
    publish();
    expect(noted("unsubscribed")).toHaveLength(1);
    clock.advance(60);
    publish();
    expect(
      noted("mail")
        .map(({ data }) => (data["endpoints"] as string[]).length)
        .slice(-3),
    ).toEqual([1, 0, 0]);
    expect(call("sns", "ListSubscriptionsByTopic", { TopicArn: ARN })).toMatchObject({
      Subscriptions: [{ SubscriptionArn: "PendingConfirmation", Endpoint: "a@example.com" }],
    });
  });

  it("counts the mails of all its topics to an address, and unsubscribes from the one that is too much", () => {
    const { make, subscribe, publish, noted, call } = topicWorld();
    const other = ARN.replace("alerts", "others");
    make("AWS::SNS::Topic", { TopicName: "others" });
    subscribe("a@example.com");
    subscribe("b@example.com");
    make("AWS::SNS::Subscription", { TopicArn: other, Protocol: "email", Endpoint: "a@example.com" });
    for (let count = 1; count <= 6; count += 1) publish();
    for (let count = 1; count <= 4; count += 1) publish({ TopicArn: other });
    expect(noted("unsubscribed")).toEqual([]);
    publish({ TopicArn: other });
    expect(noted("unsubscribed").map(({ data }) => [data["topic"], data["endpoint"]])).toEqual([
      [other, "a@example.com"],
    ]);
    const stands = (topic: string) =>
      call("sns", "GetTopicAttributes", { TopicArn: topic })["Attributes"] as Readonly<
        Record<string, string>
      >;
    expect(stands(ARN)["SubscriptionsConfirmed"]).toBe("2");
    expect(stands(other)["SubscriptionsPending"]).toBe("1");
  });

  it("mails nobody who has not confirmed", () => {
    const { subscribe, publish, noted } = topicWorld({}, { confirmSubscriptions: false });
    subscribe("a@example.com");
    publish();
    expect(noted("mail")[0]?.data).toMatchObject({ endpoints: [] });
  });

  it("sends to a queue that admits the topic, in SNS's envelope", () => {
    const { make, publish, region, noted } = topicWorld();
    make("AWS::SQS::Queue", { QueueName: "jobs" });
    make("AWS::SNS::Subscription", { TopicArn: ARN, Protocol: "sqs", Endpoint: queueArn("jobs") });
    publish();
    expect(noted("undelivered")).toHaveLength(1);
    const PolicyDocument = allow("sns.amazonaws.com", "sqs:SendMessage", {
      ArnEquals: { "aws:SourceArn": ARN },
    });
    make("AWS::SQS::QueuePolicy", { Queues: [queueUrl("jobs")], PolicyDocument });
    publish({ Subject: "Help" });
    const [message] = region.sqs.messages(queueArn("jobs"));
    expect(JSON.parse(message?.body ?? "")).toMatchObject({
      Type: "Notification",
      Subject: "Help",
      Message: "text",
    });
  });
});

describe("publishing as a service", () => {
  function lost(properties: Shape, policy: Shape | undefined, key?: Shape, who: typeof RDS = RDS): unknown {
    const { make, region, noted, keys } = topicWorld(properties);
    if (policy !== undefined) {
      make("AWS::SNS::TopicPolicy", { Topics: [ARN], PolicyDocument: policy });
    }
    if (key !== undefined) {
      const fixed = { arn: "arn:key", keyId: "k", manager: "CUSTOMER", aliases: [] } as const;
      keys.set("k", { ...fixed, state: key["state"] === "Disabled" ? "Disabled" : "Enabled", policy: key });
    }
    region.sns.publishAs(who, ARN, { subject: "S", message: "m" });
    expect(noted("mail").length + noted("undelivered").length).toBe(1);
    return noted("undelivered")[0]?.data["because"];
  }
  const open = allow(RDS.principal, "sns:Publish", { StringEquals: { "aws:SourceAccount": ACCOUNT } });
  const statements = ["kms:Decrypt", "kms:GenerateDataKey*"].flatMap(
    (action) => allow(RDS.principal, action)["Statement"] as Shape[],
  );

  test.each([
    ["arrives where the topic's policy admits it", {}, open, undefined, undefined],
    ["is lost without a policy", {}, undefined, undefined, "topic-policy"],
    [
      "is lost when the policy names another service",
      {},
      allow("events.amazonaws.com", "sns:Publish"),
      undefined,
      "topic-policy",
    ],
    [
      "is lost when the key's policy does not admit it",
      { KmsMasterKeyId: "k" },
      open,
      { Statement: [] },
      "key-policy",
    ],
    [
      "is lost when the key's policy lets it decrypt only",
      { KmsMasterKeyId: "k" },
      open,
      { Statement: statements.slice(0, 1) },
      "key-policy",
    ],
    [
      "arrives when the key's policy admits it",
      { KmsMasterKeyId: "k" },
      open,
      { Statement: statements },
      undefined,
    ],
    [
      "is lost when the key is disabled",
      { KmsMasterKeyId: "k" },
      open,
      { Statement: statements, state: "Disabled" },
      "key-policy",
    ],
    ["is lost under AWS's own key", { KmsMasterKeyId: "alias/aws/sns" }, open, undefined, "key-policy"],
  ])("%s", (_sentence, properties, policy, key, because) => {
    expect(lost(properties, policy, key)).toBe(because);
  });

  it("is open to CloudWatch until the topic gets a policy of its own", () => {
    expect(lost({}, undefined, undefined, CLOUDWATCH)).toBeUndefined();
    expect(lost({}, open, undefined, CLOUDWATCH)).toBe("topic-policy");
  });

  it("is lost in a region that is lost, and to a topic that does not exist", () => {
    const { region, noted } = topicWorld();
    region.sns.publishAs(CLOUDWATCH, `${ARN}2`, { message: "m" });
    region.lost = true;
    region.sns.publishAs(CLOUDWATCH, ARN, { message: "m" });
    expect(noted("undelivered").map(({ data }) => data["because"])).toEqual(["no-such-topic", "region-lost"]);
  });
});

describe("SNS's operations", () => {
  it("list topics and show their attributes", () => {
    const { call, subscribe } = topicWorld({ KmsMasterKeyId: "k" });
    subscribe("a@example.com");
    expect(call("sns", "ListTopics")).toEqual({ Topics: [{ TopicArn: ARN }] });
    expect(call("sns", "GetTopicAttributes", { TopicArn: ARN })).toMatchObject({
      Attributes: {
        TopicArn: ARN,
        SubscriptionsConfirmed: "1",
        SubscriptionsPending: "0",
        KmsMasterKeyId: "k",
      },
    });
    expect(refusalOf(() => call("sns", "GetTopicAttributes", { TopicArn: `${ARN}2` }))).toBe("NotFound");
    expect(refusalOf(() => call("sns", "Subscribe", { TopicArn: ARN }))).toBe("NotSimulated");
  });

  it("refuse to publish under a key that cannot be used", () => {
    const { publish, keys } = topicWorld({ KmsMasterKeyId: "k" });
    expect(refusalOf(publish)).toBe("KMSNotFound");
    keys.set("k", {
      arn: "arn:key",
      keyId: "k",
      state: "Disabled",
      manager: "CUSTOMER",
      policy: {},
      aliases: [],
    });
    expect(refusalOf(publish)).toBe("KMSDisabled");
  });
});
