import { describe, expect, test } from "vitest";
import {
  type AlarmCondition,
  type AlarmState,
  evaluate,
  type MissingData,
} from "../services/monitoring/evaluation.ts";
import { MINUTE, Series } from "../services/monitoring/series.ts";

const TREATMENTS: readonly MissingData[] = ["missing", "ignore", "breaching", "notBreaching"];

/** Evaluates five minutes, oldest first: X breaches, 0 does not, - is missing. "ignore" keeps the state. */
function outcomes(
  data: string,
  periods: number,
  datapointsToAlarm: number,
  current: AlarmState,
): AlarmState[] {
  const series = new Series();
  for (const [index, each] of [...data].entries()) {
    if (each !== "-") {
      const value = each === "X" ? 1 : 0;
      series.add(index * MINUTE, { sum: value, count: 1, least: value, most: value });
    }
  }
  return TREATMENTS.map((missing) => {
    const condition: AlarmCondition = {
      ...{
        statistic: "Maximum",
        periodMilliseconds: MINUTE,
        periods,
        datapointsToAlarm,
        missing,
        threshold: 1,
        rangeExtra: 2,
      },
      comparison: "GreaterThanOrEqualToThreshold",
    };
    return evaluate(condition, series, data.length * MINUTE, current).state;
  });
}

const KEPT = "INSUFFICIENT_DATA";

// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html: its two tables,
// in its order of columns: missing, ignore, breaching, notBreaching.
describe("an alarm of 3 out of 3 datapoints that looks at 5", () => {
  test.each([
    ["0-X-X", "OK", "OK", "OK", "OK"],
    ["----0", "OK", "OK", "OK", "OK"],
    ["-----", "INSUFFICIENT_DATA", KEPT, "ALARM", "OK"],
    ["0XX-X", "ALARM", "ALARM", "ALARM", "ALARM"],
    ["--X--", "ALARM", KEPT, "ALARM", "OK"],
  ])("takes %s for %s, %s, %s, %s", (data, ...expected) => {
    expect(outcomes(data, 3, 3, KEPT)).toEqual(expected);
  });
});

describe("an alarm of 2 out of 3 datapoints that looks at 5", () => {
  test.each([
    ["0-X-X", "ALARM", "ALARM", "ALARM", "ALARM"],
    ["00X0X", "ALARM", "ALARM", "ALARM", "ALARM"],
    ["0-X--", "OK", "OK", "ALARM", "OK"],
    ["----0", "OK", "OK", "ALARM", "OK"],
    ["---X-", "ALARM", KEPT, "ALARM", "OK"],
  ])("takes %s for %s, %s, %s, %s", (data, ...expected) => {
    expect(outcomes(data, 3, 2, KEPT)).toEqual(expected);
  });
});
