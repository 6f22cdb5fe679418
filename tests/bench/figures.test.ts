import { describe, expect, test } from "vitest";
import { hottest, type Pace } from "./pace.ts";
import { costsOf } from "./profile.ts";
import type { Figures } from "./simulator.ts";
import { failings, tables } from "./tables.ts";

const pace = (calls: number, hours: number, cpu: number): Pace => ({ calls, hours, cpu, wall: 2 * cpu });

/** The best round, and a typical one of twice its time. */
const taken = (calls: number, hours: number) => ({
  best: pace(calls, hours, 1),
  typical: pace(calls, hours, 2),
});

const figures = (shopHours: number): Figures => ({
  singleRow: taken(700, 0),
  shop: taken(300, shopHours),
  small: taken(300, 150),
  invocations: { all: 10, cold: 4 },
  costs: [
    { area: "a", milliseconds: 30, share: 0.6 },
    { area: "b", milliseconds: 20, share: 0.4 },
  ],
  peakMegabytes: 123.4,
});

describe("figures", () => {
  const rounds = (...seconds: number[]) => {
    let run = 0;
    const round = async () => pace(1, 1, seconds[run++] ?? Number.NaN);
    return { round, taken: () => run };
  };

  test("are those of the best round, beside the median of the later half, taken for so many seconds", async () => {
    const { round, taken } = rounds(9, 2, 5, 3, 6, 4, 1);
    const { best, typical } = await hottest(28, round);
    expect([best.cpu, typical.cpu]).toEqual([2, 4]);
    expect(taken()).toBe(6);
  });

  test("are those of one round, where that takes all the time", async () => {
    const { best, typical } = await hottest(9, rounds(9).round);
    expect([best.cpu, typical.cpu]).toEqual([9, 9]);
  });

  test("meet their targets at the targets, and miss them just below", () => {
    expect(failings(figures(40))).toEqual([]);
    expect(failings(figures(39.9))).toEqual([
      "Missed: shop, hourly pruning: simulated hours a second, 39.9 of 40.",
    ]);
  });

  test("are shown with the dearest costs and the memory", () => {
    const shown = tables(figures(40));
    expect(shown).toMatch(/single-row calls a second +│ 700 +│ 700 +│ yes +│ 350 +│ 350/);
    expect(shown).toMatch(/│ a +│ 30 ms │ 60 % +│/);
    expect(shown).toContain("10 invocations on the shop's days, 4 of them cold; peak memory 123 MB.");
  });
});

describe("a profile", () => {
  const frame = (url: string, functionName: string) => ({
    ...{ url, functionName, scriptId: "1", lineNumber: 0, columnNumber: 0 },
  });
  const profile = {
    nodes: [
      { id: 1, callFrame: frame("", "(root)"), children: [2, 6, 7, 9] },
      { id: 2, callFrame: frame("file:///p/tests/simulator/sandbox/loader.ts", "load"), children: [3] },
      { id: 3, callFrame: frame("file:///assembly/asset.0a/index.cjs", "x"), children: [] },
      { id: 6, callFrame: frame("", "(idle)"), children: [] },
      { id: 7, callFrame: frame("file:///assembly/asset.0a/index.cjs", "parseXml"), children: [8] },
      { id: 8, callFrame: frame("node:buffer", "from"), children: [] },
      { id: 9, callFrame: frame("node:net", "y"), children: [] },
    ],
    startTime: 0,
    endTime: 100_000,
    samples: [3, 3, 6, 8, 9],
    timeDeltas: [10_000, 20_000, 50_000, 15_000, 5000],
  };

  test("counts a sample to the area of its stack, and idling to none", () => {
    expect(costsOf(profile).map(({ area, milliseconds }) => [area, milliseconds])).toEqual([
      ["cold starts: running the bundle's top level", 30],
      ["reading XML and JSON in the bundle", 15],
      ["Node.js itself", 5],
    ]);
  });
});
