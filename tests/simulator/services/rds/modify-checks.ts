import type { ModifyDBInstanceMessage } from "@aws-sdk/client-rds";
import { AwsError, NotSimulated } from "../../types.ts";
import { checkInstanceClass } from "./capacity.ts";
import { checkUpgrade, isMajorUpgrade } from "./engine-versions.ts";
import { checkOptionGroup, findOptionGroup, stickyOptions } from "./groups.ts";
import { usableKey } from "./keys.ts";
import { checkPasswords } from "./passwords.ts";
import { checkMirroring, checkParameterGroup, checkSecurityGroups } from "./restore.ts";
import type { InstanceRecord, RdsState } from "./state.ts";
import { checkNotShrunk } from "./storage.ts";
import { checkValues } from "./values.ts";
import { checkWindowsApart } from "./windows.ts";

type Input = ModifyDBInstanceMessage;

function refuse(text: string): never {
  throw new AwsError("InvalidParameterCombination", text);
}

/** Checks a modification as a whole before anything of it is done. */
export function checkModification(state: RdsState, record: InstanceRecord, input: Input): void {
  const { shape } = record;
  const { Engine: engine = "", EngineVersion: version = "" } = shape;
  checkNotOfCluster(record, input);
  const networkTypes = shape.DBSubnetGroup?.SupportedNetworkTypes ?? ["IPV4"];
  checkValues(input, { state, engine, version, networkTypes });
  checkWindows(record, input);
  checkVersion(record, input);
  checkClass(state, record, input);
  checkGroups(state, record, input);
  checkStorage(record, input);
  checkPasswords(record, input);
  checkBackups(state, record, input);
  checkFeatures(state, record, input);
}

/** What of a cluster's member is the cluster's (botocore: "doesn't apply to Amazon Aurora"), in AWS's words for it. */
const ofCluster: readonly (readonly [keyof Input, string])[] = [
  ["BackupRetentionPeriod", "backup retention"],
  ["PreferredBackupWindow", "backup window"],
  ["VpcSecurityGroupIds", "vpc security group"],
  ["MasterUserPassword", "master user password"],
  ["ManageMasterUserPassword", "master user password"],
  ["EnableIAMDatabaseAuthentication", "iam database authentication"],
  ["DeletionProtection", "deletion protection"],
  ["EngineVersion", "engine version"],
  ["DBPortNumber", "port"],
  ["AllocatedStorage", "storage"],
  ["StorageType", "storage"],
  ["StorageThroughput", "storage"],
  ["Iops", "storage"],
];

/** Words of AWS: Optum/dce#244, crossplane-contrib/provider-aws#1799. */
function checkNotOfCluster({ shape }: InstanceRecord, input: Input): void {
  if (!shape.DBClusterIdentifier) return;
  const [, what] = ofCluster.find(([member]) => input[member] !== undefined) ?? [];
  if (what === undefined) return;
  refuse(
    `The specified DB Instance is a member of a cluster. Modify ${what} for the DB Cluster using the ModifyDbCluster API`,
  );
}

function checkWindows({ shape }: InstanceRecord, input: Input): void {
  const { PreferredBackupWindow: backup, PreferredMaintenanceWindow: maintenance } = input;
  if (backup === undefined && maintenance === undefined) return;
  checkWindowsApart(backup ?? shape.PreferredBackupWindow, maintenance ?? shape.PreferredMaintenanceWindow);
}

/**
 * An upgrade within the major version; one beyond it takes the groups along, which is not simulated. Words of AWS:
 * hashicorp/terraform#8471.
 */
function checkVersion({ shape }: InstanceRecord, input: Input): void {
  const { Engine: engine = "", EngineVersion: present = "" } = shape;
  const wanted = input.EngineVersion;
  if (wanted === undefined) return;
  checkUpgrade("ModifyDBInstance", engine, present, wanted);
  if (!isMajorUpgrade(engine, present, wanted)) return;
  if (!input.AllowMajorVersionUpgrade) {
    refuse("The AllowMajorVersionUpgrade flag must be present when upgrading to a new major version.");
  }
  throw new NotSimulated(`rds:ModifyDBInstance EngineVersion ${wanted}, another major version`);
}

function checkClass(state: RdsState, { shape }: InstanceRecord, input: Input): void {
  const { Engine: engine = "", EngineVersion: version = "", DBInstanceClass: had } = shape;
  if (input.DBInstanceClass === undefined || input.DBInstanceClass === had) return;
  checkInstanceClass(state, input.DBInstanceClass, { engine, version, license: shape.LicenseModel, had });
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

/** Who has replicas is backed up (botocore, ModifyDBInstance); in which words it is refused is not known. */
function checkBackups(state: RdsState, { shape }: InstanceRecord, input: Input): void {
  const days = input.BackupRetentionPeriod ?? shape.BackupRetentionPeriod;
  if (input.BackupRetentionPeriod === 0 && shape.ReadReplicaDBInstanceIdentifiers?.length) {
    throw new AwsError(
      "InvalidDBInstanceState",
      `The backup retention period of ${shape.DBInstanceIdentifier} can't be 0 while it has read replicas.`,
    );
  }
  checkMirroring(state, input.MultiAZ, shape.Engine, days);
}

function checkFeatures(state: RdsState, { shape }: InstanceRecord, input: Input): void {
  if (input.MonitoringInterval && !(input.MonitoringRoleArn ?? shape.MonitoringRoleArn)) {
    refuse("A MonitoringRoleARN value is required if you specify a MonitoringInterval value other than 0.");
  }
  const small = /^db\.t[234]g?\.(micro|small)$/.test(input.DBInstanceClass ?? shape.DBInstanceClass ?? "");
  if (input.EnablePerformanceInsights && small && /^(mysql|mariadb)$/.test(shape.Engine ?? "")) {
    refuse("Performance Insights not supported for this configuration, please disable this feature.");
  }
  for (const key of [input.PerformanceInsightsKMSKeyId, input.MasterUserSecretKmsKeyId]) {
    if (key) usableKey(state.region, "KMS key", key);
  }
}
