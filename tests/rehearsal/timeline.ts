import { styleText } from "node:util";
import type { JournalEntry } from "../simulator/types.ts";

/** A line of the timeline: when, in which region, and what an onlooker would see. */
export interface Line {
  readonly at: number;
  readonly region: string;
  readonly text: string;
  readonly tone: "plain" | "good" | "bad" | "loud";
}

/** A line, or undefined for what an onlooker need not see. */
type Teller = (
  data: Readonly<Record<string, unknown>>,
  prefix: string,
) => readonly [string, Line["tone"]] | undefined;

const text = (value: unknown) => (typeof value === "string" ? value : "");
/** With its prefix `lambda-dr-snapshot`, `lambda-dr-snapshot-orders-2026-03-01-0200` is said as `orders 2026-03-01-0200`. */
const short = (id: unknown, prefix: string) => {
  const name = text(id).split(":").pop() ?? "";
  return name.startsWith(`${prefix}-`)
    ? name.slice(prefix.length + 1).replace(/^(.*)-(\d{4}-\d\d-\d\d-\d{4})/, "$1 $2")
    : name;
};

const calls: Readonly<Record<string, (parameter: (name: string) => string) => string>> = {
  CreateDBSnapshot: (named) => `backup   ${named("DBSnapshotIdentifier")}`,
  CopyDBSnapshot: (named) => `copy     ${named("TargetDBSnapshotIdentifier")}`,
  DeleteDBSnapshot: (named) => `delete   ${named("DBSnapshotIdentifier")}`,
  RestoreDBInstanceFromDBSnapshot: (named) =>
    `restore  ${named("DBInstanceIdentifier")} from ${named("DBSnapshotIdentifier")}`,
  ModifyDBInstance: (named) => `modify   ${named("DBInstanceIdentifier")}`,
};

function call(data: Readonly<Record<string, unknown>>, prefix: string): ReturnType<Teller> {
  const tell = calls[text(data["operation"])];
  if (tell === undefined) return undefined;
  const parameters = (data["parameters"] ?? {}) as Record<string, unknown>;
  const said = tell((name) => short(parameters[name], prefix));
  return data["outcome"] === "ok" ? [said, "plain"] : [`${said}: ${text(data["outcome"])}`, "bad"];
}

const rdsEvents: Readonly<Record<string, string>> = {
  "RDS-EVENT-0042": "backup available",
  "RDS-EVENT-0060": "copy finished",
};

const events: Readonly<Record<string, Line["tone"]>> = {
  "dr-declared": "loud",
  "recovery-planned": "loud",
  "instance-restored": "good",
  "recovery-completed": "good",
  "restore-failed": "bad",
  "backup-failed": "bad",
  "copy-failed": "bad",
  "clean-up-refused": "bad",
  "copy-requested": "plain",
  "clean-up-requested": "plain",
};

function event(data: Readonly<Record<string, unknown>>, prefix: string): ReturnType<Teller> {
  const type = text(data["detailType"]);
  const tone = events[type];
  if (tone === undefined) return undefined;
  const detail = (data["detail"] ?? {}) as Record<string, unknown>;
  const about = text(detail["instanceId"]) || short(detail["copyId"], prefix) || text(detail["reason"]);
  return [`event    ${type}${about === "" ? "" : ` ${about}`}`, tone];
}

const tellers: Readonly<Record<string, Teller>> = {
  call,
  event,
  "rds-event": (data, prefix) => {
    const said = rdsEvents[text(data["eventId"])];
    return said === undefined || !text(data["source"]).startsWith(`${prefix}-`)
      ? undefined
      : [`${said} ${short(data["source"], prefix)}`, "plain"];
  },
  "event-lost": (data, prefix) =>
    text(data["eventId"]) in rdsEvents
      ? [`LOST     ${text(data["eventId"])} ${short(data["source"], prefix)}`, "bad"]
      : undefined,
  "dead-letter": (data) => [`DEAD LETTER in ${text(data["queue"]) || text(data["deadLetterQueue"])}`, "bad"],
  mail: (data) =>
    text(data["topic"]).endsWith("-alerts") ? [`MAIL     ${text(data["subject"])}`, "loud"] : undefined,
  "region-lost": () => ["THE REGION IS LOST", "bad"],
  "region-restored": () => ["THE REGION IS BACK", "good"],
};

/** What the timeline says of a journal entry, snapshots without their prefix; undefined where it says nothing. */
export function lineOf(entry: JournalEntry, snapshotPrefix: string): Line | undefined {
  const said = tellers[entry.kind]?.(entry.data, snapshotPrefix);
  return said === undefined
    ? undefined
    : { at: entry.at, region: entry.region, text: said[0], tone: said[1] };
}

const columnWidth = 52;
const colours = { plain: "white", good: "green", bad: "red", loud: "yellow" } as const;

/** Lays a line out: virtual time, then the primary's column or the DR region's. */
export function layOut(line: Line, primary: string, stream: NodeJS.WriteStream): string {
  const when = new Date(line.at).toISOString().slice(5, 19).replace("T", " ");
  const cut = line.text.length > columnWidth ? `${line.text.slice(0, columnWidth - 1)}…` : line.text;
  const left = line.region === primary;
  const shown = line.tone === "plain" ? cut : styleText(colours[line.tone], cut, { stream });
  const padding = " ".repeat(columnWidth - cut.length);
  return left ? `${when}  ${shown}${padding} |` : `${when}  ${" ".repeat(columnWidth)} | ${shown}`;
}

/** The two columns' heads. */
export function heads(primary: string, dr: string): string {
  return `${"".padEnd(16)}${`PRIMARY ${primary}`.padEnd(columnWidth)} | DR ${dr}\n${"-".repeat(16 + columnWidth)}-+-${"-".repeat(columnWidth)}`;
}
