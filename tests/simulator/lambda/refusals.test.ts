import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bundleAssets, deployTemplate, removeAssets } from "../kernel/doubles.ts";
import { type LambdaSetup, lambdaWorld, region } from "./support.ts";

let assets: Record<string, string>;
beforeAll(async () => {
  assets = await bundleAssets({ step: "export const handler = async () => ({});" });
});
afterAll(() => removeAssets(assets));

const deployed = (options: LambdaSetup = {}) => lambdaWorld(assets["step"] ?? "", options);

// The words are those of LocalStack's recordings of AWS; no handler: a stack's event quoted on GitHub.
describe("a deployment is refused with", () => {
  test.each<[string, LambdaSetup, string]>([
    [
      "a runtime that Lambda does not have",
      { properties: { Runtime: "nodejs99.x" } },
      "Value nodejs99.x at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: [",
    ],
    ["no runtime", { properties: { Runtime: "" } }, "Runtime and Handler are mandatory parameters"],
    ["no handler", { properties: { Handler: "" } }, "Runtime and Handler are mandatory parameters"],
    [
      "an architecture that Lambda does not have",
      { properties: { Architectures: ["mips"] } },
      "Value '[mips]' at 'architectures' failed to satisfy constraint: Member must satisfy constraint: [Member must satisfy enum value set: [",
    ],
    [
      "two architectures",
      { properties: { Architectures: ["arm64", "x86_64"] } },
      "Value '[arm64, x86_64]' at 'architectures' failed to satisfy constraint: Member must have length",
    ],
    [
      "a response type that Lambda does not know",
      { mapping: { FunctionResponseTypes: ["ReportBatchItems"] } },
      "Value '[ReportBatchItems]' at 'functionResponseTypes' failed to satisfy constraint: Member must satisfy constraint: [Member must satisfy enum value set: [ReportBatchItemFailures]",
    ],
  ])("%s", (_what, options, message) => {
    expect(() => deployed(options)).toThrow(message);
  });

  test("a second mapping between a queue and a function", () => {
    const { world, arn } = deployed();
    const Again = {
      Type: "AWS::Lambda::EventSourceMapping",
      Properties: { FunctionName: "step", EventSourceArn: arn },
    };
    expect(() => deployTemplate(world, { Resources: { Again } }, { region })).toThrow(
      /An event source mapping with SQS arn \(" arn:aws:sqs:us-west-2:111122223333:step "\) and function \(" step "\) already exists\. Please update or delete the existing mapping with UUID [0-9a-f-]{36} \(ResourceConflictException\)/,
    );
  });

  test("nothing where all is known", () => {
    const properties = { Architectures: ["arm64"], Runtime: "nodejs22.x" };
    expect(
      deployed({ properties, mapping: { FunctionResponseTypes: ["ReportBatchItemFailures"] } }).arn,
    ).toMatch(/:step$/);
  });
});
