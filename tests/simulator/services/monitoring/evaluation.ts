/**
 * When an alarm is in which state, as the CloudWatch user guide has it in "Alarm evaluation" and "Configuring
 * how CloudWatch alarms treat missing data". Pure functions of the datapoints.
 */
import { MINUTE, type Series, type StatisticName, type Statistics, statistic } from "./series.ts";

/** A state of an alarm. */
export type AlarmState = "OK" | "ALARM" | "INSUFFICIENT_DATA";

/** What an alarm does with periods that have no data. */
export type MissingData = "missing" | "ignore" | "breaching" | "notBreaching";

/** What decides an alarm's state. */
export interface AlarmCondition {
  readonly statistic: StatisticName;
  readonly periodMilliseconds: number;
  readonly periods: number;
  readonly datapointsToAlarm: number;
  readonly comparison: string;
  readonly threshold: number;
  readonly missing: MissingData;
  /** How many periods beyond the evaluation periods are searched for real datapoints before gaps are filled in. */
  readonly rangeExtra: number;
}

/** The comparison operators of metric alarms, with the words of their reasons. */
export const COMPARISONS: Readonly<
  Record<string, { readonly words: string; readonly test: (value: number, threshold: number) => boolean }>
> = {
  GreaterThanOrEqualToThreshold: {
    words: "greater than or equal to",
    test: (value, bound) => value >= bound,
  },
  GreaterThanThreshold: { words: "greater than", test: (value, bound) => value > bound },
  LessThanOrEqualToThreshold: { words: "less than or equal to", test: (value, bound) => value <= bound },
  LessThanThreshold: { words: "less than", test: (value, bound) => value < bound },
};

/** A datapoint of an evaluation; `age` counts periods back from the latest. */
export interface Datapoint {
  readonly age: number;
  readonly at: number;
  readonly value: number;
  readonly statistics: Statistics;
}

/** The outcome of one evaluation. */
export interface Evaluation {
  readonly state: AlarmState;
  /** The datapoints that counted, latest first. */
  readonly datapoints: readonly Datapoint[];
  readonly breaching: number;
  readonly missing: number;
}

/** How many periods an evaluation looks back. */
export function rangePeriods({ periods, rangeExtra }: AlarmCondition): number {
  return periods + rangeExtra;
}

/** Evaluates the periods that end at the instant. */
export function evaluate(
  condition: AlarmCondition,
  series: Series,
  end: number,
  current: AlarmState,
): Evaluation {
  const found = datapoints(condition, series, end).slice(0, condition.periods);
  const breaches = COMPARISONS[condition.comparison]?.test ?? (() => false);
  const bad = found.filter(({ value }) => breaches(value, condition.threshold));
  const missing = condition.periods - found.length;
  const state = decide(condition, { found, bad, missing }, current);
  return { state, datapoints: found, breaching: bad.length, missing };
}

function datapoints(condition: AlarmCondition, series: Series, end: number): Datapoint[] {
  const { periodMilliseconds: period } = condition;
  const found: Datapoint[] = [];
  for (let age = 0; age < rangePeriods(condition); age += 1) {
    const at = end - (age + 1) * period;
    const statistics = series.window(at, at + period);
    if (statistics !== undefined) {
      found.push({ age, at, value: statistic(condition.statistic, statistics), statistics });
    }
  }
  return found;
}

function decide(
  { datapointsToAlarm, missing: treatment }: AlarmCondition,
  given: {
    readonly found: readonly Datapoint[];
    readonly bad: readonly Datapoint[];
    readonly missing: number;
  },
  current: AlarmState,
): AlarmState {
  const { found, bad, missing } = given;
  if (bad.length >= datapointsToAlarm) {
    return "ALARM";
  }
  if (missing === 0) {
    return "OK";
  }
  switch (treatment) {
    case "breaching":
      return bad.length + missing >= datapointsToAlarm ? "ALARM" : "OK";
    case "notBreaching":
      return "OK";
    case "ignore":
      return found.length === 0 || breachesThroughout(datapointsToAlarm, found, bad) ? current : "OK";
    case "missing":
      if (found.length === 0) {
        return "INSUFFICIENT_DATA";
      }
      return breachesThroughout(datapointsToAlarm, found, bad) ? "ALARM" : "OK";
  }
}

/**
 * Nothing but breaches, the oldest of them as old as it takes to alarm: gaps since then do not excuse it. A
 * breach younger than that is not enough ("avoiding premature transitions to alarm state").
 */
function breachesThroughout(
  datapointsToAlarm: number,
  found: readonly Datapoint[],
  bad: readonly Datapoint[],
): boolean {
  return bad.length === found.length && (found.at(-1)?.age ?? 0) + 1 >= datapointsToAlarm;
}

/**
 * The next instant at which the same data would fall into other periods than at `end`, or undefined when
 * nothing is in range any more and the outcome cannot change without new data.
 */
export function nextChange(condition: AlarmCondition, series: Series, end: number): number | undefined {
  const { periodMilliseconds: period } = condition;
  let soonest: number | undefined;
  for (const start of series.startsBackwards(end - rangePeriods(condition) * period, end)) {
    const next = end + period - ((end - (start + MINUTE)) % period);
    soonest = Math.min(soonest ?? next, next);
    if (soonest <= end + MINUTE) {
      break;
    }
  }
  return soonest;
}
