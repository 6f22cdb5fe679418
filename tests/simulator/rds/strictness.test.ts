import { describe, expect, test } from "vitest";
import type { Shape } from "../types.ts";
import {
  account,
  copy,
  day,
  hour,
  minute,
  primary,
  refusal,
  type TestWorld,
  withBackup,
  worldWithShop,
} from "./support.ts";

/** A line of the list of what AWS does and emulators do not. */
type Line = readonly [string, () => void];

const arnOf = (region: string, id: string) => `arn:aws:rds:${region}:${account}:snapshot:${id}`;
const create = (world: TestWorld, id: string, input: Shape = {}) =>
  world.rds(world.primary, "CreateDBSnapshot", {
    DBSnapshotIdentifier: id,
    DBInstanceIdentifier: "orders",
    ...input,
  });
const remove = (world: TestWorld, id: string) =>
  world.rds(world.primary, "DeleteDBSnapshot", { DBSnapshotIdentifier: id });
const list = (world: TestWorld, input: Shape = {}) =>
  world.rds(world.primary, "DescribeDBSnapshots", input)["DBSnapshots"] as Shape[];

const lines: readonly Line[] = [
  [
    "a snapshot is creating with its progress, then available",
    () => {
      const world = worldWithShop();
      create(world, "b");
      world.advance(minute);
      const begun = world.snapshot(world.primary, "b");
      expect(begun.Status).toBe("creating");
      expect(begun.SnapshotCreateTime).toBeUndefined();
      expect(begun.PercentProgress).toBeGreaterThan(0);
      expect(begun.PercentProgress).toBeLessThan(100);
      world.advance(hour);
      expect(world.statuses(world.primary, "b")).toEqual(["creating", "available"]);
    },
  ],
  [
    "a snapshot has the fields that describe its instance, and no source",
    () => {
      const { world } = withBackup();
      const shape = world.snapshot(world.primary, "b");
      expect(shape.SourceRegion ?? shape.SourceDBSnapshotIdentifier).toBeUndefined();
      expect(shape).toMatchObject({
        PercentProgress: 100,
        VpcId: expect.stringMatching(/^vpc-/),
        AvailabilityZone: expect.stringMatching(/^us-east-1/),
        LicenseModel: expect.any(String),
        OptionGroupName: expect.any(String),
        StorageType: expect.any(String),
        SnapshotTarget: "region",
        SnapshotDatabaseTime: expect.any(Date),
      });
    },
  ],
  ...["rds:x", "a--b", "a-", "1a", "a_b"].map(
    (id): Line => [
      `the identifier ${id} is refused`,
      () => expect(refusal(() => create(worldWithShop(), id))).toMatch(/^InvalidParameterValue 400: /),
    ],
  ),
  [
    "identifiers are stored in lower case",
    () => {
      const world = worldWithShop();
      create(world, "Mine", { DBInstanceIdentifier: "Orders" });
      expect(world.snapshot(world.primary, "mine").DBInstanceIdentifier).toBe("orders");
    },
  ],
  ...[19, 101].map(
    (size): Line => [
      `MaxRecords ${size} is refused of snapshots and instances`,
      () => {
        const world = worldWithShop();
        for (const name of ["DescribeDBSnapshots", "DescribeDBInstances"]) {
          const told = refusal(() => world.rds(world.primary, name, { MaxRecords: size }));
          expect(told).toMatch(/^InvalidParameterValue 400: /);
        }
      },
    ],
  ),
  [
    "snapshots are paged by MaxRecords and Marker",
    () => {
      const world = worldWithShop({ automatedBackups: "daily" });
      world.advance(3 * day);
      const first = world.rds(world.primary, "DescribeDBSnapshots", { MaxRecords: 20 });
      expect(first["DBSnapshots"]).toHaveLength(20);
      const [next] = list(world, { MaxRecords: 20, Marker: first["Marker"] });
      expect(next).toBeDefined();
      expect(first["DBSnapshots"]).not.toContainEqual(next);
    },
  ],
  [
    "an automated snapshot is found by its name only together with its type",
    () => {
      const world = worldWithShop({ automatedBackups: "daily" });
      world.advance(2 * day);
      const [one] = list(world, { SnapshotType: "automated" });
      const DBSnapshotIdentifier = one?.["DBSnapshotIdentifier"];
      expect(refusal(() => list(world, { DBSnapshotIdentifier }))).toMatch(/^DBSnapshotNotFound 404/);
      expect(list(world, { DBSnapshotIdentifier, SnapshotType: "automated" })).toHaveLength(1);
    },
  ],
  [
    "deleting a source ends its copy, which fails",
    () => {
      const { world, key, source } = withBackup();
      copy(world, source, "c", { KmsKeyId: key });
      remove(world, "b");
      world.advance(hour);
      expect(world.snapshot(world.dr, "c").Status).toBe("failed");
    },
  ],
  [
    "a snapshot that is not available is not deleted",
    () => {
      const world = worldWithShop();
      create(world, "b");
      expect(refusal(() => remove(world, "b"))).toMatch(/^InvalidDBSnapshotState 400: /);
    },
  ],
  [
    "an automated snapshot is named rds:, is not deleted by anybody, and expires by itself",
    () => {
      const world = worldWithShop({ automatedBackups: "daily" });
      world.advance(2 * day);
      const id = String(list(world, { SnapshotType: "automated" })[0]?.["DBSnapshotIdentifier"]);
      expect(id).toMatch(/^rds:[a-z-]+-2026-03-\d\d-\d\d-\d\d$/);
      expect(refusal(() => remove(world, id))).toMatch(/^InvalidDBSnapshotState 400: /);
      world.advance(37 * day);
      const left = list(world, { SnapshotType: "automated" }).map((one) => one["DBSnapshotIdentifier"]);
      expect(left).not.toContain(id);
      expect(left.length).toBeGreaterThan(0);
    },
  ],
  [
    "a deleted snapshot is answered as deleted, is gone at once and told of with 0041",
    () => {
      const { world } = withBackup();
      expect(remove(world, "b")["DBSnapshot"]).toMatchObject({ Status: "deleted" });
      expect(refusal(() => remove(world, "b"))).toMatch(/^DBSnapshotNotFound 404: /);
      world.advance(minute);
      expect(world.eventIds(world.primary, "b")).toContain("RDS-EVENT-0041");
    },
  ],
  [
    "more manual snapshots than the quota are refused with the text that says so",
    () => {
      const world = worldWithShop();
      world.knobs.quotas[primary] = { "manual-snapshots": 0 };
      expect(refusal(() => create(world, "b"))).toBe(
        "SnapshotQuotaExceeded 400: Cannot create more than 0 manual snapshots",
      );
    },
  ],
  [
    "tags on a snapshot that is gone are refused",
    () => {
      const world = worldWithShop();
      const input = { ResourceName: arnOf(primary, "none"), Tags: [{ Key: "a", Value: "b" }] };
      expect(refusal(() => world.rds(world.primary, "AddTagsToResource", input))).toMatch(
        /^DBSnapshotNotFound 404: /,
      );
    },
  ],
];

describe("as strict as AWS about snapshots", () => {
  test.each(lines)("%s", (_sentence, holds) => holds());
});
