import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bundleAssets, removeAssets } from "../kernel/doubles.ts";
import { type LambdaSetup, lambdaWorld, region } from "./support.ts";

const SOURCES = {
  step: `
let served = 0;
export const handler = async (event) => {
  served += 1;
  const failures = [];
  for (const { body, messageId } of event.Records ?? []) {
    const { fail, sleep, reject } = JSON.parse(body);
    if (sleep) await new Promise((resolve) => setTimeout(resolve, sleep));
    if (fail) throw new Error("failed");
    if (reject) failures.push({ itemIdentifier: messageId });
  }
  if (event.sleep) await new Promise((resolve) => setTimeout(resolve, event.sleep));
  return event.Records === undefined ? { served } : { batchItemFailures: failures };
};`,
};

let assets: Record<string, string>;
beforeAll(async () => {
  assets = await bundleAssets(SOURCES);
});
afterAll(() => removeAssets(assets));

const setup = (options: LambdaSetup = {}) => lambdaWorld(assets["step"] ?? "", options);

describe("an environment's memory", () => {
  const report = (logs: readonly string[]) => logs.filter((line) => line.startsWith("REPORT")).at(-1);

  test.each([
    ["what the knob says", 80, "Memory Size: 256 MB\tMax Memory Used: 80 MB"],
    ["all that the function has", 256, "Memory Size: 256 MB\tMax Memory Used: 256 MB"],
  ])("is reported as %s", async (_what, environmentMemoryMegabytes, expected) => {
    const { invoke, logs } = setup({
      knobs: { environmentMemoryMegabytes },
      properties: { MemorySize: 256 },
    });
    expect(await invoke({ sleep: 2000 })).toMatchObject({ ok: true });
    expect(report(logs)).toContain(expected);
  });

  test("ends nothing any more of what went down with its region", async () => {
    const { world, logs } = setup({
      knobs: { environmentMemoryMegabytes: 257 },
      properties: { MemorySize: 256 },
    });
    const { lambda } = world.region(region);
    void lambda.invoke("step", { sleep: 60_000 });
    const isBegun = () => logs.some((line) => line.startsWith("START"));
    expect(await world.runUntil(isBegun, world.clock.now() + 5_000)).toBe(true);
    const before = logs.length;
    world.lose(region);
    await world.run({ until: world.clock.now() + 60_000 });
    world.restore(region);
    await world.run({ until: world.clock.now() + 60_000 });
    expect(logs.slice(before)).toEqual([]);
  });

  test("ends it without warning when the function has less", async () => {
    const { invoke, logs, world, metrics } = setup({
      knobs: { environmentMemoryMegabytes: 257 },
      properties: { MemorySize: 256 },
    });
    const before = world.clock.now();
    const text = expect.stringMatching(
      /^RequestId: [0-9a-f-]{36} Error: Runtime exited with error: signal: killed$/,
    );
    expect(await invoke({ sleep: 5000 })).toEqual({
      ok: false,
      payload: { errorType: "Runtime.ExitError", errorMessage: text },
    });
    expect(world.clock.now() - before).toBeLessThanOrEqual(250 + 500);
    expect(logs.at(-1)).toEqual(text);
    expect(report(logs)).toContain("Max Memory Used: 256 MB");
    expect(metrics).toContain("AWS/Lambda Errors 1");
    await invoke({ sleep: 5000 });
    expect(logs.filter((line) => line.includes("Init Duration"))).toHaveLength(2);
  });

  test("is drawn for each environment, so that some live and some do not", async () => {
    const { invoke } = setup({ knobs: { environmentMemoryMegabytes: [80, 600], warmSeconds: 0 } });
    const ends = new Set<boolean>();
    for (let count = 0; count < 20; count += 1) ends.add((await invoke({ sleep: 1000 })).ok);
    expect([...ends].sort()).toEqual([false, true]);
  });
});

describe("a function's deployment", () => {
  test.each([
    ["127 MB", { MemorySize: 127 }, "Value '127' at 'memorySize'"],
    ["10,241 MB", { MemorySize: 10_241 }, "Value '10241' at 'memorySize'"],
    ["half a megabyte", { MemorySize: 128.5 }, "Value '128.5' at 'memorySize'"],
    ["a timeout of nothing", { Timeout: 0 }, "Value '0' at 'timeout'"],
    ["a timeout of 901 seconds", { Timeout: 901 }, "Value '901' at 'timeout'"],
    ["a timeout in words", { Timeout: "a minute" }, "Value 'a minute' at 'timeout'"],
    ["a recursion setting that is none", { RecursiveLoop: "ALLOW" }, "Value 'ALLOW' at 'recursiveLoop'"],
    ["tracing", { TracingConfig: { Mode: "Active" } }, "not simulated: TracingConfig Active"],
    [
      "a dead-letter queue of its own",
      { DeadLetterConfig: {} },
      "not simulated: the property DeadLetterConfig",
    ],
  ])("is refused with %s", (_what, properties, refusal) => {
    expect(() => setup({ properties })).toThrow(refusal);
  });

  test.each([
    ["128 MB and a second", { MemorySize: 128, Timeout: 1 }],
    ["10,240 MB and fifteen minutes", { MemorySize: 10_240, Timeout: "900" }],
  ])("is accepted with %s", (_what, properties) => {
    expect(() => setup({ properties, queue: { VisibilityTimeout: 5400 } })).not.toThrow();
  });
});

describe("a message that is never served", () => {
  const queue = {
    VisibilityTimeout: 60,
    RedrivePolicy: {
      deadLetterTargetArn: "arn:aws:sqs:us-west-2:111122223333:step-dead-letters",
      maxReceiveCount: 3,
    },
  };

  test.each([
    ["the function fails", { fail: true }, {}],
    ["the function reports it", { reject: true }, { FunctionResponseTypes: ["ReportBatchItemFailures"] }],
    ["the function times out", { sleep: 61_000 }, {}],
  ])(
    "is handed over maxReceiveCount times and then goes to the dead letters, when %s",
    async (_when, body, mapping) => {
      const { send, until, entries, dead, sqs, arn } = setup({ queue, mapping });
      send(1, body);
      await until(3 * 60);
      expect(entries("invocation").length).toBeGreaterThanOrEqual(2);
      expect(dead()).toEqual([]);
      await until(4 * 60 + 5);
      expect(entries("invocation")).toHaveLength(3);
      expect(dead()).toEqual([body]);
      expect(sqs.attributes(arn)).toMatchObject({ visible: 0, inFlight: 0 });
      expect(entries("dead-letter").map(({ data }) => [data["from"], data["receiveCount"]])).toEqual([
        [arn, 3],
      ]);
      await until(3600);
      expect(entries("invocation")).toHaveLength(3);
    },
  );

  test("leaves the rest of its batch alone", async () => {
    const mapping = { BatchSize: 10, FunctionResponseTypes: ["ReportBatchItemFailures"] };
    const { send, until, dead, sqs, arn } = setup({ queue, mapping });
    send(1, { reject: true });
    send(5, {});
    await until(5 * 60);
    expect(dead()).toEqual([{ reject: true }]);
    expect(sqs.attributes(arn)).toMatchObject({ visible: 0, inFlight: 0 });
  });
});

// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
describe("a mapping with a maximum concurrency", () => {
  test.each([
    ["backs off while the function fails", {}, 1],
    [
      "does not where it reports batch item failures",
      { FunctionResponseTypes: ["ReportBatchItemFailures"] },
      4,
    ],
  ])("%s", async (_sentence, more, expected) => {
    const mapping = { ScalingConfig: { MaximumConcurrency: 4 }, ...more };
    const { send, until, inFlight } = setup({ mapping });
    send(8, { fail: true });
    await until(10);
    expect(inFlight()).toBe(8);
    send(8, { sleep: 50_000 });
    await until(11);
    // Those that failed stay hidden for their visibility timeout.
    expect((inFlight() ?? 0) - 8).toBe(expected);
  });
});
