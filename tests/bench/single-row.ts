import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DBInstance } from "@aws-sdk/client-rds";
import { build } from "esbuild";
import { createWorld } from "../simulator/index.ts";
import { cpuSeconds, type Pace } from "./pace.ts";

const account = "111122223333";
const region = "us-east-1";
const name = "bench-single-row";

/** One row for each call, one call after the other, through the real client, signer, parser and retry. */
const handler = `
import { DescribeDBInstancesCommand, RDSClient } from "@aws-sdk/client-rds";
const rds = new RDSClient({});
export const handler = async ({ calls, instance }) => {
  let rows = 0;
  for (let call = 0; call < calls; call += 1) {
    const { DBInstances = [] } = await rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: instance }));
    rows += DBInstances.length;
  }
  return rows;
};`;

function template() {
  const trust = { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" };
  const describe = {
    Effect: "Allow",
    Action: "rds:DescribeDBInstances",
    Resource: `arn:aws:rds:${region}:${account}:db:*`,
  };
  return {
    Resources: {
      Role: {
        Type: "AWS::IAM::Role",
        Properties: {
          RoleName: name,
          AssumeRolePolicyDocument: { Version: "2012-10-17", Statement: [trust] },
          Policies: [
            { PolicyName: "describe", PolicyDocument: { Version: "2012-10-17", Statement: [describe] } },
          ],
        },
      },
      Logs: {
        Type: "AWS::Logs::LogGroup",
        Properties: { LogGroupName: `/aws/lambda/${name}`, RetentionInDays: 1 },
      },
      Function: {
        Type: "AWS::Lambda::Function",
        Properties: {
          FunctionName: name,
          Runtime: "nodejs24.x",
          Handler: "index.handler",
          Code: { S3Bucket: "assets", S3Key: `${name}.zip` },
          Role: { "Fn::GetAtt": ["Role", "Arn"] },
          Timeout: 900,
        },
      },
    },
  };
}

/** Writes an assembly of one stack with the function; returns its directory. */
async function assemble(): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), "rds-dr-bench-"));
  mkdirSync(join(directory, "asset"));
  await build({
    stdin: { contents: handler, resolveDir: import.meta.dirname, loader: "js" },
    bundle: true,
    minify: true,
    platform: "node",
    target: "node24",
    format: "cjs",
    mainFields: ["module", "main"],
    outfile: join(directory, "asset", "index.cjs"),
  });
  const write = (file: string, value: unknown) => writeFileSync(join(directory, file), JSON.stringify(value));
  write("stack.template.json", template());
  const destination = { here: { objectKey: `${name}.zip` } };
  write("assets.json", {
    files: { asset: { source: { path: "asset", packaging: "zip" }, destinations: destination } },
  });
  write("manifest.json", {
    artifacts: {
      assets: { type: "cdk:asset-manifest", properties: { file: "assets.json" } },
      stack: {
        type: "aws:cloudformation:stack",
        environment: `aws://${account}/${region}`,
        properties: { templateFile: "stack.template.json" },
      },
    },
  });
  return directory;
}

/** Calls that answer with one row, a second. */
export async function singleRow(instance: DBInstance, calls: number): Promise<Pace> {
  const assembly = await assemble();
  try {
    const world = createWorld({
      seed: 1,
      start: new Date("2026-03-01T00:00:00Z"),
      account,
      regions: [region, "us-west-2"],
      // The pace of the simulator is measured here, not the rate that RDS would allow.
      knobs: { rdsRequestBurst: 0 },
    });
    world.region(region).rds.loadFleet([instance]);
    world.deploy(assembly);
    const invoke = async (count: number) => {
      const payload = { calls: count, instance: instance.DBInstanceIdentifier };
      const { ok, payload: rows } = await world.complete(world.region(region).lambda.invoke(name, payload));
      if (!ok || rows !== count)
        throw new Error(`${count} single-row calls answered ${JSON.stringify(rows)}`);
    };
    await invoke(200);
    const began = performance.now();
    const cpu = cpuSeconds();
    await invoke(calls);
    return { calls, hours: 0, cpu: cpuSeconds() - cpu, wall: (performance.now() - began) / 1000 };
  } finally {
    rmSync(assembly, { recursive: true, force: true });
  }
}
