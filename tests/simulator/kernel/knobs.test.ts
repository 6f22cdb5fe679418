import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { isListing } from "../gate.ts";
import { PERMISSION_FACTS } from "../knobs/permissions.ts";
import { createKnobs, KNOB_FACTS, numberKnob, rangeKnob } from "../knobs.ts";

const tests = join(import.meta.dirname, "..", "..");
/** Durations and permissions are each tested by their table. */
const isPermission = (name: string) => PERMISSION_FACTS.some((fact) => fact.name === name);

describe("knobs", () => {
  test("have a source each, and one name once", () => {
    expect(KNOB_FACTS.every(({ source }) => source.length > 0)).toBe(true);
    expect(new Set(KNOB_FACTS.map(({ name }) => name)).size).toBe(KNOB_FACTS.length);
  });

  test.each(KNOB_FACTS)("$name is the strict reading by default and takes each of its readings", (fact) => {
    expect(createKnobs([])[fact.name]).toEqual(fact.value);
    expect(fact.kind === "hook" || fact.others.length > 0).toBe(true);
    for (const reading of [fact.value, ...fact.others]) {
      expect(createKnobs([], { [fact.name]: reading })[fact.name]).toEqual(reading);
    }
  });

  test.each(KNOB_FACTS)("$name refuses by name what is none of its readings", ({ name }) => {
    expect(() => createKnobs([], { [name]: "nonsense" })).toThrow(`the knob ${name} `);
    const knobs = createKnobs([]);
    expect(() => {
      knobs[name] = "nonsense";
    }).toThrow(`the knob ${name} `);
  });

  const elsewhere = globSync("**/*.test.ts", { cwd: tests })
    .filter((file) => !file.endsWith("kernel/knobs.test.ts"))
    .map((file) => readFileSync(join(tests, file), "utf8"))
    .join("\n");
  const single = KNOB_FACTS.filter(
    ({ kind, name }) => !["hook", "duration"].includes(kind) && !isPermission(name),
  );

  test.each(single)("$name has a test in which it is set or looked at", ({ name }) => {
    expect(elsewhere).toContain(name);
  });

  test("that nobody knows are refused by name", () => {
    expect(() => createKnobs([], { evntTags: "map" })).toThrow("there is no knob evntTags");
    expect(() => {
      createKnobs([])["pagecap"] = 2;
    }).toThrow("there is no knob pagecap");
  });

  test("take overrides, quota by quota and region by region", () => {
    const knobs = createKnobs(["a", "b"], { warmSeconds: 1, quotas: { b: { instances: 7 } } });
    expect(numberKnob(knobs, "warmSeconds")).toBe(1);
    expect(knobs.quotas["a"]).toMatchObject({
      instances: 40,
      "manual-snapshots": 100,
      "copies-in-progress": 20,
    });
    expect(knobs.quotas["b"]).toMatchObject({ instances: 7, "manual-snapshots": 100 });
  });

  test("may be ranges, met at the fraction drawn", () => {
    const knobs = createKnobs([], { coldStartMilliseconds: [10, 20], keepAliveSeconds: 5 });
    expect([0, 0.5, 1].map((fraction) => rangeKnob(knobs, "coldStartMilliseconds", fraction))).toEqual([
      10, 15, 20,
    ]);
    expect(rangeKnob(knobs, "keepAliveSeconds", 0.5)).toBe(5);
    expect(() => numberKnob(knobs, "coldStartMilliseconds")).toThrow(
      "the knob coldStartMilliseconds is not a number",
    );
  });
});

describe("a listing", () => {
  test.each([
    ["DescribeDBSnapshots", {}, true],
    ["DescribeDBSnapshots", { DBInstanceIdentifier: "i" }, true],
    ["DescribeDBSnapshots", { DBSnapshotIdentifier: "s" }, false],
    ["DescribeDBInstances", { DBInstanceIdentifier: "i" }, false],
    ["DescribeDBInstances", { Filters: [] }, true],
    ["ListTagsForResource", { ResourceName: "arn" }, false],
    ["DescribeAccountAttributes", {}, true],
    ["CreateDBSnapshot", {}, false],
  ])("is a describe that names no single resource: %s with %o is %s", (operation, input, wanted) => {
    expect(isListing(operation, input)).toBe(wanted);
  });
});
