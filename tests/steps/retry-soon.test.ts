import { expect, test } from "vitest";
import { AwsError } from "../simulator/index.ts";
import { StepWorld } from "./world.ts";

test("an error on the way of a recovery costs seconds, and nothing becomes a dead letter", async () => {
  const aws = new StepWorld({ fleet: ["wiki"] });
  await aws.until("03:30");
  let refusals = 6;
  aws.world.gate.faults.push(({ operation }) => {
    if (operation !== "RestoreDBInstanceFromDBSnapshot" || refusals === 0) return undefined;
    refusals -= 1;
    return { kind: "refuse", error: new AwsError("InternalFailure", "try again", 500) };
  });
  await aws.declare();
  await aws.pass(60);
  const calls = aws.calls("RestoreDBInstanceFromDBSnapshot").map(({ at }) => Date.parse(`${at}Z`));
  const seconds = ((calls.at(-1) ?? 0) - (calls[0] ?? 0)) / 1000;
  expect(seconds).toBeGreaterThanOrEqual(15 + 30);
  expect(seconds).toBeLessThan(120);
  expect(aws.mails("recovery-completed")).toHaveLength(1);
  expect(aws.deadLetters).toEqual([]);
});
