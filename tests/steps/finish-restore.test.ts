import { describe, expect, test } from "vitest";
import { AwsError } from "../simulator/index.ts";
import { nightly, StepWorld } from "./world.ts";

async function covered(...fleet: string[]): Promise<StepWorld> {
  const aws = new StepWorld({ fleet });
  await aws.until("04:30");
  return aws;
}

describe("a recovery", () => {
  test("announces each instance once, with endpoint and RTO, and its completion once", async () => {
    const aws = await covered("wiki", "orders");
    await aws.declare();
    await aws.pass(150);
    const restored = aws.mails("instance-restored");
    expect(restored.flatMap(({ instances }) => instances).toSorted()).toEqual(["orders", "wiki"]);
    const text = restored.map(({ message }) => message).join("\n");
    expect(text).toMatch(/- wiki: restored as wiki, endpoint wiki\.\S+:3306; RTO \d+ of 240 minutes/);
    expect(aws.events("instance-restored")).toHaveLength(2);
    const [completed, ...more] = aws.mails("recovery-completed");
    expect(more).toEqual([]);
    expect(completed?.subject).toContain("2 restored within RTO");
    for (const id of ["wiki", "orders"])
      expect(aws.tag(aws.dr, nightly(id), "rds-dr:outcome")).toMatch(/^restored:2026-03-01T04/);
    expect(aws.deadLetters).toEqual([]);
  });

  test("applies what a restore cannot set, and tells of the new password's secret", async () => {
    const aws = await covered("orders");
    await aws.declare();
    await aws.pass(150);
    const source = aws.instance(aws.primary, "orders");
    const back = aws.instance(aws.dr, "orders");
    expect(back?.MonitoringInterval).toBe(source?.MonitoringInterval);
    expect(back?.PreferredMaintenanceWindow).toBe(source?.PreferredMaintenanceWindow);
    expect(back?.MasterUserSecret?.SecretArn).toBeDefined();
    const [completed] = aws.mails("recovery-completed");
    expect(completed?.message).toContain(`password in secret ${back?.MasterUserSecret?.SecretArn}`);
    expect(completed?.message).toContain("differences: none");
  });

  test("goes on without a modification that has no capacity, and lists it", async () => {
    const aws = await covered("orders", "wiki");
    const error = new AwsError("InsufficientDBInstanceCapacity", "no capacity for the standby");
    aws.world.gate.faults.push(({ operation }) =>
      operation === "ModifyDBInstance" ? { kind: "refuse", error } : undefined,
    );
    await aws.declare();
    await aws.pass(150);
    const [completed] = aws.mails("recovery-completed");
    expect(completed?.subject).toContain("2 restored within RTO");
    expect(completed?.message).toContain("managedPassword: true -> false");
    expect(aws.deadLetters).toEqual([]);
  });

  test("is not held up by an instance whose modification only ever fails, and lists that after an hour", async () => {
    const aws = await covered("orders", "wiki");
    const error = new AwsError("InternalFailure", "not now", 500);
    aws.world.gate.faults.push(({ operation }) =>
      operation === "ModifyDBInstance" ? { kind: "refuse", error } : undefined,
    );
    await aws.declare();
    await aws.until("05:25");
    const told = () => aws.mails("instance-restored").flatMap(({ instances }) => instances);
    expect(told().toSorted()).toEqual(["orders", "wiki"]);
    expect(aws.mails("recovery-completed")).toEqual([]);
    await aws.until("06:30");
    expect(told()).toHaveLength(2);
    expect(aws.mails("recovery-completed")[0]?.message).toContain("managedPassword: true -> false");
    expect(aws.deadLetters).toEqual([]);
  });
});

describe("a restore that does not come up", () => {
  test("is told as failed, once, and nothing is deleted", async () => {
    const aws = await covered("wiki");
    aws.world.knobs["restoreFailureProbability"] = 1;
    await aws.declare();
    await aws.pass(150);
    expect(aws.mails("restore-failed").map(({ instances }) => instances)).toEqual([["wiki"]]);
    expect(aws.tag(aws.dr, nightly("wiki"), "rds-dr:outcome")).toMatch(/^failed:incompatible-restore /);
    expect(aws.mails("recovery-completed")[0]?.subject).toContain("none of 1 restored");
    expect(aws.calls("DeleteDBInstance")).toEqual([]);
    expect(aws.instance(aws.dr, "wiki")?.DBInstanceStatus).toBe("incompatible-restore");
  });

  test("is made again under another name by a second declaration", async () => {
    const aws = await covered("wiki");
    aws.world.knobs["restoreFailureProbability"] = 1;
    await aws.declare({ declarationId: "first" });
    await aws.pass(60);
    aws.world.knobs["restoreFailureProbability"] = 0;
    await aws.declare({ declarationId: "second" });
    await aws.pass(60);
    expect(aws.instance(aws.dr, "wiki-r2")?.DBInstanceStatus).toBe("available");
    expect(aws.mails("instance-restored")[0]?.message).toContain("restored as wiki-r2");
  });
});

describe("a look that is still at it when another declaration chooses the same copy", () => {
  test("does not end that declaration's restore", async () => {
    const aws = await covered("wiki");
    aws.world.knobs["withdrawnEngineVersions"] = { [aws.dr]: ["mariadb 10.11.9"] };
    aws.world.gate.faults.push(({ operation, caller }) =>
      operation === "DescribeDBInstances" && caller.name.includes("finish-restore")
        ? { kind: "delay", milliseconds: 8_000 }
        : undefined,
    );
    await aws.declare({ declarationId: "first" });
    await aws.see(() => aws.tag(aws.dr, nightly("wiki"), "rds-dr:outcome")?.startsWith("refused:") ?? false);
    aws.world.knobs["withdrawnEngineVersions"] = {};
    const listed = () =>
      aws.calls("DescribeDBSnapshots").filter(({ caller }) => caller.includes("finish-restore")).length;
    const before = listed();
    await aws.see(() => listed() > before);
    await aws.declare({ declarationId: "second" });
    await aws.pass(60);
    expect(aws.mails("instance-restored").map(({ instances }) => instances)).toEqual([["wiki"]]);
    expect(aws.mails("recovery-completed").at(-1)?.message).toContain("Declaration second");
    expect(aws.tag(aws.dr, nightly("wiki"), "rds-dr:outcome")).toMatch(/^restored:.* @second$/);
  });
});

describe("a function that is killed in between", () => {
  test.each(["AddTagsToResource", "ModifyDBInstance", "PutEvents", "SendMessage"])(
    "(after %s) repeats harmlessly: the recovery completes, told once or twice but never not",
    async (killedAfter) => {
      const aws = await covered("orders");
      let kills = 0;
      aws.world.gate.faults.push(({ operation, caller }) => {
        if (operation !== killedAfter || !caller.name.includes("finish-restore") || kills >= 2)
          return undefined;
        kills += 1;
        return { kind: "lose-reply", how: "silence" };
      });
      await aws.declare();
      await aws.pass(240);
      expect(kills).toBe(2);
      const completed = aws.mails("recovery-completed").length;
      expect(completed).toBeGreaterThanOrEqual(1);
      expect(completed).toBeLessThanOrEqual(2);
      expect(aws.tag(aws.dr, nightly("orders"), "rds-dr:outcome")).toMatch(/^restored:/);
      expect(
        aws.calls("RestoreDBInstanceFromDBSnapshot").filter(({ outcome }) => outcome === "ok"),
      ).toHaveLength(1);
      expect(aws.deadLetters).toEqual([]);
    },
  );
});
