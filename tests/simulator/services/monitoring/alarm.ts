import {
  AwsError,
  NotSimulated,
  type ResourceRequest,
  type Shape,
  type Timer,
  type World,
} from "../../types.ts";
import {
  arnOf,
  flag,
  number,
  onlyKnown,
  physicalName,
  required,
  shapesOf,
  text,
  textsOf,
} from "../events/properties.ts";
import { type AlarmCondition, type AlarmState, COMPARISONS, type MissingData } from "./evaluation.ts";
import { isStatistic, MINUTE, Series } from "./series.ts";

/** The state of an alarm with its reason, as DescribeAlarms and the state-change event show it. */
export interface StateRecord {
  readonly value: AlarmState;
  readonly reason: string;
  readonly reasonData: string | undefined;
  readonly at: number;
}

/** A metric alarm. */
export interface Alarm {
  readonly name: string;
  readonly arn: string;
  readonly description: string | undefined;
  readonly metric: Metric;
  readonly condition: AlarmCondition;
  readonly actionsEnabled: boolean;
  readonly actions: Readonly<Record<AlarmState, readonly string[]>>;
  readonly configuredAt: number;
  state: StateRecord;
  /** The pending evaluation. */
  pending: { readonly when: number; readonly timer: Timer } | undefined;
}

/** What names a metric. */
export interface MetricId {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** One metric of a region: its name, its values, and the alarms that watch it. */
export interface Metric extends MetricId {
  readonly series: Series;
  readonly alarms: Alarm[];
}

/** A metric without values. */
export function newMetric(id: MetricId): Metric {
  return { ...id, series: new Series(), alarms: [] };
}

const KNOWN = [
  ...[
    "AlarmName",
    "AlarmDescription",
    "ActionsEnabled",
    "AlarmActions",
    "OKActions",
    "InsufficientDataActions",
  ],
  ...[
    "MetricName",
    "Namespace",
    "Dimensions",
    "Statistic",
    "Period",
    "EvaluationPeriods",
    "DatapointsToAlarm",
  ],
  ...["Threshold", "ComparisonOperator", "TreatMissingData", "Tags"],
];

/**
 * "CloudWatch attempts to retrieve a higher number of data points than the number specified as Evaluation
 * Periods"; its examples look at 5 for 3. Users see the same with periods of a day: a missing sign of life
 * alarms after three of them. Adjustable by the knob `alarmRangeExtraPeriods`; 0 fills in gaps at once.
 */
const RANGE_EXTRA = 2;

/** Makes an alarm of AWS::CloudWatch::Alarm; metric maths, percentiles and units are refused by name. */
export function makeAlarm(world: World, request: ResourceRequest, metricOf: (id: MetricId) => Metric): Alarm {
  const { properties, region } = request;
  onlyKnown("AWS::CloudWatch::Alarm", properties, KNOWN);
  const name = text(properties, "AlarmName") ?? physicalName(world, request, 255);
  const actions = {
    ALARM: actionsOf(properties, "AlarmActions"),
    OK: actionsOf(properties, "OKActions"),
    INSUFFICIENT_DATA: actionsOf(properties, "InsufficientDataActions"),
  };
  const now = world.clock.now();
  const knob = world.knobs["alarmRangeExtraPeriods"];
  const rangeExtra = typeof knob === "number" ? knob : RANGE_EXTRA;
  return {
    ...{
      name,
      actions,
      condition: readCondition(properties, rangeExtra),
      configuredAt: now,
      pending: undefined,
    },
    arn: arnOf(world, "cloudwatch", region.name, `alarm:${name}`),
    description: text(properties, "AlarmDescription"),
    metric: metricOf({
      namespace: required(properties, "Namespace"),
      name: required(properties, "MetricName"),
      dimensions: dimensionsOf(properties["Dimensions"]),
    }),
    actionsEnabled: flag(properties, "ActionsEnabled") ?? true,
    state: {
      ...{ value: "INSUFFICIENT_DATA", at: now, reasonData: undefined },
      reason: "Unchecked: Initial alarm creation",
    },
  };
}

function actionsOf(properties: Shape, name: string): readonly string[] {
  const actions = textsOf(properties[name]);
  if (actions.length > 5) {
    throw refusal(`The collection ${name} must not have a size greater than 5.`);
  }
  const foreign = actions.find((arn) => arn.split(":")[2] !== "sns");
  if (foreign !== undefined) {
    throw new NotSimulated(`AWS::CloudWatch::Alarm.${name} ${foreign} (only topics)`);
  }
  return actions;
}

const MISSING: readonly string[] = ["missing", "ignore", "breaching", "notBreaching"];

function readCondition(properties: Shape, rangeExtra: number): AlarmCondition {
  const statistic = required(properties, "Statistic");
  const comparison = required(properties, "ComparisonOperator");
  const missing = text(properties, "TreatMissingData") ?? "missing";
  const period = number(properties, "Period") ?? 0;
  const periods = number(properties, "EvaluationPeriods") ?? 0;
  const datapointsToAlarm = number(properties, "DatapointsToAlarm") ?? periods;
  const threshold = number(properties, "Threshold");
  if (!isStatistic(statistic)) {
    throw refusal(`Value '${statistic}' at 'statistic' failed to satisfy constraint`);
  }
  if (COMPARISONS[comparison] === undefined) {
    throw comparison.includes("UpperThreshold") || comparison.includes("LowerThreshold")
      ? new NotSimulated(`AWS::CloudWatch::Alarm.ComparisonOperator ${comparison}`)
      : refusal(`Value '${comparison}' at 'comparisonOperator' failed to satisfy constraint`);
  }
  if (!MISSING.includes(missing)) {
    throw refusal(`Invalid value for parameter TreatMissingData: ${missing}`);
  }
  if (period === 10 || period === 20 || period === 30) {
    throw new NotSimulated(`AWS::CloudWatch::Alarm.Period ${period} (high resolution)`);
  }
  if (period < 60 || period % 60 !== 0) {
    throw refusal("Invalid period value for alarm: must be 10, 20, 30 or a multiple of 60.");
  }
  if (!Number.isInteger(periods) || periods < 1 || datapointsToAlarm < 1 || datapointsToAlarm > periods) {
    throw refusal("DatapointsToAlarm must be at least 1 and at most EvaluationPeriods.");
  }
  // Periods of an hour and more may span a week, shorter ones a day.
  if (period * periods > (period >= 3600 ? 604_800 : 86_400)) {
    throw refusal(
      "Metrics cannot be checked across more than a day (EvaluationPeriods * Period must be <= 86400).",
    );
  }
  if (threshold === undefined) {
    throw refusal("Threshold is required for an alarm on a metric.");
  }
  return {
    ...{ statistic, periods, datapointsToAlarm, comparison, threshold, rangeExtra },
    periodMilliseconds: (period / 60) * MINUTE,
    missing: missing as MissingData,
  };
}

/** The dimensions of a metric: `[{ Name, Value }]`. */
export function dimensionsOf(value: unknown): Record<string, string> {
  return Object.fromEntries(
    shapesOf(value).map((dimension) => [required(dimension, "Name"), required(dimension, "Value")]),
  );
}

/** CloudWatch's refusal of a request. */
export function refusal(message: string): AwsError {
  return new AwsError("ValidationError", message);
}
