import { describe, expect, test } from "vitest";
import { cleanUpCopies, editable, some } from "../rehearsal/support.ts";
import { AwsError } from "../simulator/index.ts";
import { editSettings, nightly, StepWorld } from "./world.ts";

cleanUpCopies();

const briefly = () => editSettings(editable(), () => ({ retention: { days: 1, minimumCopies: 2 } }));
const hourly = (hour: number) => `lambda-dr-snapshot-wiki-2026-03-01-0${hour}00`;
const secondNight = nightly("wiki", 2);

/**
 * The second day at half past nine with a retention of one day: there was the nightly backup of each day, and an
 * operator had one made each hour from three o'clock to six on the first.
 */
async function withCopies(atSix: (aws: StepWorld) => Promise<void> = async () => {}): Promise<StepWorld> {
  const aws = new StepWorld({ fleet: ["wiki"], assembly: briefly() });
  for (const hour of [3, 4, 5, 6]) {
    await aws.until(`0${hour}:00`);
    await aws.publish(aws.primary, "backup-requested", { instanceId: "wiki" });
  }
  await aws.until("06:50");
  await atSix(aws);
  await aws.until("2 09:30");
  return aws;
}

describe("retention", () => {
  test("deletes what is expired, and never the newest two", async () => {
    const aws = await withCopies();
    expect(aws.snapshotIds(aws.dr)).toEqual([hourly(6), secondNight]);
    expect(aws.deadLetters).toEqual([]);
    expect(aws.mails()).toEqual([]);
  });

  test("goes on while the key is disabled and nothing new is copied, and leaves the newest two", async () => {
    const aws = await withCopies(async (world) => {
      const own = world.world.region(world.dr).kms.find("alias/rds-dr-dev")?.keyId;
      await world.act(world.dr, "kms", "DisableKey", { KeyId: own });
    });
    expect(aws.snapshotIds(aws.dr)).toEqual([hourly(5), hourly(6)]);
  });

  test("keeps a held copy until the date that its hold names", async () => {
    const aws = await withCopies((world) =>
      world.retag(world.dr, hourly(2), { "rds-dr:hold": "2026-03-02T12:00:00Z" }),
    );
    expect(aws.snapshotIds(aws.dr)).toEqual([hourly(2), hourly(6), secondNight]);
    await aws.until("2 11:59");
    expect(aws.snapshotIds(aws.dr)).toContain(hourly(2));
    await aws.until("2 13:30");
    expect(aws.snapshotIds(aws.dr)).toEqual([hourly(6), secondNight]);
  });

  test("leaves copies of others alone, with our prefix or without", async () => {
    const foreign = ["lambda-dr-snapshot-wiki-2020-01-01", "month-end"];
    const aws = await withCopies(async (world) => {
      for (const TargetDBSnapshotIdentifier of foreign)
        await world.act(world.dr, "rds", "CopyDBSnapshot", {
          SourceDBSnapshotIdentifier: hourly(2),
          TargetDBSnapshotIdentifier,
          KmsKeyId: "alias/rds-dr-dev",
        });
    });
    expect(aws.snapshotIds(aws.dr)).toEqual(expect.arrayContaining(foreign));
    const line = aws.log(aws.dr, "prune-copies").findLast(({ decision }) => decision === "prune");
    expect(line?.["counts"]).toMatchObject({ foreign: 2, untagged_old: 1 });
  });

  test("keeps what an open declaration chose and what was taken before it, until it is closed", async () => {
    const aws = await withCopies(async (world) => {
      await world.declare({ declarationId: "fire", asOf: "2026-03-01T03:30:00Z" });
    });
    expect(aws.snapshotIds(aws.dr)).toEqual([...[2, 3, 4, 5, 6].map(hourly), secondNight]);
    await aws.publish(aws.dr, "declaration-closed", { declarationId: "fire" });
    await aws.until("2 11:30");
    // What was taken while it was open may hold what the disaster did, so it is none of the newest two.
    expect(aws.snapshotIds(aws.dr)).toEqual([hourly(5), hourly(6), secondNight]);
  });

  test("that AWS denies fails no run: one alert a day names it, and the daily reminder comes once", async () => {
    const aws = await withCopies(async (world) => {
      const error = new AwsError("AccessDenied", "an organisation's policy says no", 403);
      const busy = new AwsError("InternalFailure", "not now", 500);
      world.world.gate.faults.push(({ operation, region, caller, input }) => {
        if (region !== world.dr || !caller.name.includes("prune-copies")) return undefined;
        if (operation === "DeleteDBSnapshot") return { kind: "refuse", error };
        const isOne = operation === "DescribeDBSnapshots" && input["DBSnapshotIdentifier"] !== undefined;
        return isOne ? { kind: "refuse", error: busy } : undefined;
      });
    });
    await aws.until("2 13:30");
    expect(aws.snapshotIds(aws.dr)).toHaveLength(6);
    expect(aws.mails("pruning-refused").map(({ at }) => at.slice(0, 13))).toEqual(["2026-03-02T09"]);
    expect(aws.mails("reminder").length).toBeLessThanOrEqual(1);
    expect(aws.deadLetters).toEqual([]);
  });
});

describe("a thousand deletions", () => {
  test("do not keep a run from judging and reporting: what is left after two minutes is the next run's", async () => {
    const ids = Array.from({ length: 20 }, (_, at) => `small-${at + 1}`);
    const [wiki] = some("wiki");
    const fleet = ids.map((id) => ({ ...wiki, DBInstanceIdentifier: id, AllocatedStorage: 20 }));
    const once = editSettings(editable(), () => ({ retention: { days: 1, minimumCopies: 1 } }));
    const aws = new StepWorld({ fleet, assembly: once });
    aws.world.gate.faults.push(({ operation, region }, { at }) => {
      if (operation !== "DeleteDBSnapshot" || region !== aws.dr) return undefined;
      const isEarly = at < Date.parse("2026-03-02T04:30:00Z");
      const error = new AwsError("InternalFailure", "not now", 500);
      return isEarly ? { kind: "refuse", error } : { kind: "delay", milliseconds: 9_000 };
    });
    await aws.until("2 05:10");
    const run = aws.log(aws.dr, "prune-copies").findLast(({ decision }) => decision === "prune");
    expect(run?.["counts"]).toMatchObject({ "delete-copy": 14, "delete-copy-left-to-next-run": 6 });
    await aws.until("2 06:10");
    expect(aws.snapshots(aws.dr)).toHaveLength(ids.length);
    expect(aws.deadLetters).toEqual([]);
  });
});

describe("a primary region that throttles the look at it", () => {
  test("is looked at once more, and not called unreachable", async () => {
    const aws = new StepWorld({ fleet: ["wiki"] });
    let refusals = 0;
    aws.world.gate.faults.push(({ operation, region, caller }, { at }) => {
      const isListing = operation === "DescribeDBInstances" && caller.name.includes("prune-copies");
      if (!isListing || region !== aws.primary || at < Date.parse("2026-03-01T04:30:00Z")) return undefined;
      refusals += 1;
      const error = new AwsError("Throttling", "Rate exceeded", 400);
      return refusals <= 2 ? { kind: "refuse", error } : undefined;
    });
    await aws.until("05:30");
    expect(refusals).toBeGreaterThan(2);
    expect(aws.mails()).toEqual([]);
  });
});

describe("a lost event", () => {
  test.each([
    ["RDS-EVENT-0042", "us-east-1"],
    ["RDS-EVENT-0060", "us-west-2"],
  ])("(%s of %s) costs one prune interval", async (_, lossy) => {
    const aws = new StepWorld({ fleet: ["wiki"] });
    await aws.until("02:01");
    aws.world.knobs.eventLossProbability = lossy === aws.primary ? 1 : 0;
    if (lossy === aws.dr) {
      await aws.see(() => aws.snapshot(aws.dr, nightly("wiki")) !== undefined);
      aws.world.knobs.eventLossProbability = 1;
    }
    await aws.until("02:40");
    aws.world.knobs.eventLossProbability = 0;
    await aws.until("03:40");
    expect(aws.snapshotIds(aws.dr)).toEqual([nightly("wiki")]);
    expect(aws.snapshots(aws.primary)).toEqual([]);
    expect(aws.mails()).toEqual([]);
  });
});

describe("a slot whose schedule never fired", () => {
  test("is made up for within the hour", async () => {
    const aws = new StepWorld({ fleet: ["wiki", "orders"] });
    await aws.act(aws.primary, "sqs", "PurgeQueue", {
      QueueUrl: `https://sqs.${aws.primary}.amazonaws.com/111122223333/rds-dr-dev-plan-backups`,
    });
    aws.world.gate.faults.push(({ operation, caller, region }, { at }) =>
      operation === "PutEvents" &&
      region === aws.primary &&
      caller.name.includes("plan-backups") &&
      at < Date.parse("2026-03-01T12:00:00Z")
        ? { kind: "refuse", error: new AwsError("InternalFailure", "not now", 500) }
        : undefined,
    );
    await aws.until("05:00");
    expect(aws.snapshots(aws.dr)).toHaveLength(2);
  });
});

describe("a copy that hangs", () => {
  test("is told after copyStuckHours, once a day afterwards, and its end is told", async () => {
    const aws = new StepWorld({ fleet: ["wiki"] });
    await aws.see(() => aws.snapshot(aws.dr, nightly("wiki")) !== undefined);
    aws.world.lose(aws.primary);
    await aws.pass(60);
    aws.world.restore(aws.primary);
    const stuckAt = 2 * 60 + aws.settings.copyStuckHours * 60;
    await aws.pass(stuckAt - 120 - 90);
    expect(aws.mails("copies-stuck")).toEqual([]);
    await aws.pass(150);
    expect(aws.mails("copies-stuck")).toHaveLength(1);
    expect(aws.mails("copies-stuck")[0]?.instances).toEqual(["wiki"]);
    await aws.pass(24 * 60);
    expect(aws.mails("copies-stuck")).toHaveLength(1);
    const reminders = aws.mails("reminder").filter(({ message }) => message.includes("copies-stuck"));
    expect(reminders.length).toBeGreaterThanOrEqual(1);
    expect(reminders.length).toBeLessThanOrEqual(2);
  });
});

describe("an instance that is deleted", () => {
  test("is told once, its objective is not watched any more, and its copies stay", async () => {
    const aws = new StepWorld({ fleet: ["wiki", "orders"] });
    await aws.until("05:00");
    aws.world.region(aws.primary).rds.deleteInstance("wiki");
    await aws.until("3 12:00");
    expect(aws.mails("instance-retired").map(({ instances }) => instances)).toEqual([["wiki"]]);
    expect(aws.mails("objectives-missed")).toEqual([]);
    expect(aws.snapshotIds(aws.dr)).toContain(nightly("wiki"));
  });

  test("is not told of while a declaration restores it, though the run looked before that was declared", async () => {
    const aws = new StepWorld({ fleet: ["wiki"] });
    await aws.until("04:30");
    aws.world.region(aws.primary).rds.deleteInstance("wiki");
    aws.world.gate.faults.push(({ operation, region, caller }) => {
      const isLook = operation === "DescribeDBInstances" && region === aws.primary;
      return isLook && caller.name.includes("prune-copies")
        ? { kind: "delay", milliseconds: 8_000 }
        : undefined;
    });
    const looks = () =>
      aws
        .calls("DescribeDBSnapshots", { region: aws.dr })
        .filter(({ caller }) => caller.includes("prune-copies")).length;
    const before = looks();
    await aws.see(() => looks() > before);
    await aws.declare({ declarationId: "first" });
    await aws.pass(2);
    expect(aws.tag(aws.dr, nightly("wiki"), "rds-dr:outcome")).toBe("pending");
    await aws.pass(56);
    expect(aws.tag(aws.dr, nightly("wiki"), "rds-dr:outcome")).toMatch(/^restored:/);
    expect(aws.mails("recovery-completed")).toHaveLength(1);
    expect(aws.mails("instance-retired")).toEqual([]);
  });
});
