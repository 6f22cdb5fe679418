import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { creationTags } from "../../shared/rds/creation-tags.ts";
import {
  isOurs,
  isUsable,
  requestTimes,
  snapshotOf,
  takenAt,
  takenAtLatest,
} from "../../shared/rds/snapshots.ts";
import { tagMap, userTags } from "../../shared/rds/tags.ts";
import { at, backup, copy, currentKey, instance, otherKey, tags } from "./builders.ts";

describe("when the data is from", () => {
  test("an age counts from the earliest time and asOf compares the latest", () => {
    // requested 02:00, last transaction 02:01, original time 02:05; the copy's own 02:35 does not count.
    expect([takenAt(copy()), takenAtLatest(copy())]).toEqual([at(0), at(5)]);
  });

  test("behind the backup's request stands the copy's own, which makes it no younger", () => {
    const both = `${at(0).toISOString()} ${at(90).toISOString()}`;
    const parked = copy({ tags: tags("copy", { "rds-dr:requested-at": both }) });
    expect(requestTimes(parked.tags)).toEqual({ backup: at(0), copy: at(90) });
    expect([takenAt(parked), takenAtLatest(parked)]).toEqual([at(0), at(5)]);
    expect(requestTimes(backup().tags)).toEqual({ backup: at(0), copy: undefined });
  });

  test("a tag that is no time is passed over", () => {
    const unreadable = copy({ tags: tags("copy", { "rds-dr:requested-at": "yesterday" }) });
    expect(takenAt(unreadable)).toEqual(at(1));
  });

  test("a snapshot in creation without our tag has no time yet", () => {
    const fresh = copy({ tags: new Map(), originalCreatedAt: undefined, databaseTime: undefined });
    expect([takenAt(fresh), takenAtLatest(fresh)]).toEqual([undefined, undefined]);
  });

  test("the earliest is never after the latest", () => {
    const time = fc.option(fc.date({ noInvalidDate: true }), { nil: undefined });
    fc.assert(
      fc.property(time, time, (originalCreatedAt, databaseTime) => {
        const snapshot = copy({ originalCreatedAt, databaseTime });
        expect(takenAt(snapshot)!.getTime()).toBeLessThanOrEqual(takenAtLatest(snapshot)!.getTime());
      }),
    );
  });
});

describe("ours", () => {
  test("is told by the tags of the environment and the kind, never by the name", () => {
    expect(isOurs(backup(), "dev", "backup")).toBe(true);
    expect(isOurs(backup(), "prod", "backup")).toBe(false);
    expect(isOurs(backup(), "dev", "copy")).toBe(false);
    expect(isOurs(backup({ tags: new Map() }), "dev", "backup")).toBe(false);
  });

  test("the instance is the tag's, or RDS's without one", () => {
    const raw = { DBSnapshotIdentifier: "x", DBInstanceIdentifier: "restored" };
    expect(snapshotOf(raw).instanceId).toBe("restored");
    expect(snapshotOf({ ...raw, TagList: [{ Key: "rds-dr:instance", Value: "orders" }] }).instanceId).toBe(
      "orders",
    );
  });
});

test.each([
  [
    "a snapshot was copied from in another region is its source",
    "us-west-2",
    "arn:aws:rds:us-east-1:1:snapshot:b",
  ],
  ["a snapshot was copied from in its own region is none", "us-east-1", undefined],
])("what %s", (_, region, expected) => {
  const raw = {
    DBSnapshotArn: `arn:aws:rds:${region}:1:snapshot:c`,
    SourceDBSnapshotIdentifier: "arn:aws:rds:us-east-1:1:snapshot:b",
  };
  expect(snapshotOf(raw).sourceArn).toBe(expected);
  expect(snapshotOf({ ...raw, SourceDBSnapshotIdentifier: undefined }).sourceArn).toBeUndefined();
});

test.each([
  ["under the current key", {}, true],
  ["under an older key that is enabled", { kmsKeyArn: otherKey }, true],
  ["under a key that is not enabled", { kmsKeyArn: `${otherKey}-disabled` }, false],
  ["not encrypted", { encrypted: false }, false],
  ["in creation", { status: "creating" }, false],
  ["somebody else's", { tags: new Map() }, false],
])("a copy %s is usable: %s", (_, changes, expected) => {
  expect(isUsable(copy(changes), "dev", new Set([currentKey, otherKey]))).toBe(expected);
});

describe("the tags that a backup is created with", () => {
  const rules = { environment: "dev", instances: { tag: { key: "dr" } } };
  const users = (count: number) =>
    Array.from({ length: count }, (_, index) => ({
      Key: `team-${String(index).padStart(2, "0")}`,
      Value: "v",
    }));

  test("leave out what AWS reserves", () => {
    const TagList = [
      { Key: "aws:cloudformation:stack-name", Value: "shop" },
      { Key: "origin", Value: "rds:orders-2026-03-01" },
      { Key: "rds-dr:declaration", Value: "d-1" },
      { Key: "team", Value: "checkout" },
    ];
    expect(userTags(tagMap(TagList))).toEqual([["team", "checkout"]]);
  });

  test("have room for all when ours and the user's are 46", () => {
    const { tags: made } = creationTags(instance({ TagList: [] }), rules);
    const room = 46 - made.length;
    expect(room).toBeGreaterThanOrEqual(40);
    expect(creationTags(instance({ TagList: users(room) }), rules)).toMatchObject({ dropped: [] });
    expect(creationTags(instance({ TagList: users(room) }), rules).tags).toHaveLength(46);
  });

  test("drop the last by key when there are more, and say which", () => {
    const { tags: made } = creationTags(instance({ TagList: [] }), rules);
    const last = String(46 - made.length).padStart(2, "0");
    const result = creationTags(instance({ TagList: users(46 - made.length + 1).reverse() }), rules);
    expect(result.dropped).toEqual([`team-${last}`]);
    expect(result.tags).toHaveLength(46);
  });

  test("keep tier and discovery tag before all others", () => {
    const TagList = [
      ...users(50),
      { Key: "zone", Value: "a" },
      { Key: "tier", Value: "1" },
      { Key: "dr", Value: "x" },
    ];
    const { tags: made, dropped } = creationTags(instance({ TagList }), rules);
    expect(made.map(([key]) => key)).toEqual(expect.arrayContaining(["tier", "dr"]));
    expect(dropped).toContain("zone");
  });
});
