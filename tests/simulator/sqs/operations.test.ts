import { createHash } from "node:crypto";
import { describe, expect, it, test } from "vitest";
import { ACCOUNT, allow, queueArn, queueUrl, refusalOf, testWorld } from "../events/support.ts";
import { allowsService } from "../services/sqs/policy.ts";
import type { Shape } from "../types.ts";

function queueWorld(properties: Shape = {}) {
  const aws = testWorld();
  aws.make("AWS::SQS::Queue", { QueueName: "jobs", ...properties });
  const ask = (operation: string, input: Shape = {}) =>
    aws.call("sqs", operation, { QueueUrl: queueUrl("jobs"), ...input });
  return { ...aws, ask };
}

describe("the SQS API", () => {
  it("answers sending and receiving with the digests that the SDK compares", () => {
    const { ask } = queueWorld();
    const MessageAttributes = {
      b: { DataType: "Binary", BinaryValue: new Uint8Array([1, 2]) },
      a: { DataType: "String", StringValue: "x" },
    };
    const sent = ask("SendMessage", { MessageBody: "héllo", MessageAttributes });
    expect(sent["MD5OfMessageBody"]).toBe(createHash("md5").update("héllo", "utf8").digest("hex"));
    // Length-prefixed name, type and value, in the order of the names: SQS developer guide, "Calculating the MD5".
    const field = (text: string) => Buffer.concat([Buffer.from([0, 0, 0, text.length]), Buffer.from(text)]);
    const encoded = Buffer.concat([
      ...[field("a"), field("String"), Buffer.from([1]), field("x")],
      ...[field("b"), field("Binary"), Buffer.from([2, 0, 0, 0, 2, 1, 2])],
    ]);
    const digest = createHash("md5").update(encoded).digest("hex");
    expect(sent["MD5OfMessageAttributes"]).toBe(digest);
    expect(ask("ReceiveMessage", { MessageAttributeNames: ["All"] })).toMatchObject({
      Messages: [
        {
          Body: "héllo",
          MD5OfBody: sent["MD5OfMessageBody"],
          MD5OfMessageAttributes: digest,
          MessageAttributes,
        },
      ],
    });
    expect(ask("ReceiveMessage")).toEqual({});
  });

  it("finds a queue by URLs of other hosts", () => {
    const { call, ask } = queueWorld();
    const QueueUrl = `http://localhost:4566/${ACCOUNT}/jobs`;
    expect(call("sqs", "SendMessage", { QueueUrl, MessageBody: "a" })).toHaveProperty("MessageId");
    expect(call("sqs", "GetQueueUrl", { QueueName: "jobs" })).toEqual({ QueueUrl: queueUrl("jobs") });
    expect(ask("ListQueues", { QueueNamePrefix: "jo" })).toEqual({ QueueUrls: [queueUrl("jobs")] });
    expect(refusalOf(() => call("sqs", "GetQueueUrl", { QueueName: "none" }))).toBe("QueueDoesNotExist");
    expect(refusalOf(() => call("sqs", "SetQueueAttributes"))).toBe("NotSimulated");
  });

  it("shows the attributes asked for, as strings", () => {
    const { ask } = queueWorld({ VisibilityTimeout: 60, SqsManagedSseEnabled: true });
    for (const body of ["a", "b", "c"]) {
      ask("SendMessage", { MessageBody: body, DelaySeconds: body === "c" ? 9 : 0 });
    }
    ask("ReceiveMessage");
    expect(ask("GetQueueAttributes", { AttributeNames: ["All"] })["Attributes"]).toMatchObject({
      ...{ ApproximateNumberOfMessages: "1", ApproximateNumberOfMessagesNotVisible: "1" },
      ...{ ApproximateNumberOfMessagesDelayed: "1", VisibilityTimeout: "60", QueueArn: queueArn("jobs") },
      ...{ SqsManagedSseEnabled: "true", MessageRetentionPeriod: "345600" },
    });
    const one = ask("GetQueueAttributes", { AttributeNames: ["VisibilityTimeout"] });
    expect(one).toEqual({ Attributes: { VisibilityTimeout: "60" } });
    expect(refusalOf(() => ask("GetQueueAttributes", { AttributeNames: ["Nothing"] }))).toBe(
      "InvalidAttributeName",
    );
  });

  // ReceiveMessage declares no InvalidAttributeName, so the refusal is the common one.
  test.each(["AttributeNames", "MessageSystemAttributeNames"])(
    "receives nothing for a name of %s that SQS does not have",
    (member) => {
      const { ask } = queueWorld();
      ask("SendMessage", { MessageBody: "a" });
      expect(refusalOf(() => ask("ReceiveMessage", { [member]: ["SentTimestamp", "Bogus"] }))).toBe(
        "InvalidParameterValue",
      );
      expect(ask("ReceiveMessage", { [member]: ["SentTimestamp"] })).toMatchObject({
        Messages: [{ Attributes: { SentTimestamp: expect.any(String) } }],
      });
    },
  );

  it("fails entries of a batch alone, and batches as a whole for their form", () => {
    const { ask } = queueWorld();
    const batch = (...Entries: Shape[]) => ask("SendMessageBatch", { Entries });
    expect(batch({ Id: "1", MessageBody: "a" }, { Id: "2", MessageBody: "" })).toMatchObject({
      Successful: [{ Id: "1" }],
      Failed: [{ Id: "2", SenderFault: true, Code: "MissingParameter" }],
    });
    const eleven = Array.from({ length: 11 }, (_, index) => ({ Id: String(index), MessageBody: "a" }));
    expect(refusalOf(() => batch())).toBe("EmptyBatchRequest");
    expect(refusalOf(() => batch(...eleven))).toBe("TooManyEntriesInBatchRequest");
    expect(batch(...eleven.slice(1))["Successful"]).toHaveLength(10);
    expect(refusalOf(() => batch({ Id: "1", MessageBody: "a" }, { Id: "1", MessageBody: "b" }))).toBe(
      "BatchEntryIdsNotDistinct",
    );
    expect(refusalOf(() => batch({ Id: "a b", MessageBody: "a" }))).toBe("InvalidBatchEntryId");
    const half = "x".repeat(131_073);
    expect(refusalOf(() => batch({ Id: "1", MessageBody: half }, { Id: "2", MessageBody: half }))).toBe(
      "BatchRequestTooLong",
    );
  });

  test.each([
    ["a body as long as may be", { MessageBody: "x".repeat(262_144) }, "accepted"],
    ["a body one byte longer", { MessageBody: "x".repeat(262_145) }, "InvalidParameterValue"],
    ["a body with a control character", { MessageBody: "a\u0001" }, "InvalidMessageContents"],
    ["a line break in the body", { MessageBody: "a\r\n\tb" }, "accepted"],
    [
      "an attribute without value",
      { MessageBody: "a", MessageAttributes: { a: { DataType: "String" } } },
      "InvalidParameterValue",
    ],
    [
      "an attribute of an unknown type",
      { MessageBody: "a", MessageAttributes: { a: { DataType: "Text", StringValue: "x" } } },
      "InvalidParameterValue",
    ],
    [
      "a deduplication id on a standard queue",
      { MessageBody: "a", MessageDeduplicationId: "1" },
      "InvalidParameterValue",
    ],
  ])("answers %s", (_sentence, input, answer) => {
    expect(refusalOf(() => queueWorld().ask("SendMessage", input))).toBe(answer);
  });

  it("receives ten messages at most, and purges once a minute", () => {
    const { ask, clock } = queueWorld();
    expect(refusalOf(() => ask("ReceiveMessage", { MaxNumberOfMessages: 11 }))).toBe("InvalidParameterValue");
    expect(refusalOf(() => ask("ReceiveMessage", { MaxNumberOfMessages: 0 }))).toBe("InvalidParameterValue");
    ask("SendMessage", { MessageBody: "a" });
    ask("PurgeQueue");
    expect(ask("ReceiveMessage")).toEqual({});
    clock.advance(59.999);
    expect(refusalOf(() => ask("PurgeQueue"))).toBe("PurgeQueueInProgress");
    clock.advance(0.001);
    expect(refusalOf(() => ask("PurgeQueue"))).toBe("accepted");
  });
});

describe("sending as a service", () => {
  const events = {
    principal: "events.amazonaws.com",
    sourceArn: `arn:aws:events:eu-central-1:${ACCOUNT}:rule/r`,
  };
  const judge = (policy: Shape | undefined, who = events) =>
    allowsService(testWorld().world, policy, { who, action: "sqs:SendMessage", resource: queueArn("jobs") });
  const arn = (like: string, operator = "ArnLike") =>
    allow(events.principal, "sqs:SendMessage", { [operator]: { "aws:SourceArn": like } });

  test.each([
    ["no policy", undefined, false],
    ["the principal and action", allow(events.principal, "sqs:SendMessage"), true],
    ["a wildcard action", allow(events.principal, "SQS:*"), true],
    ["another action", allow(events.principal, "sqs:ReceiveMessage"), false],
    ["another principal", allow("sns.amazonaws.com", "sqs:SendMessage"), false],
    ["the rule's ARN", arn(events.sourceArn, "ArnEquals"), true],
    ["a pattern of the rule's ARN", arn(`arn:aws:events:*:${ACCOUNT}:rule/*`), true],
    ["another rule's ARN", arn(`${events.sourceArn}2`), false],
    [
      "the account",
      allow(events.principal, "sqs:SendMessage", { StringEquals: { "AWS:SourceAccount": ACCOUNT } }),
      true,
    ],
    [
      "another account",
      allow(events.principal, "sqs:SendMessage", { StringEquals: { "aws:SourceAccount": "1" } }),
      false,
    ],
    [
      "a key that the request does not have",
      allow(events.principal, "sqs:SendMessage", { StringEquals: { "aws:PrincipalOrgID": "o" } }),
      false,
    ],
    [
      "such a key, if it exists",
      allow(events.principal, "sqs:SendMessage", { StringEqualsIfExists: { "aws:PrincipalOrgID": "o" } }),
      true,
    ],
    [
      "everybody",
      { Statement: { Effect: "Allow", Principal: "*", Action: "sqs:*", Resource: queueArn("jobs") } },
      true,
    ],
    [
      "another resource",
      { Statement: { Effect: "Allow", Principal: "*", Action: "sqs:*", Resource: queueArn("other") } },
      false,
    ],
  ])("is judged by a policy with %s", (_sentence, policy, allowed) => {
    expect(judge(policy)).toBe(allowed);
  });

  it("is refused by an explicit Deny, but not by one for insecure transport", () => {
    const allowed = allow(events.principal, "sqs:SendMessage")["Statement"] as Shape[];
    const deny = { Effect: "Deny", Principal: "*", Action: "sqs:*", Resource: "*" };
    expect(judge({ Statement: [...allowed, deny] })).toBe(false);
    const insecure = { ...deny, Condition: { Bool: { "aws:SecureTransport": "false" } } };
    expect(judge({ Statement: [...allowed, insecure] })).toBe(true);
  });

  it("needs the key's policy too when the queue has a customer key", () => {
    const aws = testWorld();
    const key = { arn: "arn:key", keyId: "k", state: "Enabled", manager: "CUSTOMER", aliases: [] } as const;
    aws.make("AWS::SQS::Queue", { QueueName: "jobs", KmsMasterKeyId: "k" });
    const PolicyDocument = allow(events.principal, "sqs:SendMessage");
    aws.make("AWS::SQS::QueuePolicy", { Queues: [queueUrl("jobs")], PolicyDocument });
    const send = () => refusalOf(() => aws.region.sqs.sendAs(events, queueArn("jobs"), { body: "a" }));
    expect(send()).toBe("KmsAccessDenied");
    aws.keys.set("k", { ...key, policy: allow(events.principal, "kms:Decrypt") });
    expect(send()).toBe("KmsAccessDenied");
    const both = [allow(events.principal, "kms:Decrypt"), allow(events.principal, "kms:GenerateDataKey*")];
    const policy = { Statement: both.flatMap(({ Statement }) => Statement) };
    aws.keys.set("k", { ...key, policy });
    expect(send()).toBe("accepted");
    aws.keys.set("k", { ...key, policy, state: "Disabled" });
    expect(send()).toBe("KmsAccessDenied");
  });
});
