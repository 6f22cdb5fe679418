import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { build } from "esbuild";
import { assembleWorld } from "../assemble.ts";
import type { KnobOverrides } from "../knobs.ts";
import { createLambda } from "../lambda/index.ts";
import { createKms } from "../services/kms/index.ts";
import { createRds } from "../services/rds/index.ts";
import { createSqs } from "../services/sqs/index.ts";
import { type Call, NotSimulated, type ResourceProvider, type ServiceName, type Shape } from "../types.ts";
import type { SimulatedWorld } from "../world-types.ts";

/** Answers for calls by `service:Operation`; everything else is not simulated. */
export type Answers = Readonly<Record<string, (call: Call) => Shape>>;

/** What the kernel's tests look at in a world whose other services only answer what a test says. */
export interface KernelWorld {
  readonly world: SimulatedWorld;
  readonly calls: Call[];
  readonly logs: string[];
  readonly metrics: string[];
}

export const START = new Date("2026-03-01T02:00:00Z");
const REGIONS = ["us-east-1", "us-west-2"] as const;

/** A world with the kernel, SQS and KMS as they are, and answers in the place of the other services. */
export function kernelWorld(
  options: {
    answers?: Answers;
    knobs?: KnobOverrides;
    resources?: Record<string, ResourceProvider>;
    remembersMinutes?: (functionName: string) => number;
  } = {},
): KernelWorld {
  const calls: Call[] = [];
  const logs: string[] = [];
  const metrics: string[] = [];
  const service = (name: ServiceName) => ({
    resources: name === "rds" ? (options.resources ?? {}) : {},
    handle(call: Call): Shape {
      calls.push(call);
      const reply = options.answers?.[`${name}:${call.operation}`];
      if (reply === undefined) {
        throw new NotSimulated(`${name}:${call.operation}`);
      }
      return reply(call);
    },
  });
  const world = assembleWorld(
    {
      seed: 1,
      start: START,
      account: "111122223333",
      regions: REGIONS,
      existingRoles: ["tester"],
      ...(options.knobs === undefined ? {} : { knobs: options.knobs }),
      ...(options.remembersMinutes === undefined ? {} : { remembersMinutes: options.remembersMinutes }),
    },
    {
      rds: (local, region) => ({ ...createRds(local, region), ...service("rds") }),
      kms: createKms,
      sns: () => ({
        ...service("sns"),
        publishAs: () => undefined,
        obstacle: () => undefined,
        topicExists: () => false,
      }),
      sqs: (local, region) => createSqs(local, region.name),
      events: () => ({
        ...service("events"),
        emit: () => {},
        resources: { "AWS::Events::EventBusPolicy": ({ logicalId }) => ({ ref: logicalId, attributes: {} }) },
      }),
      scheduler: () => service("scheduler"),
      monitoring: () => ({
        ...service("monitoring"),
        putMetric: (namespace, name, _dimensions, value) => metrics.push(`${namespace} ${name} ${value}`),
      }),
      logs: () => ({ ...service("logs"), write: (_group, _stream, line) => logs.push(line) }),
      lambda: createLambda,
    },
  );
  return { world, calls, logs, metrics };
}

/** Bundles handler sources as the project bundles its handlers, one asset for each name. */
export async function bundleAssets(
  sources: Readonly<Record<string, string>>,
): Promise<Record<string, string>> {
  const root = mkdtempSync(join(tmpdir(), "rds-dr-kernel-"));
  const directories: Record<string, string> = {};
  for (const [name, contents] of Object.entries(sources)) {
    const directory = join(root, name);
    mkdirSync(directory);
    directories[name] = directory;
    await build({
      stdin: { contents, resolveDir: import.meta.dirname, loader: "ts" },
      bundle: true,
      minify: true,
      platform: "node",
      target: "node24",
      format: "cjs",
      mainFields: ["module", "main"],
      outfile: join(directory, "index.cjs"),
    });
    writeFileSync(join(directory, "settings.json"), JSON.stringify({ name }));
  }
  return directories;
}

/** Removes what `bundleAssets` made. */
export function removeAssets(directories: Readonly<Record<string, string>>): void {
  for (const directory of Object.values(directories)) {
    rmSync(dirname(directory), { recursive: true, force: true });
  }
}

/** Deploys a template of one stack that is written in the test. */
export function deployTemplate(
  world: SimulatedWorld,
  template: Shape,
  { region = "us-east-1", name = "stack" }: { region?: string; name?: string } = {},
) {
  const root = mkdtempSync(join(tmpdir(), "rds-dr-kernel-stack-"));
  writeFileSync(join(root, `${name}.template.json`), JSON.stringify(template));
  writeFileSync(
    join(root, "manifest.json"),
    JSON.stringify({
      artifacts: {
        [name]: {
          type: "aws:cloudformation:stack",
          environment: `aws://${world.account}/${region}`,
          properties: { templateFile: `${name}.template.json` },
        },
      },
    }),
  );
  try {
    return world.deploy(root, { checks: "none" });
  } finally {
    rmSync(root, { recursive: true });
  }
}

/** A function with its role, as template resources. */
export function functionResources(world: SimulatedWorld, directory: string, properties: Shape = {}): Shape {
  const key = `${directory.split("/").at(-1)}.zip`;
  world.assets.set(key, directory);
  return {
    Role: {
      Type: "AWS::IAM::Role",
      Properties: {
        RoleName: "step-role",
        AssumeRolePolicyDocument: {
          Statement: [
            { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" },
          ],
        },
      },
    },
    Function: {
      Type: "AWS::Lambda::Function",
      Properties: {
        FunctionName: "step",
        Runtime: "nodejs24.x",
        Handler: "index.handler",
        Code: { S3Bucket: "assets", S3Key: key },
        Role: { "Fn::GetAtt": ["Role", "Arn"] },
        Timeout: 60,
        ...properties,
      },
    },
  };
}
