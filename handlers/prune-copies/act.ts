import { AddTagsToResourceCommand, DeleteDBSnapshotCommand, type RDSClient } from "@aws-sdk/client-rds";
import { eventsClient, rdsClient } from "../../shared/clients.ts";
import { encodeOutcome } from "../../shared/declaration.ts";
import { errorText, meaningOf, RetryableError } from "../../shared/errors.ts";
import type { Log } from "../../shared/log.ts";
import { alertEvent, type OutgoingEvent, publish } from "../../shared/publish.ts";
import { findSnapshot, isGone, listSnapshots, type Snapshot } from "../../shared/rds/snapshots.ts";
import { tagKeys } from "../../shared/rds/tags.ts";
import { capped } from "../../shared/restore/capped.ts";
import { isMarkedSince } from "../../shared/retention.ts";
import type { Tools } from "../../shared/step.ts";
import type { Reconciliation } from "./decide-reconcile.ts";

/** What a run came to: done by kind, and what needs a person. */
export interface Account {
  readonly counts: Record<string, number>;
  /** Refusals that no later run will get past by itself. */
  readonly troubles: string[];
}

/** An account with nothing in it. */
export function newAccount(): Account {
  return { counts: {}, troubles: [] };
}

export function count(account: Account, what: string): void {
  account.counts[what] = (account.counts[what] ?? 0) + 1;
}

/** Does one thing among many: what is refused stands alone, and the next run finds it again. */
async function attempt(
  what: string,
  snapshot: Snapshot,
  rds: RDSClient,
  work: () => Promise<unknown>,
  account: Account,
  log: Log,
): Promise<boolean> {
  try {
    await work();
    count(account, what);
    return true;
  } catch (error) {
    // When not even that can be told, it is there, and the next run finds it again.
    if (await isGone(rds, snapshot.id, error).catch(() => false)) return true;
    const meaning = meaningOf(error);
    count(account, `${what}-refused`);
    log.warn("snapshot was left to the next run", {
      because: meaning,
      recovery_point_id: snapshot.id,
      error_text: errorText(error),
    });
    if (meaning === "permanent")
      account.troubles.push(`cannot ${what} '${snapshot.id}': ${errorText(error)}`);
    return false;
  }
}

/** One alert of everything that was refused for good in this run. */
export function refusalAlerts({ troubles }: Account): OutgoingEvent[] {
  if (troubles.length === 0) return [];
  return [
    alertEvent({
      kind: "pruning-refused",
      subject: `AWS refuses ${troubles.length} ${troubles.length === 1 ? "change" : "changes"} that pruning needs`,
      message: capped([
        "prune-copies asks again every run and is refused. See to these by hand:",
        "",
        ...troubles,
      ]),
      instances: [],
    }),
  ];
}

/** Deletes a snapshot; true when it is gone. */
export function deleteSnapshot(
  what: string,
  snapshot: Snapshot,
  rds: RDSClient,
  account: Account,
  log: Log,
): Promise<boolean> {
  const command = new DeleteDBSnapshotCommand({ DBSnapshotIdentifier: snapshot.id });
  return attempt(what, snapshot, rds, () => rds.send(command), account, log);
}

/** Why a copy that is not any more what it was judged to be is left to the next run. */
const markedSince = "it was held or declared after it had been judged";

/** Copies as they are right before deletions: one listing for all of a run's, made when the first is due. */
export function secondLook(rds: RDSClient): () => Promise<ReadonlyMap<string, Snapshot>> {
  let look: Promise<ReadonlyMap<string, Snapshot>> | undefined;
  return () => {
    look ??= listSnapshots(rds).then((found) => new Map(found.map((copy) => [copy.id, copy])));
    return look;
  };
}

/**
 * Deletes a copy after one more look at it: a declaration or a hold may have been written on it since it was judged.
 * A policy could not tell, for a hold that has passed leaves its tag behind.
 */
export function deleteCopy(
  what: string,
  copy: Snapshot,
  rds: RDSClient,
  look: ReturnType<typeof secondLook>,
  { account, log }: { readonly account: Account; readonly log: Log },
): Promise<boolean> {
  const lookAndDelete = async () => {
    const present = (await look()).get(copy.id);
    if (present === undefined) return;
    if (isMarkedSince(copy, present)) throw new RetryableError(markedSince);
    await rds.send(new DeleteDBSnapshotCommand({ DBSnapshotIdentifier: copy.id }));
  };
  return attempt(what, copy, rds, lookAndDelete, account, log);
}

/** The event that sets one finding going, and the region whose bus it belongs on. */
function eventOf(found: Reconciliation): { region: "primary" | "dr"; event: OutgoingEvent } | undefined {
  switch (found.kind) {
    case "request-backup": {
      const detail = { instanceId: found.instanceId, slot: found.slot.toISOString(), origin: "reconcile" };
      return { region: "primary", event: { type: "backup-requested", detail } };
    }
    case "request-copy": {
      const { instanceId, id: backupId } = found.backup;
      return { region: "primary", event: { type: "copy-requested", detail: { instanceId, backupId } } };
    }
    case "request-clean-up": {
      const superseded = found.because === "superseded" ? { supersededBackupId: found.backupId } : {};
      return {
        region: "dr",
        event: { type: "clean-up-requested", detail: { copyId: found.copyId, ...superseded } },
      };
    }
    case "resume-recovery": {
      const { id, declaredAt, mode } = found.declaration;
      const declaration = { id, declaredAt: declaredAt.toISOString(), mode };
      return { region: "dr", event: { type: "recovery-planned", detail: { declaration } } };
    }
    case "delete-failed-backup":
    case "mark-retired":
      return undefined;
  }
}

/** Puts events on the primary's bus; a primary that does not answer is passed over, for the next run finds the same again. */
export async function publishToPrimary(outgoing: readonly OutgoingEvent[], tools: Tools): Promise<void> {
  if (outgoing.length === 0) return;
  const region = tools.settings.regions.primary;
  try {
    await publish(eventsClient(region), tools.names.bus, outgoing);
  } catch (error) {
    tools.log.warn("primary region did not take our events", {
      because: meaningOf(error),
      region,
      error_text: errorText(error),
    });
  }
}

type FailedBackup = Extract<Reconciliation, { kind: "delete-failed-backup" }>;

function backupFailed(
  { backup, isAskedAgain }: FailedBackup,
  deleted: boolean,
  region: string,
): OutgoingEvent {
  const { id, instanceId } = backup;
  const then = [
    deleted ? "It was deleted." : "AWS refuses to delete it: delete it by hand.",
    ...(isAskedAgain ? ["Another one is asked for."] : []),
  ].join(" ");
  return alertEvent({
    kind: "backup-failed",
    subject: `backup of ${instanceId} failed`,
    message: `backup '${id}' of '${instanceId}' in ${region} ended as 'failed'. ${then}`,
    instances: [instanceId],
  });
}

function retired(
  { instanceId, because, copy }: Extract<Reconciliation, { kind: "mark-retired" }>,
  tools: Tools,
): OutgoingEvent {
  const why =
    because === "gone"
      ? `is gone from ${tools.settings.regions.primary}`
      : "is no longer covered by the settings";
  return alertEvent({
    kind: "instance-retired",
    subject: `${instanceId} is no longer protected`,
    message: `'${instanceId}' ${why}. Its objective is not watched any more. Its copies (the newest from when it was protected is '${copy.id}') age away until the minimum is left; delete those by hand when nobody needs them.`,
    instances: [instanceId],
  });
}

/** (b) Deletes a failed backup. It is announced when it goes or is made up for; one that stays, once a day. */
async function dropFailedBackup(
  found: FailedBackup,
  reminds: boolean,
  account: Account,
  tools: Tools,
): Promise<OutgoingEvent[]> {
  const region = tools.settings.regions.primary;
  const { backup, isAskedAgain } = found;
  const deleted = await deleteSnapshot("delete-failed-backup", backup, rdsClient(region), account, tools.log);
  return deleted || reminds || isAskedAgain ? [backupFailed(found, deleted, region)] : [];
}

/**
 * Marks the newest copy from when a retired instance was protected, after one more look at it: the mark would end the
 * restore that a declaration has asked for since. Only what could be marked is told, or it would be told every run.
 */
async function markRetired(
  found: Extract<Reconciliation, { kind: "mark-retired" }>,
  account: Account,
  tools: Tools,
): Promise<OutgoingEvent[]> {
  const Tags = [{ Key: tagKeys.outcome, Value: encodeOutcome({ kind: "retired", at: tools.now }) }];
  const command = new AddTagsToResourceCommand({ ResourceName: found.copy.arn, Tags });
  const rds = rdsClient(tools.region);
  const mark = async () => {
    const present = await findSnapshot(rds, found.copy.id);
    if (present !== undefined && isMarkedSince(found.copy, present)) throw new RetryableError(markedSince);
    await rds.send(command);
  };
  const isMarked = await attempt("mark-retired", found.copy, rds, mark, account, tools.log);
  return isMarked ? [retired(found, tools)] : [];
}

/** Acts on what was found, own region first. */
export async function reconcile(
  found: readonly Reconciliation[],
  reminds: boolean,
  account: Account,
  tools: Tools,
): Promise<void> {
  const { names, region } = tools;
  const outgoing: Record<"primary" | "dr", OutgoingEvent[]> = { primary: [], dr: [] };
  for (const one of found) {
    const known = eventOf(one);
    if (known === undefined) continue;
    outgoing[known.region].push(known.event);
    count(account, `${one.kind}:${one.because}`);
  }
  await publish(eventsClient(region), names.bus, outgoing.dr);
  await publishToPrimary(outgoing.primary, tools);

  for (const one of found) {
    if (one.kind === "delete-failed-backup") {
      await publish(eventsClient(region), names.bus, await dropFailedBackup(one, reminds, account, tools));
    }
    if (one.kind === "mark-retired") {
      await publish(eventsClient(region), names.bus, await markRetired(one, account, tools));
    }
  }
}
