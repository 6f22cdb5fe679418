import type { DBInstance, ModifyDBInstanceCommandInput } from "@aws-sdk/client-rds";
import { minutesBetween } from "../../shared/clock.ts";
import { meaningOf } from "../../shared/errors.ts";
import { type Description, describe } from "../../shared/rds/description.ts";
import { isAtTheVolume } from "../../shared/restore/restored.ts";
import type { RestoreTarget } from "../../shared/restore/target.ts";

export type ModifyInput = Omit<ModifyDBInstanceCommandInput, "DBInstanceIdentifier">;

type ModificationName =
  | "managedPassword"
  | "monitoring"
  | "databaseInsightsMode"
  | "performanceInsightsDays"
  | "maxAllocatedGib"
  | "maintenanceWindow"
  | "multiAz"
  | "backupRetentionDays";

/** One thing that an instance was and is not yet, and how ModifyDBInstance makes it so. */
export interface Modification {
  /** The name that its difference has, too. */
  readonly name: ModificationName;
  readonly input: ModifyInput;
  /** How a refusal that is about this one reads. */
  readonly says: RegExp;
}

/**
 * What is still to be applied to a restored instance: what RestoreDBInstanceFromDBSnapshot has no parameter for,
 * and what it had to be refused at first (SQL Server's mirroring needs backups, which may come only afterwards).
 */
export function dueModifications(
  description: Description | undefined,
  target: RestoreTarget,
  instance: DBInstance,
): Modification[] {
  if (description === undefined) return [];
  const was = description;
  const is = describe(instance);
  const due: Modification[] = [];
  if (was.managedPassword && !is.managedPassword) {
    due.push({
      name: "managedPassword",
      input: { ManageMasterUserPassword: true },
      says: /secret|master ?user|kms/i,
    });
  }
  if (was.monitoring !== undefined && was.monitoring.seconds !== is.monitoring?.seconds) {
    const input = { MonitoringInterval: was.monitoring.seconds, MonitoringRoleArn: was.monitoring.role };
    due.push({ name: "monitoring", input, says: /monitoring|passrole/i });
  }
  if (was.insightsMode !== undefined && was.insightsMode !== is.insightsMode) {
    // It takes Performance Insights, kept for at least 465 days.
    // https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_DatabaseInsights.Considerations.html
    const days = was.insights?.days ?? 465;
    const input = {
      DatabaseInsightsMode: was.insightsMode,
      EnablePerformanceInsights: true,
      PerformanceInsightsRetentionPeriod: days,
    };
    due.push({ name: "databaseInsightsMode", input, says: /database ?insights/i });
  }
  if (was.insights !== undefined && was.insights.days !== is.insights?.days) {
    const input = { EnablePerformanceInsights: true, PerformanceInsightsRetentionPeriod: was.insights.days };
    due.push({ name: "performanceInsightsDays", input, says: /performance ?insights/i });
  }
  if (was.maxGib !== undefined && was.maxGib !== is.maxGib) {
    due.push({
      name: "maxAllocatedGib",
      input: { MaxAllocatedStorage: was.maxGib },
      says: /max ?allocated ?storage|max storage|autoscaling/i,
    });
  }
  if (was.maintenanceWindow !== undefined && was.maintenanceWindow !== is.maintenanceWindow) {
    due.push({
      name: "maintenanceWindow",
      input: { PreferredMaintenanceWindow: was.maintenanceWindow },
      says: /maintenance ?window/i,
    });
  }
  if (was.backupDays !== undefined && was.backupDays > (is.backupDays ?? 0)) {
    due.push({
      name: "backupRetentionDays",
      input: { BackupRetentionPeriod: was.backupDays },
      says: /backup ?retention/i,
    });
  }
  if (target.multiAz && !is.multiAz)
    due.push({ name: "multiAz", input: { MultiAZ: true }, says: /multi-?az|mirroring/i });
  return due;
}

/** All modifications as one call, applied at once: a recovered instance waits for no maintenance window. */
export function modifyInput(instanceId: string, due: readonly Modification[]): ModifyDBInstanceCommandInput {
  return Object.assign(
    { DBInstanceIdentifier: instanceId, ApplyImmediately: true },
    ...due.map(({ input }) => input),
  );
}

/** A modification that takes longer, or is refused for longer, is left to people, and its effect is listed as a difference. */
export const modificationEndsMinutes = 60;

/** The first backup of a large restored instance takes hours, and so does its volume; RDS comes to their end by itself. */
const passingEndsMinutes = 24 * 60;

/**
 * Whether an instance that RDS still does not modify is left as it is: from the hour after it began to serve, and where
 * RDS is known to be busy with it for longer, from the day after.
 */
export function isGivenUp(instance: DBInstance, servingAt: Date, now: Date): boolean {
  const isPassing = instance.DBInstanceStatus === "backing-up" || isAtTheVolume(instance);
  return minutesBetween(servingAt, now) >= (isPassing ? passingEndsMinutes : modificationEndsMinutes);
}

/**
 * What to ask for after a refusal: everything but what it is about, or, when its text names nothing that is
 * asked for, everything but the first. Undefined: the same may well be taken later. A lack of capacity counts as a
 * refusal, since nobody knows when it ends, and the other instances are not to wait for it.
 */
export function withoutRefused(
  due: readonly Modification[],
  error: unknown,
): readonly Modification[] | undefined {
  if (!["permanent", "no-room"].includes(meaningOf(error))) return undefined;
  const text = error instanceof Error ? error.message : "";
  const named = due.find(({ says }) => says.test(text)) ?? due[0];
  return due.filter((one) => one !== named);
}
