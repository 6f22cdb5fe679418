import { Duration } from "aws-cdk-lib";
import { CfnDashboard } from "aws-cdk-lib/aws-cloudwatch";
import type { Construct } from "constructs";
import { metricsNamespace, standingConditions } from "../../shared/conditions.ts";
import { names } from "../../shared/names.ts";
import type { Settings } from "../../shared/settings/schema.ts";

const columns = 24;

/** What an operator looks at: how old each recovery point is, what is wrong, and whether dead letters wait. */
export function dashboard(scope: Construct, settings: Settings): void {
  const { environment, regions, objectives, pruning } = settings;
  const region = regions.dr;
  const period = Duration.minutes(pruning.everyMinutes).toSeconds();
  const ages = `SEARCH('{${metricsNamespace},Environment,Instance} MetricName="RecoveryPointAgeMinutes" Environment="${environment}"', 'Maximum', ${period})`;
  const conditions = Object.values(standingConditions).filter((condition) => condition.region === "dr");
  const waiting = `SEARCH('{AWS/SQS,QueueName} MetricName="ApproximateNumberOfMessagesVisible" "${names(environment).base}" "dead-letters"', 'Maximum', 300)`;
  const widgets = [
    {
      title: "Age of the newest recovery point (minutes)",
      metrics: [[{ expression: ages, label: "" }]],
      annotations: { horizontal: [{ label: "RPO", value: objectives.rpoMinutes }] },
    },
    {
      title: "Standing conditions (offenders)",
      metrics: conditions.map(({ metric }) => [metricsNamespace, metric, "Environment", environment]),
      period,
      stat: "Maximum",
    },
    { title: "Dead letters", metrics: [[{ expression: waiting, label: "" }]] },
  ];
  new CfnDashboard(scope, "Dashboard", {
    dashboardName: names(environment).base,
    dashboardBody: JSON.stringify({
      widgets: widgets.map((properties) => ({
        type: "metric",
        width: columns / 2,
        height: 8,
        properties: { region, view: "timeSeries", ...properties },
      })),
    }),
  });
}
