import { describe, expect, test } from "vitest";
import { FleetError, generateFleet, loadFleet, parseFleet } from "../fleet.ts";
import { account, dr, shop, TestWorld } from "./support.ts";

describe("a fleet file", () => {
  test("brings its times as dates", () => {
    expect(shop()).toHaveLength(13);
    expect(shop()[0]?.InstanceCreateTime?.toISOString()).toBe("2024-05-14T16:28:22.488Z");
    expect(shop()[0]?.CertificateDetails?.ValidTill).toBeInstanceOf(Date);
  });

  test.each([
    ["no file", () => loadFleet("/nowhere/fleet.json"), "no such file: /nowhere/fleet.json"],
    ["a folder", () => loadFleet("/"), "cannot read /: EISDIR"],
    ["no JSON", () => parseFleet("---", "f"), /^f: not JSON/],
    [
      "another answer",
      () => parseFleet('{"DBClusters":[]}', "f"),
      /^f: not an answer of 'aws rds describe-db-/,
    ],
    ["a list", () => parseFleet("[]", "f"), /no list DBInstances$/],
    ["nothing in it", () => parseFleet('{"DBInstances":[]}', "f"), "f: DBInstances is empty"],
    ["no instance", () => parseFleet('{"DBInstances":[7]}', "f"), "f: DBInstances[0] is not an object"],
    [
      "an instance without a name",
      () => parseFleet('{"DBInstances":[{}]}', "f"),
      "f: DBInstances[0].DBInstanceIdentifier is missing",
    ],
  ])("with %s is refused in a line", (_, load, expected) => {
    expect(load).toThrow(FleetError);
    expect(load).toThrow(expected);
  });

  test("with two accounts, or a name twice, is refused", () => {
    const [first, second] = generateFleet(2, 1);
    const text = (other: object) => JSON.stringify({ DBInstances: [first, { ...second, ...other }] });
    expect(() => parseFleet(text({ DBInstanceIdentifier: "db-0001" }), "f")).toThrow("comes twice");
    const foreign = "arn:aws:rds:us-east-1:999999999999:db:db-0002";
    expect(() => parseFleet(text({ DBInstanceArn: foreign }), "f")).toThrow(
      "more than one region or account",
    );
  });
});

test("members that the model does not have are left out, and mistyped ones refused", () => {
  const printed = (other: object) =>
    JSON.stringify({ DBInstances: [{ ...generateFleet(1, 1)[0], ...other }] });
  const [read] = parseFleet(
    printed({ Newest: { a: 1 }, DBName: null, Endpoint: { Port: 1, Other: 2 } }),
    "f",
  );
  expect(read).not.toHaveProperty("Newest");
  expect(read).not.toHaveProperty("DBName");
  expect(read?.Endpoint).toEqual({ Port: 1 });
  expect(() => parseFleet(printed({ MultiAZ: "yes" }), "f")).toThrow(
    'f: DBInstances[0].MultiAZ has the wrong type: "yes"',
  );
  expect(() => parseFleet(printed({ InstanceCreateTime: "once" }), "f")).toThrow(
    "InstanceCreateTime has the wrong",
  );
});

test("a generated fleet is the same for a seed, survives its printing, and is all tagged", () => {
  const fleet = generateFleet(200, 3);
  expect(generateFleet(200, 3)).toEqual(fleet);
  expect(generateFleet(200, 4)).not.toEqual(fleet);
  expect(parseFleet(JSON.stringify({ DBInstances: fleet }), "f")).toEqual(fleet);
  expect(
    fleet.every((one) => one.TagList?.some((tag) => tag.Key === "dr" && tag.Value === "protected")),
  ).toBe(true);
  expect(new Set(fleet.map((one) => one.Engine)).size).toBeGreaterThan(3);
});

test("a fleet of another region moves with all its names", () => {
  const world = new TestWorld();
  world.dr.rds.loadFleet(generateFleet(1, 1));
  expect(world.instance(world.dr, "db-0001")).toMatchObject({
    DBInstanceArn: `arn:aws:rds:${dr}:${account}:db:db-0001`,
    AvailabilityZone: expect.stringMatching(/^us-west-2[abc]$/),
    KmsKeyId: expect.stringContaining(`:kms:${dr}:`),
  });
  expect(world.dr.kms.find(world.instance(world.dr, "db-0001").KmsKeyId ?? "")?.state).toBe("Enabled");
});

test("a subnet group made by a template needs subnets of two zones", () => {
  const world = new TestWorld();
  const make = (SubnetIds: string[], name = "made") =>
    world.make(world.dr, "AWS::RDS::DBSubnetGroup", { DBSubnetGroupName: name, SubnetIds });
  const [a, b] = ["subnet-0d10a1b2c3d4e5f60", "subnet-0d20b1c2d3e4f5061"];
  expect(make([a, b]).ref).toBe("made");
  expect(() => make([a, b])).toThrow("already exists");
  expect(() => make([a], "one")).toThrow("Current AZ coverage: us-west-2a");
  expect(() => make([a, "subnet-x"], "two")).toThrow("Some input subnets in :[subnet-x] are invalid.");
  expect(() => make([a, "subnet-0def000000000000b"], "three")).toThrow("must be in one VPC");
});
