import { describe, expect, test } from "vitest";
import { copy, hour, minute, refusal, withBackup } from "./support.ts";

describe("a copy that goes wrong", () => {
  test("fails without an event, and lets the next one begin", () => {
    const { world, key, source } = withBackup();
    copy(world, source, "c", { KmsKeyId: key });
    copy(world, source, "d", { KmsKeyId: key });
    world.knobs.copyFailureProbability = 1;
    world.advance(90 * minute);
    expect(world.snapshot(world.dr, "c").Status).toBe("failed");
    expect(world.eventIds(world.dr, "c")).toEqual(["RDS-EVENT-0059"]);
    expect(world.statuses(world.dr, "d")).toContain("creating");
  });

  test("fails when its source is deleted meanwhile", () => {
    const { world, key, source } = withBackup();
    copy(world, source, "c", { KmsKeyId: key });
    world.rds(world.primary, "DeleteDBSnapshot", { DBSnapshotIdentifier: "b" });
    expect(world.snapshot(world.dr, "c").Status).toBe("failed");
    expect(world.dr.rds.copiesInProgress()).toEqual([]);
  });

  test("gets no further once it has failed", () => {
    const { world, key, source } = withBackup();
    for (const id of ["c", "d"]) copy(world, source, id, { KmsKeyId: key });
    world.advance(5 * minute);
    const reached = world.snapshot(world.dr, "c").PercentProgress ?? 0;
    expect(reached).toBeGreaterThan(0);
    world.rds(world.primary, "DeleteDBSnapshot", { DBSnapshotIdentifier: "b" });
    world.advance(6 * hour);
    expect(world.snapshot(world.dr, "c")).toMatchObject({ Status: "failed", PercentProgress: reached });
    expect(world.snapshot(world.dr, "d")).toMatchObject({ Status: "failed", PercentProgress: 0 });
  });

  test("fails when its key is disabled meanwhile", () => {
    const { world, key, source } = withBackup();
    copy(world, source, "c", { KmsKeyId: key });
    world.dr.kms.setState(key, "Disabled");
    world.advance(6 * hour);
    expect(world.snapshot(world.dr, "c").Status).toBe("failed");
  });

  test("stays creating for ever when the source's region is lost", () => {
    const { world, key, source } = withBackup();
    copy(world, source, "c", { KmsKeyId: key });
    world.primary.lost = true;
    world.advance(48 * hour);
    expect(world.snapshot(world.dr, "c")).toMatchObject({ Status: "creating", PercentProgress: 99 });
    world.knobs.copyAfterSourceReturns = "starts-over";
    expect(refusal(() => copy(world, source, "d", { KmsKeyId: key }))).toMatch(/^InternalFailure 500/);
  });

  test("starts over when the region comes back, in that reading", () => {
    const { world, key, source } = withBackup();
    world.knobs.copyAfterSourceReturns = "starts-over";
    copy(world, source, "c", { KmsKeyId: key });
    world.primary.lost = true;
    world.advance(10 * hour);
    world.primary.lost = false;
    world.advance(10 * hour);
    expect(world.snapshot(world.dr, "c").Status).toBe("available");
  });

  test("cannot be deleted while it runs, unless that cancels it", () => {
    const { world, key, source } = withBackup();
    copy(world, source, "c", { KmsKeyId: key });
    const remove = () => world.rds(world.dr, "DeleteDBSnapshot", { DBSnapshotIdentifier: "c" });
    expect(refusal(remove)).toMatch(/^InvalidDBSnapshotState/);
    world.knobs.deleteCopyInProgress = "cancels";
    remove();
    world.advance(minute);
    expect(world.eventIds(world.dr)).toContain("RDS-EVENT-0061");
  });
});
