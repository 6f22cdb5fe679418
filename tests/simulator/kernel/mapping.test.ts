import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { AwsError, type Shape } from "../types.ts";
import {
  bundleAssets,
  deployTemplate,
  functionResources,
  kernelWorld,
  removeAssets,
  START,
} from "./doubles.ts";

const SOURCES = {
  step: `
export const handler = async (event) => {
  console.log(JSON.stringify(event));
  const body = JSON.parse(event.Records[0].body);
  if (body.sleep) await new Promise((resolve) => setTimeout(resolve, body.sleep));
  if (body.fail) throw new Error("failed");
  return { batchItemFailures: event.Records.filter((record) => JSON.parse(record.body).reject).map((record) => ({ itemIdentifier: record.messageId })) };
};`,
  loop: `
import { SQSClient, SendMessageCommand } from "@aws-sdk/client-sqs";
const sqs = new SQSClient({});
export const handler = async (event) => {
  await sqs.send(new SendMessageCommand({ QueueUrl: process.env.QUEUE, MessageBody: event.Records[0].body }));
};`,
};

let assets: Record<string, string>;
beforeAll(async () => {
  assets = await bundleAssets(SOURCES);
});
afterAll(() => removeAssets(assets));

const QUEUE_ARN = "arn:aws:sqs:us-west-2:111122223333:step";
const WHO = { principal: "events.amazonaws.com", sourceArn: "arn:aws:events:us-west-2:111122223333:rule/r" };

interface Setup {
  readonly asset?: keyof typeof SOURCES;
  readonly queue?: Shape;
  readonly mapping?: Shape;
  readonly properties?: Shape;
}

function setup({ asset = "step", queue = {}, mapping = {}, properties = {} }: Setup = {}) {
  const kernel = kernelWorld();
  const { world } = kernel;
  const fifo = queue["FifoQueue"] === true;
  const name = fifo ? "step.fifo" : "step";
  const arn = fifo ? `${QUEUE_ARN}.fifo` : QUEUE_ARN;
  const deploy = () =>
    deployTemplate(
      world,
      {
        Resources: {
          ...functionResources(world, assets[asset] ?? "", properties),
          Queue: {
            Type: "AWS::SQS::Queue",
            Properties: { QueueName: name, VisibilityTimeout: 360, ...queue },
          },
          Policy: {
            Type: "AWS::SQS::QueuePolicy",
            Properties: {
              Queues: [{ Ref: "Queue" }],
              PolicyDocument: {
                Statement: [
                  {
                    Effect: "Allow",
                    Principal: { Service: "events.amazonaws.com" },
                    Action: "sqs:SendMessage",
                    Resource: "*",
                  },
                ],
              },
            },
          },
          Mapping: {
            Type: "AWS::Lambda::EventSourceMapping",
            Properties: {
              FunctionName: { Ref: "Function" },
              EventSourceArn: { "Fn::GetAtt": ["Queue", "Arn"] },
              BatchSize: 1,
              FunctionResponseTypes: ["ReportBatchItemFailures"],
              ...mapping,
            },
          },
        },
      },
      { region: "us-west-2" },
    );
  const { sqs } = world.region("us-west-2");
  const invocations = () => world.journal.entries.filter(({ kind }) => kind === "invocation");
  return {
    ...kernel,
    deploy,
    sqs,
    arn,
    invocations,
    send: (body: unknown, more = {}) => sqs.sendAs(WHO, arn, { body: JSON.stringify(body), ...more }),
    until: (seconds: number) => world.run({ until: START.getTime() + seconds * 1000 }),
  };
}

describe("an SQS mapping", () => {
  // https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html: its example of a standard queue, name by name.
  test("hands a visible message to its function in AWS's shape, and removes it when it is served", async () => {
    const { deploy, send, until, logs, sqs, arn, invocations } = setup();
    deploy();
    send({ a: 1 });
    await until(5);
    expect(invocations()).toHaveLength(1);
    const line = logs.find((entry) => entry.includes("Records")) ?? "";
    const event = JSON.parse(line.split("\t").at(-1) ?? "") as { Records: unknown[] };
    expect(event.Records).toEqual([
      {
        messageId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
        receiptHandle: expect.any(String) as string,
        body: '{"a":1}',
        attributes: {
          ApproximateReceiveCount: "1",
          SentTimestamp: String(START.getTime()),
          SenderId: expect.any(String) as string,
          ApproximateFirstReceiveTimestamp: expect.any(String) as string,
        },
        messageAttributes: {},
        md5OfBody: "bb6cb5c68df4652941caf652a366f2d8",
        eventSource: "aws:sqs",
        eventSourceARN: arn,
        awsRegion: "us-west-2",
      },
    ]);
    expect(sqs.attributes(arn)).toMatchObject({ visible: 0, inFlight: 0 });
  });

  test.each([
    ["the function fails", { fail: true }],
    ["the function reports the message", { reject: true }],
    ["the function times out", { sleep: 61_000 }],
  ])("leaves the message to its visibility timeout when %s", async (_when, body) => {
    const { deploy, send, until, invocations } = setup();
    deploy();
    send(body);
    await until(359);
    expect(invocations()).toHaveLength(1);
    await until(425);
    expect(invocations()).toHaveLength(2);
  });

  test("removes the served part of a batch", async () => {
    const { deploy, send, until, sqs, arn, invocations } = setup({ mapping: { BatchSize: 10 } });
    deploy();
    send({ a: 1 });
    send({ reject: true });
    send({ a: 3 });
    await until(5);
    expect(invocations()).toHaveLength(1);
    expect(sqs.attributes(arn)).toMatchObject({ visible: 0, inFlight: 1 });
  });

  test("keeps to its maximum concurrency", async () => {
    const { deploy, send, until, sqs, arn, invocations } = setup({
      mapping: { ScalingConfig: { MaximumConcurrency: 2 } },
    });
    deploy();
    for (let index = 0; index < 5; index += 1) {
      send({ sleep: 10_000, index });
    }
    await until(9);
    expect(sqs.attributes(arn)).toMatchObject({ visible: 3, inFlight: 2 });
    await until(40);
    expect(invocations()).toHaveLength(5);
  });

  test("serves a FIFO group one message after the other", async () => {
    const { deploy, send, until, sqs, arn, logs } = setup({ queue: { FifoQueue: true } });
    deploy();
    send({ sleep: 5000 }, { groupId: "g", deduplicationId: "1" });
    send({ second: true }, { groupId: "g", deduplicationId: "2" });
    send({ other: true }, { groupId: "h", deduplicationId: "3" });
    await until(4);
    const served = () => logs.filter((line) => line.includes("Records")).length;
    expect(served()).toBe(2);
    await until(10);
    expect(served()).toBe(3);
    expect(sqs.attributes(arn)).toMatchObject({ visible: 0, inFlight: 0 });
    expect(logs.find((line) => line.includes("second"))).toContain('"MessageGroupId":"g"');
  });

  test("forgets what it was serving when the region is lost, and takes it again afterwards", async () => {
    const { deploy, send, until, world, invocations } = setup();
    deploy();
    send({ sleep: 10_000 });
    await until(5);
    world.lose("us-west-2");
    await until(3600);
    expect(invocations()).toHaveLength(0);
    world.restore("us-west-2");
    await until(3700);
    expect(invocations()).toHaveLength(1);
  });

  test.each<[string, Setup, string]>([
    [
      "a visibility timeout below the function's",
      { queue: { VisibilityTimeout: 59 } },
      "Queue visibility timeout: 59 seconds is less than Function timeout: 60 seconds",
    ],
    [
      "a maximum concurrency of one",
      { mapping: { ScalingConfig: { MaximumConcurrency: 1 } } },
      "'scalingConfig.maximumConcurrency'",
    ],
    [
      "more than ten messages without a window",
      { mapping: { BatchSize: 11 } },
      "Maximum batch window in seconds must be greater than 0",
    ],
    [
      "a window on a FIFO queue",
      { queue: { FifoQueue: true }, mapping: { MaximumBatchingWindowInSeconds: 1 } },
      "Batching window is not supported for FIFO queues",
    ],
    ["a queue that does not exist", { mapping: { EventSourceArn: `${QUEUE_ARN}-none` } }, "NonExistentQueue"],
  ])("is refused with %s", (_what, options, message) => {
    expect(() => setup(options).deploy()).toThrow(message);
  });

  test("is made with a visibility timeout that equals the function's", () => {
    expect(setup({ queue: { VisibilityTimeout: 60 } }).deploy().resources).toHaveLength(5);
  });

  test("is refused when the role may not receive", () => {
    const { world, deploy } = setup();
    world.gate.authorize = ({ operation }) => {
      if (operation === "DeleteMessage") {
        throw new AwsError("AccessDenied", "no", 403);
      }
    };
    expect(deploy).toThrow(
      "The provided execution role does not have permissions to call DeleteMessage on SQS",
    );
  });
});

describe("recursion", () => {
  const properties = {
    Environment: { Variables: { QUEUE: "https://sqs.us-west-2.amazonaws.com/111122223333/step" } },
  };

  test("is stopped after sixteen rounds", async () => {
    const { deploy, send, until, invocations, metrics } = setup({ asset: "loop", properties });
    deploy();
    send({ a: 1 });
    await until(120);
    expect(invocations()).toHaveLength(16);
    expect(metrics).toContain("AWS/Lambda RecursiveInvocationsDropped 1");
  });

  test("goes on where the function allows it", async () => {
    const { deploy, send, until, invocations } = setup({
      asset: "loop",
      properties: { ...properties, RecursiveLoop: "Allow" },
    });
    deploy();
    send({ a: 1 });
    await until(60);
    expect(invocations().length).toBeGreaterThan(30);
  });
});
