import { describe, expect, test } from "vitest";
import {
  largestGapMinutes,
  latestSlot,
  nextSlot,
  parseSchedule,
  skippedLocalTimes,
  slotsBetween,
  slotsInWindowMax,
} from "../../shared/schedule.ts";

const at = (text: string) => new Date(text);
const iso = (dates: readonly Date[]) => dates.map((date) => date.toISOString());
const daily = "cron(0 2 * * ? *)";

describe("slots of a cron expression", () => {
  test.each([
    ["every day at an hour", daily, ["2026-03-01T02:00", "2026-03-02T02:00"], "2026-03-03"],
    ["a list of hours", "cron(30 6,18 * * ? *)", ["2026-03-01T06:30", "2026-03-01T18:30"], "2026-03-02"],
    [
      "a step from a start",
      "cron(0 5/8 * * ? *)",
      ["2026-03-01T05:00", "2026-03-01T13:00", "2026-03-01T21:00"],
      "2026-03-02",
    ],
    [
      "a step within a range",
      "cron(0 1-9/4 * * ? *)",
      ["2026-03-01T01:00", "2026-03-01T05:00", "2026-03-01T09:00"],
      "2026-03-02",
    ],
    ["weekdays by name", "cron(0 2 ? * MON-TUE *)", ["2026-03-02T02:00", "2026-03-03T02:00"], "2026-03-09"],
    [
      "weekdays by number, Sunday first",
      "cron(0 2 ? * 1 *)",
      ["2026-03-01T02:00", "2026-03-08T02:00"],
      "2026-03-15",
    ],
    ["months by name", "cron(0 2 1 APR,JUN ? *)", ["2026-04-01T02:00", "2026-06-01T02:00"], "2026-07-01"],
    ["the last day of a month", "cron(0 2 L * ? *)", ["2026-03-31T02:00", "2026-04-30T02:00"], "2026-05-31"],
    ["the weekday nearest to a Sunday", "cron(0 2 15W 3 ? *)", ["2026-03-16T02:00"], "2027-01-01"],
    ["the weekday nearest to a Saturday", "cron(0 2 7W 3 ? *)", ["2026-03-06T02:00"], "2027-01-01"],
    ["a nearest weekday that stays in its month", "cron(0 2 1W 8 ? *)", ["2026-08-03T02:00"], "2027-01-01"],
    ["the last Friday of a month", "cron(0 2 ? * 6L *)", ["2026-03-27T02:00"], "2026-04-01"],
    ["the second Tuesday of a month", "cron(0 2 ? * TUE#2 *)", ["2026-03-10T02:00"], "2026-04-01"],
    ["the last day of the week", "cron(0 2 ? * L *)", ["2026-03-07T02:00"], "2026-03-14"],
    ["one year only", "cron(0 2 1 1 ? 2027)", ["2027-01-01T02:00"], "2029-01-01"],
  ])("%s", (_what, expression, expected, to) => {
    const slots = slotsBetween(expression, "UTC", at("2026-03-01T00:00:00Z"), at(`${to}T00:00:00Z`));
    expect(iso(slots)).toEqual(expected.map((text) => `${text}:00.000Z`));
  });

  test("the start belongs to the range and the end does not", () => {
    const slots = slotsBetween(daily, "UTC", at("2026-03-01T02:00:00Z"), at("2026-03-02T02:00:00Z"));
    expect(iso(slots)).toEqual(["2026-03-01T02:00:00.000Z"]);
  });
});

describe("slots of a rate", () => {
  test("are aligned to the epoch, whenever one looks", () => {
    const slots = slotsBetween(
      "rate(6 hours)",
      "UTC",
      at("2026-03-01T01:23:00Z"),
      at("2026-03-01T18:00:00Z"),
    );
    expect(iso(slots)).toEqual(["2026-03-01T06:00:00.000Z", "2026-03-01T12:00:00.000Z"]);
  });
});

describe("in a time zone with daylight saving", () => {
  const zone = "America/New_York";

  test("a slot follows the clock on the wall", () => {
    const slots = slotsBetween(
      "cron(0 5 * * ? *)",
      zone,
      at("2026-03-07T00:00:00Z"),
      at("2026-03-09T00:00:00Z"),
    );
    expect(iso(slots)).toEqual(["2026-03-07T10:00:00.000Z", "2026-03-08T09:00:00.000Z"]);
  });

  test("a local time that does not exist has no slot", () => {
    const slots = slotsBetween(
      "cron(30 2 * * ? *)",
      zone,
      at("2026-03-08T00:00:00Z"),
      at("2026-03-09T00:00:00Z"),
    );
    expect(slots).toEqual([]);
  });

  test("a local time that comes twice has one slot, the first", () => {
    const slots = slotsBetween(
      "cron(30 1 * * ? *)",
      zone,
      at("2026-11-01T00:00:00Z"),
      at("2026-11-02T00:00:00Z"),
    );
    expect(iso(slots)).toEqual(["2026-11-01T05:30:00.000Z"]);
  });

  test("a daily slot in the skipped hour is named as lost", () => {
    expect(skippedLocalTimes("cron(30 2 * * ? *)", zone)).toEqual(["2027-03-14T02:30", "2028-03-12T02:30"]);
  });

  test.each(["cron(0 * * * ? *)", "cron(0/15 * * * ? *)", "cron(30 3 * * ? *)", "rate(1 hour)"])(
    "%s loses nothing",
    (expression) => {
      expect(skippedLocalTimes(expression, zone)).toEqual([]);
    },
  );
});

describe("latest and next slot", () => {
  test("a slot is the latest from its own instant on", () => {
    expect(latestSlot(daily, "UTC", at("2026-03-01T02:00:00Z"))).toEqual(at("2026-03-01T02:00:00Z"));
    expect(latestSlot(daily, "UTC", at("2026-03-01T01:59:59.999Z"))).toEqual(at("2026-02-28T02:00:00Z"));
  });

  test("the next slot is after now, not at it", () => {
    expect(nextSlot(daily, "UTC", at("2026-03-01T02:00:00Z"))).toEqual(at("2026-03-02T02:00:00Z"));
    expect(nextSlot(daily, "UTC", at("2026-03-01T01:59:59.999Z"))).toEqual(at("2026-03-01T02:00:00Z"));
  });

  test("a leap day is found years away", () => {
    expect(nextSlot("cron(0 2 29 2 ? *)", "UTC", at("2026-03-01T00:00:00Z"))).toEqual(
      at("2028-02-29T02:00:00Z"),
    );
  });

  test("a schedule that is over has a latest slot and no next one", () => {
    expect(nextSlot("cron(0 2 1 1 ? 2025)", "UTC", at("2026-03-01T00:00:00Z"))).toBeUndefined();
    expect(latestSlot("cron(0 2 1 1 ? 2025)", "UTC", at("2026-03-01T00:00:00Z"))).toEqual(
      at("2025-01-01T02:00:00Z"),
    );
  });
});

describe("the largest gap in two years", () => {
  test.each<[string, string, string, number | undefined]>([
    ["is a day for a daily slot", daily, "UTC", 1440],
    ["is 25 hours where the clocks are put back", "cron(0 5 * * ? *)", "America/New_York", 1500],
    ["is the weekend for weekdays", "cron(0 2 ? * MON-FRI *)", "UTC", 3 * 1440],
    ["is the longest month for a monthly slot", "cron(0 2 1 * ? *)", "UTC", 31 * 1440],
    ["is the period of a rate", "rate(6 hours)", "UTC", 360],
    ["is unknown for a schedule that runs once", "cron(0 2 1 1 ? 2027)", "UTC", undefined],
  ])("%s", (_what, expression, zone, minutes) => {
    expect(largestGapMinutes(expression, zone)).toBe(minutes);
  });
});

test("a window of a week, ends counted, holds eight daily slots", () => {
  expect(slotsInWindowMax(daily, "UTC", 7 * 1440)).toBe(8);
  expect(slotsInWindowMax(daily, "UTC", 7 * 1440 - 1)).toBe(7);
});

describe("a faulty expression is refused", () => {
  test.each([
    ["both days given", "cron(0 2 * * * *)", "exactly one"],
    ["both days left open", "cron(0 2 ? * ? *)", "exactly one"],
    ["five fields", "cron(0 2 * * ?)", "has 5 fields"],
    ["a minute of 60", "cron(60 2 * * ? *)", "takes 0 to 59"],
    ["weekday 0", "cron(0 2 ? * 0 *)", "takes 1 to 7"],
    ["a range that runs backwards", "cron(0 2 ? * FRI-MON *)", "backwards"],
    ["a step of nothing", "cron(0/0 2 * * ? *)", "no step"],
    ["a sixth Tuesday", "cron(0 2 ? * TUE#6 *)", "#1 to #5"],
    ["a rate of zero", "rate(0 hours)", "no rate"],
    ["a rate of weeks", "rate(1 week)", "no rate"],
    ["a rate of one in the plural", "rate(1 hours)", "no rate such as rate(1 hour) or rate(6 hours)"],
    ["a rate of several in the singular", "rate(6 hour)", "no rate such as rate(1 hour) or rate(6 hours)"],
    ["something else", "at(2026-03-01T02:00:00)", "neither cron"],
  ])("with %s", (_what, expression, why) => {
    expect(() => parseSchedule(expression)).toThrow(why);
  });
});
