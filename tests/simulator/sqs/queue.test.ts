import { describe, expect, it, test } from "vitest";
import { ACCOUNT, queueArn, queueUrl, REGION, refusalOf, testWorld } from "../events/support.ts";
import type { Shape } from "../types.ts";

function queueWorld(properties: Shape = {}, name = "jobs") {
  const aws = testWorld();
  aws.make("AWS::SQS::Queue", { QueueName: name, ...properties });
  const url = queueUrl(name);
  const send = (MessageBody: string, rest: Shape = {}) =>
    aws.call("sqs", "SendMessage", { QueueUrl: url, MessageBody, ...rest });
  const receive = (rest: Shape = {}) =>
    (aws.call("sqs", "ReceiveMessage", { QueueUrl: url, ...rest })["Messages"] ?? []) as Received[];
  const remove = (ReceiptHandle: string) =>
    aws.call("sqs", "DeleteMessage", { QueueUrl: url, ReceiptHandle });
  const bodies = (rest: Shape = {}) => receive({ MaxNumberOfMessages: 10, ...rest }).map(({ Body }) => Body);
  return { ...aws, url, send, receive, remove, bodies };
}

interface Received {
  readonly Body: string;
  readonly ReceiptHandle: string;
  readonly Attributes?: Readonly<Record<string, string>>;
}

describe("a standard queue", () => {
  it("hides a received message until its visibility timeout, to the second", () => {
    const { clock, send, bodies } = queueWorld({ VisibilityTimeout: 60 });
    send("a");
    expect(bodies()).toEqual(["a"]);
    clock.advance(59.999);
    expect(bodies()).toEqual([]);
    clock.advance(0.001);
    expect(bodies()).toEqual(["a"]);
  });

  it("deletes by the latest receipt only", () => {
    const { clock, send, receive, remove } = queueWorld({ VisibilityTimeout: 1 });
    send("a");
    const [first] = receive();
    clock.advance(1);
    const [second] = receive();
    remove(first?.ReceiptHandle ?? "");
    clock.advance(1);
    expect(receive()).toHaveLength(1);
    clock.advance(1);
    remove(second?.ReceiptHandle ?? "");
    expect(receive({ AttributeNames: ["All"] })[0]?.Attributes).toMatchObject({
      ApproximateReceiveCount: "4",
    });
    expect(refusalOf(() => remove("bm9uc2Vuc2U="))).toBe("ReceiptHandleIsInvalid");
  });

  it("delays a message by its own delay, or the queue's", () => {
    const { clock, send, bodies } = queueWorld({ DelaySeconds: 10 });
    send("queue's");
    send("own", { DelaySeconds: 5 });
    send("none", { DelaySeconds: 0 });
    expect(bodies()).toEqual(["none"]);
    clock.advance(5);
    expect(bodies()).toEqual(["own"]);
    clock.advance(5);
    expect(bodies()).toEqual(["queue's"]);
    expect(refusalOf(() => send("x", { DelaySeconds: 901 }))).toBe("InvalidParameterValue");
  });

  it("shows a message again at once, or later, when its visibility is changed", () => {
    const { call, clock, url, send, receive, bodies } = queueWorld();
    send("a");
    const ReceiptHandle = receive()[0]?.ReceiptHandle;
    call("sqs", "ChangeMessageVisibility", { QueueUrl: url, ReceiptHandle, VisibilityTimeout: 100 });
    clock.advance(99);
    expect(bodies()).toEqual([]);
    call("sqs", "ChangeMessageVisibility", { QueueUrl: url, ReceiptHandle, VisibilityTimeout: 0 });
    expect(bodies()).toEqual(["a"]);
    const late = { QueueUrl: url, ReceiptHandle, VisibilityTimeout: 1 };
    expect(refusalOf(() => call("sqs", "ChangeMessageVisibility", late))).toBe("MessageNotInflight");
  });

  it("loses a message at the end of its retention", () => {
    const { clock, send, bodies, noted } = queueWorld({ MessageRetentionPeriod: 60 });
    send("a");
    clock.advance(59.999);
    expect(bodies({ VisibilityTimeout: 0 })).toEqual(["a"]);
    clock.advance(0.001);
    expect(bodies()).toEqual([]);
    expect(noted("expired")).toHaveLength(1);
  });

  it("wakes listeners when a message is sent, when its delay ends, and when it comes back", () => {
    const { clock, region, send } = queueWorld({ VisibilityTimeout: 30 });
    let wakes = 0;
    region.sqs.onVisible(queueArn("jobs"), () => {
      wakes += 1;
    });
    clock.advance(0);
    wakes = 0;
    send("a");
    expect(wakes).toBe(0);
    clock.advance(0);
    expect(wakes).toBe(1);
    region.sqs.take(queueArn("jobs"), 1);
    send("b", { DelaySeconds: 20 });
    clock.advance(20);
    expect(wakes).toBe(2);
    clock.advance(10);
    expect(wakes).toBe(3);
  });
});

describe("a redrive policy", () => {
  const RedrivePolicy = { deadLetterTargetArn: queueArn("dead"), maxReceiveCount: 2 };

  it("moves a message at the receipt after the last allowed one", () => {
    const aws = testWorld();
    aws.make("AWS::SQS::Queue", { QueueName: "dead" });
    aws.make("AWS::SQS::Queue", { QueueName: "jobs", RedrivePolicy, VisibilityTimeout: 10 });
    const { sqs } = aws.region;
    sqs.deliver("me", queueArn("jobs"), { body: "a" });
    for (const count of [1, 2]) {
      expect(sqs.take(queueArn("jobs"), 1).map(({ receiveCount }) => receiveCount)).toEqual([count]);
      aws.clock.advance(10);
    }
    expect(sqs.messages(queueArn("dead"))).toEqual([]);
    expect(sqs.take(queueArn("jobs"), 1)).toEqual([]);
    expect(sqs.messages(queueArn("dead"))).toMatchObject([{ body: "a", deadLetterOf: queueArn("jobs") }]);
    expect(sqs.messages(queueArn("jobs"))).toEqual([]);
    expect(aws.noted("dead-letter")[0]?.data).toMatchObject({
      queue: queueArn("dead"),
      from: queueArn("jobs"),
    });
  });

  it("needs dead letters that exist, are of the same kind, and admit the queue", () => {
    const aws = testWorld();
    const made = (properties: Shape) => refusalOf(() => aws.make("AWS::SQS::Queue", properties));
    expect(made({ QueueName: "a", RedrivePolicy })).toBe("InvalidParameterValue");
    aws.make("AWS::SQS::Queue", { QueueName: "dead" });
    for (const elsewhere of [`us-east-2:${ACCOUNT}`, `${REGION}:444455556666`]) {
      const away = { ...RedrivePolicy, deadLetterTargetArn: `arn:aws:sqs:${elsewhere}:dead` };
      expect(() => aws.make("AWS::SQS::Queue", { QueueName: "a", RedrivePolicy: away })).toThrow(
        "Dead letter target does not exist.",
      );
    }
    expect(made({ QueueName: "a.fifo", FifoQueue: true, RedrivePolicy })).toBe("InvalidParameterValue");
    expect(made({ QueueName: "a", RedrivePolicy: { ...RedrivePolicy, maxReceiveCount: 0 } })).toBe(
      "InvalidParameterValue",
    );
    const RedriveAllowPolicy = { redrivePermission: "byQueue", sourceQueueArns: [queueArn("b")] };
    aws.make("AWS::SQS::Queue", { QueueName: "picky", RedriveAllowPolicy });
    const picky = { deadLetterTargetArn: queueArn("picky"), maxReceiveCount: 1 };
    expect(made({ QueueName: "a", RedrivePolicy: picky })).toBe("InvalidParameterValue");
    expect(made({ QueueName: "b", RedrivePolicy: picky })).toBe("accepted");
    expect(made({ QueueName: "a", RedrivePolicy })).toBe("accepted");
  });
});

describe("a FIFO queue", () => {
  const fifo = (properties: Shape = {}) =>
    queueWorld({ FifoQueue: true, VisibilityTimeout: 30, ...properties }, "jobs.fifo");
  const to = (MessageGroupId: string, MessageDeduplicationId: string) => ({
    MessageGroupId,
    MessageDeduplicationId,
  });

  it("merges messages of one deduplication id for five minutes, even when the first is gone", () => {
    const { clock, send, receive, remove, bodies } = fifo();
    const first = send("a", to("g", "1"));
    const [received] = receive();
    remove(received?.ReceiptHandle ?? "");
    clock.advance(299.999);
    expect(send("b", to("g", "1"))["MessageId"]).toBe(first["MessageId"]);
    expect(bodies()).toEqual([]);
    clock.advance(0.001);
    expect(send("c", to("g", "1"))["MessageId"]).not.toBe(first["MessageId"]);
    expect(bodies()).toEqual(["c"]);
  });

  it("counts deduplication ids within a group when its scope is the group", () => {
    const scoped = fifo({ DeduplicationScope: "messageGroup", FifoThroughputLimit: "perMessageGroupId" });
    scoped.send("a", to("g", "1"));
    scoped.send("b", to("h", "1"));
    expect(scoped.bodies()).toEqual(["a", "b"]);
    const plain = fifo();
    plain.send("a", to("g", "1"));
    plain.send("b", to("h", "1"));
    expect(plain.bodies()).toEqual(["a"]);
  });

  it("takes the body for the deduplication id when it may", () => {
    const { send, bodies } = fifo({ ContentBasedDeduplication: true });
    send("a", { MessageGroupId: "g" });
    send("a", { MessageGroupId: "g" });
    send("b", { MessageGroupId: "g" });
    expect(bodies()).toEqual(["a", "b"]);
  });

  it("keeps the order of a group, and holds it back while one of it is in flight", () => {
    const { clock, send, receive, remove, bodies } = fifo();
    for (const [body, group] of [
      ["a1", "a"],
      ["a2", "a"],
      ["b1", "b"],
    ] as const) {
      send(body, to(group, body));
    }
    const [first] = receive();
    expect(first?.Body).toBe("a1");
    expect(bodies()).toEqual(["b1"]);
    remove(first?.ReceiptHandle ?? "");
    expect(bodies()).toEqual(["a2"]);
    clock.advance(30);
    expect(bodies()).toEqual(["a2", "b1"]);
  });

  it("hands out several of one group at a time, in order", () => {
    const { send, bodies } = fifo();
    for (const body of ["1", "2", "3"]) {
      send(body, to("g", body));
    }
    expect(bodies()).toEqual(["1", "2", "3"]);
  });

  it("delays by the queue's delay only", () => {
    const { clock, send, bodies } = fifo({ DelaySeconds: 600 });
    send("a", to("g", "1"));
    clock.advance(599);
    expect(bodies()).toEqual([]);
    clock.advance(1);
    expect(bodies()).toEqual(["a"]);
    expect(refusalOf(() => send("b", { ...to("g", "2"), DelaySeconds: 5 }))).toBe("InvalidParameterValue");
  });

  it("refuses a receipt that has expired", () => {
    const { clock, send, receive, remove } = fifo();
    send("a", to("g", "1"));
    const [received] = receive();
    clock.advance(30);
    expect(refusalOf(() => remove(received?.ReceiptHandle ?? ""))).toBe("InvalidParameterValue");
  });

  test.each([
    ["no group", { MessageDeduplicationId: "1" }, "MissingParameter"],
    ["no deduplication id", { MessageGroupId: "g" }, "InvalidParameterValue"],
    ["a deduplication id with a blank", to("g", "a b"), "InvalidParameterValue"],
    ["a deduplication id of 129 characters", to("g", "x".repeat(129)), "InvalidParameterValue"],
    ["a deduplication id of 128 characters", to("g", "x".repeat(128)), "accepted"],
  ])("answers a message with %s", (_sentence, rest, answer) => {
    expect(refusalOf(() => fifo().send("a", rest))).toBe(answer);
  });
});
