import { PublishCommand } from "@aws-sdk/client-sns";
import * as z from "zod/mini";
import { type Batch, type BatchTools, batchStep } from "../../shared/batch-step.ts";
import { eventsClient, snsClient } from "../../shared/clients.ts";
import type { Notice } from "../../shared/conditions/wording.ts";
import { errorText } from "../../shared/errors.ts";
import {
  AlarmChanged,
  AlertRaised,
  MisplacedOrder,
  ReminderDue,
} from "../../shared/events/announce-events.ts";
import { arns, operatorEvents } from "../../shared/names.ts";
import { publish } from "../../shared/publish.ts";
import { remind, tellChanges } from "./alarms.ts";
import { groupAlerts } from "./decide.ts";
import { mailOf, wordAlerts, wordRefused, wordTogether } from "./mail.ts";
import { wordMisplaced } from "./misplaced.ts";
import { type Look, looker } from "./view.ts";

const Message = z.discriminatedUnion("event", [AlarmChanged, AlertRaised, ReminderDue, MisplacedOrder]);
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

/** One notice a kind of alert. */
function alertNotices({ received }: Batch<Message>): Outgoing[] {
  const raised = received.flatMap(({ recordId, message }) =>
    message.event === "alert" ? [{ recordId, alert: message.detail }] : [],
  );
  return groupAlerts(raised.map(({ alert }) => alert)).map((group) => ({
    notice: wordAlerts(group),
    recordIds: raised.filter(({ alert }) => alert.kind === group.kind).map(({ recordId }) => recordId),
  }));
}

function refusedNotices({ refused }: Batch<Message>): Outgoing[] {
  if (refused.length === 0) return [];
  const notice = wordRefused(refused.map(({ problem }) => problem));
  return [{ notice, recordIds: refused.map(({ recordId }) => recordId) }];
}

function isMisplaced(message: Message): message is MisplacedOrder {
  return operatorEvents.some((event) => event === message.event);
}

/** One notice an order that was published in the wrong region. */
function misplacedNotices({ received }: Batch<Message>, { settings, names }: BatchTools): Outgoing[] {
  return received.flatMap(({ recordId, message }) =>
    isMisplaced(message)
      ? [{ notice: wordMisplaced(message, settings.regions, names.bus), recordIds: [recordId] }]
      : [],
  );
}

/** One notice an alarm that began or ended; `again` gets the records of those that cannot be decided about yet. */
async function alarmNotices(
  { received }: Batch<Message>,
  look: Look,
  again: string[],
  tools: BatchTools,
): Promise<Outgoing[]> {
  const changes = received.flatMap(({ recordId, message }) =>
    message.event === "alarm-changed" ? [{ ...message.detail, time: message.time, recordId }] : [],
  );
  const { told, waiting } = await tellChanges(changes, look, tools);
  const recordsOf = (name: string) =>
    changes.filter(({ alarmName }) => alarmName === name).map(({ recordId }) => recordId);
  again.push(...waiting.flatMap(recordsOf));
  return told.map(({ alarmName, notice }) => ({ notice, recordIds: recordsOf(alarmName) }));
}

/** One notice for everything that is still wrong, however often it was asked for. */
async function reminderNotices({ received }: Batch<Message>, look: Look, tools: BatchTools) {
  const asked = received.filter(({ message }) => message.event === "reminder-due");
  const notice = asked.length === 0 ? undefined : await remind(look, tools);
  return notice === undefined ? [] : [{ notice, recordIds: asked.map(({ recordId }) => recordId) }];
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
  await sendAll([...refusedNotices(batch), ...misplacedNotices(batch, tools), ...alertNotices(batch)]);
  const look = looker(tools);
  await sendAll([
    ...(await worded("alarm-changed", () => alarmNotices(batch, look, again, tools), batch, again, tools)),
    ...(await worded("reminder-due", () => reminderNotices(batch, look, tools), batch, again, tools)),
  ]);
  return again;
}

export const handler = batchStep({ name: "announce", accepts: Message, run });
