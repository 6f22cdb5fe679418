import { expect, test } from "vitest";
import { refusalTextOf, testWorld } from "../events/support.ts";
import type { Shape } from "../types.ts";

const [earlier, later] = [new Date("2026-03-01T02:00:00Z"), new Date("2026-03-01T03:00:00Z")];
const span = { StartTime: earlier, EndTime: later };
const MetricStat = { Metric: { Namespace: "N", MetricName: "M" }, Period: 60, Stat: "Sum" };
const query = (more: Shape) => ({ ...span, MetricDataQueries: [{ Id: "m", MetricStat, ...more }] });
const statistics = { Namespace: "N", MetricName: "M", Statistics: ["Sum"], Period: 60 };
const datum = (more: Shape) => ({ Namespace: "N", MetricData: [{ MetricName: "M", ...more }] });
const exclusive = (one: string, other: string) =>
  `InvalidParameterCombination: The parameters MetricData.member.1.${one} and MetricData.member.1.${other} are mutually exclusive and you have specified both.`;

test.each<[string, string, Shape, string]>([
  [
    "an id that begins with a capital",
    "GetMetricData",
    query({ Id: "M" }),
    "ValidationError: The value M for parameter MetricDataQueries.member.1.Id is not matching the expected pattern ^[a-z][a-zA-Z0-9_]*$.",
  ],
  [
    "two queries of one id",
    "GetMetricData",
    { ...span, MetricDataQueries: [query({}).MetricDataQueries[0], query({}).MetricDataQueries[0]] },
    "ValidationError: The values for parameter id in MetricDataQueries are not unique.",
  ],
  [
    "a statistic that is none",
    "GetMetricData",
    query({ MetricStat: { ...MetricStat, Stat: "None" } }),
    "ValidationError: The value None for parameter MetricDataQueries.member.1.MetricStat.Stat is not a valid statistic.",
  ],
  [
    "a metric without a namespace",
    "GetMetricData",
    query({ MetricStat: { ...MetricStat, Metric: { MetricName: "M" } } }),
    "ValidationError: The parameter MetricDataQueries.member.1.MetricStat.Metric.Namespace is required.",
  ],
  [
    "a query without a metric or an expression",
    "GetMetricData",
    query({ MetricStat: undefined }),
    "ValidationError: Exactly one of the parameters MetricDataQueries.member.1.MetricStat and MetricDataQueries.member.1.Expression must be specified.",
  ],
  [
    "a span that ends before it begins",
    "GetMetricData",
    { ...query({}), StartTime: later, EndTime: earlier },
    "ValidationError: The parameter StartTime must be less than the parameter EndTime.",
  ],
  [
    "a span that ends before it begins",
    "GetMetricStatistics",
    { ...statistics, StartTime: later, EndTime: earlier },
    "InvalidParameterValue: The parameter StartTime must be less than the parameter EndTime.",
  ],
  [
    "no span",
    "GetMetricStatistics",
    { ...statistics, StartTime: later, EndTime: later },
    "InvalidParameterValue: The parameter StartTime must not equal parameter EndTime.",
  ],
  [
    "more datapoints than a call may ask for",
    "GetMetricStatistics",
    { ...statistics, StartTime: earlier, EndTime: new Date(earlier.getTime() + 1441 * 60_000) },
    "InvalidParameterCombination: You have requested up to 1441 datapoints, which exceeds the limit of 1440. You may reduce the datapoints requested by increasing Period, or decreasing the time range.",
  ],
  ["a value and values", "PutMetricData", datum({ Value: 1, Values: [1] }), exclusive("Value", "Values")],
  [
    "a value and statistics",
    "PutMetricData",
    datum({ Value: 1, StatisticValues: { Sum: 1, SampleCount: 1, Minimum: 1, Maximum: 1 } }),
    exclusive("Value", "StatisticValues"),
  ],
  [
    "counts for other values",
    "PutMetricData",
    datum({ Values: [1], Counts: [1, 1] }),
    "InvalidParameterValue: The parameters MetricData.member.1.Values and MetricData.member.1.Counts must be of the same size.",
  ],
])("CloudWatch refuses %s (%s)", (_what, operation, input, wanted) => {
  const { call } = testWorld();
  expect(refusalTextOf(() => call("monitoring", operation, input))).toBe(wanted);
});

test("a percentile is a statistic, which is not simulated", () => {
  const { call } = testWorld();
  const input = query({ MetricStat: { ...MetricStat, Stat: "p99" } });
  expect(() => call("monitoring", "GetMetricData", input)).toThrow("not simulated: the statistic p99");
});

test("1,440 datapoints are not too many", () => {
  const { call } = testWorld();
  const EndTime = new Date(earlier.getTime() + 1440 * 60_000);
  const { Datapoints } = call("monitoring", "GetMetricStatistics", {
    ...{ ...statistics, StartTime: earlier, EndTime },
  });
  expect(Datapoints).toEqual([]);
});
