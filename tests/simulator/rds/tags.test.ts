import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Shape } from "../types.ts";
import { account, backUp, refusal, type TestWorld, worldWithShop } from "./support.ts";

const arn = `arn:aws:rds:us-east-1:${account}:snapshot:b`;

const add = (world: TestWorld, Tags: Shape[], ResourceName = arn) =>
  world.rds(world.primary, "AddTagsToResource", { ResourceName, Tags });

function withSnapshot(count = 0): TestWorld {
  const world = worldWithShop();
  const tags = Array.from({ length: count }, (_, index) => ({ Key: `k${index}`, Value: "v" }));
  backUp(world, "b", "scratch", { Tags: tags.length > 0 ? tags : [{ Key: "first", Value: "1" }] });
  return world;
}

describe("tags", () => {
  test("are added, overwritten, listed and removed", () => {
    const world = withSnapshot();
    add(world, [{ Key: "second", Value: "2" }, { Key: "first" }]);
    const list = () => world.rds(world.primary, "ListTagsForResource", { ResourceName: arn })["TagList"];
    expect(list()).toEqual([
      { Key: "first", Value: "" },
      { Key: "second", Value: "2" },
    ]);
    world.rds(world.primary, "RemoveTagsFromResource", { ResourceName: arn, TagKeys: ["first", "never"] });
    expect(list()).toEqual([{ Key: "second", Value: "2" }]);
  });

  test("are 50 at the most", () => {
    const world = withSnapshot(49);
    expect(refusal(() => add(world, [{ Key: "fiftieth", Value: "v" }]))).toBe("not refused");
    expect(refusal(() => add(world, [{ Key: "k0", Value: "other" }]))).toBe("not refused");
    expect(refusal(() => add(world, [{ Key: "one more", Value: "v" }]))).toMatch(
      /^InvalidParameterValue 400/,
    );
  });

  test.each([
    ["a key of 128", { Key: "k".repeat(128), Value: "v" }],
    ["a value of 256", { Key: "k", Value: "v".repeat(256) }],
    ["all the characters", { Key: "ä _.:/=+-@9", Value: "ä _.:/=+-@9" }],
    ["our own prefix", { Key: "rds-dr:kind", Value: "rds-dr" }],
  ])("may have %s", (_, tag) => {
    expect(refusal(() => add(withSnapshot(), [tag]))).toBe("not refused");
  });

  test.each([
    ["an empty key", { Key: "", Value: "v" }],
    ["a key of 129", { Key: "k".repeat(129), Value: "v" }],
    ["a value of 257", { Key: "k", Value: "v".repeat(257) }],
    ["a comma", { Key: "k", Value: "a,b" }],
    ["a brace", { Key: "k{", Value: "v" }],
    ["AWS's prefix", { Key: "aws:x", Value: "v" }],
    ["RDS's prefix in a value", { Key: "k", Value: "rds:orders-2026" }],
  ])("are refused with %s", (_, tag) => {
    expect(refusal(() => add(withSnapshot(), [tag]))).toMatch(/^InvalidParameterValue 400/);
  });

  test("are refused twice under one key, and on what is not there", () => {
    const world = withSnapshot();
    const tag = { Key: "k", Value: "v" };
    expect(refusal(() => add(world, [tag, tag]))).toMatch(/Duplicate/);
    expect(refusal(() => add(world, [tag], `${arn}x`))).toMatch(/^DBSnapshotNotFound 404/);
    expect(refusal(() => add(world, [tag], `arn:aws:rds:us-east-1:${account}:db:x`))).toMatch(
      /^DBInstanceNotFound 404/,
    );
    expect(refusal(() => add(world, [tag], `arn:aws:rds:us-west-2:${account}:snapshot:b`))).toMatch(
      /resource name/,
    );
    expect(refusal(() => add(world, [tag], "b"))).toMatch(/Invalid resource name/);
  });

  test("added one by one are all there, whatever their order", () => {
    const keys = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,8}$/), { maxLength: 10 });
    fc.assert(
      fc.property(keys, (some) => {
        const world = withSnapshot();
        for (const Key of some) add(world, [{ Key, Value: Key }]);
        const list = world.rds(world.primary, "ListTagsForResource", { ResourceName: arn })[
          "TagList"
        ] as Shape[];
        expect(new Set(list.map((tag) => tag["Key"]))).toEqual(new Set(["first", ...some]));
      }),
      { numRuns: 20 },
    );
  });
});
