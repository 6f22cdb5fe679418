import { CfnRule } from "aws-cdk-lib/aws-events";
import { CfnSchedule } from "aws-cdk-lib/aws-scheduler";
import type { Construct } from "constructs";
import { ownSource } from "../../shared/events/envelope.ts";
import { operatorEvents } from "../../shared/names.ts";

/** What starts a step: a rule on a bus, or a schedule. Each sends the step's one message shape. */
export type Entry = RuleEntry | ScheduleEntry;

export interface RuleEntry {
  readonly kind: "rule";
  /** The last part of the rule's name, and for events of AWS the message's `event`. */
  readonly event: string;
  readonly bus: "ours" | "default";
  readonly pattern: Readonly<Record<string, unknown>>;
  /** For events of AWS: what the message's detail is made of, JSON paths by key. */
  readonly detail?: Readonly<Record<string, string>>;
}

export interface ScheduleEntry {
  readonly kind: "schedule";
  readonly event: string;
  readonly expression: string;
  readonly timeZone: string;
  readonly enabled: boolean;
}

/** An event of ours, by its name. */
export function ourEvent(event: string): RuleEntry {
  return { kind: "rule", event, bus: "ours", pattern: { source: [ownSource], "detail-type": [event] } };
}

/** An event of ours that operators may publish too. */
export function anyonesEvent(event: string): RuleEntry {
  return { kind: "rule", event, bus: "ours", pattern: { "detail-type": [event] } };
}

/**
 * Everything on our bus that we did not publish ourselves, so that a mistyped declaration is answered too; and, for
 * the same reason, an operator's event that was published under our source.
 */
export function operatorsEvents(): RuleEntry {
  return {
    kind: "rule",
    event: "operator",
    bus: "ours",
    pattern: {
      $or: [{ source: [{ "anything-but": [ownSource] }] }, { "detail-type": [...operatorEvents] }],
    },
  };
}

/** An operator's event on the bus of the primary region, where nothing carries it out: somebody is to be told. */
export function misplacedOrders(): RuleEntry {
  return { kind: "rule", event: "operator", bus: "ours", pattern: { "detail-type": [...operatorEvents] } };
}

/** RDS's event of a finished manual snapshot: a backup is there to be copied. Matched by id, for texts change. */
export function backupCreated(snapshotPrefix: string): RuleEntry {
  const detail = { backupId: "$.detail.SourceIdentifier" };
  return snapshotEvent("backup-created", "RDS-EVENT-0042", snapshotPrefix, detail);
}

/** RDS's event, in the DR region, of a finished copy from another region (0197 is one within a region). */
export function copyCompleted(snapshotPrefix: string): RuleEntry {
  return snapshotEvent("copy-completed", "RDS-EVENT-0060", snapshotPrefix, {
    copyId: "$.detail.SourceIdentifier",
  });
}

function snapshotEvent(event: string, id: string, prefix: string, detail: Record<string, string>): RuleEntry {
  const pattern = {
    source: ["aws.rds"],
    "detail-type": ["RDS DB Snapshot Event"],
    detail: { EventID: [id], SourceType: ["SNAPSHOT"], SourceIdentifier: [{ prefix: `${prefix}-` }] },
  };
  return { kind: "rule", event, bus: "default", pattern, detail };
}

/** One of our alarms changed its state. */
export function alarmChanged(alarmPrefix: string): RuleEntry {
  return {
    kind: "rule",
    event: "alarm-changed",
    bus: "default",
    pattern: {
      source: ["aws.cloudwatch"],
      "detail-type": ["CloudWatch Alarm State Change"],
      detail: { alarmName: [{ prefix: alarmPrefix }] },
    },
    detail: {
      alarmName: "$.detail.alarmName",
      state: "$.detail.state.value",
      previous: "$.detail.previousState.value",
    },
  };
}

/** A schedule of EventBridge Scheduler; `paused` leaves it there, switched off. */
export function slots(event: string, expression: string, timeZone: string, enabled = true): ScheduleEntry {
  return { kind: "schedule", event, expression, timeZone, enabled };
}

/** Where an entry sends: the step's queue, and its dead letters when the queue cannot be reached. */
export interface Destination {
  readonly queueArn: string;
  readonly deadLettersArn: string;
}

/** The template of the message: our own events as they are, AWS's in our words. */
function inputTransformer({ event, detail }: RuleEntry): CfnRule.InputTransformerProperty {
  const envelope = { id: "$.id", time: "$.time", source: "$.source" };
  const paths =
    detail === undefined
      ? { ...envelope, event: "$.detail-type", detail: "$.detail" }
      : { ...envelope, ...detail };
  // Placeholders stand without quotes: EventBridge writes each value as the JSON that it is.
  const inner = Object.keys(detail ?? {}).map((key) => `"${key}":<${key}>`);
  const [name, content] =
    detail === undefined ? ["<event>", "<detail>"] : [JSON.stringify(event), `{${inner.join(",")}}`];
  return {
    inputPathsMap: paths,
    inputTemplate: `{"event":${name},"id":<id>,"time":<time>,"source":<source>,"detail":${content}}`,
  };
}

/** Makes a rule that sends to `destination`. */
export function makeRule(
  scope: Construct,
  entry: RuleEntry,
  name: string,
  bus: string | undefined,
  to: Destination,
): CfnRule {
  return new CfnRule(scope, `On-${entry.event}`, {
    name,
    ...(bus !== undefined && { eventBusName: bus }),
    eventPattern: entry.pattern,
    state: "ENABLED",
    targets: [
      {
        id: "queue",
        arn: to.queueArn,
        deadLetterConfig: { arn: to.deadLettersArn },
        inputTransformer: inputTransformer(entry),
      },
    ],
  });
}

/** Makes a schedule that sends to `destination` with the scheduler's role. */
export function makeSchedule(
  scope: Construct,
  entry: ScheduleEntry,
  name: string,
  roleArn: string,
  to: Destination,
): CfnSchedule {
  const message = {
    event: entry.event,
    id: "<aws.scheduler.execution-id>",
    time: "<aws.scheduler.scheduled-time>",
    source: "aws.scheduler",
    detail: {},
  };
  return new CfnSchedule(scope, `On-${entry.event}`, {
    name,
    scheduleExpression: entry.expression,
    scheduleExpressionTimezone: entry.timeZone,
    flexibleTimeWindow: { mode: "OFF" },
    state: entry.enabled ? "ENABLED" : "DISABLED",
    target: {
      arn: to.queueArn,
      roleArn,
      input: JSON.stringify(message),
      deadLetterConfig: { arn: to.deadLettersArn },
    },
  });
}
