import type { DBInstance, DeleteDBInstanceMessage, DescribeDBInstancesMessage } from "@aws-sdk/client-rds";
import { AwsError, type Shape } from "../../types.ts";
import { instanceEvent } from "./events.ts";
import { reading } from "./facts.ts";
import { type FilterTable, passes } from "./filters.ts";
import { checkedIdentifier, longestSnapshotId } from "./identifiers.ts";
import { checkNameFree, findInstance } from "./lookup.ts";
import { onlyMembers } from "./members.ts";
import { pageOf, sortedBy } from "./paging.ts";
import { checkManualSnapshots } from "./quotas.ts";
import { checkReady, removeSnapshot, takeSnapshot } from "./snapshots.ts";
import { type InstanceRecord, isPresent, type RdsState, setInstanceStatus, takes } from "./state.ts";

const filters: FilterTable<InstanceRecord> = {
  "db-instance-id": ({ shape }) => [shape.DBInstanceIdentifier, shape.DBInstanceArn],
  "db-cluster-id": ({ shape }) => [shape.DBClusterIdentifier],
  "dbi-resource-id": ({ shape }) => [shape.DbiResourceId],
  domain: ({ shape }) => (shape.DomainMemberships ?? []).map((one) => one.Domain),
  engine: ({ shape }) => [shape.Engine],
};

/** DescribeDBInstances. */
export function describeInstances(state: RdsState, input: DescribeDBInstancesMessage): Shape {
  const matches = passes(filters, input.Filters);
  const idOf = ({ shape }: InstanceRecord) => shape.DBInstanceIdentifier ?? "";
  const rows = input.DBInstanceIdentifier
    ? [findInstance(state, input.DBInstanceIdentifier)]
    : sortedBy(state.instances.values(), idOf);
  const page = pageOf(rows.filter(matches), idOf, input, state.world.knobs.pageCap);
  return { DBInstances: page.rows.map((record) => instanceView(state, record)), Marker: page.marker };
}

/** An instance as a reply shows it: restorable up to five minutes ago while it is backed up. */
export function instanceView(state: RdsState, { shape }: InstanceRecord): DBInstance {
  const restorable = (shape.BackupRetentionPeriod ?? 0) > 0 && shape.LatestRestorableTime !== undefined;
  if (!restorable || shape.DBInstanceStatus === "stopped") return { ...shape };
  const step = 5 * 60_000;
  return {
    ...shape,
    LatestRestorableTime: new Date(Math.floor(state.world.clock.now() / step) * step - step),
  };
}

const checkMembers = onlyMembers<DeleteDBInstanceMessage>("DeleteDBInstance", [
  "DBInstanceIdentifier",
  "SkipFinalSnapshot",
  "FinalDBSnapshotIdentifier",
  "DeleteAutomatedBackups",
]);

/** DeleteDBInstance. */
export function deleteInstance(state: RdsState, input: DeleteDBInstanceMessage): Shape {
  checkMembers(input);
  const record = findInstance(state, input.DBInstanceIdentifier);
  const { shape } = record;
  if (shape.DeletionProtection) {
    throw new AwsError(
      "InvalidParameterCombination",
      "Cannot delete protected DB Instance, please disable deletion protection and try again.",
    );
  }
  if (shape.DBInstanceStatus === "deleting") {
    throw new AwsError(
      "InvalidDBInstanceState",
      `Instance ${shape.DBInstanceIdentifier} is already being deleted.`,
    );
  }
  const finalId = checkedFinalSnapshot(state, record, input);
  record.restart?.cancel();
  setInstanceStatus(state, record, "deleting");
  const keepAutomated = input.DeleteAutomatedBackups === false;
  const end = () => endInstance(state, record, keepAutomated);
  if (finalId) {
    const untold = reading(state.world, "finalSnapshotEvents") === "none";
    takeSnapshot(state, record, { id: finalId, type: "manual", tags: [], untold, done: end });
  } else {
    const needs = takes(state, "delete", 0, shape.DBInstanceArn);
    state.world.clock.after(needs, `deletion of ${shape.DBInstanceIdentifier}`, end);
  }
  return { DBInstance: instanceView(state, record) };
}

function checkedFinalSnapshot(
  state: RdsState,
  { shape }: InstanceRecord,
  input: DeleteDBInstanceMessage,
): string | undefined {
  const wanted = input.FinalDBSnapshotIdentifier;
  if (input.SkipFinalSnapshot) {
    if (!wanted) return undefined;
    throw new AwsError(
      "InvalidParameterCombination",
      "FinalDBSnapshotIdentifier can not be specified when SkipFinalSnapshot is true",
    );
  }
  // Words of AWS: cloud-custodian/cloud-custodian#436 and #1153.
  const part =
    (shape.ReadReplicaSourceDBInstanceIdentifier && "replica") || (shape.DBClusterIdentifier && "cluster");
  if (part && wanted) {
    throw new AwsError(
      "InvalidParameterCombination",
      `FinalDBSnapshotIdentifier can not be specified when deleting a ${part} instance`,
    );
  }
  if (!wanted) {
    throw new AwsError(
      "InvalidParameterCombination",
      "FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified.",
    );
  }
  checkReady(shape);
  const id = checkedIdentifier("FinalDBSnapshotIdentifier", wanted, longestSnapshotId);
  checkNameFree(state, id);
  checkManualSnapshots(state);
  return id;
}

/** Takes an instance away, with its automated snapshots unless they are kept; manual ones stay. */
export function endInstance(state: RdsState, record: InstanceRecord, keepAutomated: boolean): void {
  if (!isPresent(state, record)) return;
  const { shape } = record;
  state.instances.delete(shape.DBInstanceIdentifier ?? "");
  setInstanceStatus(state, record, "deleted");
  instanceEvent(state, "RDS-EVENT-0003", record);
  if (keepAutomated) return;
  for (const snapshot of [...state.snapshots.values()]) {
    const its = snapshot.shape.DbiResourceId === shape.DbiResourceId;
    if (its && snapshot.shape.SnapshotType === "automated") removeSnapshot(state, snapshot);
  }
}
