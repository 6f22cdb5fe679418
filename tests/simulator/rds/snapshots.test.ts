import { describe, expect, test } from "vitest";
import { backUp, day, minute, refusal, type TestWorld, worldWithShop } from "./support.ts";

const create = (world: TestWorld, id: string, instance: string, input = {}) =>
  world.rds(world.primary, "CreateDBSnapshot", {
    DBSnapshotIdentifier: id,
    DBInstanceIdentifier: instance,
    ...input,
  });

describe("a manual snapshot", () => {
  test("is creating without a time at first, then available with one", () => {
    const world = worldWithShop();
    const { DBSnapshot } = create(world, "Backup-1", "orders");
    expect(DBSnapshot).toMatchObject({
      DBSnapshotIdentifier: "backup-1",
      Status: "creating",
      PercentProgress: 0,
      SnapshotType: "manual",
      OptionGroupName: "default:postgres-16",
      AvailabilityZone: "us-east-1b",
      VpcId: "vpc-0f3d9c1a2b4e5d6c7",
      Encrypted: true,
      Port: 5432,
    });
    expect(world.snapshot(world.primary, "backup-1").SnapshotCreateTime).toBeUndefined();
    world.advance(2 * minute);
    expect(world.snapshot(world.primary, "backup-1").PercentProgress).toBeGreaterThan(10);
    world.advance(15 * minute);
    const done = world.snapshot(world.primary, "backup-1");
    expect(done).toMatchObject({ Status: "available", PercentProgress: 100 });
    expect(done.SnapshotCreateTime).toEqual(done.OriginalSnapshotCreateTime);
    expect(done.SnapshotDatabaseTime?.toISOString()).toBe("2026-03-01T02:00:00.000Z");
    expect(done).not.toHaveProperty("SourceDBSnapshotIdentifier");
  });

  test("keeps its instance backing up, and tells so with 0040 and 0042", () => {
    const world = worldWithShop();
    create(world, "b", "orders");
    expect(world.instance(world.primary, "orders").DBInstanceStatus).toBe("backing-up");
    expect(refusal(() => create(world, "c", "orders"))).toBe(
      "InvalidDBInstanceState 400: Cannot create a snapshot because the database instance orders is not currently in the available state.",
    );
    world.advance(20 * minute);
    expect(world.instance(world.primary, "orders").DBInstanceStatus).toBe("available");
    expect(world.eventIds(world.primary, "b")).toEqual(["RDS-EVENT-0040", "RDS-EVENT-0042"]);
  });

  test("comes of an instance in storage-optimization too, which it returns to", () => {
    const world = worldWithShop();
    create(world, "b", "warehouse");
    world.advance(60 * minute);
    expect(world.instance(world.primary, "warehouse").DBInstanceStatus).toBe("storage-optimization");
    world.advance(2 * day);
    expect(world.instance(world.primary, "warehouse").DBInstanceStatus).toBe("available");
  });

  test.each([
    ["a stopped instance", "staging-old", /^InvalidDBInstanceState 400/],
    ["one that is backing up", "billing", /^InvalidDBInstanceState 400/],
    ["one that is modified", "reports", /^InvalidDBInstanceState 400/],
    [
      "a cluster's member",
      "analytics-writer",
      /^InvalidParameterValue 400: The specified instance is a member of a/,
    ],
    ["one that is not there", "nobody", /^DBInstanceNotFound 404: DBInstance not found: nobody$/],
  ])("is refused of %s", (_, instance, expected) => {
    expect(refusal(() => create(worldWithShop(), "b", instance))).toMatch(expected);
  });

  test("is refused under a name that is taken", () => {
    const world = worldWithShop();
    backUp(world, "b", "orders");
    expect(refusal(() => create(world, "B", "orders"))).toBe(
      "DBSnapshotAlreadyExists 400: Cannot create the snapshot because a snapshot with the identifier b already exists.",
    );
  });

  test("of a busy instance under a taken name is refused by state, unless names go first", () => {
    const world = worldWithShop();
    create(world, "b", "orders");
    expect(refusal(() => create(world, "b", "orders"))).toMatch(/^InvalidDBInstanceState/);
    world.knobs.createSnapshotChecks = "name-first";
    expect(refusal(() => create(world, "b", "orders"))).toMatch(/^DBSnapshotAlreadyExists/);
  });

  test.each(["", "1a", "a--b", "a-", "rds:a", "a_b", "ä"])("is refused under the identifier '%s'", (id) => {
    expect(refusal(() => create(worldWithShop(), id, "orders"))).toMatch(
      /^InvalidParameterValue 400: The parameter DBSnapshotIdentifier is not a valid identifier\. Identifiers must/,
    );
  });

  test("may have 255 characters in its identifier and no more", () => {
    const world = worldWithShop();
    expect(refusal(() => create(world, "a".repeat(255), "orders"))).toBe("not refused");
    expect(refusal(() => create(world, "a".repeat(256), "wiki"))).toMatch(/longer than 255/);
  });

  test("inherits the instance's tags only when the call brings none", () => {
    const world = worldWithShop();
    create(world, "b", "orders", { Tags: [{ Key: "k", Value: "v" }] });
    expect(world.snapshot(world.primary, "b").TagList).toEqual([{ Key: "k", Value: "v" }]);
    create(world, "c", "catalog-2024-01-15");
    const tags = world.instance(world.primary, "catalog-2024-01-15").TagList;
    expect(world.snapshot(world.primary, "c").TagList).toEqual(tags);
  });

  test("fills the quota from its call on", () => {
    const world = worldWithShop();
    world.knobs.quotas["us-east-1"] = { "manual-snapshots": 2 };
    create(world, "a", "orders");
    create(world, "b", "crm");
    expect(refusal(() => create(world, "c", "ledger"))).toBe(
      "SnapshotQuotaExceeded 400: Cannot create more than 2 manual snapshots",
    );
  });

  test("that fails tells nobody", () => {
    const world = worldWithShop();
    world.knobs.snapshotFailureProbability = 1;
    create(world, "b", "orders");
    world.advance(30 * minute);
    expect(world.statuses(world.primary, "b")).toEqual(["creating", "failed"]);
    expect(world.eventIds(world.primary, "b")).toEqual(["RDS-EVENT-0040"]);
  });
});

describe("the deletion of a snapshot", () => {
  const remove = (world: TestWorld, id: string) =>
    world.rds(world.primary, "DeleteDBSnapshot", { DBSnapshotIdentifier: id });

  test("takes it away and tells so with 0041", () => {
    const world = worldWithShop();
    backUp(world, "b", "orders");
    expect(remove(world, "b")).toMatchObject({
      DBSnapshot: { DBSnapshotIdentifier: "b", Status: "deleted" },
    });
    world.advance(minute);
    const last = world.primary.emitted.at(-1);
    expect(last?.detail).toMatchObject({ EventID: "RDS-EVENT-0041", Message: "Deleted manual snapshot" });
    expect(refusal(() => remove(world, "b"))).toBe("DBSnapshotNotFound 404: DBSnapshot b not found.");
  });

  test("is refused while it is being made, and of a failed one unless AWS allows it", () => {
    const world = worldWithShop();
    create(world, "b", "orders");
    expect(refusal(() => remove(world, "b"))).toMatch(
      /^InvalidDBSnapshotState 400: Cannot delete the snapshot/,
    );
    world.knobs.snapshotFailureProbability = 1;
    world.advance(30 * minute);
    expect(refusal(() => remove(world, "b"))).toMatch(/^InvalidDBSnapshotState/);
    world.knobs.deleteFailedSnapshot = "deleted";
    expect(refusal(() => remove(world, "b"))).toBe("not refused");
  });
});

describe("automated snapshots", () => {
  test("come once a day in the window, expire, and cannot be deleted by hand", () => {
    const world = worldWithShop();
    world.knobs.automatedBackups = "daily";
    world.primary.rds.addInstance({
      ...world.instance(world.primary, "orders"),
      DBInstanceIdentifier: "daily",
      DBInstanceArn: "arn:aws:rds:us-east-1:111122223333:db:daily",
      DbiResourceId: "db-DAILY",
      BackupRetentionPeriod: 2,
    });
    world.advance(10 * day);
    const ids = world.primary.rds.snapshots().filter((one) => one.DBInstanceIdentifier === "daily");
    expect(ids.length).toBeGreaterThanOrEqual(2);
    expect(ids.length).toBeLessThanOrEqual(3);
    const id = ids[0]?.DBSnapshotIdentifier ?? "";
    expect(id).toMatch(/^rds:daily-2026-03-\d\d-07-\d\d$/);
    expect(ids[0]?.SnapshotType).toBe("automated");
    expect(refusal(() => world.rds(world.primary, "DeleteDBSnapshot", { DBSnapshotIdentifier: id }))).toBe(
      "InvalidDBSnapshotState 400: automated snapshots cannot be deleted.",
    );
    expect(world.eventIds(world.primary, "daily")).toContain("RDS-EVENT-0002");
    world.primary.rds.deleteInstance("daily");
    expect(world.primary.rds.snapshots().filter((one) => one.DBInstanceIdentifier === "daily")).toEqual([]);
  });
});
