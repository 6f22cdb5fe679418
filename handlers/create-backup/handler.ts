import { CreateDBSnapshotCommand, type RDSClient, type Tag } from "@aws-sdk/client-rds";
import { rdsClient } from "../../shared/clients.ts";
import { errorText, meaningOf, PermanentError, RetryableError, raise } from "../../shared/errors.ts";
import { BackupRequested } from "../../shared/events/primary-events.ts";
import { creationTags } from "../../shared/rds/creation-tags.ts";
import { findInstance } from "../../shared/rds/instances.ts";
import { findSnapshot } from "../../shared/rds/snapshots.ts";
import { tagKeys, tagList } from "../../shared/rds/tags.ts";
import { type StepDecision, step, type Tools, waiter } from "../../shared/step.ts";
import { type BackupPlan, decideExisting, decideReadiness, planBackup } from "./decide.ts";

const wait = waiter("create-backup");

/** What a backup waits for; `text` is for people. */
interface Hindrance {
  readonly because: "busy" | "no-room" | "too-late";
  readonly text: string;
}

/** Waits for the instance or for room until the next slot, then gives the backup up. */
async function waitFor(
  message: BackupRequested,
  plan: BackupPlan,
  { because, text }: Hindrance,
  tools: Tools,
): Promise<StepDecision> {
  const { instanceId } = message.detail;
  if (!(await wait(message, tools, plan.identity, plan.deadline))) {
    const slots = `the slot ${plan.slot.toISOString()} before ${plan.deadline.toISOString()}, when the next one is due`;
    throw new PermanentError(`cannot back up '${instanceId}' for ${slots}: ${text}`);
  }
  const attempt = (message.wait?.looks ?? 0) + 1;
  return {
    kind: "wait",
    because,
    keys: { instance_id: instanceId, backup_id: plan.backupId, attempt, error_text: text },
  };
}

/** An instance that is not there: nothing to do for a schedule, but an operator who mistyped it is answered. */
function withoutInstance(message: BackupRequested, plan: BackupPlan, tools: Tools): StepDecision {
  const { instanceId, origin } = message.detail;
  if (origin === "operator")
    throw new PermanentError(`cannot back up '${instanceId}': there is no such instance in ${tools.region}`);
  return {
    kind: "nothing",
    because: "instance-gone",
    keys: { instance_id: instanceId, backup_id: plan.backupId },
  };
}

/** What CreateDBSnapshot came to; `undefined` is success. */
async function create(
  rds: RDSClient,
  plan: BackupPlan,
  instanceId: string,
  tags: readonly Tag[],
  tools: Tools,
) {
  // Read before the call, so that the age of the data is never understated.
  const requestedAt = tools.clock.now().toISOString();
  const command = new CreateDBSnapshotCommand({
    DBInstanceIdentifier: instanceId,
    DBSnapshotIdentifier: plan.backupId,
    Tags: [...tags, { Key: tagKeys.requestedAt, Value: requestedAt }],
  });
  try {
    await rds.send(command);
    return undefined;
  } catch (error) {
    return { meaning: meaningOf(error), error };
  }
}

/** A name that is taken: ours and fine, ours and failed, or somebody else's. */
async function checkExisting(
  rds: RDSClient,
  plan: BackupPlan,
  instanceId: string,
  tools: Tools,
): Promise<StepDecision> {
  const snapshot = await findSnapshot(rds, plan.backupId).catch((error: unknown) =>
    raise(`look at snapshot '${plan.backupId}'`, error),
  );
  const existing = decideExisting(snapshot, tools.settings.environment, instanceId);
  if (existing.kind === "look-again") {
    throw new RetryableError(
      `could not look at snapshot '${plan.backupId}' yet: RDS says both that it exists and that it does not`,
    );
  }
  if (existing.kind === "clash") {
    throw new PermanentError(
      `cannot back up '${instanceId}': a snapshot '${plan.backupId}' is there already and does not carry the tags of this environment's backup`,
    );
  }
  return { ...existing, keys: { instance_id: instanceId, backup_id: plan.backupId } };
}

/** The tags to create the backup with, or what stands in its way. */
async function prepare(rds: RDSClient, plan: BackupPlan, instanceId: string, tools: Tools) {
  if (plan.describedAs !== undefined) return { kind: "ready" as const, tags: plan.describedAs };
  const instance = await findInstance(rds, instanceId).catch((error: unknown) =>
    raise(`describe instance '${instanceId}'`, error),
  );
  const readiness = decideReadiness(instance);
  if (readiness.kind !== "ready") return readiness;
  const { tags, dropped } = creationTags(readiness.instance, tools.settings);
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

  const prepared = await prepare(rds, plan, instanceId, tools);
  if (prepared.kind === "gone") return withoutInstance(message, plan, tools);
  if (prepared.kind === "nothing") return { ...prepared, keys };
  if (prepared.kind === "wait")
    return waitFor(message, plan, { because: "busy", text: `it is '${prepared.status}'` }, tools);
  if (plan.isTooLate)
    return waitFor(message, plan, { because: "too-late", text: "it can be backed up again only now" }, tools);

  const refusal = await create(rds, plan, instanceId, prepared.tags, tools);
  if (refusal === undefined) return { kind: "create", keys };
  switch (refusal.meaning) {
    case "exists":
      return checkExisting(rds, plan, instanceId, tools);
    case "gone":
      return withoutInstance(message, plan, tools);
    case "busy":
    case "no-room":
      return waitFor(message, plan, { because: refusal.meaning, text: errorText(refusal.error) }, tools);
    default:
      return raise(`back up '${instanceId}'`, refusal.error);
  }
}

export const handler = step({
  name: "create-backup",
  accepts: BackupRequested,
  run,
  failure: ({ detail }) => ({
    kind: "backup-failed",
    subject: `backup of ${detail.instanceId} failed`,
    instances: [detail.instanceId],
  }),
});
