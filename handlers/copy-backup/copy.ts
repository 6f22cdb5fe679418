import { CopyDBSnapshotCommand, type RDSClient } from "@aws-sdk/client-rds";
import { rdsClient } from "../../shared/clients.ts";
import { errorText, meaningOf, PermanentError, RetryableError, raise } from "../../shared/errors.ts";
import { nextAttemptId } from "../../shared/naming.ts";
import { keyAliasArn } from "../../shared/rds/keys.ts";
import { findSnapshot } from "../../shared/rds/snapshots.ts";
import { tagList } from "../../shared/rds/tags.ts";
import type { Tools } from "../../shared/step.ts";
import { type CopyDecision, decideCopy, isCopyOf, type OptionGroup, withRequestTime } from "./decide.ts";

type CopyPlan = Extract<CopyDecision, { kind: "copy" }>;

/** What became of a backup that was to be copied. */
export type CopyOutcome =
  | { readonly kind: "copy"; readonly copyId: string }
  | { readonly kind: "done"; readonly because: "copied-already"; readonly copyId: string }
  | { readonly kind: "no-room"; readonly plan: CopyPlan }
  | { readonly kind: "nothing"; readonly because: "gone" | "dr-unreachable" }
  | { readonly kind: "ignore"; readonly because: "not-ours" | "not-available-yet" | "failed" };

/** Names tried for one copy: its own, then `-r2` and on, each taken by a failed copy or by somebody else. */
const namesMax = 5;

/** What people can do about an option group that may be the reason for AWS's refusal. */
function remedyFor(group: OptionGroup, environment: string): string {
  if (group.kind === "default") return "";
  const setting = `optionGroups["${group.from}"] in stacks/environments/${environment}.ts`;
  return group.kind === "unmapped"
    ? `\nIts option group '${group.from}' has no counterpart in the DR region: make one there and set ${setting} to its name.`
    : `\nIts option group '${group.from}' is mapped to '${group.to}': see that it is in the DR region, or correct ${setting}.`;
}

async function send(rds: RDSClient, plan: CopyPlan, copyId: string, tools: Tools): Promise<void> {
  const { settings, names, partition, account } = tools;
  await rds.send(
    new CopyDBSnapshotCommand({
      SourceDBSnapshotIdentifier: plan.backup.arn,
      TargetDBSnapshotIdentifier: copyId,
      KmsKeyId: keyAliasArn(partition, settings.regions.dr, account, names.keyAlias),
      Tags: tagList(withRequestTime(plan.tags, tools.clock.now())),
      ...(plan.optionGroup.kind === "mapped" ? { OptionGroupName: plan.optionGroup.to } : {}),
    }),
  );
}

/** Turns a refusal of CopyDBSnapshot into an outcome; `undefined`: the name is taken, try the next one. */
async function judge(
  error: unknown,
  plan: CopyPlan,
  copyId: string,
  rds: RDSClient,
  tools: Tools,
): Promise<CopyOutcome | undefined> {
  const { backup, optionGroup } = plan;
  const { environment } = tools.settings;
  switch (meaningOf(error)) {
    case "exists": {
      const existing = await findSnapshot(rds, copyId);
      if (existing === undefined)
        throw new RetryableError(
          `could not look at copy '${copyId}' yet: RDS says both that it exists and that it does not`,
        );
      return isCopyOf(existing, backup, environment)
        ? { kind: "done", because: "copied-already", copyId }
        : undefined;
    }
    case "gone":
      return { kind: "nothing", because: "gone" };
    case "busy":
      return { kind: "ignore", because: "not-available-yet" };
    case "no-room":
      return { kind: "no-room", plan };
    case "permanent":
      throw new PermanentError(
        `cannot copy backup '${backup.id}' of '${backup.instanceId}': ${errorText(error)}${remedyFor(optionGroup, environment)}`,
        { cause: error, instances: [backup.instanceId] },
      );
    default:
      throw error;
  }
}

/** Asks the DR region for the copy, under the first name that is free. */
async function copy(plan: CopyPlan, tools: Tools): Promise<CopyOutcome> {
  const rds = rdsClient(tools.settings.regions.dr);
  let copyId = plan.backup.id;
  for (let attempt = 0; attempt < namesMax; attempt += 1) {
    try {
      await send(rds, plan, copyId, tools);
      return { kind: "copy", copyId };
    } catch (error) {
      const outcome = await judge(error, plan, copyId, rds, tools);
      if (outcome !== undefined) return outcome;
      copyId = nextAttemptId(copyId);
    }
  }
  throw new PermanentError(
    `cannot copy backup '${plan.backup.id}' of '${plan.backup.instanceId}': ${namesMax} names are taken in the DR region, the last before '${copyId}'`,
    { instances: [plan.backup.instanceId] },
  );
}

/** Copies one backup to the DR region, if it is ours, available and not there yet. */
export async function copyBackup(backupId: string, tools: Tools): Promise<CopyOutcome> {
  const backup = await findSnapshot(rdsClient(tools.region), backupId).catch((error: unknown) =>
    raise(`describe backup '${backupId}'`, error),
  );
  const decision = decideCopy(backup, tools.settings);
  if (decision.kind !== "copy") return decision;
  if (decision.dropped.length > 0) {
    tools.log.warn("tags had no room on the copy", {
      instance_id: decision.backup.instanceId,
      backup_id: backupId,
      dropped_tags: decision.dropped,
    });
  }
  if (decision.optionGroup.kind === "unmapped") {
    tools.log.warn("option group has no counterpart in the DR region and the copy goes without it", {
      instance_id: decision.backup.instanceId,
      backup_id: backupId,
      details: [`optionGroups["${decision.optionGroup.from}"]`],
    });
  }
  try {
    return await copy(decision, tools);
  } catch (error) {
    // The reconciler runs in the DR region: when that is back, it asks for every copy that is missing.
    if (meaningOf(error) === "unreachable") return { kind: "nothing", because: "dr-unreachable" };
    return raise(`copy backup '${backupId}'`, error);
  }
}
