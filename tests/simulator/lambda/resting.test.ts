import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bundleAssets, removeAssets } from "../kernel/doubles.ts";
import { AwsError, type Shape } from "../types.ts";
import { lambdaWorld } from "./support.ts";

const SOURCES = {
  step: `
import { RDSClient, DescribeDBInstancesCommand } from "@aws-sdk/client-rds";
let served = 0;
let rds;
export const handler = async ({ fail, call, drop }) => {
  served += 1;
  if (fail) throw new Error("failed");
  rds ??= new RDSClient({ maxAttempts: 1 });
  const answer = call && rds.send(new DescribeDBInstancesCommand(call)).catch(() => {});
  if (!drop) await answer;
  return served;
};`,
};

let assets: Record<string, string>;
beforeAll(async () => {
  assets = await bundleAssets(SOURCES);
});
afterAll(() => removeAssets(assets));

/** The bundle in a directory of its own, so that tests do not meet. */
function copyOfAsset(): string {
  const directory = mkdtempSync(join(tmpdir(), "rds-dr-resting-"));
  cpSync(assets["step"] ?? "", directory, { recursive: true });
  return directory;
}

function described({ DBInstanceIdentifier }: Shape): Shape {
  if (DBInstanceIdentifier !== undefined) throw new AwsError("InternalFailure", "something broke", 500);
  return { DBInstances: [] };
}

interface Setting {
  readonly directory: string;
  readonly coldStarts?: string;
  readonly remembersMinutes?: number;
  readonly properties?: Shape;
}

/** Serves messages in a world of their own, which then is closed; answers which message of its bundle each was. */
async function serve(
  { directory, coldStarts = "recycled", remembersMinutes = 0, properties = {} }: Setting,
  ...payloads: readonly Shape[]
): Promise<unknown[]> {
  const { invoke, world } = lambdaWorld(directory, {
    knobs: { coldStarts },
    remembersMinutes,
    properties,
    answers: { "rds:DescribeDBInstances": ({ input }) => described(input) },
  });
  const answers: unknown[] = [];
  for (const payload of payloads) {
    answers.push((await invoke(payload)).payload);
    // Longer than an environment stays warm.
    await world.run({ until: world.clock.now() + 3_600_000 });
  }
  world.close();
  return answers;
}

async function inFresh<T>(act: (directory: string) => Promise<T>): Promise<T> {
  const directory = copyOfAsset();
  try {
    return await act(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

const two = async (setting: Setting, first: Shape = {}) => [
  ...(await serve(setting, first)),
  ...(await serve(setting, {})),
];

test("a bundle is loaded anew at every cold start, in the same world and the next", () =>
  inFresh(async (directory) => {
    const setting = { directory, coldStarts: "loaded" };
    expect(await serve(setting, {}, {})).toEqual([1, 1]);
    expect(await serve(setting, {})).toEqual([1]);
  }));

test("a recycled bundle stays loaded through cold starts and worlds", () =>
  inFresh(async (directory) => {
    expect(await serve({ directory }, {}, {})).toEqual([1, 2]);
    expect(await serve({ directory }, { call: {} }, {})).toEqual([3, 4]);
  }));

test.each([
  ["that remembers something, in another world,", { remembersMinutes: 1 }, {}],
  ["in which an invocation failed", {}, { fail: true }],
  ["in which a request failed", {}, { call: { DBInstanceIdentifier: "nobody" } }],
  ["in which a request is still open", {}, { call: {}, drop: true }],
])("a bundle %s is loaded anew", (_, more, first) =>
  inFresh(async (directory) => {
    expect((await two({ directory, ...more }, first))[1]).toBe(1);
  }),
);

test.each([
  ["stays loaded when it has forgotten", 60, [1, 2]],
  ["is loaded anew while it remembers", 61, [1, 1]],
])("a bundle that remembers something %s", (_, remembersMinutes, expected) =>
  inFresh(async (directory) => {
    expect(await serve({ directory, remembersMinutes }, {}, {})).toEqual(expected);
  }),
);

test("a bundle whose files or variables have changed is loaded anew", () =>
  inFresh(async (directory) => {
    expect(await serve({ directory }, {})).toEqual([1]);
    const properties = { Environment: { Variables: { WORD: "other" } } };
    expect(await serve({ directory, properties }, {})).toEqual([1]);
    writeFileSync(join(directory, "settings.json"), "{}");
    expect(await serve({ directory }, {})).toEqual([1]);
  }));
