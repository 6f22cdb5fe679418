import { describe, expect, test } from "vitest";
import { durationKnob, durations, type Work } from "../knobs/durations.ts";
import type { KnobOverrides } from "../knobs.ts";
import { durationOf } from "../services/rds/durations.ts";
import type { Shape } from "../types.ts";
import {
  account,
  copy,
  day,
  hour,
  minute,
  primary,
  refusal,
  restore,
  TestWorld,
  withBackup,
  withCopy,
  worldWithShop,
} from "./support.ts";

const statusOf = (world: TestWorld, id = "x") => world.instance(world.dr, id).DBInstanceStatus;

/** A world with a restored instance `x` under a key of the DR region. */
function restored(knobs: KnobOverrides = {}) {
  const made = withCopy("orders", {}, knobs);
  restore(made.world, "x");
  made.world.advance(3 * hour);
  return made;
}

describe("durations", () => {
  const works = Object.keys(durations) as Work[];

  test.each(works)("of %s are what their knob says for the size, give or take the spread", (work) => {
    const minutes = (knobs: KnobOverrides, gib: number) =>
      durationOf(new TestWorld(knobs).world, work, gib, "key") / minute;
    const { baseMinutes, minutesPerTib } = durations[work];
    expect(minutes({ durationSpread: 0 }, 0)).toBe(baseMinutes);
    expect(minutes({ durationSpread: 0 }, 2048)).toBe(baseMinutes + 2 * minutesPerTib);
    const drawn = minutes({}, 2048) / (baseMinutes + 2 * minutesPerTib);
    expect(drawn).not.toBe(1);
    expect(Math.abs(drawn - 1)).toBeLessThanOrEqual(0.2);
    const longer = { [durationKnob(work)]: { baseMinutes: 100, minutesPerTib: 10 }, durationSpread: 0 };
    expect(minutes(longer, 1024)).toBe(110);
  });

  test("differ by as much as the spread allows, and between two keys", () => {
    const { world } = new TestWorld({ durationSpread: 0.9 });
    const all = Array.from({ length: 200 }, (_, key) => durationOf(world, "restore", 0, key) / minute);
    expect(Math.min(...all)).toBeLessThan(2);
    expect(Math.min(...all)).toBeGreaterThanOrEqual(1.1);
    expect(Math.max(...all)).toBeGreaterThan(20);
    expect(Math.max(...all)).toBeLessThanOrEqual(20.9);
  });
});

describe("delays", () => {
  test.each([
    [{}, 1, 5],
    [{ eventDelaySeconds: 0 }, 0, 0],
    [{ eventDelaySeconds: [600, 3_000] }, 600, 3_000],
  ])("of events with %o are from %i to %i seconds", (knobs, least, most) => {
    const world = worldWithShop(knobs);
    world.rds(world.primary, "CreateDBSnapshot", {
      DBSnapshotIdentifier: "b",
      DBInstanceIdentifier: "orders",
    });
    const told = () => world.eventIds(world.primary, "b").includes("RDS-EVENT-0040");
    world.advance(least * 1000 - 1);
    expect(told()).toBe(false);
    world.advance((most - least) * 1000 + 1);
    expect(told()).toBe(true);
  });

  test.each([
    [{}, 2, 300],
    [{ notificationDelaySeconds: 0 }, 0, 0],
  ])("of notifications with %o are from %i to %i seconds", (knobs, least, most) => {
    const world = worldWithShop(knobs);
    const SnsTopicArn = `arn:aws:sns:${primary}:${account}:topic`;
    world.primary.topics.set(SnsTopicArn, "open");
    world.make(world.primary, "AWS::RDS::EventSubscription", { SnsTopicArn });
    world.rds(world.primary, "CreateDBSnapshot", {
      DBSnapshotIdentifier: "b",
      DBInstanceIdentifier: "orders",
    });
    const told = () => world.primary.published.some(({ message }) => message.includes("RDS-EVENT-0040"));
    world.advance(least * 1000 - 1);
    expect(told()).toBe(false);
    world.advance((most - least) * 1000 + 1);
    expect(told()).toBe(true);
  });

  test("of what becomes of a key leave other services with its old state, both ways", () => {
    const { world, key, source } = withBackup("orders", { kmsPropagationSeconds: 300 });
    const attempt = (id: string) => refusal(() => copy(world, source, id, { KmsKeyId: key })).split(" ")[0];
    world.kms(world.dr, "DisableKey", { KeyId: key });
    world.advance(5 * minute - 1);
    expect(attempt("c")).toBe("not");
    world.advance(1);
    expect(attempt("d")).toBe("KMSKeyNotAccessibleFault");
    world.kms(world.dr, "EnableKey", { KeyId: key });
    const metadata = world.kms(world.dr, "DescribeKey", { KeyId: key })["KeyMetadata"] as Shape;
    expect(metadata["KeyState"]).toBe("Enabled");
    expect(attempt("d")).toBe("KMSKeyNotAccessibleFault");
    world.advance(5 * minute);
    expect(attempt("d")).toBe("not");
  });

  test("by default there is none before a key is disabled for everybody", () => {
    const { world, key, source } = withBackup();
    world.kms(world.dr, "DisableKey", { KeyId: key });
    expect(refusal(() => copy(world, source, "c", { KmsKeyId: key }))).toMatch(/^KMSKeyNotAccessibleFault/);
  });

  test.each([
    [{}, 5, 30],
    [{ keyLossNoticedMinutes: 0 }, 0, 0],
    [{ keyLossNoticedMinutes: 90 }, 90, 90],
  ])("with %o an instance misses its key after %i to %i minutes", (knobs, least, most) => {
    const { world, key } = restored(knobs);
    world.kms(world.dr, "DisableKey", { KeyId: key });
    world.advance(least * minute - 1);
    expect(statusOf(world)).toBe("available");
    world.advance((most - least) * minute + 1);
    expect(statusOf(world)).toBe("inaccessible-encryption-credentials-recoverable");
  });

  test.each([
    [{}, 7],
    [{ stoppedDaysMax: 1 }, 1],
  ])("with %o a stopped instance is started by itself after %i days", (knobs, days) => {
    const { world } = restored(knobs);
    world.rds(world.dr, "StopDBInstance", { DBInstanceIdentifier: "x" });
    world.advance(hour);
    const at = world.instance(world.dr, "x").AutomaticRestartTime?.getTime() ?? 0;
    const stopped = world.entries.findLast(({ data }) => data["id"] === "x" && data["status"] === "stopped");
    expect(at - (stopped?.at ?? 0)).toBe(days * day);
    world.advance(at - world.clock.now() - 1);
    expect(statusOf(world)).toBe("stopped");
    world.advance(1);
    expect(statusOf(world)).toBe("starting");
  });
});

test("snapshots of AWS Backup are no manual ones: not counted, not deleted by others", () => {
  const world = worldWithShop({ foreignSnapshots: 5 });
  world.advance(3 * day);
  const ofBackup = world.primary.rds.snapshots().filter((one) => one.SnapshotType === "awsbackup");
  expect(ofBackup.length).toBeGreaterThan(0);
  const manual = world.primary.rds.snapshots().filter((one) => one.SnapshotType === "manual");
  expect(world.primary.rds.quota("manual-snapshots").used).toBe(manual.length);
  const DBSnapshotIdentifier = ofBackup[0]?.DBSnapshotIdentifier;
  expect(refusal(() => world.rds(world.primary, "DeleteDBSnapshot", { DBSnapshotIdentifier }))).toMatch(
    /^InvalidDBSnapshotState/,
  );
});
