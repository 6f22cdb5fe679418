import type { RDSClient } from "@aws-sdk/client-rds";
import { eventsClient } from "../../shared/clients.ts";
import { type Clock, minutesBetween } from "../../shared/clock.ts";
import { copiesOf, encodeOutcome, isFinal, type Outcome } from "../../shared/declaration.ts";
import { errorText, raise } from "../../shared/errors.ts";
import type { Declaration } from "../../shared/events/dr-events.ts";
import { type OutgoingEvent, publish } from "../../shared/publish.ts";
import { listInstances } from "../../shared/rds/instances.ts";
import { listSnapshots } from "../../shared/rds/snapshots.ts";
import { tagKeys } from "../../shared/rds/tags.ts";
import { roomIn } from "../../shared/restore/room.ts";
import { tryToTag } from "../../shared/restore/tag-resources.ts";
import type { Tools } from "../../shared/step.ts";
import { together } from "../../shared/survey/together.ts";
import { type Finding, type Followed, follow, lookAt, type Report, reportOf, whoseTurn } from "./decide.ts";

/** One restore, what the look at it found, and its outcome as this look goes on. */
export interface Looked {
  readonly followed: Followed;
  readonly finding: Finding;
  outcome: Outcome;
  /** What stands on the copy. */
  written: Outcome;
}

/** One look at one declaration. */
export interface Look {
  readonly declaration: Declaration;
  readonly all: readonly Looked[];
  readonly tools: Tools;
  readonly rds: RDSClient;
  /** Whether one more piece of work may begin. */
  readonly mayBegin: () => boolean;
}

/**
 * For so long a look begins more work; the next one goes on with what is left. A piece of work that was begun in the
 * last moment still has as long again, with slow answers, until the function's two minutes are over.
 */
const workMinutes = 70 / 60;

/** Whether one more piece of work may begin: within the time of a look, and a first one always. */
export function timeFor(clock: Clock, now: Date): () => boolean {
  let isFirst = true;
  return () => {
    const may = isFirst || minutesBetween(now, clock.now()) < workMinutes;
    isFirst = false;
    return may;
  };
}

/** Restores that are announced in one go: as many are announced again when the function is killed before it wrote so. */
const goSize = 50;

/** Restores in goes of a size that one mail and a few calls take. */
export function inGoes<T>(items: readonly T[]): T[][] {
  const goes = Math.ceil(items.length / goSize);
  return Array.from({ length: goes }, (_, at) => items.slice(at * goSize, (at + 1) * goSize));
}

/** Reads every restore of a declaration, and what is to be said or done about each. */
export async function beginLook(declaration: Declaration, tools: Tools, rds: RDSClient): Promise<Look> {
  const { settings, now, clock } = tools;
  const [copies, instances] = await together([
    listSnapshots(rds).catch((error: unknown) => raise("list copies", error)),
    listInstances(rds).catch((error: unknown) => raise("list instances", error)),
  ]);
  const tagged = copiesOf(declaration.id, copies, settings.environment);
  const looked = follow(tagged, instances, settings.environment).map((followed) => ({
    followed,
    finding: lookAt(followed, settings, now),
  }));
  const turns = looked.some(({ finding }) => finding.kind === "in-line")
    ? whoseTurn(looked, await roomIn(rds, tools.log), settings, now)
    : new Set<Followed>();
  const all = looked.map(({ followed, finding }) => ({
    followed,
    finding: turns.has(followed) ? ({ kind: "ask-again" } as const) : finding,
    outcome: followed.outcome,
    written: followed.outcome,
  }));
  return { declaration, all, tools, rds, mayBegin: timeFor(clock, now) };
}

/** Whether the recovery is over: nothing is left to be done for any restore. */
export function isOver({ all }: Look): boolean {
  return all.every(({ outcome }) => isFinal(outcome));
}

/** Puts events of the look on the bus. */
export function say({ tools }: Look, outgoing: readonly OutgoingEvent[]): Promise<void> {
  return publish(eventsClient(tools.region), tools.names.bus, outgoing);
}

/** How a restore stands by now. */
export function report({ tools }: Look, { followed, outcome }: Looked): Report {
  return reportOf(followed, outcome, tools.settings);
}

/** Whether the outcome of a restore is not on its copy yet. */
export function isUnwritten({ outcome, written }: Looked): boolean {
  return encodeOutcome(outcome) !== encodeOutcome(written);
}

/** Writes outcomes that the copies do not say yet. One that cannot be written holds no other up: it is found again. */
export async function write({ rds, tools }: Look, which: readonly Looked[]): Promise<void> {
  const unwritten = which.filter(isUnwritten);
  const refusals = await tryToTag(
    rds,
    unwritten.map(({ followed, outcome }) => ({
      arn: followed.copy.arn,
      tags: [[tagKeys.outcome, encodeOutcome(outcome, followed.tagged.id)]] as const,
    })),
  );
  for (const one of unwritten) {
    const { arn } = one.followed.copy;
    if (!refusals.has(arn)) one.written = one.outcome;
    else
      tools.log.warn("outcome could not be written", {
        details: [arn],
        error_text: errorText(refusals.get(arn)),
      });
  }
}
