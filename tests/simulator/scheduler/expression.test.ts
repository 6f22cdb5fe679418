import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { refusalOf } from "../events/support.ts";
import { nextDue, parseExpression } from "../services/scheduler/expression.ts";

/** The next times of an expression, in ISO form without milliseconds. */
function times(source: string, from: string, count: number, zone?: string): string[] {
  const expression = parseExpression(source, zone);
  const found: string[] = [];
  let at: number | undefined = Date.parse(from);
  const start = at;
  while (found.length < count) {
    at = nextDue(expression, at, start);
    if (at === undefined) {
      break;
    }
    found.push(new Date(at).toISOString().replace(":00.000Z", ""));
    at += 1;
  }
  return found;
}

// https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
describe("a cron expression", () => {
  test.each([
    ["runs at a minute of every day", "cron(15 12 * * ? *)", ["2026-03-01T12:15", "2026-03-02T12:15"]],
    [
      "runs every ten minutes from the fifth",
      "cron(5/10 2 * * ? *)",
      ["2026-03-01T02:05", "2026-03-01T02:15"],
    ],
    ["runs at its own instant", "cron(0 2 * * ? *)", ["2026-03-01T02:00", "2026-03-02T02:00"]],
    ["runs on weekdays", "cron(0 10 ? * MON-FRI *)", ["2026-03-02T10:00", "2026-03-03T10:00"]],
    ["counts Sunday as the first day", "cron(0 10 ? * 1 *)", ["2026-03-01T10:00", "2026-03-08T10:00"]],
    ["runs on the last day of a month", "cron(0 1 L * ? *)", ["2026-03-31T01:00", "2026-04-30T01:00"]],
    ["runs on the last Friday of a month", "cron(0 10 ? * 6L *)", ["2026-03-27T10:00", "2026-04-24T10:00"]],
    [
      "runs on the third Friday of a month",
      "cron(0 10 ? * FRI#3 *)",
      ["2026-03-20T10:00", "2026-04-17T10:00"],
    ],
    [
      "runs on a fifth Sunday only where there is one",
      "cron(0 10 ? * 1#5 *)",
      ["2026-03-29T10:00", "2026-05-31T10:00"],
    ],
    [
      "runs on the weekday nearest to a Sunday",
      "cron(0 10 1W * ? *)",
      ["2026-03-02T10:00", "2026-04-01T10:00"],
    ],
    [
      "runs on the weekday nearest to a Saturday",
      "cron(0 10 7W 3 ? *)",
      ["2026-03-06T10:00", "2027-03-08T10:00"],
    ],
    ["does not leave the month for the nearest weekday", "cron(0 10 1W 8 ? 2026)", ["2026-08-03T10:00"]],
    ["runs on Saturday for L alone", "cron(0 10 ? * L *)", ["2026-03-07T10:00", "2026-03-14T10:00"]],
    [
      "runs in some months of some years",
      "cron(0 0 1 JAN,7 ? 2027-2028)",
      ["2027-01-01T00:00", "2027-07-01T00:00", "2028-01-01T00:00"],
    ],
    ["runs on leap days only", "cron(0 0 29 2 ? *)", ["2028-02-29T00:00", "2032-02-29T00:00"]],
    ["never runs on a day that no month has", "cron(0 0 31 2 ? *)", []],
    ["never runs again after its last year", "cron(0 0 1 1 ? 2025)", []],
  ])("%s: %s", (_sentence, source, expected) => {
    expect(times(source, "2026-03-01T02:00:00Z", expected.length || 1)).toEqual(expected);
  });

  it("passes over local times that clocks skip in spring", () => {
    expect(times("cron(30 2 * * ? *)", "2026-03-28T00:00:00Z", 3, "Europe/Berlin")).toEqual([
      "2026-03-28T01:30",
      "2026-03-30T00:30",
      "2026-03-31T00:30",
    ]);
  });

  it("runs once at local times that come twice in autumn", () => {
    expect(times("cron(30 2 * * ? *)", "2026-10-24T12:00:00Z", 2, "Europe/Berlin")).toEqual([
      "2026-10-25T00:30",
      "2026-10-26T01:30",
    ]);
    expect(times("cron(30 1 * * ? *)", "2026-10-31T12:00:00Z", 2, "America/New_York")).toEqual([
      "2026-11-01T05:30",
      "2026-11-02T06:30",
    ]);
  });

  it("follows its zone's day and not UTC's", () => {
    expect(times("cron(0 6 1 * ? *)", "2026-03-31T20:00:00Z", 1, "Pacific/Auckland")).toEqual([
      "2026-04-30T18:00",
    ]);
    expect(times("cron(0 6 1 * ? *)", "2026-03-31T12:00:00Z", 1, "Pacific/Auckland")).toEqual([
      "2026-03-31T17:00",
    ]);
  });

  it("names increasing times, each of which it names again", () => {
    const zones = fc.constantFrom("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe");
    const minute = fc.integer({ min: 0, max: 59 });
    const hour = fc.integer({ min: 0, max: 23 });
    const start = fc.date({ min: new Date("2026-01-01"), max: new Date("2027-01-01"), noInvalidDate: true });
    fc.assert(
      fc.property(minute, hour, zones, start, (m, h, zone, from) => {
        const expression = parseExpression(`cron(${m} ${h} * * ? *)`, zone);
        const first = nextDue(expression, from.getTime(), 0) ?? 0;
        const second = nextDue(expression, first + 1, 0) ?? 0;
        expect(first).toBeGreaterThanOrEqual(from.getTime());
        expect(nextDue(expression, first, 0)).toBe(first);
        expect((second - first) / 3_600_000).toBeGreaterThanOrEqual(22.5);
        expect((second - first) / 3_600_000).toBeLessThanOrEqual(49);
      }),
      { numRuns: 50 },
    );
  });
});

describe("a rate expression", () => {
  it("runs at once and then each interval from its start", () => {
    expect(times("rate(90 minutes)", "2026-03-01T02:10:00Z", 3)).toEqual([
      "2026-03-01T02:10",
      "2026-03-01T03:40",
      "2026-03-01T05:10",
    ]);
  });
});

describe("a rate of days", () => {
  // "When a day is 23 or 25 hours long, EventBridge Scheduler still evaluates the rate expression 24 hours after".
  test.each([
    ["spring", "2026-03-28T01:30:00Z", ["2026-03-28T01:30", "2026-03-29T01:30", "2026-03-30T01:30"]],
    ["autumn", "2026-10-24T00:30:00Z", ["2026-10-24T00:30", "2026-10-25T00:30", "2026-10-26T00:30"]],
  ])("is 24 hours long when clocks change in %s", (_season, from, expected) => {
    expect(times("rate(1 day)", from, 3, "Europe/Berlin")).toEqual(expected);
  });
});

describe("an at expression", () => {
  it("runs once, at the local time of its zone", () => {
    expect(times("at(2026-07-01T12:00:00)", "2026-03-01T00:00:00Z", 2, "Europe/Berlin")).toEqual([
      "2026-07-01T10:00",
    ]);
  });

  it("means the first of two local times in autumn", () => {
    expect(times("at(2026-10-25T02:30:00)", "2026-03-01T00:00:00Z", 2, "Europe/Berlin")).toEqual([
      "2026-10-25T00:30",
    ]);
  });
});

describe("an invalid expression", () => {
  test.each([
    ["cron(0 10 * * * *)", "neither day field is ?"],
    ["cron(0 10 ? * ? *)", "both day fields are ?"],
    ["cron(0 10 * * ?)", "a field is missing"],
    ["cron(60 10 * * ? *)", "a minute too many"],
    ["cron(0 24 * * ? *)", "an hour too many"],
    ["cron(0 10 0 * ? *)", "a day too few"],
    ["cron(0 10 ? * 8 *)", "a weekday too many"],
    ["cron(0 10 ? * 0 *)", "a weekday too few"],
    ["cron(0 10 ? * MON#6 *)", "a sixth Monday"],
    ["cron(0 10 ? * MON/2 *)", "steps of weekdays"],
    ["cron(0 10 L-3 * ? *)", "days before the last"],
    ["cron(0 10 * 13 ? *)", "a month too many"],
    ["cron(0 10 * * ? 2200)", "a year too many"],
    ["cron(0 20-10 * * ? *)", "a range the wrong way round"],
    ["cron(*/0 10 * * ? *)", "steps of nothing"],
    ["cron(0 10 * * ? *) ", "something after it"],
    ["rate(0 minutes)", "no time at all"],
    ["rate(1.5 hours)", "a part of a unit"],
    ["rate(5 seconds)", "seconds"],
    ["rate(5minutes)", "no blank"],
    ["rate(5 minute)", "several in the singular"],
    ["rate(1 minutes)", "one in the plural"],
    ["at(2026-02-29T00:00:00)", "a day that does not exist"],
    ["at(2026-03-01 00:00:00)", "no T"],
    ["every hour", "no form"],
  ])("is %s: %s", (source) => {
    expect(refusalOf(() => parseExpression(source))).toBe("ValidationException");
    expect(() => parseExpression(source)).toThrow(`Invalid Schedule Expression ${source}.`);
  });

  it("is any in a zone that does not exist, and a time that its zone skips", () => {
    expect(refusalOf(() => parseExpression("rate(1 hour)", "Europe/Nowhere"))).toBe("ValidationException");
    expect(refusalOf(() => parseExpression("at(2026-03-29T02:30:00)", "Europe/Berlin"))).toBe(
      "ValidationException",
    );
  });
});
