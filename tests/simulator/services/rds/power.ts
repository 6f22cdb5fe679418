import type { StartDBInstanceMessage, StopDBInstanceMessage } from "@aws-sdk/client-rds";
import { numberKnob } from "../../knobs.ts";
import { AwsError, type Shape } from "../../types.ts";
import { instanceEvent } from "./events.ts";
import { instanceView } from "./instances.ts";
import { recoverable } from "./key-loss.ts";
import { usableKey } from "./keys.ts";
import { findInstance } from "./lookup.ts";
import { onlyMembers } from "./members.ts";
import { type InstanceRecord, isPresent, type RdsState, setInstanceStatus, settle, takes } from "./state.ts";

/** A stopped instance is started again after seven days (API reference, StopDBInstance). */
export function stoppedUntil({ world }: RdsState): number {
  return world.clock.now() + numberKnob(world.knobs, "stoppedDaysMax") * 24 * 3_600_000;
}

const checkMembers = onlyMembers<StopDBInstanceMessage>("StopDBInstance", ["DBInstanceIdentifier"]);

/** StopDBInstance, without a snapshot before it: no page says who must be allowed to take one so. */
export function stopInstance(state: RdsState, input: StopDBInstanceMessage): Shape {
  checkMembers(input);
  const record = findInstance(state, input.DBInstanceIdentifier);
  const { shape } = record;
  if (shape.DBInstanceStatus !== "available" || isPartOfReplication(record)) {
    throw new AwsError(
      "InvalidDBInstanceState",
      `Instance ${shape.DBInstanceIdentifier} cannot be stopped as it is not in one of the following statuses: ` +
        "'available', or is a replica or has replicas.",
    );
  }
  setInstanceStatus(state, record, "stopping");
  const { clock } = state.world;
  clock.after(
    takes(state, "stop", 0, record.shape.DBInstanceArn),
    `stop of ${shape.DBInstanceIdentifier}`,
    () => {
      if (!isPresent(state, record)) return;
      rest(state, record, stoppedUntil(state));
      setInstanceStatus(state, record, "stopped");
      instanceEvent(state, "RDS-EVENT-0087", record);
    },
  );
  return { DBInstance: instanceView(state, record) };
}

function isPartOfReplication({ shape }: InstanceRecord): boolean {
  return (
    Boolean(shape.ReadReplicaSourceDBInstanceIdentifier) ||
    Boolean(shape.ReadReplicaDBInstanceIdentifiers?.length)
  );
}

/** Lets an instance rest as stopped until RDS starts it by itself. */
export function rest(state: RdsState, record: InstanceRecord, until: number): void {
  record.resting = "stopped";
  record.shape.AutomaticRestartTime = new Date(until);
  record.restart = state.world.clock.at(
    until,
    `automatic start of ${record.shape.DBInstanceIdentifier}`,
    () => {
      if (!isPresent(state, record) || record.shape.DBInstanceStatus !== "stopped") return;
      instanceEvent(state, "RDS-EVENT-0154", record);
      begin(state, record);
    },
  );
}

/** StartDBInstance. */
export function startInstance(state: RdsState, input: StartDBInstanceMessage): Shape {
  const record = findInstance(state, input.DBInstanceIdentifier);
  const { DBInstanceIdentifier, DBInstanceStatus, KmsKeyId } = record.shape;
  if (DBInstanceStatus !== "stopped" && DBInstanceStatus !== recoverable) {
    throw new AwsError(
      "InvalidDBInstanceState",
      `Instance ${DBInstanceIdentifier} cannot be started as it is not in one of the following statuses: 'stopped, ` +
        `${recoverable}, incompatible-network (only valid for non-SqlServer instances)'.`,
    );
  }
  if (KmsKeyId) usableKey(state.region, "KMS key", KmsKeyId);
  begin(state, record);
  return { DBInstance: instanceView(state, record) };
}

function begin(state: RdsState, record: InstanceRecord): void {
  record.restart?.cancel();
  record.shape.AutomaticRestartTime = undefined;
  record.resting = "available";
  setInstanceStatus(state, record, "starting");
  state.world.clock.after(
    takes(state, "start", 0, record.shape.DBInstanceArn),
    `start of ${record.shape.DBInstanceIdentifier}`,
    () => {
      if (!isPresent(state, record)) return;
      settle(state, record);
      instanceEvent(state, "RDS-EVENT-0088", record);
    },
  );
}
