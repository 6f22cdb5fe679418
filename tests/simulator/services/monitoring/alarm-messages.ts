import type { AwsEvent, Shape, World } from "../../types.ts";
import { isoSeconds } from "../events/delivery.ts";
import type { Alarm, MetricId, StateRecord } from "./alarm.ts";
import { type AlarmState, COMPARISONS, type Evaluation } from "./evaluation.ts";
import { MINUTE } from "./series.ts";

/** `2026-03-01T02:00:00.000+0000`: timestamps in alarm reasons, events and messages. */
export function alarmTime(at: number): string {
  return new Date(at).toISOString().replace("Z", "+0000");
}

/** CloudWatch's sentence for an outcome. */
export function reasonOf({ condition }: Alarm, from: AlarmState, outcome: Evaluation): string {
  const { datapoints, breaching, missing, state } = outcome;
  if (state === "INSUFFICIENT_DATA") {
    return `Insufficient Data: ${count(missing, "datapoint")} ${missing === 1 ? "was" : "were"} unknown.`;
  }
  if (datapoints.length === 0) {
    const treated = condition.missing === "breaching" ? "Breaching" : "NonBreaching";
    const verb = missing === 1 ? "was" : "were";
    return `Threshold Crossed: no datapoints were received for ${count(missing, "period")} and ${count(missing, "missing datapoint")} ${verb} treated as [${treated}].`;
  }
  const words = COMPARISONS[condition.comparison]?.words ?? "";
  const shown = state === "ALARM" ? breaching : datapoints.length - breaching;
  const list = datapoints.map(({ value, at }) => `${decimal(value)} (${shortTime(at)})`).join(", ");
  const was = `${shown === 1 ? "was" : "were"}${state === "ALARM" ? "" : " not"} ${words}`;
  const minimum = `minimum ${count(condition.datapointsToAlarm, "datapoint")} for ${from === "ALARM" ? "ALARM -> OK" : "OK -> ALARM"} transition`;
  return `Threshold Crossed: ${shown} out of the last ${condition.periods} datapoints [${list}] ${was} the threshold (${decimal(condition.threshold)}) (${minimum}).`;
}

function count(many: number, of: string): string {
  return `${many} ${of}${many === 1 ? "" : "s"}`;
}

/** Whole numbers are written `1.0`, as Java does. */
function decimal(value: number): string {
  return Number.isInteger(value) ? `${value}.0` : String(value);
}

function shortTime(at: number): string {
  const text = new Date(at).toISOString();
  return `${text.slice(8, 10)}/${text.slice(5, 7)}/${text.slice(2, 4)} ${text.slice(11, 19)}`;
}

/** The machine-readable reason. */
export function reasonDataOf({ condition }: Alarm, outcome: Evaluation, now: number): string {
  const oldest = outcome.datapoints.at(-1);
  return JSON.stringify({
    ...{ version: "1.0", queryDate: alarmTime(now) },
    ...(oldest === undefined ? {} : { startDate: alarmTime(oldest.at) }),
    ...{ statistic: condition.statistic, period: condition.periodMilliseconds / 1000 },
    recentDatapoints: outcome.datapoints.map(({ value }) => value).reverse(),
    threshold: condition.threshold,
    evaluatedDatapoints: outcome.datapoints.map(({ at, statistics, value }) => ({
      ...{ timestamp: alarmTime(at), sampleCount: statistics.count, value },
    })),
  });
}

function stateOf({ value, reason, reasonData, at }: StateRecord): Shape {
  return { value, reason, ...(reasonData === undefined ? {} : { reasonData }), timestamp: alarmTime(at) };
}

/** The event "CloudWatch Alarm State Change" (CloudWatch user guide, "Alarm events and EventBridge"). */
export function stateChangeEvent(
  world: World,
  region: string,
  alarm: Alarm,
  previous: StateRecord,
): AwsEvent {
  const { metric, condition } = alarm;
  const { at } = alarm.state;
  return {
    ...{ version: "0", id: world.uuid("alarm-event", region, alarm.name, at, alarm.state.value) },
    ...{ "detail-type": "CloudWatch Alarm State Change", source: "aws.cloudwatch", account: world.account },
    ...{ time: isoSeconds(at), region, resources: [alarm.arn] },
    detail: {
      alarmName: alarm.name,
      state: stateOf(alarm.state),
      previousState: stateOf(previous),
      configuration: {
        ...(alarm.description === undefined ? {} : { description: alarm.description }),
        metrics: [
          {
            id: world.uuid("alarm-metric", region, alarm.name),
            metricStat: {
              metric: metricOf(metric),
              period: condition.periodMilliseconds / 1000,
              stat: condition.statistic,
            },
            returnData: true,
          },
        ],
      },
    },
  };
}

function metricOf({ namespace, name, dimensions }: MetricId): Shape {
  return { namespace, name, dimensions };
}

const REGION_TITLES: Readonly<Record<string, string>> = {
  "eu-central-1": "EU (Frankfurt)",
  "eu-north-1": "EU (Stockholm)",
  "eu-west-1": "EU (Ireland)",
  "eu-west-2": "EU (London)",
  "eu-west-3": "EU (Paris)",
  "us-east-1": "US East (N. Virginia)",
  "us-east-2": "US East (Ohio)",
  "us-west-1": "US West (N. California)",
  "us-west-2": "US West (Oregon)",
};

/** What an alarm action publishes to a topic. */
export function actionMessage(world: World, region: string, alarm: Alarm, previous: StateRecord) {
  const { condition, state, metric } = alarm;
  const title = REGION_TITLES[region] ?? region;
  const body = {
    ...{ AlarmName: alarm.name, AlarmDescription: alarm.description ?? null, AWSAccountId: world.account },
    AlarmConfigurationUpdatedTimestamp: alarmTime(alarm.configuredAt),
    ...{ NewStateValue: state.value, NewStateReason: state.reason, StateChangeTime: alarmTime(state.at) },
    ...{ Region: title, AlarmArn: alarm.arn, OldStateValue: previous.value },
    ...{ OKActions: alarm.actions.OK, AlarmActions: alarm.actions.ALARM },
    InsufficientDataActions: alarm.actions.INSUFFICIENT_DATA,
    Trigger: {
      ...{ MetricName: metric.name, Namespace: metric.namespace, StatisticType: "Statistic" },
      ...{ Statistic: condition.statistic.toUpperCase(), Unit: null },
      Dimensions: Object.entries(metric.dimensions).map(([name, value]) => ({ value, name })),
      ...{ Period: condition.periodMilliseconds / 1000, EvaluationPeriods: condition.periods },
      ...{ DatapointsToAlarm: condition.datapointsToAlarm, ComparisonOperator: condition.comparison },
      ...{
        Threshold: condition.threshold,
        TreatMissingData: condition.missing,
        EvaluateLowSampleCountPercentile: "",
      },
    },
  };
  const subject = `${state.value}: "${alarm.name}" in ${title}`;
  return { subject: subject.slice(0, 100), message: JSON.stringify(body) };
}

/** An alarm as DescribeAlarms shows it. */
export function describeAlarm(alarm: Alarm): Shape {
  const { condition, metric, state } = alarm;
  return {
    ...{ AlarmName: alarm.name, AlarmArn: alarm.arn, ActionsEnabled: alarm.actionsEnabled },
    ...(alarm.description === undefined ? {} : { AlarmDescription: alarm.description }),
    ...{ AlarmActions: alarm.actions.ALARM, OKActions: alarm.actions.OK },
    InsufficientDataActions: alarm.actions.INSUFFICIENT_DATA,
    AlarmConfigurationUpdatedTimestamp: new Date(alarm.configuredAt),
    ...{ StateValue: state.value, StateReason: state.reason },
    ...(state.reasonData === undefined ? {} : { StateReasonData: state.reasonData }),
    ...{ StateUpdatedTimestamp: new Date(state.at), StateTransitionedTimestamp: new Date(state.at) },
    ...{ MetricName: metric.name, Namespace: metric.namespace, Statistic: condition.statistic },
    Dimensions: Object.entries(metric.dimensions).map(([Name, Value]) => ({ Name, Value })),
    ...{ Period: (condition.periodMilliseconds / MINUTE) * 60, EvaluationPeriods: condition.periods },
    ...{ DatapointsToAlarm: condition.datapointsToAlarm, Threshold: condition.threshold },
    ...{ ComparisonOperator: condition.comparison, TreatMissingData: condition.missing },
  };
}
