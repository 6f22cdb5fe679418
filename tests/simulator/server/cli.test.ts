/** The command behind `npm run simulator`, as its own process. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { DescribeDBInstancesCommand, RDSClient } from "@aws-sdk/client-rds";
import { afterAll, beforeAll, describe, expect, inject, test, vi } from "vitest";
import { signed } from "../wire/sample-requests.ts";

const command = fileURLToPath(new URL("cli.ts", import.meta.url));
const assembly = inject("assembly");
const directory = mkdtempSync(join(tmpdir(), "rds-dr-simulator-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe("a simulator that runs", () => {
  const log = join(directory, "calls.jsonl");
  let running: ChildProcess;
  let url = "";
  let printed = "";

  beforeAll(async () => {
    const args = ["--assembly", assembly, "--port", "0", "--speed", "600", "--call-log", log];
    running = spawn(process.execPath, [command, ...args], { stdio: ["ignore", "pipe", "inherit"] });
    await new Promise<void>((resolve, reject) => {
      running.once("exit", (status) => reject(new Error(`the simulator ended with ${status}`)));
      running.stdout?.on("data", (chunk) => {
        printed += String(chunk);
        const [, found] = /simulated AWS on (http:\/\/127\.0\.0\.1:\d+): .*PRIMARY/s.exec(printed) ?? [];
        if (found === undefined) return;
        url = found;
        resolve();
      });
    });
  });
  afterAll(() => running.kill("SIGKILL"));

  const state = async () => {
    const reply = await fetch(`${url}/_control/state`);
    return (await reply.json()) as { now: string; speed: number };
  };

  test("tells where it listens, and what to type", () => {
    expect(printed).toContain("environment dev, 13 instances, speed 600");
    expect(printed).toContain(`aws --endpoint-url ${url} rds describe-db-instances --page-size 20`);
  });

  test("takes its clock from real time, as fast as it was told", async () => {
    const since = performance.now();
    const before = await state();
    await new Promise((resolve) => setTimeout(resolve, 300));
    const [after, real] = [await state(), performance.now() - since];
    const virtual = Date.parse(after.now) - Date.parse(before.now);
    expect(virtual).toBeGreaterThan(0);
    expect(virtual).toBeLessThanOrEqual(real * 600);
  });

  const logged = () =>
    readFileSync(log, "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  const callAs = (key: string) => {
    const credentials = { accessKeyId: key, secretAccessKey: "any" };
    const client = new RDSClient({ endpoint: url, region: "us-east-1", credentials });
    return client.send(new DescribeDBInstancesCommand({}));
  };
  const about = { service: "rds", operation: "DescribeDBInstances", region: "us-east-1" };

  test("writes each call to the log, a JSON line each", async () => {
    const { DBInstances } = await callAs("operator");
    expect(DBInstances).toHaveLength(13);
    const call = logged().findLast(({ caller }) => caller === "operator");
    expect(call).toMatchObject({ ...about, outcome: "ok" });
  });

  test("writes to the log too what nobody could make a call of", async () => {
    await expect(callAs("nobody")).rejects.toThrow("security token");
    const call = logged().findLast(({ caller }) => caller === "nobody");
    expect(call).toMatchObject({ ...about, outcome: "InvalidClientTokenId" });
  });

  test("tells that a region is lost, and that it is back", async () => {
    const post = (path: string) =>
      fetch(`${url}/_control/${path}`, { method: "POST", body: '{"region":"us-west-2"}' });
    await post("lose");
    await post("restore");
    await vi.waitFor(() => expect(printed).toMatch(/\| THE REGION IS LOST\n.*\| THE REGION IS BACK\n/s));
  });

  test("says in one line that its port is taken already", () => {
    const second = spawnSync(
      process.execPath,
      [command, "--assembly", assembly, "--port", new URL(url).port],
      {
        encoding: "utf8",
      },
    );
    expect(second.status).toBe(2);
    expect(second.stderr).toBe(
      `simulator: port ${new URL(url).port} of 127.0.0.1 cannot be had: EADDRINUSE\n`,
    );
  });

  test("stops at an interrupt though a lost region holds a request", async () => {
    await fetch(`${url}/_control/lose`, { method: "POST", body: '{"region":"us-east-1"}' });
    const headers = { authorization: signed("sns"), "content-type": "application/x-www-form-urlencoded" };
    const held = fetch(url, { method: "POST", headers, body: "Action=ListTopics&Version=2010-03-31" }).catch(
      () => "gone",
    );
    await vi.waitFor(() => {
      const call = logged().findLast(({ operation }) => operation === "ListTopics");
      expect(call).toMatchObject({ service: "sns", caller: "operator", outcome: "silence" });
    });
    const exited = once(running, "exit");
    running.kill("SIGINT");
    expect(await exited).toEqual([0, null]);
    expect(await held).toBe("gone");
  });
});

test.each([
  [["--port", "many"], "simulator: --port takes a whole number from 0 to 65535, got 'many'\n"],
  [["--knob", "pageCap=many"], 'simulator: the knob pageCap takes a number from 0, not "many"\n'],
  [["--assembly", directory], `simulator: ${directory} is no CDK assembly: it has no manifest.json\n`],
  [["--assembly", assembly, "--call-log", "/nowhere/x"], "simulator: cannot write /nowhere/x: ENOENT\n"],
])("refuses %j in one line", (args, line) => {
  const { status, stderr } = spawnSync(process.execPath, [command, ...args], {
    encoding: "utf8",
    timeout: 30_000,
  });
  expect({ status, stderr }).toEqual({ status: 2, stderr: line });
});
