import { expect, test } from "vitest";
import { UsageError } from "../command-line.ts";
import { parseOptions } from "./options.ts";

test("without arguments it plays the loss of the region, ten days, on the sample environment", () => {
  expect(parseOptions([])).toMatchObject({
    env: "dev",
    days: 10,
    seed: 1,
    scenario: "lost-region",
    quotas: {},
    quiet: false,
  });
});

test("quotas are given one by one", () => {
  const options = parseOptions(["--quota", "manual-snapshots=2000", "--quota", "instances=1000"]);
  expect(options).toMatchObject({ quotas: { "manual-snapshots": 2000, instances: 1000 } });
});

test.each([
  [
    "an unknown scenario names the known ones",
    ["--scenario", "flood"],
    "--scenario is one of ordinary, lost-region, lost-events, got 'flood'",
  ],
  [
    "an unknown quota names the known ones",
    ["--quota", "x=1"],
    "--quota knows manual-snapshots, instances, copies-in-progress, got 'x=1'",
  ],
  [
    "a quota without a number is refused",
    ["--quota", "instances"],
    "--quota instances takes a whole number from 0 to 1000000, got ''",
  ],
  [
    "a quota with two numbers is refused",
    ["--quota", "instances=1=2"],
    "--quota instances takes a whole number from 0 to 1000000, got '1=2'",
  ],
  ["no day is too few", ["--days", "0"], "--days takes a whole number from 1 to 366, got '0'"],
  ["367 days are too many", ["--days", "367"], "--days takes a whole number from 1 to 366, got '367'"],
  [
    "half a seed is refused",
    ["--seed", "1.5"],
    "--seed takes a whole number from 0 to 4294967295, got '1.5'",
  ],
  ["an unknown option is refused", ["--speed"], "Unknown option '--speed'"],
] as const)("%s", (_sentence, args, message) => {
  expect(() => parseOptions(args)).toThrow(UsageError);
  expect(() => parseOptions(args)).toThrow(message);
});
