import { scheduleAutomatedBackups, takeAutomated } from "./automated.ts";
import { instanceEvent, snapshotEvent } from "./events.ts";
import { reading } from "./facts.ts";
import { strikes } from "./faults.ts";
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

const minute = 60_000;
/** Statuses in which somebody else is at work on an instance for a while. */
const changing = /^(modifying|backing-up|configuring-.+|resetting-master-credentials)$/;

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
    if (strikes(state, "restoreFailureProbability", shape.DBInstanceArn)) {
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
    const createdFirst = reading(state.world, "restoredEventOrder") === "created-first";
    if (createdFirst) instanceEvent(state, "RDS-EVENT-0005", record);
    tellRestored(state, record, snapshot);
    if (!createdFirst) instanceEvent(state, "RDS-EVENT-0005", record);
    if (isUsable(state.region, shape.KmsKeyId)) begin(state, record);
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
}

/** What RDS does to a new instance by itself: at once, or when the instance has been available for a minute. */
function begin(state: RdsState, record: InstanceRecord): void {
  if (reading(state.world, "restoreStatuses") === "modifying-first") {
    configure(state, record);
    return;
  }
  settle(state, record);
  const look = () => {
    if (!isPresent(state, record)) return;
    if (record.shape.DBInstanceStatus === "available") configure(state, record);
    else if (changing.test(record.shape.DBInstanceStatus ?? "")) later();
  };
  const later = () =>
    state.world.clock.after(minute, `configuration of ${record.shape.DBInstanceIdentifier}`, look);
  later();
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
