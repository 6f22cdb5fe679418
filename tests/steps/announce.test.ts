import { describe, expect, test } from "vitest";
import { AwsError } from "../simulator/index.ts";
import { StepWorld } from "./world.ts";

describe("a standing condition", () => {
  test("is told when it begins, reminded of once a day, and told when it is over", async () => {
    const aws = new StepWorld({ fleet: ["wiki", "staging-old"] });
    await aws.until("2 12:00");
    const began = aws.mails("instances-stopped");
    expect(began).toHaveLength(1);
    expect(began[0]).toMatchObject({ region: aws.dr, instances: ["staging-old"] });
    expect(began[0]?.message).toContain("docs/runbooks/instances-stopped.md");
    expect(aws.mails("reminder").map(({ at }) => at.slice(0, 13))).toEqual([
      "2026-03-01T09",
      "2026-03-02T09",
    ]);
    expect(aws.mails("reminder")[1]?.message).toContain("- staging-old: is stopped");
    await aws.act(aws.primary, "rds", "StartDBInstance", { DBInstanceIdentifier: "staging-old" });
    await aws.until("3 12:00");
    expect(aws.mails("instances-stopped-over")).toHaveLength(1);
    expect(aws.mails("reminder")).toHaveLength(2);
  });
});

describe("the heartbeat of a stack that has just been deployed", () => {
  const heartbeat = /^prune-not-running/;

  test.each([
    ["at the start of a minute", "2026-03-01T01:30:01Z"],
    ["in the midst of one", "2026-03-01T01:30:37Z"],
    ["at the end of one", "2026-03-01T01:30:58Z"],
  ])("is not missed before the first run (%s)", async (_when, start) => {
    const aws = new StepWorld({ fleet: ["wiki"], start: new Date(start) });
    await aws.until("04:00");
    expect(aws.mails().filter(({ kind }) => heartbeat.test(kind))).toEqual([]);
    expect(aws.deadLetters).toEqual([]);
  });

  test("is missed when no run comes within a quarter of an hour, and said to be over when one does", async () => {
    const knobs = { rateScheduleStarts: "after-one-period" };
    const aws = new StepWorld({ fleet: ["wiki"], start: new Date("2026-03-01T01:30:37Z"), knobs });
    await aws.until("04:00");
    const told = aws.mails().filter(({ kind }) => heartbeat.test(kind));
    expect(told.map(({ kind }) => kind)).toEqual(["prune-not-running", "prune-not-running-over"]);
    expect(told[0]?.at.slice(0, 15)).toBe("2026-03-01T01:4");
  });

  test("is missed two intervals after the last run", async () => {
    const aws = new StepWorld({ fleet: ["wiki"] });
    await aws.until("04:30");
    aws.world.gate.faults.push(({ caller }) =>
      caller.name.includes("prune-copies")
        ? { kind: "refuse", error: new AwsError("Throttling", "Rate exceeded", 400) }
        : undefined,
    );
    await aws.until("09:30");
    expect(aws.mails("prune-not-running")).toHaveLength(1);
  });
});

describe("alerts", () => {
  test("of a kind are one mail, however many come at once", async () => {
    const aws = new StepWorld({ fleet: ["wiki"] });
    await aws.until("04:00");
    for (let at = 0; at < 50; at += 1) {
      const alert = { version: 1, kind: "backup-failed", message: "no", instances: [`i-${at}`] };
      await aws.publish(aws.primary, "alert", { ...alert, subject: `backup of i-${at} failed` }, "rds-dr");
    }
    await aws.until("04:10");
    const mails = aws.mails("backup-failed");
    expect(mails).toHaveLength(1);
    expect(mails[0]?.subject).toContain("50 x backup failed");
    expect(mails[0]?.instances).toHaveLength(50);
  });

  test("that come twice are told once", async () => {
    const aws = new StepWorld({ fleet: ["wiki"] });
    const alert = { version: 1, kind: "backup-failed", subject: "no", message: "no", instances: ["wiki"] };
    await aws.publish(aws.primary, "alert", alert, "rds-dr");
    await aws.publish(aws.primary, "alert", alert, "rds-dr");
    await aws.pass(3);
    expect(aws.mails()).toHaveLength(1);
    expect(aws.mails()[0]?.message).toBe("no");
  });

  test("do not wait for the look at a lost region that an alarm of their batch asks for", async () => {
    const aws = new StepWorld({ fleet: ["wiki"] });
    await aws.until("05:00");
    aws.world.lose(aws.primary);
    await aws.until("08:30");
    const envelope = { id: "given", time: "2026-03-01T08:30:00Z", source: "rds-dr" };
    const alarmName = "rds-dr-dev-primary-unreachable";
    await aws.deliver(aws.dr, "announce", {
      ...{ ...envelope, event: "alarm-changed" },
      detail: { alarmName, state: "ALARM", previous: "OK" },
    });
    const alert = { version: 1, kind: "backup-failed", subject: "no", message: "no", instances: ["wiki"] };
    await aws.deliver(aws.dr, "announce", { ...envelope, event: "alert", detail: alert });
    await aws.pass(5);
    const [told] = aws.mails("backup-failed");
    const again = aws.mails("primary-unreachable").at(-1);
    expect(Date.parse(`${again?.at}Z`) - Date.parse(`${told?.at}Z`)).toBeGreaterThan(2_000);
  });

  test("that SNS does not take come again", async () => {
    const aws = new StepWorld({ fleet: ["wiki"] });
    aws.world.gate.faults.push(({ operation }, { at }) =>
      operation === "Publish" && at < Date.parse("2026-03-01T02:10:00Z")
        ? { kind: "refuse", error: new AwsError("InternalError", "not now", 500) }
        : undefined,
    );
    await aws.publish(aws.primary, "backup-requested", { instanceId: "wikki" });
    await aws.until("03:30");
    expect(aws.mails("backup-failed")).toHaveLength(1);
    expect(aws.deadLetters).toEqual([]);
  });
});

describe("a lost primary region", () => {
  test("is told once, and again when it is back; what only it can tell is neither called over meanwhile nor told again", async () => {
    const aws = new StepWorld({ fleet: ["wiki", "staging-old"] });
    await aws.until("05:00");
    aws.world.lose(aws.primary);
    await aws.until("10:30");
    expect(aws.mails("primary-unreachable")).toHaveLength(1);
    expect(aws.mails("reminder").at(-1)?.message).toContain("cannot be told while the primary region");
    aws.world.restore(aws.primary);
    await aws.until("13:00");
    expect(aws.mails("primary-unreachable-over")).toHaveLength(1);
    expect(aws.mails("instances-stopped")).toHaveLength(1);
    expect(aws.mails("instances-stopped-over")).toEqual([]);
  });
});
