import { describe, expect, test } from "vitest";
import { AwsError } from "../simulator/index.ts";
import { nightly, StepWorld } from "./world.ts";

const wiki = nightly("wiki");
const deletions = (aws: StepWorld) => aws.calls("DeleteDBSnapshot", { region: aws.primary });

/** Until the backup is being copied. */
const underCopy = (aws: StepWorld) => aws.see(() => aws.snapshot(aws.dr, wiki) !== undefined);

/** Lets copy-backup make no copy of its own: RDS says each time that the backup is not ready for it. */
function withoutCopies(aws: StepWorld): void {
  const error = new AwsError("InvalidDBSnapshotState", "not now");
  aws.world.gate.faults.push(({ operation, caller }) =>
    operation === "CopyDBSnapshot" && caller.kind === "role" ? { kind: "refuse", error } : undefined,
  );
}

/** Copies the backup by hand under another key, with the tags that our copy would have. */
async function copyByHand(aws: StepWorld, KmsKeyId: string): Promise<void> {
  const tags = aws.snapshot(aws.primary, wiki)?.TagList ?? [];
  await aws.act(aws.dr, "rds", "CopyDBSnapshot", {
    SourceDBSnapshotIdentifier: aws.snapshotArn(aws.primary, wiki),
    TargetDBSnapshotIdentifier: wiki,
    KmsKeyId,
    Tags: tags.map((tag) => (tag.Key === "rds-dr:kind" ? { Key: tag.Key, Value: "copy" } : tag)),
  });
}

describe("a complete copy", () => {
  test("under another key proves nothing: the backup stays and people are told once", async () => {
    const aws = new StepWorld({ fleet: ["wiki"] });
    withoutCopies(aws);
    await aws.until("02:20");
    await copyByHand(aws, "alias/aws/rds");
    await aws.until("08:30");
    expect(deletions(aws)).toEqual([]);
    expect(aws.snapshotIds(aws.primary)).toEqual([wiki]);
    const told = aws.mails("clean-up-refused");
    expect(told).toHaveLength(1);
    expect(told[0]?.message).toContain("other-key");
    expect(aws.deadLetters).toEqual([]);
  });

  test("of an earlier backup of the same name proves nothing: the later backup stays", async () => {
    const aws = new StepWorld({ fleet: ["wiki"] });
    await aws.until("03:30");
    withoutCopies(aws);
    const detail = { instanceId: "wiki", slot: "2026-03-01T02:00:00Z", origin: "schedule" };
    const late = { event: "backup-requested", id: "late", time: "2026-03-01T02:00:01Z", detail };
    await aws.deliver(aws.primary, "create-backup", late);
    await aws.until("03:45");
    await aws.publish(aws.dr, "clean-up-requested", { version: 1, copyId: wiki }, "rds-dr");
    await aws.until("03:50");
    expect(aws.decisions(aws.dr, "clean-up-primary").at(-1)).toBe("refuse:other-original-time");
    expect(aws.snapshotIds(aws.primary)).toEqual([wiki]);
  });

  test("that RDS tells of too early is looked at again, and its backup goes only when it is available", async () => {
    const aws = new StepWorld({ fleet: ["wiki"] });
    await underCopy(aws);
    aws.emit(aws.dr, "RDS-EVENT-0060", wiki);
    await aws.until("04:00");
    const decisions = aws.decisions(aws.dr, "clean-up-primary");
    expect(decisions[0]).toBe("wait:not-available-yet");
    expect(decisions.filter((one) => one === "delete:copy-proven")).toHaveLength(1);
    expect(deletions(aws)).toHaveLength(1);
    expect(aws.deadLetters).toEqual([]);
  });
});

describe("a backup", () => {
  test("that people have retagged is not deleted", async () => {
    const aws = new StepWorld({ fleet: ["wiki"] });
    await underCopy(aws);
    await aws.retag(aws.primary, wiki, { "rds-dr:kind": "kept-by-dba" });
    await aws.until("08:30");
    expect(aws.decisions(aws.dr, "clean-up-primary")).toEqual(["ignore:backup-not-ours"]);
    expect(deletions(aws)).toEqual([]);
    expect(aws.mails()).toEqual([]);
  });
});

describe("a primary that does not answer", () => {
  test("is a decision and no dead letter, and the backup goes within an hour of its return", async () => {
    const aws = new StepWorld({ fleet: ["wiki"] });
    await underCopy(aws);
    aws.world.gate.faults.push(({ region, caller }, { at }) =>
      region === aws.primary && caller.name.includes("clean-up") && at < Date.parse("2026-03-01T03:10:00Z")
        ? { kind: "silence" }
        : undefined,
    );
    await aws.until("02:57");
    expect(aws.decisions(aws.dr, "clean-up-primary")).toEqual(["nothing:primary-unreachable"]);
    await aws.until("04:10");
    expect(aws.snapshots(aws.primary)).toEqual([]);
    expect(aws.deadLetters).toEqual([]);
    expect(aws.mails("clean-up-refused")).toEqual([]);
  });
});

describe("a function that is killed after the deletion", () => {
  test("does no harm: the message comes again and the primary hears of the finished copy", async () => {
    const aws = new StepWorld({ fleet: ["wiki"] });
    aws.world.gate.faults.push(({ operation, caller }, { number }) =>
      operation === "DeleteDBSnapshot" && caller.name.includes("clean-up") && number === 1
        ? { kind: "lose-reply", how: "reset" }
        : undefined,
    );
    await aws.until("04:30");
    expect(aws.snapshots(aws.primary)).toEqual([]);
    expect(aws.snapshotIds(aws.dr)).toEqual([wiki]);
    expect(aws.events("copy-finished").length).toBeGreaterThanOrEqual(1);
    expect(aws.deadLetters).toEqual([]);
    expect(aws.mails()).toEqual([]);
  });
});
