import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bundleAssets, removeAssets } from "../kernel/doubles.ts";
import { account, type LambdaSetup, lambdaWorld, region } from "./support.ts";

const SOURCES = {
  step: `
let served = 0;
export const handler = async (event) => {
  served += 1;
  if (event?.Records === undefined) {
    if (event?.reject === "now") Promise.reject(new TypeError("nobody waits for this"));
    if (event?.reject === "later") setTimeout(() => { Promise.reject(new TypeError("nobody waits for this")); }, 100);
    if (event?.throw) setTimeout(() => { throw new RangeError("thrown in a timer"); }, 100);
    if (event?.sleep) await new Promise((resolve) => setTimeout(resolve, event.sleep));
    const local = new Date(2026, 0, 15, 12);
    return { served, local: local.toISOString(), offset: local.getTimezoneOffset(), text: String(local) };
  }
  const body = JSON.parse(event.Records[0].body);
  if (body.sleep) await new Promise((resolve) => setTimeout(resolve, body.sleep));
  if (body.fail) throw new Error("failed");
  return body.answer ?? { batchItemFailures: [] };
};`,
  loop: `
import { SQSClient, SendMessageCommand } from "@aws-sdk/client-sqs";
const sqs = new SQSClient({});
export const handler = async ({ Records: [{ body }] }) => {
  await sqs.send(new SendMessageCommand({
    QueueUrl: process.env.WAITS, MessageBody: body, MessageGroupId: "one", MessageDeduplicationId: String(Date.now()),
  }));
};`,
};

let assets: Record<string, string>;
beforeAll(async () => {
  assets = await bundleAssets(SOURCES);
});
afterAll(() => removeAssets(assets));

interface Setup extends LambdaSetup {
  readonly asset?: keyof typeof SOURCES;
}

const setup = ({ asset = "step", ...options }: Setup = {}) => lambdaWorld(assets[asset] ?? "", options);

describe("a rejection that nobody handles", () => {
  test.each([
    ["at once, while the handler waits", { reject: "now", sleep: 5000 }],
    ["in a timer, while the handler waits", { reject: "later", sleep: 5000 }],
  ])("%s: fails the invocation, ends the environment and never leaves the sandbox", async (_when, event) => {
    const { invoke, logs } = setup();
    expect(await invoke(event)).toMatchObject({
      ok: false,
      payload: {
        errorType: "Runtime.UnhandledPromiseRejection",
        errorMessage: "TypeError: nobody waits for this",
      },
    });
    expect(logs.some((line) => line.includes("Unhandled Promise Rejection"))).toBe(true);
    expect(await invoke({})).toMatchObject({ ok: true, payload: { served: 1 } });
  });

  test("and an exception in a timer is told with its own type", async () => {
    const { invoke } = setup();
    expect(await invoke({ throw: true, sleep: 5000 })).toMatchObject({
      ok: false,
      payload: { errorType: "RangeError", errorMessage: "thrown in a timer" },
    });
  });
});

describe("an environment", () => {
  test("is warm until it was idle too long, and then cold", async () => {
    const { invoke, world } = setup({ knobs: { warmSeconds: 420 } });
    const servedAfter = async (seconds: number) => {
      await world.run({ until: world.clock.now() + seconds * 1000 });
      return (await invoke({})).payload;
    };
    expect(await servedAfter(0)).toMatchObject({ served: 1 });
    expect(await servedAfter(420)).toMatchObject({ served: 2 });
    expect(await servedAfter(421)).toMatchObject({ served: 1 });
  });

  test("shows UTC, whatever the machine's time zone is", async () => {
    const zone = process.env["TZ"];
    process.env["TZ"] = "Asia/Kolkata";
    try {
      expect((await setup().invoke({})).payload).toMatchObject({
        local: "2026-01-15T12:00:00.000Z",
        offset: 0,
        text: expect.stringContaining("GMT+0000") as string,
      });
    } finally {
      if (zone === undefined) delete process.env["TZ"];
      else process.env["TZ"] = zone;
    }
  });

  test("serves until the template's timeout, and not a millisecond longer", async () => {
    const { invoke } = setup({ properties: { Timeout: 7 } });
    expect(await invoke({ sleep: 6999 })).toMatchObject({ ok: true });
    expect(await invoke({ sleep: 7001 })).toMatchObject({
      ok: false,
      payload: {
        errorType: "Sandbox.Timedout",
        errorMessage: expect.stringMatching(/after 7\.00 seconds$/) as string,
      },
    });
  });
});

describe("a mapping's concurrency", () => {
  test("begins with five batches and grows by five a second while more is waiting", async () => {
    const { send, until, inFlight } = setup();
    send(40, { sleep: 50_000 });
    await until(0.5);
    expect(inFlight()).toBe(5);
    await until(1.5);
    expect(inFlight()).toBe(10);
    await until(3.6);
    expect(inFlight()).toBe(20);
  });

  test("never exceeds MaximumConcurrency", async () => {
    const { send, until, inFlight } = setup({ mapping: { ScalingConfig: { MaximumConcurrency: 2 } } });
    send(6, { sleep: 20_000 });
    await until(15);
    expect(inFlight()).toBe(2);
  });

  test.each([
    ["is reduced by errors of the function", {}, 1],
    [
      "is kept where the function reports batch item failures",
      { FunctionResponseTypes: ["ReportBatchItemFailures"] },
      5,
    ],
  ])("%s", async (_sentence, mapping, expected) => {
    const { send, until, inFlight, sqs, arn } = setup({ mapping });
    send(5, { fail: true });
    await until(2);
    expect(sqs.attributes(arn)).toMatchObject({ visible: 0, inFlight: 5 });
    send(5, { sleep: 50_000 });
    await until(3);
    // The failed ones stay hidden for their visibility timeout.
    expect((inFlight() ?? 0) - 5).toBe(expected);
  });

  test("recovers with successes", async () => {
    const { send, until, inFlight } = setup();
    send(5, { fail: true });
    await until(2);
    send(4, {});
    await until(10);
    send(5, { sleep: 50_000 });
    await until(11);
    expect((inFlight() ?? 0) - 5).toBe(5);
  });
});

describe("an account without free concurrency", () => {
  test("throttles; the batch is tried again by Lambda itself, not by the queue", async () => {
    const { send, until, metrics, entries, sqs, arn } = setup({ knobs: { functionConcurrency: 1 } });
    send(2, { sleep: 10_000 });
    await until(5);
    expect(metrics.filter((line) => line === "AWS/Lambda Throttles 1").length).toBeGreaterThan(1);
    await until(60);
    expect(entries("invocation")).toHaveLength(2);
    expect(sqs.attributes(arn)).toMatchObject({ visible: 0, inFlight: 0 });
    expect(entries("invocation").every(({ data }) => data["ok"] === true)).toBe(true);
  });

  test("gives a batch back to the queue when its visibility timeout is over", async () => {
    const { send, until, entries, sqs, arn } = setup({
      knobs: { functionConcurrency: 0 },
      queue: { VisibilityTimeout: 60 },
    });
    send(1, {});
    await until(59);
    expect(sqs.attributes(arn)).toMatchObject({ inFlight: 1 });
    await until(600);
    expect(entries("invocation")).toEqual([]);
    expect(sqs.attributes(arn)).toMatchObject({ visible: 0, inFlight: 1 });
  });

  test("answers Invoke with TooManyRequestsException", async () => {
    const { world } = setup({ knobs: { functionConcurrency: 0 } });
    const caller = {
      kind: "operator",
      name: "operator",
      arn: "arn:aws:iam::111122223333:user/operator",
    } as const;
    const call = {
      service: "lambda",
      operation: "Invoke",
      input: { FunctionName: "step" },
      region,
      caller,
    } as const;
    const outcome = await world.complete(world.gate.submit(call, 0));
    expect(outcome).toMatchObject({
      kind: "error",
      error: { code: "TooManyRequestsException", status: 429 },
    });
  });
});

describe("a batch", () => {
  test.each<[string, unknown, number]>([
    ["is served by an answer without failures", { batchItemFailures: [] }, 0],
    ["is served by an empty answer", {}, 0],
    ["fails whole by an unknown identifier", { batchItemFailures: [{ itemIdentifier: "nobody" }] }, 1],
    ["fails whole by an empty identifier", { batchItemFailures: [{ itemIdentifier: "" }] }, 1],
    ["fails whole by an answer of another shape", { batchItemFailures: "all" }, 1],
  ])("%s", async (_sentence, answer, left) => {
    const { send, until, inFlight } = setup({
      mapping: { FunctionResponseTypes: ["ReportBatchItemFailures"] },
    });
    send(1, { answer });
    await until(5);
    expect(inFlight()).toBe(left);
  });
});

describe("a step that waits by sending to its own queue", () => {
  const waits = { queue: { FifoQueue: true, DelaySeconds: 60 }, asset: "loop" } as const;
  const Environment = {
    Variables: { WAITS: `https://sqs.${region}.amazonaws.com/${account}/step-waits.fifo` },
  };

  test.each([
    ["is stopped after sixteen rounds", {}, 16],
    ["goes on where RecursiveLoop is Allow", { RecursiveLoop: "Allow" }, 24],
  ])("%s", async (_sentence, properties, rounds) => {
    const { send, until, entries } = setup({ ...waits, properties: { Environment, ...properties } });
    send(1, {}, { groupId: "one", deduplicationId: "first" });
    // A minute's delay a round, and up to two seconds to be served.
    await until(25 * 61);
    const served = entries("invocation").length;
    expect(rounds === 16 ? served === 16 : served >= rounds).toBe(true);
    // A message that was stopped comes back like any other that was not served.
    expect(entries("recursion-stopped").length > 0).toBe(rounds === 16);
  });
});
