import { CreateDBSnapshotCommand, type RDSClient, type Tag } from "@aws-sdk/client-rds";
import { eventsClient, rdsClient } from "../../shared/clients.ts";
import {
  errorText,
  type Meaning,
  meaningOf,
  PermanentError,
  RetryableError,
  raise,
} from "../../shared/errors.ts";
import { BackupRequested } from "../../shared/events/primary-events.ts";
import { nextAttemptId } from "../../shared/naming.ts";
import { alertEvent, publish } from "../../shared/publish.ts";
import { findInstance } from "../../shared/rds/instances.ts";
import { findSnapshot } from "../../shared/rds/snapshots.ts";
import { tagKeys, tagList } from "../../shared/rds/tags.ts";
import { type StepDecision, step, type Tools, waiter } from "../../shared/step.ts";
import { type BackupPlan, backupTags, decideExisting, decideReadiness, planBackup } from "./decide.ts";

const wait = waiter("create-backup");

/** What a backup waits for; `text` is for people. */
interface Hindrance {
  readonly because: "busy" | "no-room" | "too-late";
  readonly text: string;
}

/** Names tried for one backup: its own, then `-r2` and on. */
const namesMax = 5;

/**
 * Waits for the instance or for room until the next slot, then gives the backup up. The reconciler asks again
 * each hour by itself; waiting for its requests as well would multiply them.
 */
async function waitFor(
  message: BackupRequested,
  plan: BackupPlan,
  { because, text }: Hindrance,
  tools: Tools,
): Promise<StepDecision> {
  const { instanceId, origin } = message.detail;
  const keys = { instance_id: instanceId, backup_id: plan.backupId, error_text: text };
  if (origin === "reconcile") return { kind: "nothing", because, keys };
  if (!(await wait(message, tools, plan.identity, plan.deadline))) {
    const slots = `the slot ${plan.slot.toISOString()} before ${plan.deadline.toISOString()}, when the next one is due`;
    throw new PermanentError(`cannot back up '${instanceId}' for ${slots}: ${text}`);
  }
  const attempt = (message.wait?.looks ?? 0) + 1;
  return { kind: "wait", because, keys: { ...keys, attempt } };
}

/** An instance of which no backup can be made: nothing to do for a slot, but an operator is answered. */
function unable(
  message: BackupRequested,
  plan: BackupPlan,
  because: "instance-gone" | "stopped" | "deleting",
  tools: Tools,
): StepDecision {
  const { instanceId, origin } = message.detail;
  if (origin === "operator") {
    const why =
      because === "instance-gone" ? `there is no such instance in ${tools.region}` : `it is ${because}`;
    throw new PermanentError(`cannot back up '${instanceId}': ${why}`);
  }
  return { kind: "nothing", because, keys: { instance_id: instanceId, backup_id: plan.backupId } };
}

/** What CreateDBSnapshot came to; `undefined` is success. */
async function create(
  rds: RDSClient,
  backupId: string,
  instanceId: string,
  tags: readonly Tag[],
  tools: Tools,
) {
  // Read before the call, so that the age of the data is never understated.
  const requestedAt = tools.clock.now().toISOString();
  const command = new CreateDBSnapshotCommand({
    DBInstanceIdentifier: instanceId,
    DBSnapshotIdentifier: backupId,
    Tags: [...tags, { Key: tagKeys.requestedAt, Value: requestedAt }],
  });
  try {
    await rds.send(command);
    return undefined;
  } catch (error) {
    return { meaning: meaningOf(error), error };
  }
}

/** What has the name: this very backup, or something because of which it takes the next name. */
async function lookAtExisting(rds: RDSClient, backupId: string, instanceId: string, tools: Tools) {
  const snapshot = await findSnapshot(rds, backupId).catch((error: unknown) =>
    raise(`look at snapshot '${backupId}'`, error),
  );
  const existing = decideExisting(snapshot, tools.settings.environment, instanceId);
  if (existing.kind === "look-again") {
    throw new RetryableError(
      `could not look at snapshot '${backupId}' yet: RDS says both that it exists and that it does not`,
    );
  }
  return existing;
}

/** Says that somebody else's snapshot has a name of ours; nothing is lost by it. */
async function tellNameTaken(instanceId: string, taken: string, used: string, tools: Tools): Promise<void> {
  const alert = alertEvent({
    kind: "backup-name-taken",
    subject: `backup of ${instanceId} has another name`,
    message: `a snapshot '${taken}' is there already and does not carry the tags of this environment's backup. The backup of '${instanceId}' was made as '${used}'. Find out who makes snapshots under this prefix.`,
    instances: [instanceId],
  });
  await publish(eventsClient(tools.region), tools.names.bus, [alert]);
}

/** What creating a backup came to: a decision, or a refusal that is not about its name. */
type Creation =
  | { readonly decision: StepDecision }
  | { readonly refusal: { readonly meaning: Meaning; readonly error: unknown } };

/** Makes the backup under the first name that is free. */
async function createUnderFreeName(
  rds: RDSClient,
  plan: BackupPlan,
  instanceId: string,
  tags: readonly Tag[],
  tools: Tools,
): Promise<Creation> {
  let backupId = plan.backupId;
  let foreign: string | undefined;
  for (let attempt = 0; attempt < namesMax; attempt += 1) {
    const refusal = await create(rds, backupId, instanceId, tags, tools);
    if (refusal === undefined) {
      if (foreign !== undefined) await tellNameTaken(instanceId, foreign, backupId, tools);
      return { decision: { kind: "create", keys: { instance_id: instanceId, backup_id: backupId } } };
    }
    if (refusal.meaning !== "exists") return { refusal };
    const existing = await lookAtExisting(rds, backupId, instanceId, tools);
    if (existing.kind === "done")
      return { decision: { ...existing, keys: { instance_id: instanceId, backup_id: backupId } } };
    if (existing.because === "name-taken") foreign = backupId;
    backupId = nextAttemptId(backupId);
  }
  throw new PermanentError(
    `cannot back up '${instanceId}': ${namesMax} names are taken by failed backups or snapshots of others, the last before '${backupId}'`,
  );
}

/** The tags to create the backup with, or what stands in its way. */
async function prepare(rds: RDSClient, plan: BackupPlan, message: BackupRequested, tools: Tools) {
  const { instanceId } = message.detail;
  if (plan.describedAs !== undefined) return { kind: "ready" as const, tags: plan.describedAs };
  const instance = await findInstance(rds, instanceId).catch((error: unknown) =>
    raise(`describe instance '${instanceId}'`, error),
  );
  const readiness = decideReadiness(instance);
  if (readiness.kind !== "ready") return readiness;
  const { tags, dropped } = backupTags(readiness.instance, message.detail, tools.settings, tools.now);
  if (dropped.length > 0)
    tools.log.warn("tags had no room on the backup", { instance_id: instanceId, dropped_tags: dropped });
  return { kind: "ready" as const, tags: tagList(tags) };
}

/** Makes one backup of one instance for one slot. */
async function run(message: BackupRequested, tools: Tools): Promise<StepDecision> {
  const { instanceId } = message.detail;
  const rds = rdsClient(tools.region);
  const plan = planBackup(message, tools.settings, tools.now);
  const keys = { instance_id: instanceId, backup_id: plan.backupId };

  if (plan.isOutdated) return { kind: "nothing", because: "next-slot-due", keys };
  const prepared = await prepare(rds, plan, message, tools);
  if (prepared.kind === "gone") return unable(message, plan, "instance-gone", tools);
  if (prepared.kind === "nothing") return unable(message, plan, prepared.because, tools);
  if (prepared.kind === "wait")
    return waitFor(message, plan, { because: "busy", text: `it is '${prepared.status}'` }, tools);
  if (plan.isTooLate)
    return waitFor(
      message,
      plan,
      { because: "too-late", text: "until now it was busy, or there was no room for another snapshot" },
      tools,
    );

  const creation = await createUnderFreeName(rds, plan, instanceId, prepared.tags, tools);
  if ("decision" in creation) return creation.decision;
  const { meaning, error } = creation.refusal;
  switch (meaning) {
    case "gone":
      return unable(message, plan, "instance-gone", tools);
    case "busy":
    case "no-room":
      return waitFor(message, plan, { because: meaning, text: errorText(error) }, tools);
    default:
      return raise(`back up '${instanceId}'`, error);
  }
}

export const handler = step({
  name: "create-backup",
  accepts: BackupRequested,
  run,
  failure: ({ detail: { instanceId, origin } }) =>
    // The reconciler asks again every hour; what stays in the way has been told, or makes a standing condition.
    origin === "reconcile"
      ? undefined
      : { kind: "backup-failed", subject: `backup of ${instanceId} failed`, instances: [instanceId] },
});
