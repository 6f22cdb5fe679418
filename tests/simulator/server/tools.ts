import { execFile, spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const MEGABYTES = 64 * 1024 * 1024;

function works(command: string, ...args: string[]): boolean {
  return spawnSync(command, args, { stdio: "ignore" }).status === 0;
}

/** A Python that has boto3; undefined where there is none. */
export const pythonWithBoto3 = ["python3", "/usr/bin/python3"].find((each) =>
  works(each, "-c", "import boto3"),
);

/** The AWS CLI; undefined where there is none. */
export const awsCli = works("aws", "--version") ? "aws" : undefined;

/** A call as boto3 makes it. */
export interface BotoCall {
  readonly service: string;
  readonly region: string;
  /** In boto3's spelling, e.g. `describe_db_instances`. */
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** Pages through the listing with pages of this size. */
  readonly pages?: number;
  /** What the reply should be, to be trimmed to what this botocore knows. */
  readonly expected?: unknown;
}

/** What boto3 read: a reply, pages, or an error. */
export interface BotoReply {
  readonly reply?: Readonly<Record<string, unknown>>;
  /** What of the reply is not of the type that botocore's own model says. */
  readonly misfits?: readonly string[];
  /** What the call expected, without the members that an older botocore does not know. */
  readonly expected?: unknown;
  readonly pages?: readonly Readonly<Record<string, unknown>>[];
  readonly error?: { readonly Code: string; readonly Message: string };
  readonly status?: number;
}

/** Makes calls with boto3, all in one process. */
export async function boto3(endpoint: string, calls: readonly BotoCall[]): Promise<BotoReply[]> {
  const script = fileURLToPath(new URL("boto3_session.py", import.meta.url));
  const running = run(pythonWithBoto3 ?? "python3", [script, endpoint], { maxBuffer: MEGABYTES });
  running.child.stdin?.end(JSON.stringify(calls));
  return JSON.parse((await running).stdout) as BotoReply[];
}

/** Runs one command of the AWS CLI; returns what it printed, read as JSON, or throws with what it complained. */
export async function aws(endpoint: string, region: string, ...args: string[]): Promise<unknown> {
  const { stdout } = await run(
    "aws",
    ["--endpoint-url", endpoint, "--region", region, "--output", "json", "--cli-read-timeout", "20", ...args],
    {
      maxBuffer: MEGABYTES,
      env: {
        ...process.env,
        ...{
          AWS_ACCESS_KEY_ID: "operator",
          AWS_SECRET_ACCESS_KEY: "any",
          AWS_PAGER: "",
          AWS_MAX_ATTEMPTS: "1",
        },
        AWS_CONFIG_FILE: "/nowhere",
      },
    },
  );
  return stdout.trim() === "" ? undefined : JSON.parse(stdout);
}
