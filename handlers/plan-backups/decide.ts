import type { DBInstance } from "@aws-sdk/client-rds";
import { decideCoverage } from "../../shared/coverage.ts";
import type { Tags } from "../../shared/events/primary-events.ts";
import { creationTags } from "../../shared/rds/creation-tags.ts";
import { unableBecause } from "../../shared/rds/instance-status.ts";
import { tagList } from "../../shared/rds/tags.ts";
import type { Settings } from "../../shared/settings/schema.ts";

/** An instance that is to be backed up, with the tags its backup will carry. */
export interface PlannedBackup {
  readonly instanceId: string;
  readonly describedAs: Tags;
  readonly dropped: readonly string[];
}

/** An instance that is not backed up now. The last two are protected all the same: they cannot be snapshotted now. */
export interface LeftOut {
  readonly instanceId: string;
  readonly because:
    | "excluded"
    | "not-covered"
    | "cluster-member"
    | "rds-custom"
    | "replica-not-listed"
    | "stopped"
    | "deleting";
}

/** What plan-backups resolved to do for one slot. */
export type BackupPlan =
  | { readonly kind: "nothing"; readonly because: "paused" }
  | {
      readonly kind: "request";
      readonly backups: readonly PlannedBackup[];
      readonly leftOut: readonly LeftOut[];
    };

/** What the plan reads of the settings. */
export type PlanRules = Pick<Settings, "environment" | "instances" | "paused">;

/**
 * Decides which instances are backed up for a slot, and says of every other one why not. A busy one is requested,
 * because create-backup waits for it.
 */
export function decidePlan(instances: readonly DBInstance[], rules: PlanRules): BackupPlan {
  if (rules.paused) return { kind: "nothing", because: "paused" };

  const backups: PlannedBackup[] = [];
  const leftOut: LeftOut[] = [];
  for (const instance of instances) {
    const instanceId = instance.DBInstanceIdentifier ?? "";
    const coverage = decideCoverage(instance, rules);
    const because =
      coverage.kind === "left-out" ? coverage.because : unableBecause(instance.DBInstanceStatus);
    if (because !== undefined) {
      leftOut.push({ instanceId, because });
      continue;
    }
    const { tags, dropped } = creationTags(instance, rules);
    backups.push({ instanceId, describedAs: tagList(tags), dropped });
  }
  return { kind: "request", backups, leftOut };
}
