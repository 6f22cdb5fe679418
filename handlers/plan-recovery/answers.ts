import { minutesBetween } from "../../shared/clock.ts";
import type { Alert } from "../../shared/events/announce-events.ts";
import type { DrDeclared, FromOperator } from "../../shared/events/dr-events.ts";
import { type Destination, putEventsCommand } from "../../shared/put-events-command.ts";
import { capped } from "../../shared/restore/capped.ts";
import { type Fault, faultLine } from "../../shared/settings/problems.ts";
import type { Closing } from "./close.ts";
import { correctedDetail } from "./command.ts";
import { nearest } from "./nearest.ts";
import { orders, orderType } from "./order.ts";
import type { LeftOut, PlannedRestore, RecoveryPlan } from "./plan.ts";

/** What the operator is told. */
export type Answer = Omit<Alert, "version">;

const count = (n: number, what: string) => `${n} ${what}${n === 1 ? "" : "s"}`;

/** Says everything that is wrong with an order, and the command that would be right. */
export function refusal(message: FromOperator, faults: readonly Fault[], destination: Destination): Answer {
  const order = orderType(message.event) ?? nearest(message.event, orders) ?? "dr-declared";
  const command = putEventsCommand(order, correctedDetail(order, message.detail, faults), destination);
  const got = JSON.stringify({
    "detail-type": message.event,
    source: message.source,
    detail: message.detail,
  });
  return {
    kind: "declaration-refused",
    subject: `${message.event.slice(0, 40)} was refused: nothing is restored`,
    message: [
      `The event ${message.id} of ${message.time.toISOString()} was refused. Nothing was done.`,
      "",
      ...faults.map(faultLine),
      "",
      `It said: ${got.slice(0, 2_000)}`,
      "",
      "The right command (replace what stands in angle brackets):",
      command,
    ].join("\n"),
    instances: [],
  };
}

function restoreLine(
  { instanceId, copy, takenAt, restoreAs, tier }: PlannedRestore,
  declaredAt: Date,
): string {
  const age =
    takenAt === undefined
      ? "of unknown age"
      : `taken ${takenAt.toISOString()}, ${Math.ceil(minutesBetween(takenAt, declaredAt))} minutes before the declaration`;
  return `- ${instanceId} (tier ${tier}): from ${copy.id}, ${age}; restored as ${restoreAs}`;
}

const reasons: Readonly<Record<LeftOut["because"], (detail: string) => string>> = {
  "no-copy": () => "it has no copy in this region",
  "no-usable-copy": (detail) =>
    `none of its copies can be used (${detail}; each must be available, under an enabled key)`,
  "no-copy-so-old": (limit) => `it has no usable copy taken at or before ${limit}`,
  "taken-after-disaster": (id) =>
    `its usable copies, the newest is ${id}, are of the old primary while a disaster declaration was open: give asOf to restore from one`,
  "name-taken": (names) =>
    `${names} are taken by other instances: delete or rename one of them, then declare again`,
  "already-restored": (name) => `it is back already, as ${name}`,
  "being-restored": (name) => `it is being restored already, as ${name}`,
  "gone-since": (name) =>
    `this declaration restored it as ${name}, which is gone or broken by now: declare again under another declarationId to restore it once more`,
  "failed-before": (why) =>
    `its restore by this declaration failed (${why}): declare again under another declarationId to try once more`,
  "not-taggable": (refusal) =>
    `its copy cannot be tagged with the declaration (${refusal}): take tags of your own off it, then declare again`,
  "not-tagged-yet": (refusal) =>
    `its copy could not be tagged with the declaration yet (${refusal}): it is tried again by itself`,
  "closed-before": () => "this declaration is closed for it",
};

/** What to do where `asOf` or `overrides` ask for something else than what is there or on its way. */
function unheard({ leftOut }: RecoveryPlan, { asOf, overrides }: DrDeclared): string[] {
  const isUnheard = ({ instanceId, because }: LeftOut) =>
    (because === "already-restored" || because === "being-restored") &&
    (asOf !== undefined || overrides?.[instanceId] !== undefined);
  if (!leftOut.some(isUnheard)) return [];
  return [
    "",
    "What is back or being restored stays as it is, whatever asOf or overrides say. To restore it otherwise, delete its instance here, or publish declaration-closed for the declaration that it is of; then declare again under another declarationId.",
  ];
}

function summaryOf({ restores, leftOut }: RecoveryPlan): string {
  const not = leftOut.length === 0 ? "" : `, ${leftOut.length} not`;
  if (restores.length > 0) return `${count(restores.length, "instance")} to restore${not}`;
  if (leftOut.length > 0) return `nothing to restore, ${count(leftOut.length, "instance")} left out`;
  return "nothing to restore, there are no copies";
}

function subjectOf(plan: RecoveryPlan, isDryRun: boolean): string {
  const what = summaryOf(plan);
  if (isDryRun) return `dry run: ${what}`;
  return plan.kind === "already-declared" ? `already declared: ${what}` : `recovery planned: ${what}`;
}

/** Says what a declaration restores from what, as what, and what it does not restore and why. */
export function planned(plan: RecoveryPlan, declared: DrDeclared): Answer {
  const { declaration, restores, leftOut, open } = plan;
  const isDryRun = declared.dryRun === true;
  const opening = `Declaration ${declaration.id} (${declaration.mode}: ${declared.reason}) of ${declaration.declaredAt.toISOString()}.`;
  const already = open.map(
    ({ id, declaredAt }) =>
      `Declaration ${id} of ${declaredAt.toISOString()} is still open, so only what is missing or failed is restored.`,
  );
  return {
    kind: plan.kind === "already-declared" ? "already-declared" : "recovery-planned",
    subject: subjectOf(plan, isDryRun),
    message: capped([
      opening,
      ...already,
      ...(isDryRun
        ? ["This is a dry run: nothing is restored. Declared without dryRun, it would do this:"]
        : []),
      "",
      restores.length > 0
        ? "Restored, in this order:"
        : leftOut.length > 0
          ? "Nothing is restored."
          : "Nothing is restored: no instance has a copy of this environment in this region.",
      ...restores.map((one) => restoreLine(one, declaration.declaredAt)),
      ...(leftOut.length === 0 ? [] : ["", "Not restored:"]),
      ...leftOut.map(({ instanceId, because, detail }) => `- ${instanceId}: ${reasons[because](detail)}`),
      ...unheard(plan, declared),
    ]),
    instances: [...restores, ...leftOut].map(({ instanceId }) => instanceId),
  };
}

/** Says that a declaration is closed already, so that this message of it comes too late. */
export function closedBefore(id: string, region: string): Answer {
  return {
    kind: "declaration-refused",
    subject: "dr-declared was refused: its declaration is closed",
    message: `Declaration ${id} was closed by declaration-closed in ${region}. Nothing was done. To restore again, declare under another declarationId.`,
    instances: [],
  };
}

/** Says that a declaration is closed, and what that leaves to the operator. */
export function closed(declarationId: string, { instances, copies }: Closing): Answer {
  const given = instances.map(({ instanceId, id }) => `- ${instanceId}, restored as ${id}`);
  const dropped = copies.map(
    ({ instanceId, id }) => `- ${instanceId}, from ${id}: its restore is no longer followed`,
  );
  return {
    kind: "declaration-closed",
    subject: `declaration closed: ${count(instances.length, "instance")}`,
    message: [
      `Declaration ${declarationId} is closed. Its copies are subject to retention again; its instances stay and are yours.`,
      ...(given.length + dropped.length === 0 ? ["Nothing of it was open."] : ["", ...given, ...dropped]),
    ].join("\n"),
    instances: [...new Set([...instances, ...copies].map(({ instanceId }) => instanceId))],
  };
}
