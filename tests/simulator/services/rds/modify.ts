import type { DBInstance, ModifyDBInstanceMessage, PendingModifiedValues } from "@aws-sdk/client-rds";
import { AwsError, type Shape } from "../../types.ts";
import { instanceEvent } from "./events.ts";
import { instanceView } from "./instances.ts";
import { findInstance } from "./lookup.ts";
import { waitForWindow } from "./maintenance.ts";
import { onlyMembers } from "./members.ts";
import { type Change, changesOf } from "./modify-changes.ts";
import { checkModification } from "./modify-checks.ts";
import { type InstanceRecord, isPresent, type RdsState, setInstanceStatus, settle, takes } from "./state.ts";

type Input = ModifyDBInstanceMessage;

const checkMembers = onlyMembers<Input>("ModifyDBInstance", [
  "DBInstanceIdentifier",
  "AllocatedStorage",
  "DBInstanceClass",
  "VpcSecurityGroupIds",
  "ApplyImmediately",
  "MasterUserPassword",
  "DBParameterGroupName",
  "BackupRetentionPeriod",
  "PreferredBackupWindow",
  "PreferredMaintenanceWindow",
  "MultiAZ",
  "EngineVersion",
  "AllowMajorVersionUpgrade",
  "AutoMinorVersionUpgrade",
  "Iops",
  "StorageThroughput",
  "OptionGroupName",
  "StorageType",
  "CACertificateIdentifier",
  "CopyTagsToSnapshot",
  "MonitoringInterval",
  "DBPortNumber",
  "PubliclyAccessible",
  "MonitoringRoleArn",
  "PromotionTier",
  "EnableIAMDatabaseAuthentication",
  "DatabaseInsightsMode",
  "EnablePerformanceInsights",
  "PerformanceInsightsKMSKeyId",
  "PerformanceInsightsRetentionPeriod",
  "CloudwatchLogsExportConfiguration",
  "ProcessorFeatures",
  "UseDefaultProcessorFeatures",
  "DeletionProtection",
  "MaxAllocatedStorage",
  "NetworkType",
  "ManageMasterUserPassword",
  "MasterUserSecretKmsKeyId",
  "DedicatedLogVolume",
  "EngineLifecycleSupport",
]);

/** ModifyDBInstance: refused while the instance is not available; applied by way of `modifying`. */
export function modifyInstance(state: RdsState, input: Input): Shape {
  checkMembers(input);
  const record = findInstance(state, input.DBInstanceIdentifier);
  const status = record.shape.DBInstanceStatus;
  if (status !== "available" && status !== "storage-optimization") {
    throw new AwsError("InvalidDBInstanceState", "Database instance is not in available state.");
  }
  checkModification(state, record, input);
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
