import { beforeAll, describe, expect, test } from "vitest";
import type { JournalEntry } from "../simulator/types.ts";
import type { Rehearsal } from "./run.ts";
import { run } from "./support.ts";

const perInstance = [
  "CreateDBSnapshot",
  "CopyDBSnapshot",
  "DeleteDBSnapshot",
  "DescribeDBSnapshots",
  "DescribeDBInstances",
  "AddTagsToResource",
  "ModifyDBInstance",
];

interface CallData {
  readonly operation: string;
  readonly outcome: string;
  readonly parameters: Readonly<Record<string, string>>;
}

describe("ten ordinary days of the shop fleet", () => {
  let rehearsal: Rehearsal;
  const entries: JournalEntry[] = [];

  beforeAll(async () => {
    rehearsal = await run({ scenario: "ordinary", days: 10, onEntry: (entry) => entries.push(entry) });
  });

  const callsOf = (operation: string) =>
    entries
      .filter(({ kind, data }) => kind === "call" && data["operation"] === operation)
      .map(({ at, data }) => ({ at, ...(data as unknown as CallData) }));

  test("hold", () => {
    expect(rehearsal.failings).toEqual([]);
    expect(rehearsal.outcome.deadLetters).toBe(0);
    const outcomes = new Set(rehearsal.outcome.instances.map(({ outcome }) => outcome));
    expect([...outcomes].sort()).toEqual(["not-declared", "not-protected"]);
  });

  test("cost at most seven RDS calls an instance and backup, listings apart", () => {
    const { calls, instances } = rehearsal.outcome;
    const backups = instances.reduce((sum, instance) => sum + instance.backups, 0);
    const made = Object.values(calls).reduce(
      (sum, regional) =>
        sum + perInstance.reduce((inner, operation) => inner + (regional[operation] ?? 0), 0),
      0,
    );
    expect(backups).toBeGreaterThan(90);
    expect(made / backups).toBeLessThanOrEqual(7);
  });

  test("list by page, a fixed number of times an hour", () => {
    const listings = Object.values(rehearsal.outcome.calls).map(
      (regional) => regional["DescribeDBSnapshots(list)"] ?? 0,
    );
    // A pruning run lists each region once, 238 times up to the end; a run that deletes looks once more, the daily
    // reminder once, and clean-up at most once in ten minutes of activity: nothing of it for each instance.
    for (const count of listings) expect(count).toBeLessThanOrEqual(238 + 10 * 14);
  });

  test("a busy instance is refused first and backed up for the same slot later", () => {
    for (const id of ["billing", "reports"]) {
      const ofSlot = callsOf("CreateDBSnapshot").filter(
        ({ parameters }) => parameters["DBSnapshotIdentifier"] === `lambda-dr-snapshot-${id}-2026-03-01-0200`,
      );
      expect(ofSlot.map(({ outcome }) => outcome)).toEqual(["InvalidDBInstanceState", "ok"]);
    }
  });

  test("the stopped instance is announced, and backed up once RDS has started it on the sixth day", () => {
    const announced = rehearsal.outcome.alerts.filter(({ instances }) => instances.includes("staging-old"));
    expect(announced[0]?.kind).toBe("instances-stopped");
    const first = callsOf("CreateDBSnapshot").find(
      ({ parameters }) => parameters["DBInstanceIdentifier"] === "staging-old",
    );
    expect(new Date(first?.at ?? 0).toISOString().slice(0, 10)).toBe("2026-03-06");
  });

  test("each backup is cleaned up, and copies past their retention are gone but for the newest", () => {
    const { primary, dr } = rehearsal.settings.regions;
    const ours = (region: string) =>
      rehearsal.world
        .region(region)
        .rds.snapshots()
        .filter(({ SnapshotType }) => SnapshotType === "manual");
    expect(ours(primary)).toEqual([]);
    const orders = ours(dr).filter(({ DBInstanceIdentifier }) => DBInstanceIdentifier === "orders");
    expect(orders).toHaveLength(7);
  });

  test("what is not covered stays untouched: replica, cluster member and the untagged one", () => {
    const copied = new Set(
      callsOf("CreateDBSnapshot").map(({ parameters }) => parameters["DBInstanceIdentifier"]),
    );
    for (const id of ["orders-replica-1", "analytics-writer", "scratch"]) expect(copied).not.toContain(id);
  });

  test("every copy stands under the DR key, also of the instance that has no encryption", () => {
    const { dr } = rehearsal.settings.regions;
    const region = rehearsal.world.region(dr);
    const key = region.kms.find("alias/rds-dr-dev")?.arn;
    const copies = region.rds
      .snapshots()
      .filter(({ SourceDBSnapshotIdentifier }) => SourceDBSnapshotIdentifier !== undefined);
    expect(copies.length).toBeGreaterThan(60);
    expect(new Set(copies.map(({ KmsKeyId }) => KmsKeyId))).toEqual(new Set([key]));
  });

  test("nothing is said but what is true: one instance stopped, one that cannot be covered", () => {
    const kinds = new Set(rehearsal.outcome.alerts.map(({ kind }) => kind));
    expect(kinds).toEqual(
      new Set(["instances-stopped", "instances-stopped-over", "instances-not-covered", "reminder"]),
    );
  });
});
