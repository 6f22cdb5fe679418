import type { DBInstance, DBSnapshot } from "@aws-sdk/client-rds";
import { describe, expect, test } from "vitest";
import { generateFleet } from "../fleet.ts";
import { NotSimulated, type Shape } from "../types.ts";
import { backUp, day, hour, minute, refusal, TestWorld, worldWithShop } from "./support.ts";

function withFleet(count: number): TestWorld {
  const world = new TestWorld();
  world.primary.rds.loadFleet(generateFleet(count, 7));
  return world;
}

function pagesOf(world: TestWorld, input: Shape = {}): string[][] {
  const pages: string[][] = [];
  let marker: unknown;
  do {
    const answer = world.rds(world.primary, "DescribeDBInstances", { ...input, Marker: marker });
    pages.push((answer["DBInstances"] as DBInstance[]).map((one) => one.DBInstanceIdentifier ?? ""));
    marker = answer["Marker"];
  } while (marker !== undefined);
  return pages;
}

describe("paging", () => {
  test("brings each row once, 100 at the most, the marker absent on the last page", () => {
    const world = withFleet(205);
    expect(pagesOf(world).map((page) => page.length)).toEqual([100, 100, 5]);
    expect(new Set(pagesOf(world, { MaxRecords: 20 }).flat()).size).toBe(205);
    expect(pagesOf(withFleet(100)).map((page) => page.length)).toEqual([100]);
  });

  test("neither repeats nor skips when a row goes between two pages", () => {
    const world = withFleet(50);
    const first = world.rds(world.primary, "DescribeDBInstances", { MaxRecords: 20 });
    world.primary.rds.deleteInstance("db-0001");
    const rest = world.rds(world.primary, "DescribeDBInstances", { MaxRecords: 20, Marker: first["Marker"] });
    expect((rest["DBInstances"] as DBInstance[])[0]?.DBInstanceIdentifier).toBe("db-0021");
  });

  test.each([19, 101, 0, -1])("is refused with MaxRecords %i", (MaxRecords) => {
    expect(refusal(() => pagesOf(withFleet(1), { MaxRecords }))).toBe(
      `InvalidParameterValue 400: Invalid value ${MaxRecords} for MaxRecords. Must be between 20 and 100`,
    );
  });

  test("may come in shorter pages than asked for", () => {
    const world = withFleet(5);
    world.knobs.pageCap = 2;
    expect(pagesOf(world).map((page) => page.length)).toEqual([2, 2, 1]);
  });

  test("is refused with a marker that RDS never gave", () => {
    const world = withFleet(5);
    expect(refusal(() => world.rds(world.primary, "DescribeDBInstances", { Marker: "x" }))).toMatch(/Marker/);
  });
});

describe("DescribeDBSnapshots", () => {
  function withSnapshots() {
    const world = worldWithShop();
    backUp(world, "b-orders", "orders");
    backUp(world, "b-wiki", "wiki");
    world.knobs.automatedBackups = "daily";
    const daily = {
      ...world.instance(world.primary, "crm"),
      DBInstanceIdentifier: "daily",
      DbiResourceId: "db-D",
    };
    world.primary.rds.addInstance({ ...daily, BackupRetentionPeriod: 7 });
    world.advance(20 * hour);
    return world;
  }

  const idsOf = (world: TestWorld, input: Shape = {}) =>
    (world.rds(world.primary, "DescribeDBSnapshots", input)["DBSnapshots"] as DBSnapshot[]).map(
      (one) => one.DBSnapshotIdentifier ?? "",
    );

  test("lists manual and automated ones, or those of a type", () => {
    const world = withSnapshots();
    expect(idsOf(world)).toHaveLength(3);
    expect(idsOf(world, { SnapshotType: "manual" })).toEqual(["b-orders", "b-wiki"]);
    expect(idsOf(world, { SnapshotType: "shared" })).toEqual([]);
    expect(refusal(() => idsOf(world, { SnapshotType: "mine" }))).toMatch(/^InvalidParameterValue/);
  });

  test("filters, and refuses a filter that it does not know", () => {
    const world = withSnapshots();
    const filter = (Name: string, ...Values: string[]) => ({ Filters: [{ Name, Values }] });
    expect(idsOf(world, filter("db-instance-id", "orders", "nobody"))).toEqual(["b-orders"]);
    expect(idsOf(world, filter("db-snapshot-id", "b-wiki"))).toEqual(["b-wiki"]);
    expect(idsOf(world, filter("engine", "mariadb"))).toEqual(["b-wiki"]);
    expect(idsOf(world, filter("snapshot-type", "automated"))).toHaveLength(1);
    expect(idsOf(world, filter("dbi-resource-id", "db-D"))).toHaveLength(1);
    expect(refusal(() => idsOf(world, filter("status", "available")))).toBe(
      "InvalidParameterValue 400: Unrecognized filter name: status",
    );
  });

  test("finds one by its name or ARN, an automated one only with its type", () => {
    const world = withSnapshots();
    expect(idsOf(world, { DBSnapshotIdentifier: "B-Orders" })).toEqual(["b-orders"]);
    const arn = world.snapshot(world.primary, "b-wiki").DBSnapshotArn;
    expect(idsOf(world, { DBSnapshotIdentifier: arn })).toEqual(["b-wiki"]);
    const automated = idsOf(world, { SnapshotType: "automated" })[0] ?? "";
    expect(refusal(() => idsOf(world, { DBSnapshotIdentifier: automated }))).toMatch(
      /^DBSnapshotNotFound 404/,
    );
    expect(idsOf(world, { DBSnapshotIdentifier: automated, SnapshotType: "automated" })).toEqual([automated]);
    world.knobs.automatedByIdentifier = "found";
    expect(idsOf(world, { DBSnapshotIdentifier: automated })).toEqual([automated]);
  });

  test("refuses to list those of an instance that is gone, unless asked by a filter", () => {
    const world = withSnapshots();
    world.primary.rds.deleteInstance("wiki");
    expect(refusal(() => idsOf(world, { DBInstanceIdentifier: "wiki" }))).toMatch(/^DBInstanceNotFound/);
    const Filters = [{ Name: "db-instance-id", Values: ["wiki"] }];
    expect(idsOf(world, { Filters })).toEqual(["b-wiki"]);
  });
});

test("DescribeAccountAttributes counts what is used", () => {
  const world = worldWithShop();
  backUp(world, "b", "orders");
  const { AccountQuotas } = world.rds(world.primary, "DescribeAccountAttributes");
  expect(AccountQuotas).toContainEqual({ AccountQuotaName: "ManualSnapshots", Used: 1, Max: 100 });
  expect(AccountQuotas).toContainEqual({ AccountQuotaName: "DBInstances", Used: 13, Max: 40 });
});

test("DescribeEvents tells of the last hour, without event ids", () => {
  const world = worldWithShop();
  world.rds(world.primary, "CreateDBSnapshot", { DBSnapshotIdentifier: "b", DBInstanceIdentifier: "orders" });
  world.advance(30 * minute);
  const input = { SourceType: "db-snapshot", SourceIdentifier: "b" };
  const { Events } = world.rds(world.primary, "DescribeEvents", input);
  expect(Events).toMatchObject([
    { Message: "Creating manual snapshot" },
    { Message: "Manual snapshot created" },
  ]);
  expect(JSON.stringify(Events)).not.toContain("RDS-EVENT");
  world.advance(2 * hour);
  expect(world.rds(world.primary, "DescribeEvents", input)["Events"]).toEqual([]);
  expect(world.rds(world.primary, "DescribeEvents", { ...input, Duration: 240 })["Events"]).toHaveLength(2);
  expect(refusal(() => world.rds(world.primary, "DescribeEvents", { SourceIdentifier: "b" }))).toMatch(
    /SourceType/,
  );
});

const ago = (days: number) => new Date(new TestWorld().clock.now() - days * day);
test.each<[string, Shape, string]>([
  ["a source type that is none", { SourceType: "foo" }, "foo is not a valid source type"],
  ["a category that is none", { EventCategories: ["foo"] }, "foo is not a valid event category"],
  [
    "a category of another source type",
    { SourceType: "db-snapshot", EventCategories: ["low storage"] },
    "low storage is not a valid event category",
  ],
  [
    "more than 14 days",
    { Duration: 20_161 },
    "Invalid value 20161 for Duration. Must be between 1 and 20160",
  ],
  ["no time", { Duration: 0 }, "Invalid value 0 for Duration. Must be between 1 and 20160"],
  [
    "what is older than 14 days",
    { StartTime: new Date(ago(14).getTime() - 1) },
    "StartTime must not be more than 14 days ago",
  ],
  [
    "a span that ends before it begins",
    { StartTime: ago(1), EndTime: ago(2) },
    "StartTime must be before EndTime",
  ],
])("DescribeEvents refuses %s", (_what, input, text) => {
  const world = new TestWorld();
  expect(refusal(() => world.rds(world.primary, "DescribeEvents", input))).toBe(
    `InvalidParameterValue 400: ${text}`,
  );
});

test.each<[string, Shape]>([
  ["14 days", { Duration: 20_160 }],
  ["the oldest that there is", { StartTime: ago(14) }],
  ["a source type of which nothing is simulated", { SourceType: "db-proxy" }],
  ["a category", { SourceType: "db-instance", EventCategories: ["low storage"] }],
])("DescribeEvents takes %s", (_what, input) => {
  const world = new TestWorld();
  expect(world.rds(world.primary, "DescribeEvents", input)["Events"]).toEqual([]);
});

test("snapshots can be listed by the resource id of their instance", () => {
  const world = worldWithShop();
  backUp(world, "a", "orders");
  backUp(world, "b", "wiki");
  const { DBInstances } = world.rds(world.primary, "DescribeDBInstances", { DBInstanceIdentifier: "wiki" });
  const [wiki] = DBInstances as Shape[];
  const input = { SnapshotType: "manual", DbiResourceId: wiki?.["DbiResourceId"] };
  const { DBSnapshots } = world.rds(world.primary, "DescribeDBSnapshots", input);
  expect(DBSnapshots).toMatchObject([{ DBSnapshotIdentifier: "b" }]);
});

test.each<[string, Shape]>([
  ["a name and an engine", { OptionGroupName: "crm-tde-dr", EngineName: "oracle-se2" }],
  ["a version without its engine", { MajorEngineVersion: "8.0" }],
])("option groups are not listed by %s", (_what, input) => {
  const world = new TestWorld();
  expect(refusal(() => world.rds(world.dr, "DescribeOptionGroups", input))).toMatch(
    /^InvalidParameterCombination/,
  );
});

test("groups of the DR region are listed and found, the engines' own ones too", () => {
  const world = new TestWorld();
  const names = (operation: string, list: string, name: string) =>
    (world.rds(world.dr, operation)[list] as Shape[]).map((group) => group[name]);
  expect(names("DescribeDBSubnetGroups", "DBSubnetGroups", "DBSubnetGroupName")).toEqual([
    "default",
    "dr-private",
  ]);
  expect(names("DescribeOptionGroups", "OptionGroupsList", "OptionGroupName")).toContain("crm-tde-dr");
  expect(names("DescribeDBParameterGroups", "DBParameterGroups", "DBParameterGroupName")).toContain(
    "iam-pg15-dr",
  );
  const own = world.rds(world.dr, "DescribeOptionGroups", { OptionGroupName: "default:mysql-8-0" });
  expect(own["OptionGroupsList"]).toMatchObject([{ EngineName: "mysql", MajorEngineVersion: "8.0" }]);
  expect(refusal(() => world.rds(world.dr, "DescribeOptionGroups", { OptionGroupName: "x" }))).toMatch(/404/);
});

test("orderable options name the classes of an engine", () => {
  const world = new TestWorld();
  const options = (Engine: string, DBInstanceClass: string) =>
    world.rds(world.dr, "DescribeOrderableDBInstanceOptions", { Engine, DBInstanceClass })[
      "OrderableDBInstanceOptions"
    ] as unknown[];
  expect(options("postgres", "db.r6g.large")).toHaveLength(4);
  expect(options("oracle-se2", "db.r6g.large")).toEqual([]);
  expect(options("oracle-se2", "db.z1d.large")).toHaveLength(4);
  expect(refusal(() => options("oracle-se1", "db.z1d.large"))).toBe(
    "InvalidParameterValue 400: Unrecognized engine name: oracle-se1",
  );
});

test("an operation that is not simulated fails by its name", () => {
  const world = new TestWorld();
  expect(() => world.rds(world.dr, "RebootDBInstance")).toThrow(new NotSimulated("rds:RebootDBInstance"));
  expect(() => world.rds(world.dr, "toString")).toThrow(NotSimulated);
});
