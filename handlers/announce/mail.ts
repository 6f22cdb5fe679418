import type { MetricAlarm } from "@aws-sdk/client-cloudwatch";
import type { MessageAttributeValue, PublishCommandInput } from "@aws-sdk/client-sns";
import type { Findings } from "../../shared/conditions/offender.ts";
import { instancesOf, linesOf, type Notice, untold } from "../../shared/conditions/wording.ts";
import { type AlertGroup, conditionOf, suffixOf } from "./decide.ts";

const subjectLengthMax = 100;
/** SNS takes 262,144 bytes a message; kept below, for the attributes count too. */
const messageLengthMax = 200_000;
/** Attributes count towards the message's size; a thousand instances fit. */
const attributeLengthMax = 40_000;

/** Cuts at a length, and shows that it did. */
function cut(text: string, lengthMax: number): string {
  return text.length <= lengthMax ? text : `${text.slice(0, lengthMax - 3)}...`;
}

/**
 * A subject as SNS takes it: printable ASCII on one line, at most 100 characters.
 * https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
 */
export function subjectOf(environment: string, text: string): string {
  const ascii = text.replace(/[^\x20-\x7e]+/g, " ").replace(/ +/g, " ");
  return cut(`rds-dr ${environment}: ${ascii}`.trim(), subjectLengthMax);
}

/** The instances as one attribute, comma-separated; whole names only, as many as fit. */
export function instancesAttribute(instances: readonly string[]): string {
  let text = "";
  for (const id of instances) {
    const longer = text === "" ? id : `${text},${id}`;
    if (longer.length > attributeLengthMax) break;
    text = longer;
  }
  return text;
}

function attribute(value: string): MessageAttributeValue {
  return { DataType: "String", StringValue: value };
}

/** A notice as SNS publishes it. Empty attributes are left out, since SNS refuses them. */
export function mailOf(notice: Notice, environment: string, topicArn: string): PublishCommandInput {
  const instances = instancesAttribute(notice.instances);
  return {
    TopicArn: topicArn,
    Subject: subjectOf(environment, notice.subject),
    Message: cut(notice.message, messageLengthMax),
    MessageAttributes: {
      kind: attribute(notice.kind),
      environment: attribute(environment),
      ...(instances === "" ? {} : { instances: attribute(instances) }),
    },
  };
}

/** Words the alerts of one kind as one notice. */
export function wordAlerts({ kind, alerts }: AlertGroup): Notice {
  const instances = [...new Set(alerts.flatMap((alert) => alert.instances))].sort();
  const [first] = alerts;
  if (alerts.length === 1 && first !== undefined)
    return { kind, subject: first.subject, message: first.message, instances };
  const whom = instances.length > 0 ? `: ${instances.join(", ")}` : "";
  const parts = alerts.map(({ subject, message }) => `${subject}\n${message}`);
  return {
    kind,
    subject: `${alerts.length} x ${kind.replaceAll("-", " ")}${whom}`,
    message: parts.join("\n\n"),
    instances,
  };
}

/** Says that messages came which are not of announce's contract. */
export function wordRefused(problems: readonly string[]): Notice {
  const message = `announce refused ${problems.length} messages that are not of its contract:\n\n${problems.join("\n\n")}`;
  return {
    kind: "message-refused",
    subject: "announce refused a malformed message",
    message,
    instances: [],
  };
}

/** Says that an alarm on a queue, a rule or the heartbeat has begun; the alarm's own description says what it means and names the runbook. */
export function wordPlainAlarm(alarm: MetricAlarm, base: string): Notice {
  const suffix = suffixOf(alarm.AlarmName ?? "", base);
  const watched = (alarm.Dimensions ?? []).map(({ Name, Value }) => `${Name} ${Value}`).join(", ");
  const lines = [
    alarm.AlarmDescription ?? `The alarm '${alarm.AlarmName}' is on.`,
    ...(watched === "" ? [] : [`Watched: ${watched}`]),
    ...(alarm.StateReason === undefined ? [] : [`CloudWatch says: ${alarm.StateReason}`]),
  ];
  return { kind: suffix, subject: suffix.replaceAll("-", " "), message: lines.join("\n\n"), instances: [] };
}

/** Says that such an alarm is over. */
export function wordPlainOver(alarm: MetricAlarm, base: string): Notice {
  const suffix = suffixOf(alarm.AlarmName ?? "", base);
  const message = `This is over: ${alarm.AlarmDescription ?? alarm.AlarmName}`;
  return { kind: `${suffix}-over`, subject: `over: ${suffix.replaceAll("-", " ")}`, message, instances: [] };
}

/** Several notices as one, each under its own subject. */
export function wordTogether(notices: readonly Notice[]): Notice {
  const kinds = [...new Set(notices.map(({ kind }) => kind))];
  return {
    kind: kinds.join(","),
    subject: `${notices.length} messages: ${kinds.map((kind) => kind.replaceAll("-", " ")).join(", ")}`,
    message: notices.map(({ subject, message }) => `== ${subject} ==\n\n${message}`).join("\n\n"),
    instances: [...new Set(notices.flatMap(({ instances }) => instances))].sort(),
  };
}

/** One reminder of everything that is still wrong, with the present offenders where they were looked for; undefined when nothing is. */
export function wordReminder(
  alarms: readonly MetricAlarm[],
  base: string,
  region: string,
  findings?: Findings,
): Notice | undefined {
  if (alarms.length === 0) return undefined;
  const offendersOf = (alarm: MetricAlarm) => {
    const name = conditionOf(alarm.AlarmName ?? "", base);
    const isJudged = findings !== undefined && name !== undefined && name !== "dr-stack-missing";
    return isJudged ? findings[name] : [];
  };
  const lines = alarms.map((alarm) => {
    const since = alarm.StateTransitionedTimestamp ?? alarm.StateUpdatedTimestamp;
    const when =
      since === undefined ? "" : ` (since ${since.toISOString().slice(0, 16).replace("T", " ")} UTC)`;
    const offenders = offendersOf(alarm);
    const present = (offenders === undefined ? [untold] : linesOf(offenders)).map((line) => `\n  ${line}`);
    return `- ${suffixOf(alarm.AlarmName ?? "", base)}${when}: ${alarm.AlarmDescription ?? ""}${present.join("")}`;
  });
  const titles = alarms.map((alarm) => suffixOf(alarm.AlarmName ?? "", base).replaceAll("-", " "));
  return {
    kind: "reminder",
    subject: `still wrong: ${titles.join(", ")}`,
    message: `These alarms in ${region} are still on:\n\n${lines.join("\n")}`,
    instances: instancesOf(alarms.flatMap((alarm) => offendersOf(alarm) ?? [])),
  };
}
