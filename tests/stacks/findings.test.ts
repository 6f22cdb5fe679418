import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CfnResource, Stack } from "aws-cdk-lib";
import { afterAll, describe, expect, test } from "vitest";
import { emptyApp } from "../../stacks/app.ts";

const directory = mkdtempSync(join(tmpdir(), "rds-dr-findings-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** An app as ours is made, with one resource of a template. */
function appWith(name: string, type: string, properties: Record<string, unknown>) {
  const app = emptyApp(join(directory, name));
  new CfnResource(new Stack(app, "Stack"), "Thing", { type, properties });
  return app;
}

describe("CDK's own findings are errors", () => {
  test.each<[string, string, Record<string, unknown>]>([
    ["a property that does not exist", "AWS::SQS::Queue", { VisibilityTimeOut: 30 }],
    ["a property that is missing", "AWS::SQS::QueuePolicy", { Queues: ["q"] }],
    [
      "a value that is none",
      "AWS::Scheduler::Schedule",
      {
        FlexibleTimeWindow: { Mode: "SOMETIMES" },
        ScheduleExpression: "rate(1 hour)",
        Target: { Arn: "a", RoleArn: "r" },
      },
    ],
  ])("%s", (name, type, properties) => {
    expect(() => appWith(name, type, properties).synth()).toThrow(/[Vv]alidation/);
  });

  test("a sound resource has none", () => {
    expect(() => appWith("sound", "AWS::SQS::Queue", { VisibilityTimeout: 30 }).synth()).not.toThrow();
  });

  test("the project says so where the command line reads it", () => {
    const { context } = JSON.parse(readFileSync(new URL("../../cdk.json", import.meta.url), "utf8"));
    expect(context["@aws-cdk/core:validateAgainstDefaultRules"]).toBe(true);
  });
});
