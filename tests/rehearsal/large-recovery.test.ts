import { expect, test } from "vitest";
import { generateFleet } from "../simulator/fleet.ts";
import { type CallMade, StepWorld } from "../steps/world.ts";

const quotas = {
  "manual-snapshots": 2_000,
  instances: 1_000,
  "allocated-storage-gib": 10_000_000,
  "copies-in-progress": 500,
};

/** Seconds from an instant to calls. */
function secondsAfter(since: number, calls: readonly CallMade[]): number[] {
  return calls.map(({ at }) => (Date.parse(`${at}Z`) - since) / 1_000);
}

test("five hundred instances are answered for within a minute and asked for in one run, where each call takes up to two seconds", async () => {
  const knobs = { quotas: { "us-east-1": quotas, "us-west-2": quotas } };
  const aws = new StepWorld({ fleet: generateFleet(500, 1), knobs });
  await aws.until("05:40");
  expect(aws.snapshots(aws.dr).filter(({ Status }) => Status === "available")).toHaveLength(500);
  aws.world.lose(aws.primary);
  aws.world.knobs["apiLatencyMilliseconds"] = [100, 2_000];
  const declaredAt = aws.world.clock.now();
  await aws.declare();
  await aws.pass(4.5);

  const [answer, ...more] = aws.mails("recovery-planned");
  expect(more).toEqual([]);
  expect(answer?.subject).toContain("500 instances to restore");
  expect(Date.parse(`${answer?.at}Z`) - declaredAt).toBeLessThanOrEqual(60_000);

  const taggings = aws.calls("AddTagsToResource").filter(({ caller }) => caller.includes("plan-recovery"));
  const restores = aws.calls("RestoreDBInstanceFromDBSnapshot");
  expect(taggings.map(({ outcome }) => outcome)).toEqual(new Array(500).fill("ok"));
  const tagged = Math.max(...secondsAfter(declaredAt, taggings));
  expect(tagged).toBeLessThanOrEqual(90);
  expect(Math.min(...secondsAfter(declaredAt, restores))).toBeGreaterThanOrEqual(tagged);
  expect(aws.decisions(aws.dr, "plan-recovery")).toEqual(["plan-recovery"]);
  expect(aws.events("restore-requested")).toHaveLength(500);
}, 600_000);
