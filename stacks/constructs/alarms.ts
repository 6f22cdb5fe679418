import { Duration } from "aws-cdk-lib";
import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  Metric,
  Stats,
  TreatMissingData,
} from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import type { Construct } from "constructs";
import { metricsNamespace, pruneHeartbeat, standingConditions } from "../../shared/conditions.ts";
import { names } from "../../shared/names.ts";
import type { Settings } from "../../shared/settings/schema.ts";

interface AlarmProps {
  readonly name: string;
  /** One sentence; the runbook is named behind it. */
  readonly means: string;
  /** The file in docs/runbooks, without its ending. */
  readonly runbook: string;
  readonly metric: IMetric;
  readonly threshold?: number;
  readonly periods?: number;
  /** What silence means; default: no trouble. */
  readonly missing?: TreatMissingData;
  /** Only the step that announces alarms tells the topic itself; the others' alarms reach it by a rule. */
  readonly topic?: ITopic | undefined;
}

/** An alarm from `threshold` upwards (default 1). */
export function alarm(scope: Construct, id: string, props: AlarmProps): Alarm {
  const periods = props.periods ?? 1;
  const made = new Alarm(scope, id, {
    alarmName: props.name,
    alarmDescription: `${props.means} Runbook: docs/runbooks/${props.runbook}.md`,
    metric: props.metric,
    threshold: props.threshold ?? 1,
    comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    evaluationPeriods: periods,
    datapointsToAlarm: periods,
    treatMissingData: props.missing ?? TreatMissingData.NOT_BREACHING,
  });
  // No OK action: CloudWatch would mail it for every new alarm, when it leaves INSUFFICIENT_DATA.
  if (props.topic !== undefined) made.addAlarmAction(new SnsAction(props.topic));
  return made;
}

function ourMetric(settings: Settings, metricName: string, period: Duration, statistic: string): Metric {
  return new Metric({
    namespace: metricsNamespace,
    metricName,
    dimensionsMap: { Environment: settings.environment },
    period,
    statistic,
  });
}

/**
 * One alarm a standing condition of the region; `period` is how often its metric is published. The alarm is the memory
 * of its condition, so silence changes nothing: a step that does not run, or cannot see the region that could tell,
 * knows of no end.
 */
export function conditionAlarms(
  scope: Construct,
  settings: Settings,
  region: "primary" | "dr",
  period: Duration,
): void {
  for (const [name, condition] of Object.entries(standingConditions)) {
    if (condition.region !== region) continue;
    alarm(scope, name, {
      name: names(settings.environment).alarm(name),
      means: condition.means,
      runbook: name,
      metric: ourMetric(settings, condition.metric, period, Stats.MAXIMUM),
      missing: TreatMissingData.IGNORE,
    });
  }
}

/** The heartbeat: prune-copies has not run for two of its intervals, so nothing is being judged. */
export function heartbeatAlarm(scope: Construct, settings: Settings): void {
  const period = Duration.minutes(settings.pruning.everyMinutes);
  new Alarm(scope, "prune-not-running", {
    alarmName: names(settings.environment).alarm("prune-not-running"),
    alarmDescription:
      "prune-copies has not run, so objectives are not judged and nothing is reconciled. Runbook: docs/runbooks/prune-not-running.md",
    metric: ourMetric(settings, pruneHeartbeat, period, Stats.SUM),
    threshold: 1,
    comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
    evaluationPeriods: 2,
    datapointsToAlarm: 2,
    treatMissingData: TreatMissingData.BREACHING,
  });
}
