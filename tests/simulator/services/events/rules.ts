import { numberKnob } from "../../knobs.ts";
import { AwsError, NotSimulated, type ResourceRequest, type Shape, type World } from "../../types.ts";
import { compileInput, type InputMaker } from "./input.ts";
import { type CompiledPattern, compile, InvalidPattern } from "./pattern.ts";
import {
  arnOf,
  invalid,
  number,
  onlyKnown,
  physicalName,
  required,
  shapeOf,
  shapesOf,
  text,
} from "./properties.ts";

/** A target of a rule: a queue, and what happens when it cannot be reached. */
export interface Target {
  readonly id: string;
  readonly arn: string;
  readonly groupId: string | undefined;
  readonly input: InputMaker;
  readonly retryAttemptsMax: number;
  readonly ageMaxSeconds: number;
  readonly deadLetterArn: string | undefined;
  /** The target as declared, for ListTargetsByRule. */
  readonly declared: Shape;
}

/** A rule of a bus. */
export interface Rule {
  readonly name: string;
  readonly arn: string;
  readonly bus: string;
  readonly description: string | undefined;
  readonly patternText: string;
  readonly pattern: CompiledPattern;
  readonly targets: readonly Target[];
  enabled: boolean;
}

/** The refusal of an event pattern, as PutRule and TestEventPattern word it. */
export function patternRefusal(error: unknown): unknown {
  return error instanceof InvalidPattern
    ? new AwsError("InvalidEventPatternException", `Event pattern is not valid. Reason: ${error.message}`)
    : error;
}

/** Compiles a pattern, or refuses as EventBridge does. */
export function compilePattern({ knobs }: World, pattern: unknown): CompiledPattern {
  try {
    return compile(pattern, numberKnob(knobs, "wildcardComplexity"));
  } catch (error) {
    throw patternRefusal(error);
  }
}

const KNOWN = ["Name", "Description", "EventBusName", "EventPattern", "State", "Targets", "Tags"];

// EventBridge quotas: targets for each rule, and characters of its pattern.
const TARGETS_MAX = 5;
const PATTERN_MAX = 2048;

/** Makes a rule of AWS::Events::Rule; throws what would fail the deployment. */
export function makeRule(
  world: World,
  request: ResourceRequest,
  busNamed: (reference: string) => string,
): Rule {
  const { properties, region } = request;
  if (properties["ScheduleExpression"] !== undefined) {
    throw new NotSimulated("AWS::Events::Rule.ScheduleExpression (use AWS::Scheduler::Schedule)");
  }
  onlyKnown("AWS::Events::Rule", properties, KNOWN);
  const name = text(properties, "Name") ?? physicalName(world, request, 64);
  if (!/^[\w.-]{1,64}$/.test(name)) {
    throw new AwsError("ValidationException", `Value '${name}' at 'name' failed to satisfy constraint`);
  }
  const bus = busNamed(text(properties, "EventBusName") ?? "default");
  const pattern = properties["EventPattern"];
  if (pattern === undefined) {
    throw new AwsError(
      "ValidationException",
      "Parameter(s) EventPattern or ScheduleExpression must be specified.",
    );
  }
  const state = text(properties, "State") ?? "ENABLED";
  if (state !== "ENABLED" && state !== "DISABLED") {
    throw state.startsWith("ENABLED_")
      ? new NotSimulated(`AWS::Events::Rule.State ${state}`)
      : invalid(`State must be ENABLED or DISABLED, got ${state}`);
  }
  const declared = shapesOf(properties["Targets"]);
  if (declared.length > TARGETS_MAX) {
    throw new AwsError(
      "LimitExceededException",
      `The requested resource exceeds the maximum number allowed: rule ${name} has ${declared.length} targets`,
    );
  }
  const arn = arnOf(world, "events", region.name, `rule/${bus === "default" ? "" : `${bus}/`}${name}`);
  const targets = declared.map((target) => makeTarget(target, region.name, retriesOn(world, bus)));
  if (new Set(targets.map(({ id }) => id)).size !== targets.length) {
    throw new AwsError("ValidationException", `Target ids of rule ${name} must be distinct`);
  }
  const patternText = typeof pattern === "string" ? pattern : JSON.stringify(pattern);
  const quota = world.knobs["eventPatternCharacters"];
  const most = typeof quota === "number" ? quota : PATTERN_MAX;
  if (patternText.length > most) {
    throw new AwsError(
      "LimitExceededException",
      `The event pattern of rule ${name} has ${patternText.length} characters; the quota is ${most}`,
    );
  }
  return {
    ...{ name, arn, bus, targets, patternText, enabled: state === "ENABLED" },
    description: text(properties, "Description"),
    pattern: compilePattern(world, patternText),
  };
}

const TARGET_KNOWN = [
  ...["Id", "Arn", "Input", "InputPath", "InputTransformer"],
  ...["RetryPolicy", "DeadLetterConfig", "SqsParameters"],
];

/** How often and how long delivery is tried where a target does not say. */
interface Retries {
  readonly attempts: number;
  readonly seconds: number;
}

function retriesOn({ knobs }: World, bus: string): Retries {
  const isShort = bus !== "default" && knobs["customBusRetries"] === "5-in-five-minutes";
  return isShort ? { attempts: 5, seconds: 300 } : { attempts: 185, seconds: 86_400 };
}

function makeTarget(target: Shape, region: string, retries: Retries): Target {
  const id = required(target, "Id");
  const arn = required(target, "Arn");
  onlyKnown("AWS::Events::Rule.Target", target, TARGET_KNOWN);
  if (arn.split(":")[2] !== "sqs") {
    throw new NotSimulated(`AWS::Events::Rule target ${arn} (only queues)`);
  }
  if (arn.split(":")[3] !== region) {
    throw new AwsError("ValidationException", `Provided Arn is not in the region of the rule: ${arn}`);
  }
  const groupId = text(shapeOf(target["SqsParameters"]) ?? {}, "MessageGroupId");
  if (arn.endsWith(".fifo") !== (groupId !== undefined)) {
    throw new AwsError(
      "ValidationException",
      `Parameter(s) SqsParameters must be specified for targets that are FIFO queues, and for them only: ${id}.`,
    );
  }
  const deadLetterArn = text(shapeOf(target["DeadLetterConfig"]) ?? {}, "Arn");
  if (
    deadLetterArn !== undefined &&
    (!deadLetterArn.includes(`:sqs:${region}:`) || deadLetterArn.endsWith(".fifo"))
  ) {
    throw new AwsError(
      "ValidationException",
      `Parameter DeadLetterConfig of target ${id} must be a standard queue of this region: ${deadLetterArn}`,
    );
  }
  const retry = shapeOf(target["RetryPolicy"]) ?? {};
  return {
    ...{ id, arn, groupId, deadLetterArn, declared: target },
    input: compileInput(target, id),
    retryAttemptsMax: within(retry, "MaximumRetryAttempts", 0, 185) ?? retries.attempts,
    ageMaxSeconds: within(retry, "MaximumEventAgeInSeconds", 60, 86_400) ?? retries.seconds,
  };
}

/** A whole number of a retry policy within its bounds. */
export function within(shape: Shape, name: string, least: number, most: number): number | undefined {
  const value = number(shape, name);
  if (value !== undefined && (!Number.isInteger(value) || value < least || value > most)) {
    throw new AwsError(
      "ValidationException",
      `1 validation error detected: Value '${value}' at '${name}' failed to satisfy constraint: Member must be between ${least} and ${most}`,
    );
  }
  return value;
}
