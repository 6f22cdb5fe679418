import { arn, onEverything, type Row, type Rows, text } from "./row.ts";
import { UNCERTAIN } from "./uncertain.ts";

export const monitoring: Rows = {
  DescribeAlarms: (scene) => [
    {
      action: "cloudwatch:DescribeAlarms",
      resource: arn(scene, "cloudwatch", "alarm:*"),
      uncertain: UNCERTAIN.alarmsByName,
    },
  ],
  SetAlarmState: (scene) => [
    {
      action: "cloudwatch:SetAlarmState",
      resource: arn(scene, "cloudwatch", `alarm:${text(scene.call.input, "AlarmName") ?? "*"}`),
    },
  ],
  PutMetricData: (scene) => [
    {
      action: "cloudwatch:PutMetricData",
      resource: "*",
      context: { "cloudwatch:namespace": text(scene.call.input, "Namespace") },
    },
  ],
  GetMetricData: onEverything("cloudwatch:GetMetricData"),
  GetMetricStatistics: onEverything("cloudwatch:GetMetricStatistics"),
  ListMetrics: onEverything("cloudwatch:ListMetrics"),
};

/** Operations on a group are judged against `log-group:<name>:log-stream:` (aws/aws-logging-dotnet#62 and its like). */
const onLogGroup =
  (action: string): Row =>
  (scene) => {
    const group = text(scene.call.input, "logGroupName") ?? "";
    return [{ action, resource: arn(scene, "logs", `log-group:${group}:log-stream:`) }];
  };

const onLogStream =
  (action: string): Row =>
  (scene) => {
    const { input } = scene.call;
    const stream = `log-group:${text(input, "logGroupName") ?? ""}:log-stream:${text(input, "logStreamName") ?? ""}`;
    return [{ action, resource: arn(scene, "logs", stream) }];
  };

export const logs: Rows = {
  CreateLogStream: onLogStream("logs:CreateLogStream"),
  PutLogEvents: onLogStream("logs:PutLogEvents"),
  GetLogEvents: onLogStream("logs:GetLogEvents"),
  FilterLogEvents: onLogGroup("logs:FilterLogEvents"),
  DescribeLogStreams: onLogGroup("logs:DescribeLogStreams"),
  DescribeLogGroups: onLogGroup("logs:DescribeLogGroups"),
};

const onFunction =
  (action: string): Row =>
  (scene) => {
    const name = text(scene.call.input, "FunctionName") ?? "*";
    return [{ action, resource: name.startsWith("arn:") ? name : arn(scene, "lambda", `function:${name}`) }];
  };

export const lambda: Rows = {
  Invoke: onFunction("lambda:InvokeFunction"),
  GetFunction: onFunction("lambda:GetFunction"),
  GetFunctionConfiguration: onFunction("lambda:GetFunctionConfiguration"),
  ListFunctions: onEverything("lambda:ListFunctions"),
  ListEventSourceMappings: onEverything("lambda:ListEventSourceMappings"),
  GetEventSourceMapping: (scene) => {
    const mapping = `event-source-mapping:${text(scene.call.input, "UUID") ?? "*"}`;
    return [{ action: "lambda:GetEventSourceMapping", resource: arn(scene, "lambda", mapping) }];
  },
};

export const scheduler: Rows = {
  ListSchedules: onEverything("scheduler:ListSchedules"),
  ListScheduleGroups: onEverything("scheduler:ListScheduleGroups"),
  GetSchedule: (scene) => {
    const { input } = scene.call;
    const name = `schedule/${text(input, "GroupName") ?? "default"}/${text(input, "Name") ?? "*"}`;
    return [{ action: "scheduler:GetSchedule", resource: arn(scene, "scheduler", name) }];
  },
};
