/** What CloudWatch says, in words: alarms that began or ended, and once a day all that are still on. */
import { DescribeAlarmsCommand, type MetricAlarm, paginateDescribeAlarms } from "@aws-sdk/client-cloudwatch";
import type { BatchTools } from "../../shared/batch-step.ts";
import { cloudWatchClient } from "../../shared/clients.ts";
import { type Notice, wordAlarm, wordOver } from "../../shared/conditions/wording.ts";
import { type AlarmChange, conditionOf, decideAlarm, sumUp } from "./decide.ts";
import { wordPlainAlarm, wordPlainOver, wordReminder } from "./mail.ts";
import { isJudged, type Look } from "./view.ts";

/** What people are told of one alarm. */
export interface AlarmNotice {
  readonly alarmName: string;
  readonly notice: Notice;
}

async function describeAlarms(
  changes: readonly AlarmChange[],
  { region }: BatchTools,
): Promise<ReadonlyMap<string, MetricAlarm>> {
  if (changes.length === 0) return new Map();
  const command = new DescribeAlarmsCommand({
    AlarmNames: changes.map(({ alarmName }) => alarmName),
    AlarmTypes: ["MetricAlarm"],
    MaxRecords: 100,
  });
  const { MetricAlarms } = await cloudWatchClient(region).send(command);
  return new Map((MetricAlarms ?? []).map((alarm) => [alarm.AlarmName ?? "", alarm]));
}

/** Words one alarm that began or ended. */
async function word(alarm: MetricAlarm, began: boolean, look: Look, tools: BatchTools): Promise<Notice> {
  const { base } = tools.names;
  const name = conditionOf(alarm.AlarmName ?? "", base);
  if (!began) return name === undefined ? wordPlainOver(alarm, base) : wordOver(name);
  const findings = isJudged(name, tools) ? await look() : undefined;
  return isJudged(name, tools) && findings !== undefined
    ? wordAlarm(name, findings[name])
    : wordPlainAlarm(alarm, base);
}

/** What is to be told, and the alarms whose changes have to come again to be decided about. */
export interface ToldChanges {
  readonly told: readonly AlarmNotice[];
  readonly waiting: readonly string[];
}

/** Decides about each alarm that changed, with one line of log each, and words what is to be told. */
export async function tellChanges(
  all: readonly AlarmChange[],
  look: Look,
  tools: BatchTools,
): Promise<ToldChanges> {
  const changes = sumUp(all);
  const alarms = await describeAlarms(changes, tools);
  const told: AlarmNotice[] = [];
  const waiting: string[] = [];
  for (const change of changes) {
    const { alarmName } = change;
    const alarm = alarms.get(alarmName);
    const present = { state: alarm?.StateValue, configuredAt: alarm?.AlarmConfigurationUpdatedTimestamp };
    const decision = decideAlarm(change, present, tools.names.base, tools.now);
    const because = "because" in decision ? { because: decision.because } : {};
    const keys = { decision: decision.kind, ...because, event: "alarm-changed", details: [alarmName] };
    tools.log.info("step decided", keys);
    if (decision.kind === "wait") waiting.push(alarmName);
    if (decision.kind === "wait" || decision.kind === "ignore" || alarm === undefined) continue;
    told.push({ alarmName, notice: await word(alarm, decision.kind === "tell-alarm", look, tools) });
  }
  return { told, waiting };
}

async function standingAlarms({ names, region }: BatchTools): Promise<MetricAlarm[]> {
  const standing: MetricAlarm[] = [];
  const paginator = paginateDescribeAlarms(
    { client: cloudWatchClient(region), pageSize: 100 },
    { AlarmNamePrefix: `${names.base}-`, StateValue: "ALARM", AlarmTypes: ["MetricAlarm"] },
  );
  for await (const page of paginator) standing.push(...(page.MetricAlarms ?? []));
  return standing;
}

/** Words everything that is still wrong, with its present offenders; `undefined` when nothing is. */
export async function remind(look: Look, tools: BatchTools): Promise<Notice | undefined> {
  const { base } = tools.names;
  const standing = await standingAlarms(tools);
  const asksForALook = standing.some(({ AlarmName = "" }) => isJudged(conditionOf(AlarmName, base), tools));
  const findings = asksForALook ? await look() : undefined;
  const notice = wordReminder(standing, base, tools.region, findings);
  tools.log.info("step decided", {
    decision: notice === undefined ? "nothing" : "remind",
    event: "reminder-due",
    count: standing.length,
  });
  return notice;
}
