import type { DBInstance, ModifyDBInstanceMessage, PendingModifiedValues } from "@aws-sdk/client-rds";
import { AwsError, NotSimulated, type Shape } from "../../types.ts";
import { instanceEvent } from "./events.ts";
import { checkOptionGroup, findOptionGroup, stickyOptions } from "./groups.ts";
import { instanceView } from "./instances.ts";
import { usableKey } from "./keys.ts";
import { findInstance } from "./lookup.ts";
import { waitForWindow } from "./maintenance.ts";
import { type Change, changesOf } from "./modify-changes.ts";
import { checkMirroring, checkParameterGroup, checkSecurityGroups } from "./restore.ts";
import { type InstanceRecord, isPresent, type RdsState, setInstanceStatus, settle, takes } from "./state.ts";
import { checkNotShrunk } from "./storage.ts";

type Input = ModifyDBInstanceMessage;

const notSimulated = [
  "NewDBInstanceIdentifier",
  "DBSubnetGroupName",
  "Domain",
  "DomainFqdn",
  "DisableDomain",
  "TdeCredentialArn",
  "AutomationMode",
  "ReplicaMode",
  "MultiTenant",
  "AdditionalStorageVolumes",
  "TagSpecifications",
  "AwsBackupRecoveryPointArn",
] as const;

function refuse(text: string): never {
  throw new AwsError("InvalidParameterCombination", text);
}

/** ModifyDBInstance: refused while the instance is not available; applied by way of `modifying`. */
export function modifyInstance(state: RdsState, input: Input): Shape {
  for (const member of notSimulated) {
    if (input[member] !== undefined) throw new NotSimulated(`rds:ModifyDBInstance ${member}`);
  }
  const record = findInstance(state, input.DBInstanceIdentifier);
  const status = record.shape.DBInstanceStatus;
  if (status !== "available" && status !== "storage-optimization") {
    throw new AwsError("InvalidDBInstanceState", "Database instance is not in available state.");
  }
  checkGroups(state, record, input);
  checkStorage(record, input);
  checkFeatures(state, record, input);
  const changes = changesOf(state, record, input);
  // What waits for the window goes along with whatever is applied at once (Overview.DBInstance.Modifying).
  const all = [...(input.ApplyImmediately ? (record.deferred ?? []) : []), ...changes];
  const now = all.filter((change) => change.immediate || input.ApplyImmediately);
  const later = changes.filter((change) => !now.includes(change));
  record.deferred = input.ApplyImmediately ? [] : [...(record.deferred ?? []), ...later];
  record.shape.PendingModifiedValues = pendingOf([...record.deferred, ...now]);
  if (later.length > 0) waitForWindow(state, record, applyDeferred);
  if (now.length > 0) apply(state, record, now);
  return { DBInstance: instanceView(state, record) };
}

function pendingOf(changes: readonly Change[]): PendingModifiedValues {
  return Object.assign({}, ...changes.map((change) => change.pending ?? {}));
}

/** The maintenance window has come: what was put off is applied. */
function applyDeferred(state: RdsState, record: InstanceRecord): void {
  const changes = record.deferred ?? [];
  record.deferred = [];
  apply(state, record, changes);
}

function checkGroups(state: RdsState, { shape }: InstanceRecord, input: Input): void {
  const { Engine: engine = "", EngineVersion: version = "" } = shape;
  if (input.DBParameterGroupName) checkParameterGroup(state, input.DBParameterGroupName, engine, version);
  if (input.OptionGroupName) {
    const present = shape.OptionGroupMemberships?.[0]?.OptionGroupName ?? "";
    const required = stickyOptions(findOptionGroup(state.groups, present));
    checkOptionGroup(state.groups, input.OptionGroupName, engine, version, required);
  }
  if (input.VpcSecurityGroupIds)
    checkSecurityGroups(state, input.VpcSecurityGroupIds, shape.DBSubnetGroup?.VpcId);
}

function checkStorage({ shape }: InstanceRecord, input: Input): void {
  const { Engine: engine = "", StorageType: type = "", AllocatedStorage: present = 0 } = shape;
  if (input.AllocatedStorage !== undefined) checkNotShrunk(engine, type, input.AllocatedStorage, present);
  const touches = [input.AllocatedStorage, input.Iops, input.StorageThroughput, input.StorageType];
  if (shape.DBInstanceStatus === "storage-optimization" && touches.some((value) => value !== undefined)) {
    throw new AwsError(
      "InvalidParameterCombination",
      "You can't currently modify the storage of this DB instance because the previous storage change is being optimized.",
    );
  }
  const most = input.MaxAllocatedStorage;
  if (most !== undefined && most < (input.AllocatedStorage ?? present) * 1.1 && most !== present) {
    refuse("Max storage size must be at least 10% greater than the allocated storage.");
  }
}

const monitoringIntervals = [0, 1, 5, 10, 15, 30, 60];

function checkFeatures(state: RdsState, { shape }: InstanceRecord, input: Input): void {
  const interval = input.MonitoringInterval;
  if (interval !== undefined && !monitoringIntervals.includes(interval)) {
    throw new AwsError("InvalidParameterValue", `Invalid monitoring interval: ${interval}`);
  }
  if (interval && !(input.MonitoringRoleArn ?? shape.MonitoringRoleArn)) {
    refuse("A MonitoringRoleARN value is required if you specify a MonitoringInterval value other than 0.");
  }
  const small = /^db\.t[234]g?\.(micro|small)$/.test(input.DBInstanceClass ?? shape.DBInstanceClass ?? "");
  if (input.EnablePerformanceInsights && small && /^(mysql|mariadb)$/.test(shape.Engine ?? "")) {
    refuse("Performance Insights not supported for this configuration, please disable this feature.");
  }
  if (input.PerformanceInsightsKMSKeyId)
    usableKey(state.region, "KMS key", input.PerformanceInsightsKMSKeyId);
  if (input.MasterUserSecretKmsKeyId && !input.ManageMasterUserPassword && !shape.MasterUserSecret) {
    refuse("You can't specify MasterUserSecretKmsKeyId without ManageMasterUserPassword.");
  }
  if (input.ManageMasterUserPassword && input.MasterUserPassword) {
    refuse("You can't specify MasterUserPassword when ManageMasterUserPassword is set.");
  }
  if (input.MasterUserSecretKmsKeyId) usableKey(state.region, "KMS key", input.MasterUserSecretKmsKeyId);
  const retention = input.BackupRetentionPeriod;
  if (retention !== undefined && (retention < 0 || retention > 35)) {
    throw new AwsError("InvalidParameterValue", `Invalid backup retention period: ${retention}`);
  }
  checkMirroring(state, input.MultiAZ, shape.Engine, retention ?? shape.BackupRetentionPeriod);
}

/** Works through the changes, one status after another, without being available in between. */
function apply(state: RdsState, record: InstanceRecord, changes: readonly Change[]): void {
  const [change, ...rest] = changes;
  if (!change) {
    record.shape.PendingModifiedValues = pendingOf(record.deferred ?? []);
    settle(state, record);
    return;
  }
  setInstanceStatus(state, record, change.status);
  const { DBInstanceArn, AllocatedStorage } = record.shape;
  const needs = takes(state, change.work, AllocatedStorage, DBInstanceArn);
  state.world.clock.after(needs, `${change.status} of ${record.shape.DBInstanceIdentifier}`, () => {
    if (!isPresent(state, record) || record.shape.DBInstanceStatus !== change.status) return;
    Object.assign(record.shape, change.patch satisfies DBInstance);
    if (change.event) instanceEvent(state, change.event, record);
    apply(state, record, rest);
  });
}
