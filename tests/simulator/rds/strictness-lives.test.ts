import { describe, expect, test } from "vitest";
import type { Shape } from "../types.ts";
import { ask, type Line, modify, recoverable, status, withRestored } from "./restored.ts";
import { copy, day, hour, minute, refusal, withBackup, worldWithShop } from "./support.ts";

const lives: readonly Line[] = [
  [
    "an instance that was stopped is started again after seven days, with 0154",
    () => {
      const { world } = withRestored();
      ask(world, "StopDBInstance");
      world.advance(hour);
      expect(status(world)).toBe("stopped");
      world.advance(7 * day - 2 * hour);
      expect(status(world)).toBe("stopped");
      world.advance(3 * hour);
      expect(status(world)).toBe("available");
      expect(world.eventIds(world.dr, "x")).toEqual(
        expect.arrayContaining(["RDS-EVENT-0087", "RDS-EVENT-0154", "RDS-EVENT-0088"]),
      );
    },
  ],
  [
    "an instance of a fleet that is stopped is started within seven days",
    () => {
      const world = worldWithShop();
      const stopped = world.primary.rds.instances().filter((one) => one.DBInstanceStatus === "stopped");
      expect(stopped.length).toBeGreaterThan(0);
      world.advance(8 * day);
      for (const { DBInstanceIdentifier = "" } of stopped) {
        expect(world.statuses(world.primary, DBInstanceIdentifier)).toContain("starting");
      }
    },
  ],
  [
    "an instance that does not stand still is not started, in AWS's words",
    () =>
      expect(refusal(() => ask(withRestored().world, "StartDBInstance"))).toBe(
        "InvalidDBInstanceState 400: Instance x cannot be started as it is not in one of the following statuses: " +
          `'stopped, ${recoverable}, incompatible-network (only valid for non-SqlServer instances)'.`,
      ),
  ],
  [
    "what is not applied at once waits, pending, for the maintenance window",
    () => {
      const { world } = withRestored();
      modify(world, { PreferredMaintenanceWindow: "wed:09:00-wed:09:30" });
      world.advance(hour);
      modify(world, { DBInstanceClass: "db.r6g.4xlarge" });
      world.advance(2 * day);
      const pending = { PendingModifiedValues: { DBInstanceClass: "db.r6g.4xlarge" } };
      expect(world.instance(world.dr, "x")).toMatchObject(pending);
      world.advance(6 * day);
      expect(world.instance(world.dr, "x")).toMatchObject({
        DBInstanceClass: "db.r6g.4xlarge",
        PendingModifiedValues: {},
      });
      const applied = world.dr.emitted.find((event) => event.detail["EventID"] === "RDS-EVENT-0014");
      expect(applied?.time).toMatch(/^2026-03-04T09:/);
    },
  ],
  [
    "what waits is applied along with what is applied at once",
    () => {
      const { world } = withRestored();
      modify(world, { DBInstanceClass: "db.r6g.4xlarge" });
      modify(world, { MonitoringInterval: 0, ApplyImmediately: true });
      world.advance(hour);
      expect(world.instance(world.dr, "x").DBInstanceClass).toBe("db.r6g.4xlarge");
    },
  ],
  [
    "an instance is deleted with a final snapshot, which is a manual one with its events and stays",
    () => {
      const { world } = withRestored();
      expect(refusal(() => ask(world, "DeleteDBInstance"))).toMatch(
        /^InvalidParameterCombination 400: Final/,
      );
      ask(world, "DeleteDBInstance", { FinalDBSnapshotIdentifier: "last" });
      expect(status(world)).toBe("deleting");
      world.advance(2 * hour);
      expect(world.snapshot(world.dr, "last")).toMatchObject({ Status: "available", SnapshotType: "manual" });
      expect(world.eventIds(world.dr, "last")).toEqual(["RDS-EVENT-0040", "RDS-EVENT-0042"]);
      expect(world.dr.rds.instances()).toEqual([]);
    },
  ],
  [
    "an instance that failed is deleted without a final snapshot only",
    () => {
      const { world } = withRestored();
      for (const broken of ["failed", "incompatible-restore", "incompatible-network"]) {
        world.dr.rds.changeInstance("x", { DBInstanceStatus: broken });
        const last = { FinalDBSnapshotIdentifier: "last" };
        expect(refusal(() => ask(world, "DeleteDBInstance", last))).toBe(
          "InvalidDBInstanceState 400: Cannot create a snapshot because the database instance x is not currently in the available state.",
        );
        expect(status(world)).toBe(broken);
      }
      ask(world, "DeleteDBInstance", { SkipFinalSnapshot: true });
      expect(status(world)).toBe("deleting");
    },
  ],
  [
    "a cluster's member is deleted without a final snapshot only",
    () => {
      const world = worldWithShop();
      const member = { DBInstanceIdentifier: "analytics-writer" };
      world.primary.rds.changeInstance("analytics-writer", { DeletionProtection: false });
      const last = { ...member, FinalDBSnapshotIdentifier: "last" };
      expect(refusal(() => world.rds(world.primary, "DeleteDBInstance", last))).toBe(
        "InvalidParameterCombination 400: FinalDBSnapshotIdentifier can not be specified when deleting a cluster instance",
      );
      const skip = { ...member, SkipFinalSnapshot: true };
      expect(refusal(() => world.rds(world.primary, "DeleteDBInstance", skip))).toBe("not refused");
    },
  ],
  [
    "automated snapshots go with their instance",
    () => {
      const { world } = withRestored();
      const automated = () => world.dr.rds.snapshots().filter((one) => one.SnapshotType === "automated");
      expect(automated()).toHaveLength(1);
      ask(world, "DeleteDBInstance", { SkipFinalSnapshot: true });
      world.advance(hour);
      expect(automated()).toEqual([]);
    },
  ],
];

const others: readonly Line[] = [
  [
    "Describe may lag: events and writes come before it shows the state",
    () => {
      const { world, key, source } = withBackup();
      world.knobs["describeLagSeconds"] = 60;
      copy(world, source, "c", { KmsKeyId: key });
      const described = () =>
        (world.rds(world.dr, "DescribeDBSnapshots")["DBSnapshots"] as Shape[]).map((one) => one["Status"]);
      world.advance(30_000);
      world.rds(world.dr, "AddTagsToResource", {
        ResourceName: world.snapshot(world.dr, "c").DBSnapshotArn,
        Tags: [{ Key: "a", Value: "b" }],
      });
      world.advance(31_000);
      const [shown] = world.rds(world.dr, "DescribeDBSnapshots")["DBSnapshots"] as Shape[];
      expect(shown).toMatchObject({ Status: "creating", TagList: [] });
      while (!world.eventIds(world.dr, "c").includes("RDS-EVENT-0060")) world.advance(5_000);
      expect(described()).toEqual(["creating"]);
      world.advance(60_000);
      expect(described()).toEqual(["available"]);
    },
  ],
  [
    "other people's manual snapshots come and go by themselves, with their events, and count",
    () => {
      const world = worldWithShop({ foreignSnapshots: 3 });
      world.advance(4 * day);
      const manual = world.primary.rds.snapshots().filter((one) => one.SnapshotType === "manual");
      const ids = manual.map((one) => one.DBSnapshotIdentifier ?? "");
      expect(ids.length).toBeGreaterThan(3);
      const [id = ""] = ids;
      expect(world.primary.rds.quota("manual-snapshots").used).toBe(ids.length);
      expect(world.eventIds(world.primary, id)).toContain("RDS-EVENT-0042");
      world.advance(8 * day);
      expect(world.eventIds(world.primary, id)).toContain("RDS-EVENT-0041");
    },
  ],
  [
    "copies may be told of in the source's region too, and as snapshots created",
    () => {
      const { world, key, source } = withBackup();
      world.knobs["copyEventsInSource"] = "0060";
      world.knobs["createdEventForCopies"] = "0042";
      copy(world, source, "c", { KmsKeyId: key });
      world.advance(6 * hour + minute);
      expect(world.eventIds(world.primary, "c")).toEqual(["RDS-EVENT-0060"]);
      expect(world.eventIds(world.dr, "c")).toContain("RDS-EVENT-0042");
    },
  ],
];

describe("as strict as AWS about an instance's life", () => {
  test.each(lives)("%s", (_sentence, holds) => holds());
});

describe("as legal as AWS where it is unkind", () => {
  test.each(others)("%s", (_sentence, holds) => holds());
});
