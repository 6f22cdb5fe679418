import type { Alert } from "../../shared/events/announce-events.ts";
import type { Declaration } from "../../shared/events/dr-events.ts";
import type { OutgoingEvent } from "../../shared/publish.ts";
import { capped } from "../../shared/restore/capped.ts";
import type { Report } from "./decide.ts";

type Announcement = Omit<Alert, "version">;

const instancesOf = (reports: readonly Report[]) => [...new Set(reports.map(({ instanceId }) => instanceId))];
const counted = (n: number) => `${n} instance${n === 1 ? "" : "s"}`;
const subjectFor = (reports: readonly Report[]) =>
  reports.length === 1 ? (reports[0]?.instanceId ?? "") : counted(reports.length);

function rtoText({ rtoMinutes, objectiveMinutes, isMet }: Report): string {
  return rtoMinutes === undefined
    ? "RTO unknown"
    : `RTO ${rtoMinutes} of ${objectiveMinutes} minutes: objective ${isMet ? "met" : "missed"}`;
}

function listed(texts: readonly string[]): string {
  return texts.length === 0 ? "none" : texts.join("; ");
}

function line(report: Report): string {
  const { instanceId, restoredAs, recoveryPoint, endpoint, secretArn, differences, failed } = report;
  if (failed !== undefined)
    return `- ${instanceId}: NOT restored as ${restoredAs} (${failed}), from ${recoveryPoint}`;
  const secret = secretArn === undefined ? "" : `; password in secret ${secretArn}`;
  return `- ${instanceId}: restored as ${restoredAs}, endpoint ${endpoint}${secret}; ${rtoText(report)}; differences: ${listed(differences)}`;
}

/** An instance that serves, with what RDS lets be applied only now. */
export interface Served {
  readonly report: Report;
  /** Names of what is still to be applied. */
  readonly toApply: readonly string[];
}

/** What is still to be applied is no difference yet. */
export function servedOf(report: Report, toApply: readonly string[]): Served {
  const isLasting = (difference: string) => !toApply.some((name) => difference.startsWith(`${name}:`));
  return { report: { ...report, differences: report.differences.filter(isLasting) }, toApply };
}

/** The fact that an instance is back. */
export function instanceRestored(declaration: Declaration, { report, toApply }: Served): OutgoingEvent {
  return { type: "instance-restored", detail: { declaration, ...report, toApply } };
}

/** Says in one mail which instances came back in this look. */
export function servedAlert(declaration: Declaration, served: readonly Served[]): Announcement {
  const reports = served.map(({ report }) => report);
  const lines = served.map(({ report, toApply }) =>
    toApply.length === 0 ? line(report) : `${line(report)}; still to be applied: ${toApply.join(", ")}`,
  );
  return {
    kind: "instance-restored",
    subject: `restored: ${subjectFor(reports)}`,
    message: capped([`Declaration ${declaration.id}: these instances serve in the DR region.`, "", ...lines]),
    instances: instancesOf(reports),
  };
}

/** Says what was applied to instances that serve already: a new secret, or what stays different. */
export function finishedAlert(declaration: Declaration, reports: readonly Report[]): Announcement {
  return {
    kind: "instance-finished",
    subject: `settings applied: ${subjectFor(reports)}`,
    message: capped([
      `Declaration ${declaration.id}: these instances now have all that could be applied to them.`,
      "",
      ...reports.map(line),
    ]),
    instances: instancesOf(reports),
  };
}

/** The fact that an instance will not come back by itself. */
export function restoreFailed(declaration: Declaration, report: Report): OutgoingEvent {
  const { instanceId, restoredAs, recoveryPoint, failed } = report;
  return {
    type: "restore-failed",
    detail: { declaration, instanceId, restoreAs: restoredAs, copyId: recoveryPoint, because: failed },
  };
}

/** Says which restores RDS began and did not bring up. */
export function failedAlert(declaration: Declaration, reports: readonly Report[]): Announcement {
  return {
    kind: "restore-failed",
    subject: `not restored: ${subjectFor(reports)}`,
    message: capped([
      `Declaration ${declaration.id}: these restores began and did not come up. They are not tried again by themselves; remove the cause and declare again. Nothing is deleted.`,
      "",
      ...reports.map(line),
    ]),
    instances: instancesOf(reports),
  };
}

/** How a recovery ended, in so many words that a subject line has room for. */
function resultOf(reports: readonly Report[]): string {
  const restored = reports.filter(({ failed }) => failed === undefined);
  const late = restored.filter(({ isMet }) => !isMet).length;
  const failed = reports.length - restored.length;
  if (restored.length === 0) return `none of ${failed} restored`;
  const inTime = late === 0 ? " within RTO" : `, ${late} later than RTO`;
  return `${restored.length} restored${inTime}${failed === 0 ? "" : `, ${failed} not`}`;
}

/** How a recovery ended, as a table for people. */
export function completedAlert(
  declaration: Declaration,
  reports: readonly Report[],
  now: Date,
): Announcement {
  return {
    kind: "recovery-completed",
    subject: `recovery completed: ${resultOf(reports)}`,
    message: capped([
      `Declaration ${declaration.id} (${declaration.mode}) of ${declaration.declaredAt.toISOString()} was completed at ${now.toISOString()}.`,
      "",
      ...reports
        .toSorted((a, b) => Number(a.failed === undefined) - Number(b.failed === undefined))
        .map(line),
      "",
      `Once you have taken over, publish declaration-closed with declarationId ${declaration.id}.`,
    ]),
    instances: instancesOf(reports),
  };
}

/** The fact that a recovery ended; differences are in `instance-restored` and in the alert. */
export function recoveryCompleted(
  declaration: Declaration,
  reports: readonly Report[],
  now: Date,
): OutgoingEvent {
  const instances = reports.map(
    ({ instanceId, restoredAs, rtoMinutes, objectiveMinutes, isMet, failed }) => ({
      instanceId,
      restoredAs,
      rtoMinutes,
      objectiveMinutes,
      isMet,
      failed,
    }),
  );
  return { type: "recovery-completed", detail: { declaration, completedAt: now.toISOString(), instances } };
}
