import { eventsClient, kmsClient, rdsClient } from "../../shared/clients.ts";
import { addMinutes } from "../../shared/clock.ts";
import { declarationOf } from "../../shared/declaration.ts";
import { raise } from "../../shared/errors.ts";
import { FromOperator } from "../../shared/events/dr-events.ts";
import { alertEvent, publish } from "../../shared/publish.ts";
import { listInstances } from "../../shared/rds/instances.ts";
import { keysOfCopies } from "../../shared/rds/keys.ts";
import { isOurs, listSnapshots, type Snapshot } from "../../shared/rds/snapshots.ts";
import { tagKeys } from "../../shared/rds/tags.ts";
import { roomIn, withRoom } from "../../shared/restore/room.ts";
import { tagResources } from "../../shared/restore/tag-resources.ts";
import type { Fault } from "../../shared/settings/problems.ts";
import { type StepDecision, step, type Tools } from "../../shared/step.ts";
import { together } from "../../shared/survey/together.ts";
import { type Answer, closed, closedBefore, planned, refusal } from "./answers.ts";
import { decideClosing, knownDeclarations } from "./close.ts";
import { decideRecovery, knownInstances } from "./decide.ts";
import {
  detailTypeFault,
  latenessFault,
  orderType,
  readClosing,
  readDeclaration,
  sourceFault,
} from "./order.ts";
import { inTime } from "./pace.ts";
import type { RecoveryPlan, Situation } from "./plan.ts";
import { tagChosen } from "./tag-chosen.ts";
import { writeOutcome } from "./write-outcome.ts";

/** The DR region's own state: nothing here asks the primary. */
async function look(tools: Tools) {
  const rds = rdsClient(tools.region);
  const [snapshots, instances] = await together([
    listSnapshots(rds).catch((error: unknown) => raise("list copies", error)),
    listInstances(rds).catch((error: unknown) => raise("list instances", error)),
  ]);
  return { copies: snapshots.filter((one) => isOurs(one, tools.settings.environment, "copy")), instances };
}

async function answer(tools: Tools, said: Answer): Promise<void> {
  await publish(eventsClient(tools.region), tools.names.bus, [alertEvent(said)]);
}

async function refuse(message: FromOperator, faults: readonly Fault[], tools: Tools): Promise<StepDecision> {
  await answer(tools, refusal(message, faults, { region: tools.region, bus: tools.names.bus }));
  const details = faults.map(({ path }) => path);
  return { kind: "refuse", because: "faulty", keys: { details } };
}

/** A plan that is still being tagged so long after its run began is told as it stands: people wait for an answer. */
const silentMinutesMax = 0.1;

/** Tells a plan once, and again only when it came to something else. */
function teller(plan: RecoveryPlan, { declared }: Situation, tools: Tools) {
  const silentUntil = addMinutes(tools.now, silentMinutesMax);
  let told: RecoveryPlan | undefined;
  return {
    /** Tells the plan as it was made when it takes long to carry out. */
    inTime: async () => {
      if (told !== undefined || tools.clock.now() < silentUntil) return;
      told = plan;
      try {
        await answer(tools, planned(plan, declared));
      } catch (error) {
        told = undefined;
        throw error;
      }
    },
    /** What is still to be told of the plan as it was carried out. */
    news: (tagged: RecoveryPlan) => (told === tagged ? [] : [alertEvent(planned(tagged, declared))]),
  };
}

/**
 * Tags first, and only then asks for the first restore, so that no restore is ever unaccounted for. A message that comes
 * again goes on behind what is tagged.
 */
async function carryOut(plan: RecoveryPlan, situation: Situation, tools: Tools): Promise<RecoveryPlan> {
  const { clock, log, region } = tools;
  const tell = teller(plan, situation, tools);
  const means = { rds: rdsClient(region), log, manner: inTime(clock, tell.inTime) };
  const { plan: tagged, trouble } = await tagChosen(plan, situation, means);
  const { declaration, restores } = tagged;
  const room = await roomIn(rdsClient(tools.region), tools.log);
  const first = new Set(withRoom(restores, ({ copy }) => copy.gib, room));
  const requests = restores.map((one) => {
    const { instanceId, copy, restoreAs, override } = one;
    const inLine = first.has(one) ? undefined : true;
    return {
      type: "restore-requested",
      detail: { declaration, instanceId, copyId: copy.id, restoreAs, override, inLine },
    };
  });
  // Also when nothing is left to ask for: an earlier delivery may have come no further than its requests.
  const follow = { type: "recovery-planned", detail: { declaration } };
  await publish(eventsClient(region), tools.names.bus, [...tell.news(tagged), ...requests, follow]);
  // All that could be tagged is under way; the message comes again for the rest.
  if (trouble !== undefined) throw trouble;
  return tagged;
}

async function declare(message: FromOperator, tools: Tools): Promise<StepDecision> {
  const { settings, account, region } = tools;
  const late = latenessFault(message.time, tools.now);
  if (late !== undefined) return refuse(message, [late], tools);
  const { copies, instances } = await look(tools);
  const order = readDeclaration(message, knownInstances(copies, settings));
  if (order.kind === "refused") return refuse(message, order.faults, tools);

  const declared = order.detail;
  const keysFound = await keysOfCopies(kmsClient(region), copies, region, account, tools.log).catch(
    (error: unknown) => raise("look at the keys of the copies", error),
  );
  const situation: Situation = {
    declared,
    eventId: message.id,
    eventTime: message.time,
    copies,
    instances,
    enabledKeys: keysFound.enabled,
    untoldKeys: keysFound.untold,
    settings,
  };
  const decision = decideRecovery(situation);
  const keys = { declaration_id: decision.declaration.id };
  if (decision.kind === "refuse") {
    await answer(tools, closedBefore(decision.declaration.id, region));
    return { kind: "refuse", because: decision.because, keys };
  }
  const isDryRun = declared.dryRun === true;
  if (isDryRun) await answer(tools, planned(decision, declared));
  const { restores, leftOut } = isDryRun ? decision : await carryOut(decision, situation, tools);
  return {
    kind: isDryRun ? "dry-run" : decision.kind,
    keys: {
      ...keys,
      count: restores.length,
      details: leftOut.slice(0, 500).map(({ instanceId, because }) => `${instanceId}: ${because}`),
    },
  };
}

async function close(message: FromOperator, tools: Tools): Promise<StepDecision> {
  const { copies, instances } = await look(tools);
  const { environment } = tools.settings;
  const order = readClosing(message, knownDeclarations(copies, instances, environment));
  if (order.kind === "refused") return refuse(message, order.faults, tools);

  const { declarationId } = order.detail;
  const closing = decideClosing(declarationId, copies, instances, environment);
  const rds = rdsClient(tools.region);
  const manner = inTime(tools.clock);
  const tags = [[tagKeys.closed, message.time.toISOString()]] as const;
  await tagResources(
    rds,
    closing.instances.map(({ arn }) => ({ arn, tags })),
    manner,
  );
  const isOfIt = (present: Snapshot) => declarationOf(present)?.id === declarationId;
  const chosen = [...closing.copies, ...closing.served];
  const there = chosen.filter(({ instanceId }) => closing.standing.has(instanceId));
  const gone = chosen.filter(({ instanceId }) => !closing.standing.has(instanceId));
  const refusals = [
    ...(await writeOutcome(rds, { kind: "closed", at: message.time }, there, isOfIt, manner)),
    ...(await writeOutcome(rds, { kind: "closed", at: undefined }, gone, isOfIt, manner)),
  ];
  for (const [arn, error] of refusals) raise(`tag ${arn}`, error);
  await answer(tools, closed(declarationId, closing));
  return { kind: "close", keys: { declaration_id: declarationId, count: closing.instances.length } };
}

/** Answers whatever an operator puts on the bus: a declaration, its closing, or a word that is neither. */
async function run(message: FromOperator, tools: Tools): Promise<StepDecision> {
  const ours = sourceFault(message.source);
  if (ours !== undefined) return refuse(message, [ours], tools);
  switch (orderType(message.event)) {
    case "dr-declared":
      return declare(message, tools);
    case "declaration-closed":
      return close(message, tools);
    case undefined:
      return refuse(message, [detailTypeFault(message.event)], tools);
  }
}

export const handler = step({
  name: "plan-recovery",
  accepts: FromOperator,
  run,
  failure: ({ event }) => ({
    kind: "declaration-failed",
    subject: `${event} could not be carried out`,
    instances: [],
  }),
});
