import type { StateValue } from "@aws-sdk/client-cloudwatch";
import { minutesBetween } from "../../shared/clock.ts";
import { type ConditionName, standingConditions } from "../../shared/conditions.ts";
import type { Alert } from "../../shared/events/announce-events.ts";

/** A change of state as CloudWatch's event tells it. */
export interface AlarmChange {
  readonly alarmName: string;
  readonly state: string;
  readonly previous: string;
  readonly time: Date;
}

/** An alarm as it is now, which an event may be older than. */
export interface AlarmNow {
  readonly state?: StateValue | undefined;
  /** When it was made, or its configuration last changed. */
  readonly configuredAt?: Date | undefined;
}

/**
 * So new, exclusive, the heartbeat's alarm says nothing: it is on from its first evaluation, for missing data breaches
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html), and the first run of
 * prune-copies reports minutes later. Shorter than a message of announce takes to come again.
 */
const heartbeatNewMinutes = 12;

/** What people are told of an alarm. */
export type AlarmDecision =
  | { readonly kind: "tell-alarm" }
  | { readonly kind: "tell-over" }
  | { readonly kind: "wait"; readonly because: "just-deployed" }
  | {
      readonly kind: "ignore";
      readonly because: "no-change" | "changed-since" | "told-directly" | "just-deployed";
    };

/**
 * Sums the changes of each alarm in one batch up: from the state before the first to the state after the last, so
 * that an alarm that went on and off again within the batch is no news.
 */
export function sumUp(changes: readonly AlarmChange[]): AlarmChange[] {
  const summed = new Map<string, AlarmChange>();
  for (const change of [...changes].sort((a, b) => a.time.getTime() - b.time.getTime())) {
    const before = summed.get(change.alarmName);
    summed.set(change.alarmName, before === undefined ? change : { ...change, previous: before.previous });
  }
  return [...summed.values()];
}

/** Decides about one alarm by its change and by how it stands now. */
export function decideAlarm(change: AlarmChange, present: AlarmNow, base: string, now: Date): AlarmDecision {
  const { alarmName, state, previous } = change;
  // What watches this step tells the topic by an action of its own, for this step may be what is broken.
  if (alarmName.startsWith(`${base}-announce-`)) return { kind: "ignore", because: "told-directly" };
  if (state === previous) return { kind: "ignore", because: "no-change" };
  if (state !== present.state) return { kind: "ignore", because: "changed-since" };
  const isNew = (at: Date) =>
    suffixOf(alarmName, base) === "prune-not-running" &&
    present.configuredAt !== undefined &&
    minutesBetween(present.configuredAt, at) < heartbeatNewMinutes;
  if (state === "ALARM")
    return isNew(now) ? { kind: "wait", because: "just-deployed" } : { kind: "tell-alarm" };
  if (state === "OK" && previous === "ALARM")
    return isNew(change.time) ? { kind: "ignore", because: "just-deployed" } : { kind: "tell-over" };
  return { kind: "ignore", because: "no-change" };
}

/** The condition that an alarm stands for; other alarms watch queues, rules and the heartbeat. */
export function conditionOf(alarmName: string, base: string): ConditionName | undefined {
  const suffix = suffixOf(alarmName, base);
  return suffix in standingConditions ? (suffix as ConditionName) : undefined;
}

/** An alarm's name without `rds-dr-<environment>-`: the name of its runbook too. */
export function suffixOf(alarmName: string, base: string): string {
  return alarmName.startsWith(`${base}-`) ? alarmName.slice(base.length + 1) : alarmName;
}

/** Alerts that say the same kind of thing, to be one mail. */
export interface AlertGroup {
  readonly kind: string;
  readonly alerts: readonly Alert[];
}

/** Groups the alerts of a batch by kind, in the order in which the kinds came; the same alert twice is one. */
export function groupAlerts(alerts: readonly Alert[]): AlertGroup[] {
  const groups = new Map<string, Map<string, Alert>>();
  for (const alert of alerts) {
    const group = groups.get(alert.kind) ?? new Map<string, Alert>();
    group.set(`${alert.subject}\n${alert.message}`, alert);
    groups.set(alert.kind, group);
  }
  return [...groups].map(([kind, group]) => ({ kind, alerts: [...group.values()] }));
}
