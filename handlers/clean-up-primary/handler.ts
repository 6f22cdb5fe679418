import { DeleteDBSnapshotCommand, type RDSClient } from "@aws-sdk/client-rds";
import * as z from "zod/mini";
import { eventsClient, kmsClient, rdsClient } from "../../shared/clients.ts";
import { addMinutes, minutesBetween } from "../../shared/clock.ts";
import { meaningOf, raise } from "../../shared/errors.ts";
import { CleanUpRequested, CopyCompleted } from "../../shared/events/dr-events.ts";
import { nameOfArn } from "../../shared/naming.ts";
import { alertEvent, publish } from "../../shared/publish.ts";
import { keyAliasArn, keyState } from "../../shared/rds/keys.ts";
import { findSnapshot, isGone, isOurs, listSnapshots, type Snapshot } from "../../shared/rds/snapshots.ts";
import { type StepDecision, step, type Tools, waiter } from "../../shared/step.ts";
import {
  type CleanUp,
  type CopyState,
  decideCleanUp,
  decideCopyState,
  decideGate,
  decideSuperseded,
  type Gate,
} from "./decide.ts";

const Message = z.discriminatedUnion("event", [CopyCompleted, CleanUpRequested]);
type Message = z.infer<typeof Message>;

const wait = waiter("clean-up-primary");

type Complete = Extract<CopyState, { kind: "complete" }>;

const unreachable: StepDecision = { kind: "nothing", because: "primary-unreachable" };

/** How long a copy that is said to be complete is looked at; from then on the reconciler sees to it. */
const lookMinutes = 60;

const supersededBy = (message: Message) =>
  message.event === "clean-up-requested" ? message.detail.supersededBackupId : undefined;

/** Looks again at a copy that is not available yet. */
async function waitForCopy(message: Message, because: string, tools: Tools): Promise<StepDecision> {
  const { copyId } = message.detail;
  const deadline = addMinutes(message.wait?.since ?? tools.now, lookMinutes);
  const identity = `${copyId} ${supersededBy(message) ?? ""}`;
  if (await wait(message, tools, identity, deadline))
    return { kind: "wait", because, keys: { copy_id: copyId } };
  tools.log.warn("copy is not available although RDS said so, and is left to the reconciler", {
    copy_id: copyId,
  });
  return { kind: "nothing", because: "still-not-available", keys: { copy_id: copyId } };
}

/** Says why a backup stays; by mail only where RDS's event was the cause, for the reconciler asks every hour. */
async function refuse(message: Message, copy: Snapshot, because: string, tools: Tools): Promise<void> {
  const backupId = supersededBy(message) ?? nameOfArn(copy.sourceArn ?? "");
  tools.log.warn("backup is kept because its copy does not stand in for it", {
    because,
    copy_id: copy.id,
    backup_id: backupId,
  });
  const fact = {
    type: "clean-up-refused",
    detail: { copyId: copy.id, backupId, instanceId: copy.instanceId, because },
  };
  const alert = alertEvent({
    kind: "clean-up-refused",
    subject: `backup of ${copy.instanceId} is kept`,
    message: `cannot delete backup '${backupId}' of '${copy.instanceId}' in ${tools.settings.regions.primary}: copy '${copy.id}' does not prove that it stands in for it (${because})`,
    instances: [copy.instanceId],
  });
  await publish(
    eventsClient(tools.region),
    tools.names.bus,
    message.event === "copy-completed" ? [fact, alert] : [fact],
  );
}

/** Deletes a backup. One that cannot be deleted yet is left to the reconciler. */
async function remove(
  primary: RDSClient,
  cleanUp: Extract<CleanUp, { kind: "delete" }>,
): Promise<StepDecision> {
  try {
    await primary.send(new DeleteDBSnapshotCommand({ DBSnapshotIdentifier: cleanUp.backupId }));
    return cleanUp;
  } catch (error) {
    if (await isGone(primary, cleanUp.backupId, error)) return { kind: "done", because: "backup-gone" };
    if (meaningOf(error) === "busy") return { kind: "nothing", because: "backup-busy" };
    throw error;
  }
}

/** Judges the backup in the primary region, and deletes it when its copy stands in for it. */
async function cleanUp(
  message: Message,
  { copy, sourceArn }: Complete,
  keyArn: string,
  tools: Tools,
): Promise<StepDecision> {
  const primary = rdsClient(tools.settings.regions.primary);
  const { environment } = tools.settings;
  const superseded = supersededBy(message);
  const decision =
    superseded === undefined
      ? decideCleanUp(copy, await findSnapshot(primary, nameOfArn(sourceArn)), environment, keyArn)
      : decideSuperseded(copy, await findSnapshot(primary, superseded), environment, keyArn);
  return decision.kind === "delete" ? remove(primary, decision) : decision;
}

/** Tells the primary that a copy slot is free. */
async function tellFinished({ copy, sourceArn }: Complete, tools: Tools): Promise<void> {
  const detail = { instanceId: copy.instanceId, backupId: nameOfArn(sourceArn), copyId: copy.id };
  await publish(eventsClient(tools.settings.regions.primary), tools.names.bus, [
    { type: "copy-finished", detail },
  ]);
}

/** Work in the primary region; a primary that does not answer is a decision, and the reconciler asks again when it is back. */
async function inPrimary<T>(what: string, work: () => Promise<T>): Promise<T | typeof unreachable> {
  try {
    return await work();
  } catch (error) {
    if (meaningOf(error) === "unreachable") return unreachable;
    return raise(what, error);
  }
}

/** How long one listing of copies serves for: backups are kept from then on at the latest once a disaster is declared. */
const listingMinutes = 5;
let listing: { readonly at: Date; readonly copies: readonly Snapshot[] } | undefined;

/**
 * Our copies in the DR region, listed anew every five minutes and not for each copy, so that listings do not grow with
 * the number of instances. An older listing loses nothing: only a backup that a proven copy stands in for is ever deleted.
 */
async function recentCopies({ now, region, settings }: Tools): Promise<readonly Snapshot[]> {
  if (listing === undefined || minutesBetween(listing.at, now) >= listingMinutes) {
    const found = await listSnapshots(rdsClient(region));
    listing = { at: now, copies: found.filter((one) => isOurs(one, settings.environment, "copy")) };
  }
  return listing.copies;
}

/** What may be done with a complete copy, by the tags of its instance's copies and the current DR key. */
async function gateOf(copy: Snapshot, tools: Tools): Promise<{ gate: Gate; keyArn: string }> {
  const { names, partition, account, region } = tools;
  const key = await keyState(
    kmsClient(region),
    keyAliasArn(partition, region, account, names.keyAlias),
  ).catch((error: unknown) => raise("look at the DR data key", error));
  const copies = await recentCopies(tools).catch((error: unknown) => raise("list the copies", error));
  const ofInstance = copies.filter(({ instanceId }) => instanceId === copy.instanceId);
  return { gate: decideGate(copy, key, ofInstance), keyArn: key.arn };
}

/** Proves one copy and cleans its backup up. */
async function run(message: Message, tools: Tools): Promise<StepDecision> {
  const { copyId } = message.detail;
  const found = await findSnapshot(rdsClient(tools.region), copyId).catch((error: unknown) =>
    raise(`describe copy '${copyId}'`, error),
  );
  const state = decideCopyState(found, tools.settings.environment);
  if (state.kind === "wait") return waitForCopy(message, state.because, tools);
  if (state.kind !== "complete") return { ...state, keys: { copy_id: copyId } };

  const { copy, sourceArn } = state;
  const { gate, keyArn } = await gateOf(copy, tools);
  const what = `clean up the backup of copy '${copyId}'`;
  const decision =
    gate.kind === "go" ? await inPrimary(what, () => cleanUp(message, state, keyArn, tools)) : gate;
  if (decision.kind === "refuse") await refuse(message, copy, decision.because ?? "not-proven", tools);

  // Whatever becomes of the backup: the copy is complete, so its slot is free. A superseding copy has said so before.
  const isNews = supersededBy(message) === undefined && decision !== unreachable;
  const told = isNews
    ? await inPrimary("tell the primary that a copy is finished", () => tellFinished(state, tools))
    : undefined;
  if (told === unreachable)
    tools.log.warn("primary could not be told that a copy is finished", { copy_id: copyId });
  const backupId = supersededBy(message) ?? nameOfArn(sourceArn);
  return { ...decision, keys: { copy_id: copyId, backup_id: backupId, instance_id: copy.instanceId } };
}

export const handler = step({
  name: "clean-up-primary",
  accepts: Message,
  run,
  failure: ({ event }) =>
    // The reconciler asks again every hour; what stays for long is the standing condition CleanUpOverdue.
    event === "clean-up-requested"
      ? undefined
      : { kind: "clean-up-refused", subject: "a backup could not be cleaned up", instances: [] },
});
