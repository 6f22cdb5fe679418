import { describe, expect, test } from "vitest";
import { cleanUpCopies, editable } from "../rehearsal/support.ts";
import { editSettings, nightly, StepWorld } from "./world.ts";

cleanUpCopies();

const wiki = nightly("wiki");
const copiesOf = (aws: StepWorld, backup: string) =>
  aws.calls("CopyDBSnapshot", { SourceDBSnapshotIdentifier: aws.snapshotArn(aws.primary, backup) });

describe("a complete snapshot", () => {
  test("with our prefix and without our tags is left alone", async () => {
    const aws = new StepWorld({ fleet: ["scratch"] });
    const made = {
      DBInstanceIdentifier: "scratch",
      DBSnapshotIdentifier: "lambda-dr-snapshot-scratch-by-hand",
    };
    await aws.act(aws.primary, "rds", "CreateDBSnapshot", made);
    await aws.until("06:00");
    expect(aws.decisions(aws.primary, "copy-backup")).toEqual(["ignore:not-ours"]);
    expect(aws.calls("CopyDBSnapshot")).toEqual([]);
    expect(aws.snapshotIds(aws.primary)).toEqual([made.DBSnapshotIdentifier]);
  });

  test("that RDS tells of twice is copied once", async () => {
    const aws = new StepWorld({ fleet: ["wiki"] });
    await aws.until("02:12");
    aws.emit(aws.primary, "RDS-EVENT-0042", wiki);
    await aws.until("03:30");
    expect(aws.decisions(aws.primary, "copy-backup").slice(0, 2)).toEqual(["copy", "done:copied-already"]);
    expect(aws.snapshotIds(aws.dr)).toEqual([wiki]);
    expect(aws.mails()).toEqual([]);
  });
});

describe("without a free copy slot", () => {
  test("a backup is parked, and each finished copy starts the next with few refused calls", async () => {
    const quotas = { "us-west-2": { "copies-in-progress": 1 } };
    const assembly = editSettings(editable(), (settings) => ({
      quotas: { ...settings.quotas, dr: { ...settings.quotas.dr, copiesInProgress: 1 } },
    }));
    const aws = new StepWorld({
      fleet: ["wiki", "orders", "billing", "reports"],
      assembly,
      knobs: { quotas },
    });
    await aws.until("06:00");
    const made = aws.calls("CopyDBSnapshot").filter(({ outcome }) => outcome === "ok");
    expect(made).toHaveLength(4);
    expect(aws.calls("CopyDBSnapshot").length - made.length).toBeLessThanOrEqual(3 * 4);
    expect(aws.snapshots(aws.dr).map(({ Status }) => Status)).toEqual(Array(4).fill("available"));
    expect(aws.snapshots(aws.primary)).toEqual([]);
    expect(aws.mails()).toEqual([]);
  });
});

describe("a key that cannot be used", () => {
  test("is told once, no copy is asked for again each hour, and the backup is copied when the key is back", async () => {
    const aws = new StepWorld({ fleet: ["wiki"] });
    const KeyId = aws.world.region(aws.dr).kms.find("alias/rds-dr-dev")?.keyId;
    await aws.act(aws.dr, "kms", "DisableKey", { KeyId });
    await aws.until("08:30");
    expect(aws.mails("copy-failed")).toHaveLength(1);
    expect(aws.mails("copy-failed")[0]?.instances).toEqual(["wiki"]);
    expect(aws.mails("key-not-usable")).toHaveLength(1);
    expect(copiesOf(aws, wiki)).toHaveLength(1);
    await aws.act(aws.dr, "kms", "EnableKey", { KeyId });
    await aws.until("10:30");
    expect(aws.snapshot(aws.dr, wiki)?.Status).toBe("available");
    expect(aws.snapshots(aws.primary)).toEqual([]);
    expect(aws.mails("key-not-usable-over")).toHaveLength(1);
  });
});

describe("a copy that fails", () => {
  test.each(["refused", "deleted"])(
    "is made again, when the failed one's deletion is %s",
    async (reading) => {
      const knobs = { copyFailureProbability: 1, deleteFailedSnapshot: reading };
      const aws = new StepWorld({ fleet: ["wiki"], knobs });
      await aws.until("02:50");
      expect(aws.snapshot(aws.dr, wiki)?.Status).toBe("failed");
      aws.world.knobs["copyFailureProbability"] = 0;
      await aws.until("06:00");
      const good = aws.snapshots(aws.dr).filter(({ Status }) => Status === "available");
      expect(good.map(({ DBSnapshotIdentifier: id }) => id)).toEqual([
        reading === "refused" ? `${wiki}-r2` : wiki,
      ]);
      expect(aws.snapshots(aws.primary)).toEqual([]);
      expect(aws.deadLetters).toEqual([]);
    },
  );
});

describe("an option group that must not be lost and has no counterpart", () => {
  test("is told with instance, group and setting, and the backup stays", async () => {
    const assembly = editSettings(editable(), () => ({ optionGroups: {} }));
    const aws = new StepWorld({ fleet: ["crm"], assembly });
    await aws.until("06:00");
    const told = aws.mails("copy-failed");
    expect(told).toHaveLength(1);
    expect(told[0]?.instances).toEqual(["crm"]);
    expect(told[0]?.message).toContain("'crm-tde'");
    expect(told[0]?.message).toContain('optionGroups["crm-tde"]');
    expect(aws.mails("not-ready")).toHaveLength(1);
    expect(aws.snapshotIds(aws.primary)).toEqual([nightly("crm")]);
  });
});

describe("a backup with as many tags as AWS allows", () => {
  test("leaves room on its copy for declaration, outcome and hold", async () => {
    const aws = new StepWorld({ fleet: ["warehouse"] });
    const backup = nightly("warehouse");
    await aws.until("02:03");
    await aws.retag(aws.primary, backup, { "a-owner": "x", "b-owner": "y", "c-owner": "z" });
    await aws.until("03:00");
    const tags = aws.snapshot(aws.dr, backup)?.TagList ?? [];
    expect(tags.length).toBeLessThanOrEqual(47);
    expect(tags.filter(({ Key }) => Key?.startsWith("rds-dr:")).length).toBeGreaterThanOrEqual(5);
  });
});
