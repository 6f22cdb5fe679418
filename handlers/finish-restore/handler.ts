import { ModifyDBInstanceCommand } from "@aws-sdk/client-rds";
import { rdsClient } from "../../shared/clients.ts";
import { isFinal, type Outcome } from "../../shared/declaration.ts";
import { errorText, meaningOf } from "../../shared/errors.ts";
import { RecoveryPlanned } from "../../shared/events/dr-events.ts";
import { alertEvent, type OutgoingEvent } from "../../shared/publish.ts";
import { type StepDecision, step, type Tools, waiter } from "../../shared/step.ts";
import {
  completedAlert,
  failedAlert,
  finishedAlert,
  instanceRestored,
  recoveryCompleted,
  restoreFailed,
  servedAlert,
  servedOf,
} from "./announcements.ts";
import { dueOf, type Finding, type Report } from "./decide.ts";
import { fewAtATime } from "./few-at-a-time.ts";
import {
  beginLook,
  inGoes,
  isOver,
  isUnwritten,
  type Look,
  type Looked,
  report,
  say,
  write,
} from "./look.ts";
import { isGivenUp, modifyInput, withoutRefused } from "./modifications.ts";

const wait = waiter("finish-restore");

/** The outcome that a finding leads to, before anything is modified. */
function outcomeAfter({ followed, finding }: Looked): Outcome {
  if (finding.kind === "fail") return { kind: "failed", because: finding.because };
  if (finding.kind !== "serve") return followed.outcome;
  return { kind: finding.next === "finish" ? "restored" : "serving", servingAt: finding.servingAt };
}

const isNews = (finding: Finding) =>
  finding.kind === "ask-again" || ((finding.kind === "serve" || finding.kind === "fail") && finding.isNews);

/** What is to be said of restores that serve or failed since the last look, or left no trace and are asked for again. */
function newsOf(look: Look, go: readonly Looked[]): OutgoingEvent[] {
  const { declaration, tools } = look;
  const of = (kind: Finding["kind"]) => go.filter(({ finding }) => finding.kind === kind);
  const served = of("serve").map((one) =>
    servedOf(
      report(look, one),
      dueOf(one.followed, tools.settings).map(({ name }) => name),
    ),
  );
  const failed = of("fail").map((one) => report(look, one));
  const again = of("ask-again").map(({ followed: { copy, tagged } }) => ({
    type: "restore-requested",
    detail: {
      declaration,
      instanceId: copy.instanceId,
      copyId: copy.id,
      restoreAs: tagged.restoreAs,
      override: tagged.override,
    },
  }));
  return [
    ...again,
    ...served.map((one) => instanceRestored(declaration, one)),
    ...failed.map((one) => restoreFailed(declaration, one)),
    ...(served.length > 0 ? [alertEvent(servedAlert(declaration, served))] : []),
    ...(failed.length > 0 ? [alertEvent(failedAlert(declaration, failed))] : []),
  ];
}

/**
 * Tells the news, a go at a time, each written as told before the next. The last final outcome is left to the end of
 * the look: once it stands on its copy, nobody would announce that the recovery is completed.
 */
async function tellNews(look: Look): Promise<void> {
  const isAsked = ({ finding }: Looked) => finding.kind === "ask-again";
  const news = look.all.filter(({ finding }) => isNews(finding));
  // Asking again can wait for the next time.
  for (const go of inGoes([...news.filter((one) => !isAsked(one)), ...news.filter(isAsked)])) {
    if (!look.mayBegin()) return;
    for (const one of go) one.outcome = outcomeAfter(one);
    await say(look, newsOf(look, go));
    if (!isOver(look)) await write(look, go);
  }
}

/**
 * Applies what a restore cannot set; what RDS refuses is done without and stays a difference. What merely fails is
 * tried again with each look until it is given up, and holds no other instance up.
 */
async function modify({ tools, rds }: Look, { followed }: Looked, outcome: Outcome): Promise<Outcome> {
  const { instance, tagged } = followed;
  if (outcome.kind !== "serving" || instance === undefined) return outcome;
  const { servingAt } = outcome;
  const { restoreAs } = tagged;
  let due = dueOf(followed, tools.settings);
  while (due.length > 0) {
    try {
      await rds.send(new ModifyDBInstanceCommand(modifyInput(restoreAs, due)));
      return { kind: "modified", servingAt, modifiedAt: tools.now };
    } catch (error) {
      // The next look says what became of it.
      if (meaningOf(error) === "gone") return outcome;
      const fewer = withoutRefused(due, error);
      const keys = { instance_id: followed.copy.instanceId, error_text: errorText(error) };
      if (fewer === undefined) {
        tools.log.warn("modification failed", keys);
        return isGivenUp(instance, servingAt, tools.now) ? { kind: "restored", servingAt } : outcome;
      }
      tools.log.warn("modification refused and done without", keys);
      due = [...fewer];
    }
  }
  return { kind: "restored", servingAt };
}

/** Modifies what serves and can be modified, a few at a time, and writes of each that it was asked for. */
async function modifyDue(look: Look): Promise<void> {
  const due = look.all.filter(
    ({ finding, outcome }) =>
      finding.kind === "serve" &&
      finding.next === "modify" &&
      (!finding.isNews || outcome.kind === "serving"),
  );
  const work = async (one: Looked) => {
    one.outcome = await modify(look, one, outcomeAfter(one));
    if (one.outcome.kind === "modified") await write(look, [one]);
  };
  await fewAtATime(due, work, look.mayBegin);
}

/** Of restores that were announced earlier and are finished now, those with something new to say. */
function newlyFinished(look: Look, go: readonly Looked[]): Report[] {
  return go
    .filter(({ finding }) => finding.kind === "serve" && !finding.isNews)
    .map((one) => report(look, one))
    .filter(({ secretArn, differences }) => secretArn !== undefined || differences.length > 0);
}

/** How the recovery ended: said with the last restores that come to their end. */
function completion(look: Look): OutgoingEvent[] {
  const { declaration, all, tools } = look;
  const reports = all.map((one) => report(look, one));
  return [
    recoveryCompleted(declaration, reports, tools.now),
    alertEvent(completedAlert(declaration, reports, tools.now)),
  ];
}

/**
 * Announces what comes to its end, before the outcomes say so: said twice at worst, never not at all. Returns whether
 * the recovery is completed.
 */
async function conclude(look: Look): Promise<boolean> {
  const isEnding = (one: Looked) =>
    isFinal(one.outcome) ? isUnwritten(one) : !isNews(one.finding) && isFinal(outcomeAfter(one));
  const goes = inGoes(look.all.filter(isEnding));
  for (const go of goes) {
    if (!look.mayBegin()) return false;
    for (const one of go) if (!isFinal(one.outcome)) one.outcome = outcomeAfter(one);
    const isLast = go === goes.at(-1) && isOver(look);
    const finished = newlyFinished(look, go);
    const end = isLast ? completion(look) : [];
    await say(
      look,
      finished.length > 0 && !isLast ? [alertEvent(finishedAlert(look.declaration, finished))] : end,
    );
    await write(look, go);
    if (isLast) return true;
  }
  return false;
}

function countsOf(all: readonly Looked[]): Record<string, number> {
  const kinds = all.map(({ outcome }) => outcome.kind);
  return Object.fromEntries(
    [...new Set(kinds)].map((kind) => [kind, kinds.filter((one) => one === kind).length]),
  );
}

/**
 * Looks once at every restore of a declaration, and again in a minute until each has a final outcome.
 *
 * Only messages from the waits queue look: it is FIFO and grouped by declaration, so that no two looks at one
 * declaration overlap and nothing is announced twice. Whatever else asks, be it plan-recovery or the hourly
 * reconciliation, merely joins that queue.
 */
async function run(message: RecoveryPlanned, tools: Tools): Promise<StepDecision> {
  const { declaration } = message.detail;
  const keys = { declaration_id: declaration.id };
  if (message.wait === undefined) {
    await wait(message, tools, declaration.id);
    return { kind: "follow", keys };
  }
  const look = await beginLook(declaration, tools, rdsClient(tools.region));
  const { all } = look;
  if (all.length === 0) return { kind: "nothing", because: "no-copy-tagged", keys };
  if (all.every(({ finding }) => finding.kind === "final"))
    return { kind: "nothing", because: "already-completed", keys };

  await tellNews(look);
  await modifyDue(look);
  const isComplete = await conclude(look);
  if (!isComplete) await wait(message, tools, declaration.id);
  return {
    kind: isComplete ? "complete" : "look-again",
    keys: { ...keys, counts: countsOf(all), attempt: message.wait.looks },
  };
}

export const handler = step({
  name: "finish-restore",
  accepts: RecoveryPlanned,
  run,
  failure: ({ detail }) => ({
    kind: "recovery-failed",
    subject: `declaration ${detail.declaration.id} is no longer followed`,
    instances: [],
  }),
});
