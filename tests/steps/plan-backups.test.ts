import { describe, expect, test } from "vitest";
import { cleanUpCopies, editable } from "../rehearsal/support.ts";
import { editSettings, nightly, StepWorld } from "./world.ts";

cleanUpCopies();

describe("a slot", () => {
  test("leaves out replica, cluster member, untagged and stopped instances, and says so in its log", async () => {
    const fleet = ["wiki", "orders-replica-1", "analytics-writer", "scratch", "staging-old"];
    const aws = new StepWorld({ fleet });
    await aws.until("02:05");
    expect(aws.calls("CreateDBSnapshot").map(({ parameters }) => parameters["DBInstanceIdentifier"])).toEqual(
      ["wiki"],
    );
    const [line] = aws.log(aws.primary, "plan-backups").filter(({ decision }) => decision !== undefined);
    expect(line).toMatchObject({ decision: "request-backups", count: 1 });
    const details = (line?.["details"] ?? []) as string[];
    expect(details.toSorted()).toEqual([
      "analytics-writer: cluster-member",
      "orders-replica-1: replica-not-listed",
      "scratch: not-covered",
      "staging-old: stopped",
    ]);
  });

  test("that comes twice makes one backup", async () => {
    const aws = new StepWorld({ fleet: ["wiki"] });
    await aws.until("02:00");
    const slot = { event: "backup-slot", id: "again", time: "2026-03-01T02:00:00Z", detail: {} };
    await aws.deliver(aws.primary, "plan-backups", slot);
    await aws.until("03:30");
    const made = aws.calls("CreateDBSnapshot").map(({ outcome }) => outcome);
    expect(made.filter((outcome) => outcome === "ok")).toHaveLength(1);
    expect(aws.decisions(aws.primary, "create-backup")).toEqual(["create", "wait:busy", "done:exists"]);
    expect(aws.snapshotIds(aws.dr)).toEqual([nightly("wiki")]);
    expect(aws.mails()).toEqual([]);
  });

  test("plans nothing while paused, and neither does the reconciliation", async () => {
    const assembly = editSettings(editable(), () => ({ paused: true }));
    const aws = new StepWorld({ fleet: ["wiki"], assembly });
    await aws.until("05:00");
    expect(aws.decisions(aws.primary, "plan-backups")).toEqual(["nothing:paused"]);
    expect(aws.calls("CreateDBSnapshot")).toEqual([]);
  });
});
