import { scheduleAutomatedBackups, takeAutomated } from "./automated.ts";
import { instanceEvent, snapshotEvent } from "./events.ts";
import { reading, strikes } from "./facts.ts";
import { loseKey } from "./key-loss.ts";
import { isUsable } from "./keys.ts";
import { endpointOf } from "./restored-shape.ts";
import {
  type InstanceRecord,
  isPresent,
  type RdsState,
  type SnapshotRecord,
  setInstanceStatus,
  settle,
  takes,
} from "./state.ts";

/**
 * Runs a restore: creating, then for a while modifying, then backing-up where backups are
 * retained, then available. The endpoint appears when the creation ends.
 */
export function runRestore(
  state: RdsState,
  record: InstanceRecord,
  snapshot: SnapshotRecord,
  port?: number,
): void {
  const { shape } = record;
  setInstanceStatus(state, record, "creating");
  const needs = takes(state, "restore", shape.AllocatedStorage, shape.DBInstanceArn);
  state.world.clock.after(needs, `restore of ${shape.DBInstanceIdentifier}`, () => {
    if (!isPresent(state, record) || shape.DBInstanceStatus !== "creating") return;
    if (strikes(state.world, "restoreFailureProbability", shape.DBInstanceArn ?? "")) {
      setInstanceStatus(state, record, "incompatible-restore");
      instanceEvent(state, "RDS-EVENT-0031", record, { name: "incompatible-restore" });
      return;
    }
    shape.InstanceCreateTime = new Date(state.world.clock.now());
    shape.Endpoint = endpointOf(
      state,
      shape.DBInstanceIdentifier ?? "",
      port ?? snapshot.shape.Port,
      shape.Engine ?? "",
    );
    tellRestored(state, record, snapshot);
    if (isUsable(state.region, shape.KmsKeyId)) configure(state, record);
    else {
      setInstanceStatus(state, record, "modifying");
      loseKey(state, record);
    }
  });
}

function tellRestored(state: RdsState, record: InstanceRecord, snapshot: SnapshotRecord): void {
  const values = { name: snapshot.shape.DBSnapshotIdentifier };
  const told = reading(state.world, "restoredEvent");
  if (told === "instance-0008") instanceEvent(state, "RDS-EVENT-0008", record, values);
  else snapshotEvent(state, "RDS-EVENT-0043", snapshot, values);
  if (told === "instance-and-snapshot-0043") instanceEvent(state, "RDS-EVENT-0043", record, values);
  instanceEvent(state, "RDS-EVENT-0005", record);
}

function configure(state: RdsState, record: InstanceRecord): void {
  const { shape } = record;
  const needs = takes(state, "configure", 0, shape.DBInstanceArn);
  setInstanceStatus(state, record, "modifying");
  state.world.clock.after(needs, `configuration of ${shape.DBInstanceIdentifier}`, () => {
    if (!isPresent(state, record) || shape.DBInstanceStatus !== "modifying") return;
    scheduleAutomatedBackups(state, record);
    baselineBackup(state, record);
  });
}

/** A restored instance with retention is backed up at once, which may take hours (terraform#44104). */
function baselineBackup(state: RdsState, record: InstanceRecord): void {
  const kind = reading(state.world, "baselineBackupAfterRestore");
  if ((record.shape.BackupRetentionPeriod ?? 0) === 0 || kind === "none") {
    settle(state, record);
    return;
  }
  takeAutomated(state, record, { work: kind === "hours" ? "baselineBackupHours" : "baselineBackup" });
}
