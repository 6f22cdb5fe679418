import { describe, expect, test } from "vitest";
import { nightly, StepWorld } from "./world.ts";

const wiki = nightly("wiki");
const outcomes = (aws: StepWorld, id: string) =>
  aws.calls("CreateDBSnapshot", { DBSnapshotIdentifier: id }).map(({ outcome }) => outcome);

describe("an instance that is busy at the slot", () => {
  test("is waited for and gets the backup of that very slot", async () => {
    const aws = new StepWorld({ fleet: ["billing"] });
    await aws.until("03:00");
    expect(outcomes(aws, nightly("billing"))).toEqual(["InvalidDBInstanceState", "ok"]);
    expect(aws.mails()).toEqual([]);
  });

  test("until the next slot is given up, and told once", async () => {
    const aws = new StepWorld({ fleet: ["wiki"] });
    aws.world.region(aws.primary).rds.changeInstance("wiki", { DBInstanceStatus: "upgrading" });
    await aws.until("2 01:59");
    expect(aws.mails("backup-failed")).toEqual([]);
    await aws.until("2 02:30");
    const told = aws.mails("backup-failed");
    expect(told).toHaveLength(1);
    expect(told[0]).toMatchObject({ region: aws.primary, instances: ["wiki"] });
    expect(told[0]?.message).toContain("2026-03-01T02:00");
    expect(told[0]?.message).toContain("'upgrading'");
    expect(outcomes(aws, wiki)).not.toContain("ok");
    expect(aws.deadLetters).toEqual([]);
  });
});

describe("a name that is taken", () => {
  test("by a snapshot of somebody else's is told once, and the backup gets another name", async () => {
    const aws = new StepWorld({ fleet: ["wiki"] });
    const taken = { DBInstanceIdentifier: "wiki", DBSnapshotIdentifier: wiki };
    await aws.act(aws.primary, "rds", "CreateDBSnapshot", taken);
    await aws.until("06:30");
    const told = aws.mails();
    expect(told.map(({ kind, instances }) => ({ kind, instances }))).toEqual([
      { kind: "backup-name-taken", instances: ["wiki"] },
    ]);
    expect(told[0]?.message).toContain(`'${wiki}' is there already`);
    expect(aws.snapshotIds(aws.primary)).toEqual([wiki]);
    expect(aws.snapshotIds(aws.dr)).toEqual([`${wiki}-r2`]);
  });

  test("by a failed backup that AWS will not delete leads to a second attempt under another name", async () => {
    const aws = new StepWorld({ fleet: ["wiki"], knobs: { snapshotFailureProbability: 1 } });
    await aws.until("02:30");
    expect(aws.snapshot(aws.primary, wiki)?.Status).toBe("failed");
    aws.world.knobs["snapshotFailureProbability"] = 0;
    await aws.until("05:00");
    expect(aws.snapshotIds(aws.dr)).toEqual([`${wiki}-r2`]);
    expect(aws.snapshotIds(aws.primary)).toEqual([wiki]);
    expect(aws.mails("backup-failed")).toHaveLength(1);
  });

  test("by a failed backup that can be deleted is free again, and the failure is told once", async () => {
    const knobs = { snapshotFailureProbability: 1, deleteFailedSnapshot: "deleted" };
    const aws = new StepWorld({ fleet: ["wiki"], knobs });
    await aws.until("02:30");
    aws.world.knobs["snapshotFailureProbability"] = 0;
    await aws.until("05:30");
    expect(aws.snapshots(aws.dr)).toHaveLength(1);
    expect(aws.snapshotIds(aws.primary)).toEqual([]);
    expect(aws.mails().map(({ kind }) => kind)).toEqual(["backup-failed"]);
  });
});

describe("the manual snapshots' quota", () => {
  test("is waited for, and the backup of the slot is made when there is room", async () => {
    const quotas = { "us-east-1": { "manual-snapshots": 0 } };
    const aws = new StepWorld({ fleet: ["wiki"], knobs: { quotas } });
    await aws.until("02:20");
    aws.world.knobs.quotas[aws.primary] = {};
    await aws.until("02:40");
    expect(outcomes(aws, wiki)).toEqual(["SnapshotQuotaExceeded", "SnapshotQuotaExceeded", "ok"]);
    expect(aws.mails("backup-failed")).toEqual([]);
  });

  test("that stays used up until the next slot is told once, however often the reconciliation asks", async () => {
    const quotas = { "us-east-1": { "manual-snapshots": 0 } };
    const aws = new StepWorld({ fleet: ["wiki"], knobs: { quotas } });
    await aws.until("2 02:30");
    expect(aws.mails("backup-failed")).toHaveLength(1);
    expect(aws.mails("backup-failed")[0]?.message).toContain("no room for another snapshot");
    expect(aws.deadLetters).toEqual([]);
  });
});

describe("an operator", () => {
  test("gets an extra backup of one instance, which is copied and cleaned up like any other", async () => {
    const aws = new StepWorld({ fleet: ["wiki", "orders"] });
    await aws.until("05:07");
    await aws.publish(aws.primary, "backup-requested", { instanceId: "wiki" });
    await aws.until("06:30");
    expect(aws.snapshotIds(aws.dr).filter((id) => id.includes("wiki"))).toEqual([
      wiki,
      "lambda-dr-snapshot-wiki-2026-03-01-0507",
    ]);
    expect(aws.snapshots(aws.primary)).toEqual([]);
  });

  test("gets one of an instance that nobody protects, which is never called no longer protected", async () => {
    const aws = new StepWorld({ fleet: ["wiki", "scratch"] });
    await aws.until("05:07");
    await aws.publish(aws.primary, "backup-requested", { instanceId: "scratch" });
    await aws.until("09:30");
    const copy = "lambda-dr-snapshot-scratch-2026-03-01-0507";
    expect(aws.snapshotIds(aws.dr)).toContain(copy);
    expect(aws.tag(aws.dr, copy, "rds-dr:outcome")).toMatch(/^uncovered:2026-03-01T05:07/);
    expect(aws.mails("instance-retired")).toEqual([]);
  });

  test("who asks for a backup of a stopped instance is told that none is made", async () => {
    const aws = new StepWorld({ fleet: ["staging-old"] });
    await aws.publish(aws.primary, "backup-requested", { instanceId: "staging-old" });
    await aws.until("02:05");
    expect(aws.mails("backup-failed")[0]?.message).toContain("cannot back up 'staging-old': it is stopped");
  });

  test("who mistypes the instance is told, and nothing is made", async () => {
    const aws = new StepWorld({ fleet: ["wiki"] });
    await aws.publish(aws.primary, "backup-requested", { instanceId: "wikki" });
    await aws.until("02:05");
    expect(aws.mails("backup-failed")[0]?.message).toContain("there is no such instance in us-east-1");
  });

  test("whose request is not of the contract is told what is wrong with it", async () => {
    const aws = new StepWorld({ fleet: ["wiki"] });
    await aws.publish(aws.primary, "backup-requested", { instance: "wiki" });
    await aws.until("02:05");
    expect(aws.mails("message-refused")[0]?.message).toContain("instanceId");
    expect(aws.deadLetters).toEqual([]);
  });
});

describe("tags", () => {
  test("of the user travel, 40 of them, but none that AWS reserves", async () => {
    const aws = new StepWorld({ fleet: ["warehouse"] });
    await aws.until("02:05");
    const tags = aws.snapshot(aws.primary, nightly("warehouse"))?.TagList ?? [];
    const users = tags.filter(({ Key }) => !Key?.startsWith("rds-dr:"));
    expect(users).toHaveLength(40);
    expect(tags.filter(({ Key }) => Key?.startsWith("aws:"))).toEqual([]);
    expect(tags.length).toBeLessThanOrEqual(47);
  });
});

describe("a request that comes once more after its backup was cleaned up", () => {
  test("makes nothing when the next slot has come", async () => {
    const aws = new StepWorld({ fleet: ["wiki"] });
    await aws.until("2 04:30");
    const detail = { instanceId: "wiki", slot: "2026-03-01T02:00:00Z", origin: "schedule" };
    const late = { event: "backup-requested", id: "late", time: "2026-03-01T02:00:01Z", detail };
    await aws.deliver(aws.primary, "create-backup", late);
    await aws.until("2 06:30");
    expect(aws.snapshotIds(aws.dr)).toEqual([wiki, nightly("wiki", 2)]);
    expect(aws.decisions(aws.primary, "create-backup").at(-1)).toBe("nothing:next-slot-due");
  });

  test("makes another backup within its slot, which is copied under a name of its own", async () => {
    const aws = new StepWorld({ fleet: ["wiki"] });
    await aws.until("03:30");
    expect(aws.snapshots(aws.primary)).toEqual([]);
    const detail = { instanceId: "wiki", slot: "2026-03-01T02:00:00Z", origin: "schedule" };
    const late = { event: "backup-requested", id: "late", time: "2026-03-01T02:00:01Z", detail };
    await aws.deliver(aws.primary, "create-backup", late);
    await aws.until("05:30");
    expect(aws.snapshotIds(aws.dr)).toEqual([wiki, `${wiki}-r2`]);
    expect(aws.snapshots(aws.primary)).toEqual([]);
    expect(aws.mails()).toEqual([]);
    expect(aws.deadLetters).toEqual([]);
  });
});
