/** What an instance's DBInstanceStatus means for its backups. */

/** CreateDBSnapshot takes an instance in these states only (RDS API reference, InvalidDBInstanceState). */
const backupableStatuses: ReadonlySet<string> = new Set(["available", "storage-optimization"]);

const busyStatuses: ReadonlySet<string> = new Set([
  "backing-up",
  "creating",
  "maintenance",
  "modifying",
  "rebooting",
  "renaming",
  "resetting-master-credentials",
  "starting",
  "storage-config-upgrade",
  "storage-initialization",
  "upgrading",
]);

/** Whether RDS would take a snapshot of an instance in this status. */
export function isBackupable(status: string | undefined): boolean {
  return status !== undefined && backupableStatuses.has(status);
}

/** Whether an instance in this status becomes backupable by itself. */
export function isBusy(status: string | undefined): boolean {
  return status !== undefined && (busyStatuses.has(status) || status.startsWith("configuring-"));
}

/** Whether an instance in this status changes no data until somebody, or RDS after 7 days, starts it. */
export function isStopped(status: string | undefined): boolean {
  return status === "stopped" || status === "stopping";
}

/** Why waiting for an instance in this status is of no use; every other one may still be backed up within its slot. */
export function unableBecause(status: string | undefined): "stopped" | "deleting" | undefined {
  if (isStopped(status)) return "stopped";
  return status === "deleting" ? "deleting" : undefined;
}
