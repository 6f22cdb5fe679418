import { type ConditionName, standingConditions } from "../conditions.ts";
import type { Offender } from "./offender.ts";

/** A message for people, before it is a mail. */
export interface Notice {
  readonly kind: string;
  readonly subject: string;
  readonly message: string;
  readonly instances: readonly string[];
}

/** What to do about each condition, in a sentence; the runbook has the commands. */
const advice: Readonly<Record<ConditionName, string>> = {
  "objectives-missed":
    "Look at the alarms beside this one: what holds the backups or copies of these instances up?",
  "not-ready":
    "Set right what each line names; nothing is lost yet, but a restore or the next backups will stumble over it.",
  "copies-stuck":
    "Look at the copy in the RDS console. If it does not move, open a case with AWS Support; delete the copy only when an older usable copy exists.",
  "key-not-usable": "Enable the key, or cancel its deletion. Copies under a deleted key are lost for ever.",
  "primary-unreachable":
    "See whether the region is down. If it is, decide about a declaration; nothing is restored without one.",
  "clean-up-overdue":
    "Look at the log of clean-up-primary for what it refuses. The backups cost storage and use up the quota.",
  "slots-missed":
    "See whether the schedule of plan-backups exists and is enabled in the primary region, and look at its dead letters.",
  "instances-stopped":
    "Start them, or exclude them by instances.excluded. What was written before the stop and after the last backup is not protected.",
  "instances-not-covered": "Protect them by other means, and exclude them so that nobody counts on rds-dr.",
  "recovery-unfinished":
    "Look at these instances in the RDS console of the DR region and at the log of restore-instance.",
  "recovered-unprotected": "Protect them from here, or move back; then publish declaration-closed.",
  "dr-stack-missing": "Deploy the DR stack. Until then backups are made and stay in the primary region.",
};

const listedMax = 200;

/** The instances among the offenders, each once. */
export function instancesOf(offenders: readonly Offender[]): string[] {
  return [...new Set(offenders.map(({ instance }) => instance).filter((id) => id !== undefined))].sort();
}

function titleOf(name: ConditionName): string {
  return name.replaceAll("-", " ");
}

/** The offenders as lines, at most so many. */
export function linesOf(offenders: readonly Offender[]): string[] {
  const lines = offenders.slice(0, listedMax).map(({ text }) => `- ${text}`);
  const more = offenders.length - lines.length;
  return [...lines, ...(more > 0 ? [`- and ${more} more`] : [])];
}

/** What stands in the place of offenders that nobody can tell now. */
export const untold = "Whom it concerns cannot be told while the primary region cannot be looked at.";

function presentText(offenders: readonly Offender[] | undefined): string {
  if (offenders === undefined) return untold;
  return offenders.length > 0
    ? linesOf(offenders).join("\n")
    : "Nothing of it is to be seen at this moment; the alarm goes off with the next run.";
}

/** Says that a condition has begun: what, whom it concerns now, as far as it can be told, what to do. */
export function wordAlarm(name: ConditionName, offenders: readonly Offender[] | undefined): Notice {
  const instances = instancesOf(offenders ?? []);
  const whom = instances.length > 0 ? `: ${instances.join(", ")}` : "";
  const now = presentText(offenders);
  return {
    kind: name,
    subject: `${titleOf(name)}${whom}`,
    message: `${standingConditions[name].means}\n\n${now}\n\nWhat to do: ${advice[name]}\nRunbook: docs/runbooks/${name}.md`,
    instances,
  };
}

/** Says that a condition is over. */
export function wordOver(name: ConditionName): Notice {
  return {
    kind: `${name}-over`,
    subject: `over: ${titleOf(name)}`,
    message: `This is over: ${standingConditions[name].means}`,
    instances: [],
  };
}
