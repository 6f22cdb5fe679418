import { AwsError, type Shape } from "../../types.ts";
import { shapeOf, text } from "../events/properties.ts";
import { refusal } from "./alarm.ts";

/** Members of a datum of which it has one (AWS's replies in localstack/localstack, test_put_metric_data_validation). */
const EXCLUSIVE = [
  ["Value", "Values"],
  ["Value", "StatisticValues"],
] as const;

/** Refuses a datum of PutMetricData that gives its value in two ways, or counts for other values than it has. */
export function checkDatum(datum: Shape, index: number): void {
  const at = `MetricData.member.${index + 1}`;
  for (const [one, other] of EXCLUSIVE) {
    if (datum[one] !== undefined && datum[other] !== undefined) {
      const text = `The parameters ${at}.${one} and ${at}.${other} are mutually exclusive and you have specified both.`;
      throw new AwsError("InvalidParameterCombination", text);
    }
  }
  const [values, counts] = [datum["Values"], datum["Counts"]];
  if (Array.isArray(values) && Array.isArray(counts) && values.length !== counts.length) {
    const text = `The parameters ${at}.Values and ${at}.Counts must be of the same size.`;
    throw new AwsError("InvalidParameterValue", text);
  }
}

const ID = /^[a-z][a-zA-Z0-9_]*$/;
/** Statistics that CloudWatch has beyond those that are simulated: percentiles, trimmed means, ranges. */
const STATISTIC = /^(SampleCount|Average|Sum|Minimum|Maximum|IQM|((p|tm|tc|ts|wm)\d|(PR|TM|TC|TS|WM)\().*)$/;

/**
 * Refuses queries that CloudWatch cannot tell apart or compute, all faults at once. Its words: influxdata/telegraf#5420,
 * prometheus-community/yet-another-cloudwatch-exporter#385.
 */
export function checkQueries(queries: readonly Shape[]): void {
  const ids = queries.map((query) => text(query, "Id") ?? "");
  const faults = queries.flatMap((query, index) => {
    const at = `MetricDataQueries.member.${index + 1}`;
    const [id, stat] = [ids[index] ?? "", shapeOf(query["MetricStat"])];
    const statistic = stat === undefined ? undefined : text(stat, "Stat");
    const metric = shapeOf(stat?.["Metric"]);
    const missing = ["Namespace", "MetricName"].filter((name) => metric !== undefined && !metric[name]);
    return [
      ID.test(id)
        ? []
        : `The value ${id} for parameter ${at}.Id is not matching the expected pattern ^[a-z][a-zA-Z0-9_]*$.`,
      ids.indexOf(id) < index ? "The values for parameter id in MetricDataQueries are not unique." : [],
      (stat === undefined) === (query["Expression"] === undefined)
        ? `Exactly one of the parameters ${at}.MetricStat and ${at}.Expression must be specified.`
        : [],
      missing.map((name) => `The parameter ${at}.MetricStat.Metric.${name} is required.`),
      statistic === undefined || STATISTIC.test(statistic)
        ? []
        : `The value ${statistic} for parameter ${at}.MetricStat.Stat is not a valid statistic.`,
    ].flat();
  });
  if (faults.length > 0) throw refusal(faults.join("\n"));
}

/**
 * Refuses a span of time that ends before it begins, or that is none. GetMetricData does so with ValidationError
 * (elastic/beats#32687), GetMetricStatistics with InvalidParameterValue (influxdata/telegraf#2022).
 */
export function checkSpan(input: Shape, refuse: (text: string) => AwsError): void {
  const [start, end] = [input["StartTime"], input["EndTime"]];
  if (!(start instanceof Date && end instanceof Date)) return;
  if (start.getTime() === end.getTime()) {
    throw refuse("The parameter StartTime must not equal parameter EndTime.");
  }
  if (start > end) throw refuse("The parameter StartTime must be less than the parameter EndTime.");
}

/** GetMetricStatistics: at most so many datapoints a call (API reference). */
const DATAPOINTS_MAX = 1440;

/** Refuses a call of GetMetricStatistics for too many datapoints (localstack/localstack, test_invalid_amount_of_datapoints). */
export function checkDatapoints(input: Shape): void {
  const [start, end] = [input["StartTime"], input["EndTime"]];
  if (!(start instanceof Date && end instanceof Date)) return;
  const asked = Math.ceil((end.getTime() - start.getTime()) / 1000 / Number(input["Period"]));
  if (asked <= DATAPOINTS_MAX) return;
  const text = `You have requested up to ${asked} datapoints, which exceeds the limit of ${DATAPOINTS_MAX}. You may reduce the datapoints requested by increasing Period, or decreasing the time range.`;
  throw new AwsError("InvalidParameterCombination", text);
}
