import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { AwsError } from "../types.ts";
import {
  bundleAssets,
  deployTemplate,
  functionResources,
  kernelWorld,
  removeAssets,
  START,
} from "./doubles.ts";

const CLIENT = `
import { RDSClient, DescribeDBSnapshotsCommand, CreateDBSnapshotCommand } from "@aws-sdk/client-rds";
const client = (region, maxAttempts = 1) => new RDSClient({
  region, maxAttempts,
  requestHandler: { connectionTimeout: 2000, requestTimeout: 10000, throwOnRequestTimeout: true },
});
`;

const SOURCES = {
  calls: `${CLIENT}
const rds = client("us-west-2", 3);
export const handler = async (event) => {
  try {
    const { DBSnapshots } = await rds.send(new DescribeDBSnapshotsCommand({ DBSnapshotIdentifier: event.id, Filters: [{ Name: "engine", Values: ["a&b", "<c>"] }] }));
    return { snapshots: DBSnapshots, at: new Date().toISOString() };
  } catch (error) {
    return { name: error.name, message: error.message, status: error.$metadata?.httpStatusCode, attempts: error.$metadata?.attempts };
  }
};`,
  lost: `${CLIENT}
const rds = client("us-east-1");
export const handler = async (event) => {
  const before = Date.now();
  try {
    await rds.send(new DescribeDBSnapshotsCommand({}));
    return "answered";
  } catch (error) {
    return { name: error.name, message: error.message, milliseconds: Date.now() - before };
  }
};`,
  world: `
import { readFileSync, existsSync } from "node:fs";
import { randomUUID } from "node:crypto";
import { promisify } from "node:util";
export const handler = async (event, context) => {
  const before = performance.now();
  await promisify(setTimeout)(1500);
  console.log("hello", { a: 1 });
  process.stdout.write(JSON.stringify({ raw: true }) + "\\n");
  return {
    date: new Date().toISOString(), isDate: new Date() instanceof Date, elapsed: performance.now() - before,
    settings: JSON.parse(readFileSync(process.env.LAMBDA_TASK_ROOT + "/settings.json", "utf8")),
    foreign: existsSync("/etc/passwd"), random: Math.random(), uuid: randomUUID(),
    name: context.functionName, remaining: context.getRemainingTimeInMillis(), own: process.env.OWN,
    region: process.env.AWS_REGION, leaked: process.env.HOME ?? "none",
  };
};`,
  network: `import { connect } from "node:net"; export const handler = async () => { connect(80, "example.com"); };`,
  sleeper: `
let served = 0; let ticks = 0;
setInterval(() => { ticks += 1; }, 1000);
export const handler = async (event) => {
  served += 1;
  if (event.sleep) await new Promise((resolve) => setTimeout(resolve, event.sleep));
  if (event.exit) process.exit(3);
  if (event.fail) throw new TypeError("not today");
  return { served, ticks };
};`,
};

let assets: Record<string, string>;
beforeAll(async () => {
  assets = await bundleAssets(SOURCES);
});
afterAll(() => removeAssets(assets));

type Options = Parameters<typeof kernelWorld>[0];

function deployed(asset: keyof typeof SOURCES, options?: Options, properties = {}) {
  const kernel = kernelWorld(options);
  const Resources = functionResources(kernel.world, assets[asset] ?? "", properties);
  deployTemplate(kernel.world, { Resources }, { region: "us-west-2" });
  const { lambda } = kernel.world.region("us-west-2");
  return { ...kernel, invoke: (payload: unknown) => kernel.world.complete(lambda.invoke("step", payload)) };
}

describe("a bundle in its sandbox", () => {
  test("calls the simulated AWS with its real client and reads the answer", async () => {
    const { invoke, calls, world } = deployed("calls", {
      answers: {
        "rds:DescribeDBSnapshots": () => ({
          DBSnapshots: [
            { DBSnapshotIdentifier: "a<&>b", SnapshotCreateTime: START, TagList: [{ Key: "k", Value: "v" }] },
          ],
        }),
      },
    });
    const { payload } = await invoke({ id: "one" });
    expect(payload).toMatchObject({
      snapshots: [
        { DBSnapshotIdentifier: "a<&>b", SnapshotCreateTime: START, TagList: [{ Key: "k", Value: "v" }] },
      ],
    });
    expect(calls).toMatchObject([
      {
        operation: "DescribeDBSnapshots",
        region: "us-west-2",
        caller: { kind: "role", name: "step-role" },
        input: { DBSnapshotIdentifier: "one", Filters: [{ Name: "engine", Values: ["a&b", "<c>"] }] },
      },
    ]);
    const log = world.journal.entries.filter(({ kind }) => kind === "call");
    expect(log).toMatchObject([
      { data: { operation: "DescribeDBSnapshots", listing: false, outcome: "ok" } },
    ]);
  });

  test("gets errors as AWS words them, with the modelled status", async () => {
    const { invoke } = deployed("calls", {
      answers: {
        "rds:DescribeDBSnapshots": () => {
          throw new AwsError("DBSnapshotNotFound", "DBSnapshot one not found.");
        },
      },
    });
    const { payload } = await invoke({ id: "one" });
    expect(payload).toMatchObject({
      name: "DBSnapshotNotFoundFault",
      message: "DBSnapshot one not found.",
      status: 404,
    });
  });

  test("retries throttled calls with its own strategy, in virtual time", async () => {
    let refused = 0;
    const { invoke, world } = deployed("calls", {
      answers: { "rds:DescribeDBSnapshots": () => ({ DBSnapshots: [] }) },
    });
    world.gate.faults.push((_call, { number }) => {
      if (number > 2) {
        return undefined;
      }
      refused += 1;
      return { kind: "refuse", error: new AwsError("Throttling", "Rate exceeded") };
    });
    const { payload } = await invoke({ id: "one" });
    expect(payload).toMatchObject({ snapshots: [] });
    expect(refused).toBe(2);
  });

  test("gives up on a lost region after exactly its connection timeout", async () => {
    const { invoke, world } = deployed("lost");
    world.lose("us-east-1");
    const { payload } = await invoke({});
    expect(payload).toMatchObject({ name: "TimeoutError", milliseconds: 2000 });
    expect((payload as { message: string }).message).toContain("connection");
  });

  test("gives up after its request timeout when the region is lost behind an open connection", async () => {
    const { invoke, world } = deployed("lost", { answers: { "rds:DescribeDBSnapshots": () => ({}) } });
    expect((await invoke({})).payload).toBe("answered");
    world.lose("us-east-1");
    const { payload } = await invoke({});
    expect(payload).toMatchObject({ name: "TimeoutError", milliseconds: 10_000 });
    expect((await invoke({})).payload).toMatchObject({ name: "TimeoutError", milliseconds: 2000 });
  });

  test("hears nothing of a reply that is lost after the effect", async () => {
    const { invoke, world, calls } = deployed("lost", { answers: { "rds:DescribeDBSnapshots": () => ({}) } });
    world.gate.faults.push(() => ({ kind: "lose-reply", how: "reset" }));
    expect((await invoke({})).payload).toMatchObject({ name: "TimeoutError", message: "read ECONNRESET" });
    expect(calls).toHaveLength(1);
  });

  test("has its own time, chance, files and environment", async () => {
    const { invoke, logs } = deployed("world", {}, { Environment: { Variables: { OWN: "yes" } } });
    const { payload } = await invoke({});
    expect(payload).toMatchObject({
      isDate: true,
      elapsed: 1500,
      settings: { name: "world" },
      foreign: false,
      name: "step",
      remaining: 58_500,
      own: "yes",
      region: "us-west-2",
      leaked: "none",
    });
    const again = await deployed("world", {}, { Environment: { Variables: { OWN: "yes" } } }).invoke({});
    expect(again.payload).toEqual(payload);
    expect(
      logs.some((line) => /^2026-03-01T02:00:0\d\.\d{3}Z\t[0-9a-f-]{36}\tINFO\thello \{ a: 1 \}$/.test(line)),
    ).toBe(true);
    expect(logs).toContain('{"raw":true}');
  });

  test("may not reach for the real network", async () => {
    await expect(deployed("network").invoke({})).rejects.toThrow(
      "not simulated: node:net connect, which step uses",
    );
  });

  test("fails the run by name at an operation that is not simulated", async () => {
    await expect(deployed("lost").invoke({})).rejects.toThrow("not simulated: rds:DescribeDBSnapshots");
  });
});

describe("an execution environment", () => {
  test("is reused warm, and frozen in between", async () => {
    const { invoke, world } = deployed("sleeper");
    expect((await invoke({ sleep: 5500 })).payload).toMatchObject({ served: 1, ticks: 5 });
    await world.run({ until: world.clock.now() + 60_000 });
    const { payload } = await invoke({ sleep: 100 });
    expect(payload).toMatchObject({ served: 2, ticks: 6 });
  });

  test("is cold again after a long pause", async () => {
    const { invoke, world } = deployed("sleeper");
    await invoke({});
    await world.run({ until: world.clock.now() + 421_000 });
    expect((await invoke({})).payload).toMatchObject({ served: 1 });
  });

  test("is killed at its timeout, and the next invocation starts cold", async () => {
    const { invoke, world, logs, metrics } = deployed("sleeper", {}, { Timeout: 3 });
    const result = await invoke({ sleep: 3001 });
    expect(result.ok).toBe(false);
    expect(result.payload).toMatchObject({ errorType: "Sandbox.Timedout" });
    expect(logs.some((line) => line.endsWith("Task timed out after 3.00 seconds"))).toBe(true);
    expect(metrics).toContain("AWS/Lambda Errors 1");
    expect(await invoke({ sleep: 2999 })).toMatchObject({ ok: true, payload: { served: 1 } });
    expect(world.journal.entries.filter(({ kind }) => kind === "invocation")).toHaveLength(2);
  });

  test("survives an error of the handler, and dies with process.exit", async () => {
    const { invoke } = deployed("sleeper");
    expect(await invoke({ fail: true })).toMatchObject({
      ok: false,
      payload: { errorType: "TypeError", errorMessage: "not today" },
    });
    expect((await invoke({})).payload).toMatchObject({ served: 2 });
    expect(await invoke({ exit: true })).toMatchObject({
      ok: false,
      payload: { errorType: "Runtime.ExitError" },
    });
    expect((await invoke({})).payload).toMatchObject({ served: 1 });
  });

  test("stops where it is when its region is lost", async () => {
    const { world } = deployed("sleeper");
    const { lambda } = world.region("us-west-2");
    let settled = false;
    lambda.invoke("step", { sleep: 1000 }).then(
      () => {
        settled = true;
      },
      () => {},
    );
    await world.run({ until: START.getTime() + 600 });
    world.lose("us-west-2");
    await world.run({ until: START.getTime() + 3_600_000 });
    world.restore("us-west-2");
    await world.run({ until: START.getTime() + 7_200_000 });
    expect(settled).toBe(false);
    expect((await world.complete(lambda.invoke("step", {}))).payload).toMatchObject({ served: 1 });
  });
});
