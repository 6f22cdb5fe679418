import { expect, inject, test } from "vitest";
import { UsageError } from "../../command-line.ts";
import { readKnobs } from "./knob-options.ts";
import { openWorld } from "./open.ts";
import { parseOptions } from "./options.ts";

test("without arguments it serves the sample environment in real time", () => {
  expect(parseOptions([])).toEqual({
    env: "dev",
    fleet: "tests/fixtures/fleets/shop.json",
    port: 4566,
    speed: 1,
    callLog: undefined,
    knobs: {},
    assembly: undefined,
  });
});

test("the speed may be a fraction, and the port any free one", () => {
  expect(parseOptions(["--speed", "0.5", "--port", "0"])).toMatchObject({ speed: 0.5, port: 0 });
});

test.each([
  ["a port above the last", ["--port", "65536"], "--port takes a whole number from 0 to 65535, got '65536'"],
  ["half a port", ["--port", "1.5"], "--port takes a whole number from 0 to 65535, got '1.5'"],
  ["a speed backwards", ["--speed=-1"], "--speed takes a number from 0 to 100000, got '-1'"],
  ["no speed", ["--speed", ""], "--speed takes a number from 0 to 100000, got ''"],
  ["an option that is not there", ["--host", "0.0.0.0"], "Unknown option '--host'"],
])("%s is refused", (_what, args, message) => {
  expect(() => parseOptions(args)).toThrow(UsageError);
  expect(() => parseOptions(args)).toThrow(message);
});

test("knobs are read by their kinds", () => {
  const given = [
    ...["pageCap=2", "eventTags=map", "copyEventsInSource=0060", "confirmSubscriptions=false"],
    ...["eventDelaySeconds=[60,7200]", 'snapshotDuration={"baseMinutes":1,"minutesPerTib":2}'],
    ...["quotas.us-west-2.instances=2", "quotas.us-west-2.manual-snapshots=3"],
  ];
  expect(parseOptions(given.flatMap((knob) => ["--knob", knob]))).toMatchObject({
    knobs: {
      ...{ pageCap: 2, eventTags: "map", copyEventsInSource: "0060", confirmSubscriptions: false },
      ...{ eventDelaySeconds: [60, 7200], snapshotDuration: { baseMinutes: 1, minutesPerTib: 2 } },
      quotas: { "us-west-2": { instances: 2, "manual-snapshots": 3 } },
    },
  });
});

test("all that is wrong with knobs is said at once, with the choices", () => {
  const given = [
    "eventTags=maps",
    "pageCap=many",
    "putEventsFailureProbability=2",
    "confirmSubscriptions=no",
  ];
  const all = [
    ...given,
    "pagecap=2",
    "quotas.us-west-2.moons=1",
    "quotas.us-west-2.instances=few",
    "pageCap",
  ];
  const read = () => parseOptions(all.flatMap((knob) => ["--knob", knob]));
  expect(read).toThrow(UsageError);
  for (const text of [
    'the knob eventTags reads absent or map or list, not "maps"',
    'the knob pageCap takes a number from 0, not "many"',
    "the knob putEventsFailureProbability takes a number from 0 to 1, not 2",
    'the knob confirmSubscriptions takes true or false, not "no"',
    "there is no knob pagecap; the knobs are originalSnapshotCreateTime, ",
    "there is no quota quotas.us-west-2.moons; the quotas are quotas.REGION.manual-snapshots, quotas.REGION.instances",
    'quotas.us-west-2.instances takes a whole number, not "few"',
    "--knob takes NAME=VALUE, got 'pageCap'",
  ]) {
    expect(read).toThrow(text);
  }
});

test.each([
  ["a hook, which is no fact", ["roleTrusts=true"], "there is no knob roleTrusts"],
  ["a knob that is given twice", ["pageCap=2", "pageCap=3"], "the knob pageCap is given twice"],
])("%s is refused", (_what, knobs, message) => {
  expect(() => parseOptions(knobs.flatMap((knob) => ["--knob", knob]))).toThrow(message);
});

test("the world that is served has the knobs, and quotas of its regions alone", () => {
  const opening = { assembly: inject("assembly"), fleet: [], start: new Date("2026-03-01T02:00:00Z") };
  const { world } = openWorld({
    ...opening,
    knobs: readKnobs(["pageCap=2", "quotas.us-west-2.instances=2"]),
  });
  expect(world.knobs["pageCap"]).toBe(2);
  expect(world.knobs.quotas["us-west-2"]).toMatchObject({ instances: 2, "manual-snapshots": 100 });
  expect(() => openWorld({ ...opening, knobs: readKnobs(["quotas.eu-west-1.instances=2"]) })).toThrow(
    "quotas of eu-west-1: the environment's regions are us-east-1 and us-west-2",
  );
});

test("a directory that is no assembly is refused in one line", () => {
  const opening = { assembly: import.meta.dirname, fleet: [], start: new Date("2026-03-01T02:00:00Z") };
  expect(() => openWorld(opening)).toThrow(UsageError);
  expect(() => openWorld(opening)).toThrow(/is no CDK assembly: it has no manifest.json$/);
});
