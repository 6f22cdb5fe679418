import { describe, expect, test } from "vitest";
import {
  backupTags,
  decideExisting,
  decideReadiness,
  planBackup,
} from "../../handlers/create-backup/decide.ts";
import type { BackupRequested } from "../../shared/events/primary-events.ts";
import { at, backup, instance, tags } from "../shared/builders.ts";

const rules = {
  snapshotPrefix: "lambda-dr-snapshot",
  backups: { schedule: "cron(0 2 * * ? *)", timeZone: "UTC" },
};
const describedAs = [{ Key: "rds-dr:kind", Value: "backup" }];

function request(
  detail: Partial<BackupRequested["detail"]> = {},
  wait?: BackupRequested["wait"],
): BackupRequested {
  return {
    event: "backup-requested",
    id: "1",
    time: new Date(at(17).getTime() + 42_000),
    detail: { instanceId: "orders", origin: "schedule", ...detail },
    ...(wait && { wait }),
  };
}
const scheduled = request({ slot: at(0), describedAs });

describe("a request", () => {
  test("of a slot is named after it, and waits until the next one", () => {
    expect(planBackup(scheduled, rules, at(1))).toEqual({
      backupId: "lambda-dr-snapshot-orders-2026-03-01-0200",
      slot: at(0),
      deadline: at(24 * 60),
      identity: "orders 2026-03-01T02:00:00.000Z",
      isTooLate: false,
      isOutdated: false,
      describedAs,
    });
  });

  test("without a slot is one for the minute of the event", () => {
    const plan = planBackup(request(), rules, at(18));
    expect(plan.slot).toEqual(at(17));
    expect(plan.backupId).toBe("lambda-dr-snapshot-orders-2026-03-01-0217");
    expect(plan.deadline).toEqual(at(24 * 60));
  });

  test("by a rate waits one period from its own slot, wherever the rate began", () => {
    const byRate = { ...rules, backups: { schedule: "rate(6 hours)", timeZone: "UTC" } };
    expect(planBackup(request({ slot: at(3 * 60 + 58) }), byRate, at(240)).deadline).toEqual(at(9 * 60 + 58));
  });
});

describe("the tags in a request", () => {
  test("are taken up to five minutes after the slot, inclusive", () => {
    expect(planBackup(scheduled, rules, at(5)).describedAs).toBe(describedAs);
    expect(planBackup(scheduled, rules, new Date(at(5).getTime() + 1)).describedAs).toBeUndefined();
  });

  test("are taken of plan-backups only", () => {
    const byHand = request({ slot: at(0), describedAs, origin: "operator" });
    expect(planBackup(byHand, rules, at(1)).describedAs).toBeUndefined();
  });

  test("are not taken after a wait, nor for a slot to come", () => {
    const waited = { ...scheduled, wait: { since: at(0), looks: 1 } };
    expect(planBackup(waited, rules, at(1)).describedAs).toBeUndefined();
    expect(planBackup(scheduled, rules, at(-1)).describedAs).toBeUndefined();
  });
});

describe("a deadline", () => {
  const waited = { ...scheduled, wait: { since: at(0), looks: 143 } };

  test("that has come makes a waited-for backup too late, a millisecond before does not", () => {
    expect(planBackup(waited, rules, at(24 * 60)).isTooLate).toBe(true);
    expect(planBackup(waited, rules, new Date(at(24 * 60).getTime() - 1)).isTooLate).toBe(false);
  });

  test("that has come leaves a request that has not waited to the next slot's own, a millisecond before does not", () => {
    expect(planBackup(scheduled, rules, at(24 * 60))).toMatchObject({ isOutdated: true, isTooLate: false });
    expect(planBackup(scheduled, rules, new Date(at(24 * 60).getTime() - 1)).isOutdated).toBe(false);
  });

  test("that has come leaves an operator's request standing, which no slot makes up for", () => {
    const extra = request({ origin: "operator" });
    expect(planBackup(extra, rules, at(25 * 60))).toMatchObject({ isOutdated: false, isTooLate: false });
  });
});

describe("an instance", () => {
  test.each(["available", "storage-optimization"])("that is '%s' is ready", (DBInstanceStatus) => {
    const described = instance({ DBInstanceStatus });
    expect(decideReadiness(described)).toEqual({ kind: "ready", instance: described });
  });

  test.each(["backing-up", "modifying", "starting", "storage-full", "upgrading"])(
    "that is '%s' is waited for",
    (DBInstanceStatus) => {
      expect(decideReadiness(instance({ DBInstanceStatus }))).toEqual({
        kind: "wait",
        status: DBInstanceStatus,
      });
    },
  );

  test.each([
    ["stopped", "stopped"],
    ["stopping", "stopped"],
    ["deleting", "deleting"],
  ])("that is '%s' is not waited for", (DBInstanceStatus, because) => {
    expect(decideReadiness(instance({ DBInstanceStatus }))).toEqual({ kind: "nothing", because });
  });

  test("that is not there is gone", () => {
    expect(decideReadiness(undefined)).toEqual({ kind: "gone" });
  });
});

describe("the tags of a backup", () => {
  const covering = {
    environment: "dev",
    instances: { listed: [], tag: { key: "dr", value: "protected" }, excluded: [] },
  };
  const scratch = instance({ TagList: [] });
  const outcomeOf = (described: typeof scratch, origin: "operator" | "schedule" | "reconcile") =>
    new Map(backupTags(described, { origin }, covering, at(7)).tags).get("rds-dr:outcome");

  test("say so when an operator asked for it and the settings do not cover its instance", () => {
    expect(outcomeOf(scratch, "operator")).toBe("uncovered:2026-03-01T02:07:00.000Z");
  });

  test("say nothing of it where the instance is protected, or was when its slot came", () => {
    expect(outcomeOf(instance(), "operator")).toBeUndefined();
    expect(outcomeOf(scratch, "schedule")).toBeUndefined();
    expect(outcomeOf(scratch, "reconcile")).toBeUndefined();
  });
});

describe("a name that is taken", () => {
  test.each([
    ["by our backup of the instance is done", backup(), { kind: "done", because: "exists" }],
    [
      "by our backup in creation is done",
      backup({ status: "creating" }),
      { kind: "done", because: "exists" },
    ],
    [
      "by our failed backup leads to the next name",
      backup({ status: "failed" }),
      { kind: "next-name", because: "failed-before" },
    ],
    [
      "by an untagged snapshot leads to the next name",
      backup({ tags: new Map() }),
      { kind: "next-name", because: "name-taken" },
    ],
    [
      "by another environment leads to the next name",
      backup({ tags: tags("backup", { "rds-dr:environment": "prod" }) }),
      { kind: "next-name", because: "name-taken" },
    ],
    [
      "by another instance leads to the next name",
      backup({ instanceId: "billing" }),
      { kind: "next-name", because: "name-taken" },
    ],
    [
      "by what is not seen yet is looked at again",
      undefined,
      { kind: "look-again", because: "not-visible-yet" },
    ],
  ])("%s", (_, snapshot, expected) => {
    expect(decideExisting(snapshot, "dev", "orders")).toEqual(expected);
  });
});
