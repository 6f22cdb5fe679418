import type { DBSubnetGroup, RestoreDBInstanceFromDBSnapshotMessage } from "@aws-sdk/client-rds";
import { AwsError, NotSimulated, type Shape } from "../../types.ts";
import { checkInstanceClass } from "./capacity.ts";
import { defaultParameterGroup, parameterFamily } from "./engines.ts";
import { listKnob, reading } from "./facts.ts";
import { checkOptionGroup, findOptionGroup, findParameterGroup, stickyOptions } from "./groups.ts";
import { arnOf, checkedIdentifier, longestInstanceId, parseArn } from "./identifiers.ts";
import { instanceView } from "./instances.ts";
import { grantToRds, usableKey } from "./keys.ts";
import { findSnapshot } from "./lookup.ts";
import { onlyMembers } from "./members.ts";
import { checkSecretKey } from "./passwords.ts";
import { checkInstances } from "./quotas.ts";
import { runRestore } from "./restore-run.ts";
import { restoredShape } from "./restored-shape.ts";
import type { InstanceRecord, RdsState, SnapshotRecord } from "./state.ts";
import { checkNotShrunk, type Storage, settledStorage } from "./storage.ts";
import { checkedTags, isSystemTag } from "./tags.ts";
import { checkValues } from "./values.ts";

type Input = RestoreDBInstanceFromDBSnapshotMessage;

const checkMembers = onlyMembers<Input>("RestoreDBInstanceFromDBSnapshot", [
  "DBInstanceIdentifier",
  "DBSnapshotIdentifier",
  "DBInstanceClass",
  "Port",
  "AvailabilityZone",
  "DBSubnetGroupName",
  "MultiAZ",
  "PubliclyAccessible",
  "AutoMinorVersionUpgrade",
  "LicenseModel",
  "Engine",
  "Iops",
  "StorageThroughput",
  "OptionGroupName",
  "Tags",
  "StorageType",
  "VpcSecurityGroupIds",
  "CopyTagsToSnapshot",
  "EnableIAMDatabaseAuthentication",
  "EnableCloudwatchLogsExports",
  "ProcessorFeatures",
  "UseDefaultProcessorFeatures",
  "DBParameterGroupName",
  "DeletionProtection",
  "NetworkType",
  "BackupTarget",
  "AllocatedStorage",
  "BackupRetentionPeriod",
  "PreferredBackupWindow",
  "DedicatedLogVolume",
  "CACertificateIdentifier",
  "EngineLifecycleSupport",
  "ManageMasterUserPassword",
  "MasterUserSecretKmsKeyId",
]);

function refuse(text: string): never {
  throw new AwsError("InvalidParameterCombination", text);
}

/** RestoreDBInstanceFromDBSnapshot: everything is checked at the call, then the instance is made. */
export function restoreInstance(state: RdsState, input: Input): Shape {
  checkMembers(input);
  const id = checkedIdentifier("DBInstanceIdentifier", input.DBInstanceIdentifier, longestInstanceId);
  const tags = checkedTags(input.Tags);
  if (state.instances.has(id)) throw new AwsError("DBInstanceAlreadyExists", "DB instance already exists");
  const snapshot = findUsableSnapshot(state, input);
  const { shape, memory } = snapshot;
  const engine = checkedEngine(snapshot, input);
  const storage = chosenStorage(state, snapshot, input);
  checkInstances(state, storage.AllocatedStorage);
  const subnetGroup = chosenSubnetGroup(state, input);
  checkValues(input, {
    state,
    engine,
    version: shape.EngineVersion ?? "",
    networkTypes: subnetGroup.SupportedNetworkTypes ?? [],
  });
  checkZones(state, subnetGroup, input, snapshot);
  const securityGroups = chosenSecurityGroups(state, input, subnetGroup);
  const parameterGroup = chosenParameterGroup(state, shape.EngineVersion ?? "", engine, input);
  const optionGroup = chosenOptionGroup(state, snapshot, engine, input);
  checkNotWithdrawn(state, engine, shape.EngineVersion ?? "");
  checkInstanceClass(state, input.DBInstanceClass ?? memory.DBInstanceClass ?? "", {
    engine,
    version: shape.EngineVersion ?? "",
    license: input.LicenseModel ?? shape.LicenseModel,
    had: memory.DBInstanceClass,
  });
  const arn = arnOf(state.world, state.region.name, "db", id);
  if (shape.KmsKeyId) grantToRds(state, usableKey(state.region, "snapshot KMS key", shape.KmsKeyId), arn);
  const inherited = (memory.TagList ?? []).filter((tag) => !isSystemTag(tag));
  const instance = restoredShape(state, snapshot, input, {
    id,
    arn,
    storage,
    subnetGroup,
    securityGroups,
    parameterGroup,
    optionGroup,
    tags: input.Tags?.length ? tags : inherited,
  });
  const record: InstanceRecord = { shape: instance, resting: "available" };
  state.instances.set(id, record);
  runRestore(state, record, snapshot, input.Port);
  return { DBInstance: instanceView(state, record) };
}

function findUsableSnapshot(state: RdsState, input: Input): SnapshotRecord {
  if (!input.DBSnapshotIdentifier) {
    refuse("Either DBSnapshotIdentifier or DBClusterSnapshotIdentifier must be specified.");
  }
  const arn = parseArn(input.DBSnapshotIdentifier);
  if (arn && arn.region !== state.region.name) {
    throw new AwsError("DBSnapshotNotFound", `DBSnapshot ${input.DBSnapshotIdentifier} not found.`, 404);
  }
  const record = findSnapshot(state, arn?.id ?? input.DBSnapshotIdentifier);
  if (record.shape.Status === "available") return record;
  throw new AwsError(
    "InvalidDBSnapshotState",
    `DB snapshot ${record.shape.DBSnapshotIdentifier} is not in the available state.`,
  );
}

function checkedEngine({ shape }: SnapshotRecord, input: Input): string {
  const engine = shape.Engine ?? "";
  if (input.Engine !== undefined && input.Engine !== engine) {
    throw new NotSimulated(`rds:RestoreDBInstanceFromDBSnapshot from ${engine} to ${input.Engine}`);
  }
  if (input.ManageMasterUserPassword && !engine.startsWith("oracle")) {
    refuse(`ManageMasterUserPassword is not supported when restoring a DB instance with engine ${engine}.`);
  }
  checkSecretKey(input);
  return engine;
}

/** Without a type: io1 where IOPS are named, else gp3, says the API reference; whatever the snapshot had. */
function chosenStorage(state: RdsState, { shape }: SnapshotRecord, input: Input): Storage {
  const engine = shape.Engine ?? "";
  const asSnapshot = reading(state.world, "restoreStorageType") === "as-snapshot";
  const type =
    input.StorageType ??
    (asSnapshot ? shape.StorageType : undefined) ??
    (input.Iops === undefined ? "gp3" : "io1");
  const gib = input.AllocatedStorage ?? shape.AllocatedStorage ?? 0;
  if (input.AllocatedStorage !== undefined) {
    checkNotShrunk(engine, type, gib, shape.AllocatedStorage ?? 0);
    if (engine.startsWith("sqlserver") && gib !== shape.AllocatedStorage) {
      refuse("AllocatedStorage cannot be changed when restoring SQL Server.");
    }
  }
  const iops = input.Iops ?? (asSnapshot && type.startsWith("io") ? shape.Iops : undefined);
  return settledStorage({ engine, type, gib, iops, throughput: input.StorageThroughput });
}

function chosenSubnetGroup(state: RdsState, input: Input): DBSubnetGroup {
  const name = input.DBSubnetGroupName?.toLowerCase() ?? "default";
  const group = state.groups.subnetGroups.get(name);
  if (group) return group;
  if (input.DBSubnetGroupName === undefined) {
    throw new AwsError("InvalidSubnet", "No default subnet detected in VPC.");
  }
  throw new AwsError("DBSubnetGroupNotFoundFault", `DB subnet group '${name}' does not exist.`, 404);
}

function checkZones(
  state: RdsState,
  group: DBSubnetGroup,
  input: Input,
  { shape, memory }: SnapshotRecord,
): void {
  const zone = input.AvailabilityZone;
  if (zone !== undefined && input.MultiAZ) {
    refuse("Requesting a specific availability zone is not valid for Multi-AZ instances.");
  }
  const zones = (group.Subnets ?? []).map((subnet) => subnet.SubnetAvailabilityZone?.Name);
  if (zone !== undefined && !zones.includes(zone)) {
    refuse(`DB Subnet Group ${group.DBSubnetGroupName} has no subnet in availability zone ${zone}`);
  }
  const retention = input.BackupRetentionPeriod ?? memory.BackupRetentionPeriod ?? 0;
  checkMirroring(state, input.MultiAZ, shape.Engine, retention);
}

/** SQL Server's Multi-AZ is mirroring, which needs backups. */
export function checkMirroring(
  { world }: RdsState,
  multiAz: boolean | undefined,
  engine = "",
  retention = 0,
): void {
  if (!multiAz || !engine.startsWith("sqlserver") || retention > 0) return;
  if (reading(world, "mirroringWithoutBackups") === "accepted") return;
  refuse("Mirroring cannot be applied to instances with backup retention set to zero.");
}

/** The security groups, of the subnet group's VPC; none named: that VPC's default one. */
function chosenSecurityGroups(state: RdsState, input: Input, subnetGroup: DBSubnetGroup): string[] {
  const wanted = input.VpcSecurityGroupIds ?? [];
  checkSecurityGroups(state, wanted, subnetGroup.VpcId);
  if (wanted.length > 0) return [...wanted];
  const ofVpc = [...state.groups.securityGroups].filter(([, group]) => group.vpcId === subnetGroup.VpcId);
  return ofVpc.filter(([, group]) => group.name === "default").map(([id]) => id);
}

/** Refuses security groups that are not there or stand in another VPC. */
export function checkSecurityGroups(
  state: RdsState,
  wanted: readonly string[],
  vpcId: string | undefined,
): void {
  for (const id of wanted) {
    const group = state.groups.securityGroups.get(id);
    if (!group)
      throw new AwsError("InvalidParameterValue", `Invalid security group , groupId= ${id}, groupName=.`);
    if (group.vpcId !== vpcId) {
      refuse(
        "The DB instance and EC2 security group are in different VPCs. " +
          `The DB instance is in ${vpcId} and the EC2 security group is in ${group.vpcId}`,
      );
    }
  }
}

function chosenParameterGroup(state: RdsState, version: string, engine: string, input: Input): string {
  const name = input.DBParameterGroupName?.toLowerCase() ?? defaultParameterGroup(engine, version);
  checkParameterGroup(state, name, engine, version);
  return name;
}

/** Refuses a parameter group that is not there or is of another family. */
export function checkParameterGroup(state: RdsState, name: string, engine: string, version: string): void {
  const group = findParameterGroup(state.groups, name);
  if (!group) throw new AwsError("DBParameterGroupNotFound", `DBParameterGroup not found: ${name}`, 404);
  const family = parameterFamily(engine, version);
  if (group.DBParameterGroupFamily !== family) {
    refuse(
      `The parameter group ${name} with DBParameterGroupFamily ${group.DBParameterGroupFamily} can't be used for ` +
        `this instance. Use a parameter group with DBParameterGroupFamily ${family}.`,
    );
  }
}

/** The named option group, or the snapshot's own; options that must not be lost bind either. */
function chosenOptionGroup(state: RdsState, { shape }: SnapshotRecord, engine: string, input: Input): string {
  const present = shape.OptionGroupName ?? "";
  const name = input.OptionGroupName?.toLowerCase() ?? present;
  const required = stickyOptions(findOptionGroup(state.groups, present));
  checkOptionGroup(state.groups, name, engine, shape.EngineVersion ?? "", required);
  return name;
}

/** Versions withdrawn since the snapshot was taken do not restore. */
function checkNotWithdrawn({ world, region }: RdsState, engine: string, version: string): void {
  if (!listKnob(world, "withdrawnEngineVersions", region.name).includes(`${engine} ${version}`)) return;
  refuse(`Cannot find version ${version} for ${engine}`);
}
