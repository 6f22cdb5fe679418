import { AwsError, NotSimulated, type ResourceRequest, type Shape, type World } from "../../types.ts";
import { arnOf, onlyKnown, physicalName, required, shapeOf, text } from "../events/properties.ts";
import { within } from "../events/rules.ts";
import { parseExpression, type ScheduleExpression } from "./expression.ts";

/** A schedule and its one target. */
export interface Schedule {
  readonly name: string;
  readonly group: string;
  readonly arn: string;
  readonly expression: ScheduleExpression;
  readonly enabled: boolean;
  readonly startAt: number | undefined;
  readonly endAt: number | undefined;
  /** How long after the due time it may run; 0 without a flexible window. */
  readonly windowMinutes: number;
  readonly deleteAfterCompletion: boolean;
  readonly createdAt: number;
  readonly target: ScheduleTarget;
  /** The properties as declared, for GetSchedule. */
  readonly declared: Shape;
}

/** Where a schedule sends, as whom, and what happens when it cannot. */
export interface ScheduleTarget {
  readonly arn: string;
  readonly roleArn: string;
  readonly input: string;
  readonly groupId: string | undefined;
  readonly deadLetterArn: string | undefined;
  readonly retryAttemptsMax: number;
  readonly ageMaxSeconds: number;
}

const KNOWN = [
  ...["Name", "Description", "GroupName", "ScheduleExpression", "ScheduleExpressionTimezone", "State"],
  ...["FlexibleTimeWindow", "StartDate", "EndDate", "Target", "KmsKeyArn", "ActionAfterCompletion"],
];

/** Makes a schedule of AWS::Scheduler::Schedule; throws what CreateSchedule would answer. */
export function makeSchedule(world: World, request: ResourceRequest): Schedule {
  const { properties, region } = request;
  onlyKnown("AWS::Scheduler::Schedule", properties, KNOWN);
  if (properties["KmsKeyArn"] !== undefined) {
    throw new NotSimulated("AWS::Scheduler::Schedule.KmsKeyArn");
  }
  const name = text(properties, "Name") ?? physicalName(world, request, 64);
  const group = text(properties, "GroupName") ?? "default";
  if (!/^[\w.-]{1,64}$/.test(name)) {
    throw refusal(`Value '${name}' at 'name' failed to satisfy constraint`);
  }
  const zone = text(properties, "ScheduleExpressionTimezone");
  const after = text(properties, "ActionAfterCompletion") ?? "NONE";
  return {
    ...{ name, group, declared: { ...properties, Name: name }, createdAt: world.clock.now() },
    arn: arnOf(world, "scheduler", region.name, `schedule/${group}/${name}`),
    expression: parseExpression(
      required(properties, "ScheduleExpression"),
      zone,
      world.knobs["rateUnits"] === "either",
    ),
    enabled: oneOf("State", text(properties, "State") ?? "ENABLED", ["ENABLED", "DISABLED"]) === "ENABLED",
    startAt: instant(properties, "StartDate"),
    endAt: instant(properties, "EndDate"),
    windowMinutes: readWindow(shapeOf(properties["FlexibleTimeWindow"])),
    deleteAfterCompletion: oneOf("ActionAfterCompletion", after, ["NONE", "DELETE"]) === "DELETE",
    target: readTarget(shapeOf(properties["Target"]) ?? {}),
  };
}

function refusal(message: string): AwsError {
  return new AwsError("ValidationException", message);
}

function oneOf(name: string, value: string, allowed: readonly string[]): string {
  if (!allowed.includes(value)) {
    throw refusal(`Value '${value}' at '${name}' failed to satisfy enum value set: [${allowed.join(", ")}]`);
  }
  return value;
}

function instant(properties: Shape, name: string): number | undefined {
  const value = text(properties, name);
  const at = value === undefined ? undefined : Date.parse(value);
  if (Number.isNaN(at)) {
    throw refusal(`${name} is not a date: ${value}`);
  }
  return at;
}

function readWindow(window: Shape | undefined): number {
  if (window === undefined) {
    throw refusal("Value null at 'flexibleTimeWindow' failed to satisfy constraint: Member must not be null");
  }
  const mode = oneOf("FlexibleTimeWindow.Mode", text(window, "Mode") ?? "", ["OFF", "FLEXIBLE"]);
  const minutes = within(window, "MaximumWindowInMinutes", 1, 1440);
  if ((mode === "FLEXIBLE") !== (minutes !== undefined)) {
    throw refusal(
      "MaximumWindowInMinutes must be given for FlexibleTimeWindow mode FLEXIBLE, and only for it.",
    );
  }
  return minutes ?? 0;
}

function readTarget(target: Shape): ScheduleTarget {
  onlyKnown("AWS::Scheduler::Schedule.Target", target, [
    ...["Arn", "RoleArn", "Input", "RetryPolicy", "DeadLetterConfig", "SqsParameters"],
  ]);
  const arn = required(target, "Arn");
  if (arn.split(":")[2] !== "sqs") {
    throw new NotSimulated(`AWS::Scheduler::Schedule target ${arn} (only queues)`);
  }
  const input = text(target, "Input");
  if (input === undefined) {
    throw new NotSimulated("AWS::Scheduler::Schedule.Target without Input");
  }
  const groupId = text(shapeOf(target["SqsParameters"]) ?? {}, "MessageGroupId");
  if (arn.endsWith(".fifo") !== (groupId !== undefined)) {
    throw refusal("SqsParameters.MessageGroupId must be given for FIFO queues, and only for them.");
  }
  const deadLetterArn = text(shapeOf(target["DeadLetterConfig"]) ?? {}, "Arn");
  // The member's own pattern: arn:aws(-[a-z]+)?:sqs:[a-z0-9\-]+:\d{12}:[a-zA-Z0-9\-_]+, so no FIFO queue.
  if (deadLetterArn !== undefined && !/^arn:aws[a-z-]*:sqs:[a-z0-9-]+:\d{12}:[\w-]+$/.test(deadLetterArn)) {
    throw refusal(`Value '${deadLetterArn}' at 'target.deadLetterConfig.arn' failed to satisfy constraint`);
  }
  const retry = shapeOf(target["RetryPolicy"]) ?? {};
  return {
    ...{ arn, input, groupId, deadLetterArn, roleArn: required(target, "RoleArn") },
    retryAttemptsMax: within(retry, "MaximumRetryAttempts", 0, 185) ?? 185,
    ageMaxSeconds: within(retry, "MaximumEventAgeInSeconds", 60, 86_400) ?? 86_400,
  };
}
