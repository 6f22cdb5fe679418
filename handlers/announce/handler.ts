import { DescribeAlarmsCommand, type MetricAlarm, paginateDescribeAlarms } from "@aws-sdk/client-cloudwatch";
import { PublishCommand } from "@aws-sdk/client-sns";
import * as z from "zod/mini";
import { type Batch, type BatchTools, batchStep } from "../../shared/batch-step.ts";
import { cloudWatchClient, eventsClient, snsClient } from "../../shared/clients.ts";
import { type Notice, wordAlarm, wordOver } from "../../shared/conditions/wording.ts";
import type { ConditionName } from "../../shared/conditions.ts";
import { errorText } from "../../shared/errors.ts";
import { AlarmChanged, AlertRaised, ReminderDue } from "../../shared/events/announce-events.ts";
import { arns } from "../../shared/names.ts";
import { publish } from "../../shared/publish.ts";
import { type AlarmChange, conditionOf, decideAlarm, decideOver, groupAlerts, sumUp } from "./decide.ts";
import { mailOf, wordAlerts, wordPlainAlarm, wordPlainOver, wordReminder, wordTogether } from "./mail.ts";
import { isJudged, looker, type View } from "./view.ts";

const Message = z.discriminatedUnion("event", [AlarmChanged, AlertRaised, ReminderDue]);
type Message = z.infer<typeof Message>;

/** A notice and the records that have to come again when it cannot be sent. */
interface Outgoing {
  readonly notice: Notice;
  readonly recordIds: readonly string[];
}

/** An event takes less than a mail. */
const eventMessageLengthMax = 50_000;

/** More mails than this at once are sent as one, so that a bad minute floods nobody. */
const mailsMax = 6;

type Look = () => Promise<View | undefined>;

async function describeAlarms(
  alarmNames: readonly string[],
  { region }: BatchTools,
): Promise<ReadonlyMap<string, MetricAlarm>> {
  if (alarmNames.length === 0) return new Map();
  const command = new DescribeAlarmsCommand({
    AlarmNames: [...alarmNames],
    AlarmTypes: ["MetricAlarm"],
    MaxRecords: 100,
  });
  const { MetricAlarms } = await cloudWatchClient(region).send(command);
  return new Map((MetricAlarms ?? []).map((alarm) => [alarm.AlarmName ?? "", alarm]));
}

function word(
  name: ConditionName | undefined,
  alarm: MetricAlarm,
  began: boolean,
  view: View | undefined,
  tools: BatchTools,
): Notice {
  const { base } = tools.names;
  if (began)
    return isJudged(name, tools) && view ? wordAlarm(name, view.findings[name]) : wordPlainAlarm(alarm, base);
  return name === undefined ? wordPlainOver(alarm, base) : wordOver(name);
}

/** Decides about each alarm that changed, with one line of log each; what remains is to be told. */
async function decideChanges(changes: readonly AlarmChange[], look: Look, tools: BatchTools) {
  const alarms = await describeAlarms([...new Set(changes.map(({ alarmName }) => alarmName))], tools);
  const told: {
    alarm: MetricAlarm;
    began: boolean;
    name: ConditionName | undefined;
    view: View | undefined;
  }[] = [];
  let seen: View | undefined;
  for (const change of changes) {
    const alarm = alarms.get(change.alarmName);
    const name = conditionOf(change.alarmName, tools.names.base);
    let decision = decideAlarm(change, alarm?.StateValue, tools.names.base);
    if (decision.kind !== "ignore" && isJudged(name, tools)) seen = await look();
    if (decision.kind === "tell-over") decision = decideOver(name, seen?.primaryAnswers ?? true);
    const because = decision.kind === "ignore" ? { because: decision.because } : {};
    tools.log.info("step decided", {
      decision: decision.kind,
      ...because,
      event: "alarm-changed",
      details: [change.alarmName],
    });
    if (decision.kind !== "ignore" && alarm !== undefined)
      told.push({ alarm, began: decision.kind === "tell-alarm", name, view: seen });
  }
  return told;
}

/** Words the alarms that began or ended. */
async function alarmNotices(batch: Batch<Message>, look: Look, tools: BatchTools): Promise<Outgoing[]> {
  const changes = batch.received.flatMap(({ recordId, message }) =>
    message.event === "alarm-changed" ? [{ ...message.detail, time: message.time, recordId }] : [],
  );
  const told = await decideChanges(sumUp(changes), look, tools);
  return told.map(({ alarm, began, name, view }) => ({
    notice: word(name, alarm, began, view, tools),
    recordIds: changes
      .filter(({ alarmName }) => alarmName === alarm.AlarmName)
      .map(({ recordId }) => recordId),
  }));
}

/** One notice a kind of alert. */
function alertNotices(batch: Batch<Message>): Outgoing[] {
  const raised = batch.received.flatMap(({ recordId, message }) =>
    message.event === "alert" ? [{ recordId, alert: message.detail }] : [],
  );
  return groupAlerts(raised.map(({ alert }) => alert)).map((group) => ({
    notice: wordAlerts(group),
    recordIds: raised.filter(({ alert }) => alert.kind === group.kind).map(({ recordId }) => recordId),
  }));
}

/** One notice for everything that is still wrong, with its present offenders, however often it was asked for. */
async function reminderNotices(batch: Batch<Message>, look: Look, tools: BatchTools): Promise<Outgoing[]> {
  const { names, region, log } = tools;
  const recordIds = batch.received
    .filter(({ message }) => message.event === "reminder-due")
    .map(({ recordId }) => recordId);
  if (recordIds.length === 0) return [];
  const standing: MetricAlarm[] = [];
  const input = {
    AlarmNamePrefix: `${names.base}-`,
    StateValue: "ALARM" as const,
    AlarmTypes: ["MetricAlarm" as const],
  };
  for await (const page of paginateDescribeAlarms(
    { client: cloudWatchClient(region), pageSize: 100 },
    input,
  )) {
    standing.push(...(page.MetricAlarms ?? []));
  }
  const asksForALook = standing.some(({ AlarmName = "" }) =>
    isJudged(conditionOf(AlarmName, names.base), tools),
  );
  const seen = asksForALook ? await look() : undefined;
  const notice = wordReminder(standing, names.base, region, seen?.findings);
  log.info("step decided", {
    decision: notice === undefined ? "nothing" : "remind",
    event: "reminder-due",
    count: standing.length,
  });
  return notice === undefined ? [] : [{ notice, recordIds }];
}

function refusedNotices({ refused }: Batch<Message>): Outgoing[] {
  if (refused.length === 0) return [];
  const problems = refused.map(({ problem }) => problem).join("\n\n");
  const message = `announce refused ${refused.length} messages that are not of its contract:\n\n${problems}`;
  const notice = {
    kind: "message-refused",
    subject: "announce refused a malformed message",
    message,
    instances: [],
  };
  return [{ notice, recordIds: refused.map(({ recordId }) => recordId) }];
}

/** Publishes one notice; true when people have it. */
async function send(
  { notice }: Outgoing,
  { settings, names, partition, region, account, log }: BatchTools,
): Promise<boolean> {
  const topicArn = arns(settings.environment, { partition, region, account }).topic("alerts");
  try {
    await snsClient(region).send(new PublishCommand(mailOf(notice, settings.environment, topicArn)));
    log.info("alert sent", { event: notice.kind, instance_ids: notice.instances });
  } catch (error) {
    log.error("alert could not be sent and will be tried again", {
      event: notice.kind,
      error_text: errorText(error),
    });
    return false;
  }
  const { kind, subject, instances } = notice;
  const message = notice.message.slice(0, eventMessageLengthMax);
  try {
    await publish(eventsClient(region), names.bus, [
      { type: "alert-sent", detail: { kind, subject, message, instances } },
    ]);
  } catch (error) {
    // People have been told. Trying again for the sake of this fact would tell them twice.
    log.warn("alert was sent, and its event could not be published", {
      event: kind,
      error_text: errorText(error),
    });
  }
  return true;
}

/** Words one sort of messages; when that fails, they come again and hold no other sort up. */
async function worded(
  event: Message["event"],
  work: () => Promise<Outgoing[]>,
  batch: Batch<Message>,
  again: string[],
  { log }: BatchTools,
) {
  try {
    return await work();
  } catch (error) {
    log.warn("step did not finish and will be tried again", { event, error_text: errorText(error) });
    again.push(
      ...batch.received.filter(({ message }) => message.event === event).map(({ recordId }) => recordId),
    );
    return [];
  }
}

/** The mails as they are, or one mail instead of too many. */
function bounded(outgoing: readonly Outgoing[]): readonly Outgoing[] {
  if (outgoing.length <= mailsMax) return outgoing;
  const notice = wordTogether(outgoing.map((one) => one.notice));
  return [{ notice, recordIds: outgoing.flatMap(({ recordIds }) => recordIds) }];
}

/** Turns a batch into as few mails as it takes; what could not be sent comes again. */
async function run(batch: Batch<Message>, tools: BatchTools): Promise<string[]> {
  const again: string[] = [];
  const sendAll = async (outgoing: readonly Outgoing[]) => {
    for (const one of bounded(outgoing)) {
      if (!(await send(one, tools))) again.push(...one.recordIds);
    }
  };
  // Alerts are worded already: they do not wait for the look at both regions, which takes long when one is silent.
  await sendAll([...refusedNotices(batch), ...alertNotices(batch)]);
  const look = looker(tools);
  await sendAll([
    ...(await worded("alarm-changed", () => alarmNotices(batch, look, tools), batch, again, tools)),
    ...(await worded("reminder-due", () => reminderNotices(batch, look, tools), batch, again, tools)),
  ]);
  return again;
}

export const handler = batchStep({ name: "announce", accepts: Message, run });
