import type { DBInstance, ModifyDBInstanceCommandInput } from "@aws-sdk/client-rds";
import { errorCode } from "../../shared/errors.ts";
import { type Description, describe } from "../../shared/rds/description.ts";
import type { RestoreTarget } from "../../shared/restore/target.ts";

export type ModifyInput = Omit<ModifyDBInstanceCommandInput, "DBInstanceIdentifier">;

type ModificationName =
  | "managedPassword"
  | "monitoring"
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

const denied = ["AccessDenied", "AccessDeniedException", "UnauthorizedOperation"];
const aboutParameters = [
  "InvalidParameterValue",
  "InvalidParameterCombination",
  "KMSKeyNotAccessible",
  ...denied,
];

/**
 * What to ask for after a refusal: everything but what it is about, or, when its text names nothing that is
 * asked for, everything but the first. Undefined: the refusal is not about parameters.
 */
export function withoutRefused(
  due: readonly Modification[],
  error: unknown,
): readonly Modification[] | undefined {
  if (!aboutParameters.includes(errorCode(error))) return undefined;
  const text = error instanceof Error ? error.message : "";
  const named = due.find(({ says }) => says.test(text)) ?? due[0];
  return due.filter((one) => one !== named);
}
