import { ModifyDBInstanceCommand, type RDSClient } from "@aws-sdk/client-rds";
import { eventsClient, rdsClient } from "../../shared/clients.ts";
import { copiesOf, encodeOutcome, isFinal, type Outcome } from "../../shared/declaration.ts";
import { errorText, meaningOf, raise } from "../../shared/errors.ts";
import { type Declaration, RecoveryPlanned } from "../../shared/events/dr-events.ts";
import { alertEvent, type OutgoingEvent, publish } from "../../shared/publish.ts";
import { listInstances } from "../../shared/rds/instances.ts";
import { listSnapshots } from "../../shared/rds/snapshots.ts";
import { tagKeys } from "../../shared/rds/tags.ts";
import { tryToTag } from "../../shared/restore/tag-resources.ts";
import { type StepDecision, step, type Tools, waiter } from "../../shared/step.ts";
import {
  completedAlert,
  failedAlert,
  finishedAlert,
  instanceRestored,
  recoveryCompleted,
  restoreFailed,
  type Served,
  servedAlert,
  servedOf,
} from "./announcements.ts";
import { dueOf, type Finding, type Followed, follow, lookAt, type Report, reportOf } from "./decide.ts";
import { isGivenUp, modifyInput, withoutRefused } from "./modifications.ts";

const wait = waiter("finish-restore");

/** One restore, what the look at it found, and its outcome as this look goes on. */
interface Looked {
  readonly followed: Followed;
  readonly finding: Finding;
  outcome: Outcome;
}

/** One look at one declaration. */
interface Look {
  readonly declaration: Declaration;
  readonly all: readonly Looked[];
  readonly tools: Tools;
  readonly rds: RDSClient;
}

const say = ({ tools }: Look, outgoing: readonly OutgoingEvent[]) =>
  publish(eventsClient(tools.region), tools.names.bus, outgoing);

const report = ({ tools }: Look, { followed, outcome }: Looked): Report =>
  reportOf(followed, outcome, tools.settings);

/** The outcome that a finding leads to, before anything is modified. */
function outcomeAfter({ outcome }: Followed, finding: Finding): Outcome {
  if (finding.kind === "fail") return { kind: "failed", because: finding.because };
  if (finding.kind !== "serve") return outcome;
  return { kind: finding.next === "finish" ? "restored" : "serving", servingAt: finding.servingAt };
}

/** Announces what serves or failed since the last look, and asks again for what left no trace. */
async function announce(look: Look): Promise<void> {
  const { declaration, all, tools } = look;
  const served: Served[] = all
    .filter(({ finding }) => finding.kind === "serve" && finding.isNews)
    .map((one) =>
      servedOf(
        report(look, one),
        dueOf(one.followed, tools.settings).map(({ name }) => name),
      ),
    );
  const failed = all
    .filter(({ finding }) => finding.kind === "fail" && finding.isNews)
    .map((one) => report(look, one));
  const again = all
    .filter(({ finding }) => finding.kind === "ask-again")
    .map(({ followed: { copy, tagged } }) => ({
      type: "restore-requested",
      detail: {
        declaration,
        instanceId: copy.instanceId,
        copyId: copy.id,
        restoreAs: tagged.restoreAs,
        override: tagged.override,
      },
    }));
  await say(look, [
    ...again,
    ...served.map((one) => instanceRestored(declaration, one)),
    ...failed.map((one) => restoreFailed(declaration, one)),
    ...(served.length > 0 ? [alertEvent(servedAlert(declaration, served))] : []),
    ...(failed.length > 0 ? [alertEvent(failedAlert(declaration, failed))] : []),
  ]);
}

/** Writes outcomes that differ from what the copies say. One that cannot be written holds no other up: it is found again. */
async function write({ all, rds, tools }: Look, which: (one: Looked) => boolean): Promise<void> {
  const changed = all.filter(
    (one) => which(one) && encodeOutcome(one.outcome) !== encodeOutcome(one.followed.outcome),
  );
  const refusals = await tryToTag(
    rds,
    changed.map(({ followed, outcome }) => ({
      arn: followed.copy.arn,
      tags: [[tagKeys.outcome, encodeOutcome(outcome, followed.tagged.id)]] as const,
    })),
  );
  for (const [arn, error] of refusals)
    tools.log.warn("outcome could not be written", { details: [arn], error_text: errorText(error) });
}

/**
 * Applies what a restore cannot set; what RDS refuses is done without and stays a difference. What merely fails is
 * tried again with each look for an hour, and holds no other instance up.
 */
async function modify({ tools, rds }: Look, { followed, outcome }: Looked): Promise<Outcome> {
  if (outcome.kind !== "serving") return outcome;
  const { servingAt } = outcome;
  const { restoreAs } = followed.tagged;
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
        return isGivenUp(servingAt, tools.now) ? { kind: "restored", servingAt } : outcome;
      }
      tools.log.warn("modification refused and done without", keys);
      due = [...fewer];
    }
  }
  return { kind: "restored", servingAt };
}

/** Restores that were announced earlier and are finished now, with something new to say. */
function newlyFinished(look: Look): Report[] {
  return look.all
    .filter(
      ({ finding, outcome }) => finding.kind === "serve" && !finding.isNews && outcome.kind === "restored",
    )
    .map((one) => report(look, one))
    .filter(({ secretArn, differences }) => secretArn !== undefined || differences.length > 0);
}

/** Announces what this look brought to its end, before the outcomes say so: said twice at worst, never not at all. */
async function conclude(look: Look): Promise<boolean> {
  const { declaration, all, tools } = look;
  const isComplete = all.every(({ outcome }) => isFinal(outcome));
  const finished = newlyFinished(look);
  const outgoing =
    finished.length > 0 && !isComplete ? [alertEvent(finishedAlert(declaration, finished))] : [];
  if (isComplete) {
    const reports = all.map((one) => report(look, one));
    outgoing.push(
      recoveryCompleted(declaration, reports, tools.now),
      alertEvent(completedAlert(declaration, reports, tools.now)),
    );
  }
  await say(look, outgoing);
  return isComplete;
}

async function findAll(declaration: Declaration, tools: Tools, rds: RDSClient): Promise<Looked[]> {
  const { settings, now } = tools;
  const copies = await listSnapshots(rds).catch((error: unknown) => raise("list copies", error));
  const instances = await listInstances(rds).catch((error: unknown) => raise("list instances", error));
  const tagged = copiesOf(declaration.id, copies, settings.environment);
  return follow(tagged, instances, settings.environment).map((followed) => {
    const finding = lookAt(followed, settings, now);
    return { followed, finding, outcome: outcomeAfter(followed, finding) };
  });
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
  const rds = rdsClient(tools.region);
  const all = await findAll(declaration, tools, rds);
  if (all.length === 0) return { kind: "nothing", because: "no-copy-tagged", keys };
  if (all.every(({ finding }) => finding.kind === "final"))
    return { kind: "nothing", because: "already-completed", keys };

  const look: Look = { declaration, all, tools, rds };
  await announce(look);
  await write(look, ({ outcome }) => outcome.kind === "serving");
  for (const one of all) {
    if (one.finding.kind === "serve" && one.finding.next === "modify") one.outcome = await modify(look, one);
  }
  const isComplete = await conclude(look);
  await write(look, ({ outcome, finding }) => outcome.kind !== "serving" && finding.kind !== "final");
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
