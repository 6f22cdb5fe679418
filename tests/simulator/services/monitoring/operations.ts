import { AwsError, type Call, NotSimulated, type Shape } from "../../types.ts";
import { required, shapeOf, shapesOf, text, textsOf } from "../events/properties.ts";
import { pageAt } from "../paging.ts";
import { type Alarm, dimensionsOf, type Metric, type MetricId, refusal } from "./alarm.ts";
import { describeAlarm } from "./alarm-messages.ts";
import { checkDatapoints, checkDatum, checkQueries, checkSpan } from "./checks.ts";
import type { AlarmState } from "./evaluation.ts";
import {
  isStatistic,
  MINUTE,
  type Series,
  type StatisticName,
  type Statistics,
  statistic,
} from "./series.ts";

/** What the operations need of the service. */
export interface Monitored {
  now(): number;
  readonly alarms: ReadonlyMap<string, Alarm>;
  readonly metrics: readonly Metric[];
  find(id: MetricId): Metric | undefined;
  put(id: MetricId, at: number, values: Statistics): void;
  setState(alarm: Alarm, state: AlarmState, reason: string, reasonData: string | undefined): void;
}

/** Answers one call of the CloudWatch API. */
export function handleMonitoring(monitored: Monitored, call: Call): Shape {
  const operation = OPERATIONS[call.operation];
  if (operation === undefined) {
    throw new NotSimulated(`monitoring:${call.operation}`);
  }
  return operation(monitored, call.input);
}

const OPERATIONS: Readonly<Record<string, (monitored: Monitored, input: Shape) => Shape>> = {
  PutMetricData: putMetricData,
  GetMetricData: getMetricData,
  GetMetricStatistics: getMetricStatistics,
  ListMetrics: listMetrics,
  DescribeAlarms: describeAlarms,
  SetAlarmState: setAlarmState,
};

function metricId(shape: Shape): MetricId {
  return {
    namespace: required(shape, "Namespace"),
    name: required(shape, "MetricName"),
    dimensions: dimensionsOf(shape["Dimensions"]),
  };
}

function putMetricData(monitored: Monitored, input: Shape): Shape {
  const namespace = required(input, "Namespace");
  if (namespace.startsWith("AWS/")) {
    throw new AwsError("InvalidParameterValue", "The value AWS/ for parameter Namespace is invalid.");
  }
  const data = shapesOf(input["MetricData"]);
  if (data.length === 0) throw new AwsError("MissingParameter", "The parameter MetricData is required.");
  data.forEach(checkDatum);
  for (const datum of data) {
    const at = datum["Timestamp"] instanceof Date ? datum["Timestamp"].getTime() : monitored.now();
    for (const values of valuesOf(datum)) {
      monitored.put(metricId({ ...datum, Namespace: namespace }), at, values);
    }
  }
  return {};
}

function valuesOf(datum: Shape): Statistics[] {
  const set = shapeOf(datum["StatisticValues"]);
  if (set !== undefined) {
    const [sum, count, least, most] = ["Sum", "SampleCount", "Minimum", "Maximum"].map((name) =>
      Number(set[name]),
    );
    return [{ sum: sum ?? 0, count: count ?? 0, least: least ?? 0, most: most ?? 0 }];
  }
  const values: unknown[] = Array.isArray(datum["Values"]) ? datum["Values"] : [datum["Value"]];
  const counts: unknown[] = Array.isArray(datum["Counts"]) ? datum["Counts"] : [];
  return values.map((value, index) => {
    if (typeof value !== "number" || !Number.isFinite(value)) {
      throw new AwsError(
        "InvalidParameterValue",
        `The value ${String(value)} for parameter Value is invalid.`,
      );
    }
    const count = Number(counts[index] ?? 1);
    return { sum: value * count, count, least: value, most: value };
  });
}

function instant(input: Shape, name: string): number {
  const value = input[name];
  if (!(value instanceof Date)) {
    throw new AwsError("MissingParameter", `The parameter ${name} is required.`);
  }
  return value.getTime();
}

interface Point {
  readonly at: number;
  readonly values: Statistics;
}

/** The periods of a span that have values, oldest first; periods are aligned to the clock. */
function points(series: Series | undefined, input: Shape, periodSeconds: number): Point[] {
  if (!Number.isInteger(periodSeconds) || periodSeconds < 60 || periodSeconds % 60 !== 0) {
    throw refusal(`Period must be a multiple of 60, got ${periodSeconds}`);
  }
  const period = (periodSeconds / 60) * MINUTE;
  const to = instant(input, "EndTime");
  const found: Point[] = [];
  for (let at = Math.floor(instant(input, "StartTime") / period) * period; at < to; at += period) {
    const values = series?.window(at, Math.min(at + period, to));
    if (values !== undefined) {
      found.push({ at, values });
    }
  }
  return found;
}

function namedStatistic(name: string): StatisticName {
  if (!isStatistic(name)) {
    throw new NotSimulated(`the statistic ${name}`);
  }
  return name;
}

/** The words of botocore's InvalidNextToken. */
const invalidToken = () => new AwsError("InvalidNextToken", "The next token specified is invalid.");

/** ListMetrics answers up to 500 a page (API reference). */
const METRICS_MAX = 500;

function getMetricData(monitored: Monitored, input: Shape): Shape {
  // Every answer is whole, so that no token was ever given out.
  if (input["NextToken"] !== undefined) throw invalidToken();
  checkQueries(shapesOf(input["MetricDataQueries"]));
  checkSpan(input, refusal);
  const results = shapesOf(input["MetricDataQueries"])
    .filter((query) => query["ReturnData"] !== false)
    .map((query): Shape => {
      const stat = shapeOf(query["MetricStat"]);
      if (stat === undefined) {
        throw new NotSimulated("monitoring:GetMetricData with an expression");
      }
      const id = metricId(shapeOf(stat["Metric"]) ?? {});
      const name = namedStatistic(required(stat, "Stat"));
      const found = points(monitored.find(id)?.series, input, Number(stat["Period"]));
      if (text(input, "ScanBy") !== "TimestampAscending") {
        found.reverse();
      }
      return {
        ...{ Id: required(query, "Id"), Label: text(query, "Label") ?? id.name, StatusCode: "Complete" },
        Timestamps: found.map(({ at }) => new Date(at)),
        Values: found.map(({ values }) => statistic(name, values)),
      };
    });
  return { MetricDataResults: results, Messages: [] };
}

function getMetricStatistics(monitored: Monitored, input: Shape): Shape {
  const id = metricId(input);
  checkSpan(input, (text) => new AwsError("InvalidParameterValue", text));
  checkDatapoints(input);
  const names = textsOf(input["Statistics"]).map(namedStatistic);
  const found = points(monitored.find(id)?.series, input, Number(input["Period"]));
  return {
    Label: id.name,
    Datapoints: found.map(({ at, values }) => ({
      ...{ Timestamp: new Date(at), Unit: text(input, "Unit") ?? "None" },
      ...Object.fromEntries(names.map((name) => [name, statistic(name, values)])),
    })),
  };
}

function listMetrics(monitored: Monitored, input: Shape): Shape {
  const dimensions = shapesOf(input["Dimensions"]);
  const found = monitored.metrics.filter(
    (metric) =>
      (text(input, "Namespace") ?? metric.namespace) === metric.namespace &&
      (text(input, "MetricName") ?? metric.name) === metric.name &&
      dimensions.every((wanted) => {
        const value = metric.dimensions[required(wanted, "Name")];
        return value !== undefined && (text(wanted, "Value") ?? value) === value;
      }),
  );
  const refuse = () => new AwsError("InvalidParameterValue", "The next token specified is invalid.");
  const token = text(input, "NextToken");
  const { rows, next } = pageAt(found, { token, limit: METRICS_MAX }, refuse);
  return {
    ...(next === undefined ? {} : { NextToken: next }),
    Metrics: rows.map(({ namespace, name, dimensions: each }) => ({
      ...{ Namespace: namespace, MetricName: name },
      Dimensions: Object.entries(each).map(([Name, Value]) => ({ Name, Value })),
    })),
  };
}

function describeAlarms(monitored: Monitored, input: Shape): Shape {
  const names = textsOf(input["AlarmNames"]);
  const prefix = text(input, "AlarmNamePrefix") ?? "";
  const state = text(input, "StateValue");
  const types = textsOf(input["AlarmTypes"]);
  const metricAlarms = types.length === 0 || types.includes("MetricAlarm");
  const found = (metricAlarms ? [...monitored.alarms.values()] : [])
    .filter(({ name }) => (names.length === 0 || names.includes(name)) && name.startsWith(prefix))
    .filter((alarm) => state === undefined || alarm.state.value === state)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const limit = typeof input["MaxRecords"] === "number" ? input["MaxRecords"] : 50;
  const { rows, next } = pageAt(found, { token: text(input, "NextToken"), limit }, invalidToken);
  return {
    ...{ MetricAlarms: rows.map(describeAlarm), CompositeAlarms: [] },
    ...(next === undefined ? {} : { NextToken: next }),
  };
}

function setAlarmState(monitored: Monitored, input: Shape): Shape {
  const name = required(input, "AlarmName");
  const alarm = monitored.alarms.get(name);
  if (alarm === undefined) {
    throw new AwsError("ResourceNotFound", `Unknown Alarm Name: ${name}`, 404);
  }
  const state = required(input, "StateValue");
  const data = text(input, "StateReasonData");
  monitored.setState(alarm, state as AlarmState, text(input, "StateReason") ?? "", data);
  return {};
}
