import type * as z from "zod/mini";
import { eventsClient, kmsClient, rdsClient } from "../../shared/clients.ts";
import { errorText, meaningOf, raise } from "../../shared/errors.ts";
import { BackupSlot } from "../../shared/events/primary-events.ts";
import { publishCounts } from "../../shared/metrics.ts";
import { publish } from "../../shared/publish.ts";
import { listInstances } from "../../shared/rds/instances.ts";
import { keyAliasArn, keyState } from "../../shared/rds/keys.ts";
import { type StepDecision, step, type Tools } from "../../shared/step.ts";
import { type BackupPlan, decidePlan } from "./decide.ts";

type Message = z.infer<typeof BackupSlot>;

/** Lines of a log record's `details`; CloudWatch takes 256 KB a record. */
const detailsMax = 500;

/** Whether the DR stack is there, told by its data key's alias: without it no backup can be copied. */
async function checkDrStack(tools: Tools): Promise<void> {
  const { settings, names, partition, account, log, metrics } = tools;
  const region = settings.regions.dr;
  try {
    const key = await keyState(kmsClient(region), keyAliasArn(partition, region, account, names.keyAlias));
    publishCounts(metrics, settings.environment, { DrStackMissing: key.state === "missing" ? 1 : 0 });
  } catch (error) {
    // A region that does not answer says nothing about the stack in it, and must not fail the slot's backups.
    log.warn("DR stack could not be looked at", {
      because: meaningOf(error),
      region,
      error_text: errorText(error),
    });
  }
}

function describeLeftOut(plan: Extract<BackupPlan, { kind: "request" }>): readonly string[] {
  const lines = plan.leftOut.map(({ instanceId, because }) => `${instanceId}: ${because}`);
  return lines.length > detailsMax
    ? [...lines.slice(0, detailsMax), `and ${lines.length - detailsMax} more`]
    : lines;
}

async function request(
  plan: Extract<BackupPlan, { kind: "request" }>,
  message: Message,
  tools: Tools,
): Promise<StepDecision> {
  for (const { instanceId, dropped } of plan.backups) {
    if (dropped.length > 0)
      tools.log.warn("tags had no room on the backup", { instance_id: instanceId, dropped_tags: dropped });
  }
  const slot = message.time.toISOString();
  const events = plan.backups.map(({ instanceId, describedAs }) => ({
    type: "backup-requested",
    detail: { instanceId, slot, origin: "schedule", describedAs },
  }));
  await publish(eventsClient(tools.region), tools.names.bus, events);
  return { kind: "request-backups", keys: { count: events.length, details: describeLeftOut(plan) } };
}

/** Requests a backup of every protected instance for the slot. */
async function run(message: Message, tools: Tools): Promise<StepDecision> {
  const instances = tools.settings.paused
    ? []
    : await listInstances(rdsClient(tools.region)).catch((error: unknown) => raise("list instances", error));
  const plan = decidePlan(instances, tools.settings);
  const decision = plan.kind === "request" ? await request(plan, message, tools) : plan;
  await checkDrStack(tools);
  return decision;
}

export const handler = step({
  name: "plan-backups",
  accepts: BackupSlot,
  run,
  failure: () => ({ kind: "backup-failed", subject: "no backups were requested for a slot", instances: [] }),
});
