import { expect, test } from "vitest";
import { UsageError } from "../../command-line.ts";
import { openWorld } from "./open.ts";
import { parseOptions } from "./options.ts";

test("without arguments it serves the sample environment in real time", () => {
  expect(parseOptions([])).toEqual({
    env: "dev",
    fleet: "tests/fixtures/fleets/shop.json",
    port: 4566,
    speed: 1,
    callLog: undefined,
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

test("a directory that is no assembly is refused in one line", () => {
  const opening = { assembly: import.meta.dirname, fleet: [], start: new Date("2026-03-01T02:00:00Z") };
  expect(() => openWorld(opening)).toThrow(UsageError);
  expect(() => openWorld(opening)).toThrow(/is no CDK assembly: it has no manifest.json$/);
});
