import { AddTagsToResourceCommand, DeleteDBSnapshotCommand, type RDSClient } from "@aws-sdk/client-rds";
import { eventsClient, rdsClient } from "../../shared/clients.ts";
import { errorText, meaningOf } from "../../shared/errors.ts";
import type { Log } from "../../shared/log.ts";
import { alertEvent, type OutgoingEvent, publish } from "../../shared/publish.ts";
import type { Snapshot } from "../../shared/rds/snapshots.ts";
import type { Tools } from "../../shared/step.ts";
import { retiredTag } from "../../shared/survey/fleet.ts";
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
  work: () => Promise<unknown>,
  account: Account,
  log: Log,
): Promise<boolean> {
  try {
    await work();
    count(account, what);
    return true;
  } catch (error) {
    const meaning = meaningOf(error);
    if (meaning === "gone") return true;
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

/** Deletes a snapshot; true when it is gone. */
export function deleteSnapshot(
  what: string,
  snapshot: Snapshot,
  rds: RDSClient,
  account: Account,
  log: Log,
): Promise<boolean> {
  const command = new DeleteDBSnapshotCommand({ DBSnapshotIdentifier: snapshot.id });
  return attempt(what, snapshot, () => rds.send(command), account, log);
}

/** The event that sets one finding going, and the region whose bus it belongs on. */
function eventOf(found: Reconciliation): { region: "primary" | "dr"; event: OutgoingEvent } | undefined {
  switch (found.kind) {
    case "request-backup": {
      const detail = { instanceId: found.instanceId, slot: found.slot.toISOString(), origin: "reconcile" };
      return { region: "primary", event: { type: "backup-requested", detail } };
    }
    case "request-copy": {
      const { instanceId, id: backupId, arn: backupArn } = found.backup;
      return {
        region: "primary",
        event: { type: "copy-requested", detail: { instanceId, backupId, backupArn } },
      };
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

function backupFailed({ id, instanceId }: Snapshot, deleted: boolean, region: string): OutgoingEvent {
  const then = deleted
    ? "It was deleted and is asked for again."
    : "AWS refuses to delete it: delete it by hand.";
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
    message: `'${instanceId}' ${why}. Its objective is not watched any more. Its copies (the newest is '${copy.id}') age away until the minimum is left; delete those by hand when nobody needs them.`,
    instances: [instanceId],
  });
}

/** (b) Deletes a failed backup. It is announced when it goes; one that stays, once a day. */
async function dropFailedBackup(
  backup: Snapshot,
  reminds: boolean,
  account: Account,
  tools: Tools,
): Promise<OutgoingEvent[]> {
  const region = tools.settings.regions.primary;
  const deleted = await deleteSnapshot("delete-failed-backup", backup, rdsClient(region), account, tools.log);
  return deleted || reminds ? [backupFailed(backup, deleted, region)] : [];
}

/** Marks the newest copy of a retired instance; only what could be marked is told, or it would be told every run. */
async function markRetired(
  found: Extract<Reconciliation, { kind: "mark-retired" }>,
  account: Account,
  tools: Tools,
): Promise<OutgoingEvent[]> {
  const Tags = [{ Key: retiredTag, Value: tools.now.toISOString() }];
  const command = new AddTagsToResourceCommand({ ResourceName: found.copy.arn, Tags });
  const mark = () => rdsClient(tools.region).send(command);
  return (await attempt("mark-retired", found.copy, mark, account, tools.log)) ? [retired(found, tools)] : [];
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
      await publish(
        eventsClient(region),
        names.bus,
        await dropFailedBackup(one.backup, reminds, account, tools),
      );
    }
    if (one.kind === "mark-retired") {
      await publish(eventsClient(region), names.bus, await markRetired(one, account, tools));
    }
  }
}
