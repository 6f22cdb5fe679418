import * as z from "zod/mini";
import { rdsClient, sqsClient } from "../../shared/clients.ts";
import { meaningOf, PermanentError, raise } from "../../shared/errors.ts";
import { BackupCreated, CopyFinished, CopyRequested } from "../../shared/events/primary-events.ts";
import type { LogKeys } from "../../shared/log.ts";
import { listSnapshots } from "../../shared/rds/snapshots.ts";
import { type StepDecision, step, type Tools } from "../../shared/step.ts";
import { type CopyOutcome, copyBackup } from "./copy.ts";
import { chooseParked, decideParked, type ParkedDecision } from "./decide.ts";
import { giveBack, type HeldBackup, park, remove, takeAll } from "./parked.ts";

const Message = z.discriminatedUnion("event", [BackupCreated, CopyRequested, CopyFinished]);
type Message = z.infer<typeof Message>;

/** Parked backups looked at for one free slot; each round that drops one makes the queue shorter. */
const roundsMax = 20;

function parkingQueue(): string {
  const url = process.env["RDS_DR_PARKED_URL"];
  if (url === undefined) throw new Error("environment variable 'RDS_DR_PARKED_URL' is missing");
  return url;
}

function decisionOf(outcome: CopyOutcome, keys: LogKeys): StepDecision {
  const because = "because" in outcome ? { because: outcome.because } : {};
  const copyId = "copyId" in outcome ? { copy_id: outcome.copyId } : {};
  return { kind: outcome.kind, ...because, keys: { ...keys, ...copyId } };
}

/** A backup is there: copies it, or parks it until a copy slot is free. */
async function onBackup(
  message: Exclude<Message, { event: "copy-finished" }>,
  tools: Tools,
): Promise<StepDecision> {
  const { backupId } = message.detail;
  const keys = { backup_id: backupId };
  const outcome = await copyBackup(backupId, tools);
  if (outcome.kind !== "no-room") return decisionOf(outcome, keys);
  // The reconciler asks again by itself; parking its requests as well would multiply them.
  if (message.event === "copy-requested") return { kind: "nothing", because: "no-room", keys };
  await park(sqsClient(tools.region), parkingQueue(), outcome.plan.backup, tools.now);
  return { kind: "park", because: "no-room", keys: { ...keys, instance_id: outcome.plan.backup.instanceId } };
}

/** Looks at the copies that the instance of a parked backup has; `unreachable` when the DR region does not answer. */
async function lookAtCopies({ parked }: HeldBackup, tools: Tools): Promise<ParkedDecision | "unreachable"> {
  const { dr } = tools.settings.regions;
  try {
    return decideParked(
      parked,
      await listSnapshots(rdsClient(dr), parked.instanceId),
      tools.settings.environment,
    );
  } catch (error) {
    if (meaningOf(error) === "unreachable") return "unreachable";
    return raise(`list the copies of '${parked.instanceId}'`, error);
  }
}

/** What became of one parked backup: the slot is used, the message is done with, or nothing can be copied now. */
type Round =
  | { readonly kind: "used" | "stop"; readonly decision: StepDecision }
  | { readonly kind: "dropped"; readonly because: string }
  | { readonly kind: "failed"; readonly error: PermanentError };

async function tryParked(held: HeldBackup, tools: Tools): Promise<Round> {
  const { backupId, instanceId } = held.parked;
  const keys = { backup_id: backupId, instance_id: instanceId };
  const look = await lookAtCopies(held, tools);
  if (look === "unreachable")
    return { kind: "stop", decision: { kind: "nothing", because: "dr-unreachable", keys } };
  if (look.kind === "drop") return { kind: "dropped", because: look.because };
  try {
    const outcome = await copyBackup(backupId, tools);
    if (outcome.kind === "copy") return { kind: "used", decision: decisionOf(outcome, keys) };
    if (outcome.kind === "no-room")
      return { kind: "stop", decision: { kind: "nothing", because: "no-room", keys } };
    if (outcome.because === "dr-unreachable") return { kind: "stop", decision: decisionOf(outcome, keys) };
    return { kind: "dropped", because: outcome.because };
  } catch (error) {
    if (error instanceof PermanentError) return { kind: "failed", error };
    throw error;
  }
}

/** One round for a free slot; `undefined` when nothing is parked. Everything but the chosen one goes back at once. */
async function nextRound(tools: Tools): Promise<Round | undefined> {
  const sqs = sqsClient(tools.region);
  const queue = parkingQueue();
  const held = await takeAll(sqs, queue, tools.log);
  const { next, expired } = chooseParked(
    held.map(({ parked }) => parked),
    tools.settings,
    tools.now,
  );
  for (const { parked, receipt } of held.filter((one) => expired.includes(one.parked))) {
    tools.log.warn("parked backup is past retention and is not copied", {
      backup_id: parked.backupId,
      instance_id: parked.instanceId,
    });
    await remove(sqs, queue, receipt);
  }
  await giveBack(
    sqs,
    queue,
    held.filter(({ parked }) => parked !== next && !expired.includes(parked)),
  );
  const chosen = held.find(({ parked }) => parked === next);
  if (chosen === undefined) return undefined;

  const round = await tryParked(chosen, tools).catch(async (error: unknown) => {
    await giveBack(sqs, queue, [chosen]);
    throw error;
  });
  await (round.kind === "stop" ? giveBack(sqs, queue, [chosen]) : remove(sqs, queue, chosen.receipt));
  if (round.kind === "dropped") {
    const { backupId, instanceId } = chosen.parked;
    tools.log.info("parked backup need not be copied", {
      because: round.because,
      backup_id: backupId,
      instance_id: instanceId,
    });
  }
  return round;
}

/** A copy slot is free: starts the copy of the parked backup whose instance has waited longest. */
async function onFreeSlot(tools: Tools): Promise<StepDecision> {
  const failures: PermanentError[] = [];
  let decision: StepDecision = { kind: "nothing", because: "nothing-parked" };
  for (let round = 0; round < roundsMax; round += 1) {
    const result = await nextRound(tools);
    if (result === undefined) break;
    if (result.kind === "failed") failures.push(result.error);
    if (result.kind === "used" || result.kind === "stop") {
      decision = result.decision;
      break;
    }
  }
  if (failures.length === 0) return decision;
  // Their own messages are gone from the parking queue, so this one announces them; the slot has been used all the same.
  tools.log.info("step decided", {
    decision: decision.kind,
    because: decision.because ?? "slot-free",
    event: "copy-finished",
    ...decision.keys,
  });
  throw new PermanentError(failures.map(({ message }) => message).join("\n\n"), {
    cause: failures[0],
    instances: failures.flatMap(({ instances }) => instances ?? []),
  });
}

/** Brings backups to the DR region, as many at a time as AWS has slots for copies. */
function run(message: Message, tools: Tools): Promise<StepDecision> {
  return message.event === "copy-finished" ? onFreeSlot(tools) : onBackup(message, tools);
}

export const handler = step({
  name: "copy-backup",
  accepts: Message,
  run,
  failure: ({ event }) =>
    // The reconciler asks again every hour; what stands in the way for long is a standing condition.
    event === "copy-requested"
      ? undefined
      : { kind: "copy-failed", subject: "a backup could not be copied to the DR region", instances: [] },
});
