import type {
  ModifyDBInstanceMessage,
  ProcessorFeature,
  RestoreDBInstanceFromDBSnapshotMessage,
} from "@aws-sdk/client-rds";
import { AwsError, NotSimulated } from "../../types.ts";
import { licensesOf, logTypesOf } from "./engine-values.ts";
import { type RdsState, stateIn } from "./state.ts";
import { checkBackupWindow, checkMaintenanceWindow } from "./windows.ts";

type Input = Partial<RestoreDBInstanceFromDBSnapshotMessage & ModifyDBInstanceMessage>;

/** The instance that values are given to. */
export interface Subject {
  readonly state: RdsState;
  readonly engine: string;
  readonly version: string;
  /** What the subnet group can do. */
  readonly networkTypes: readonly string[];
}

type Check<Value> = (value: Value, subject: Subject) => void;

function invalid(text: string): never {
  throw new AwsError("InvalidParameterValue", text);
}

function impossible(text: string): never {
  throw new AwsError("InvalidParameterCombination", text);
}

function on<Member extends keyof Input>(member: Member, check: Check<NonNullable<Input[Member]>>) {
  return (input: Input, subject: Subject) => {
    const value = input[member];
    if (value !== undefined && value !== null) check(value, subject);
  };
}

/** One of the values that botocore names; which words AWS has for others is not known. */
function oneOf<Member extends "DatabaseInsightsMode" | "EngineLifecycleSupport">(
  member: Member,
  ...valid: readonly string[]
) {
  return on(member, (value) => {
    if (!valid.includes(value)) invalid(`Invalid ${member}: ${value}. Valid values: ${valid.join(", ")}`);
  });
}

const portsOfSqlServer = [1234, 1434, 3260, 3343, 3389, 47001, 49152, 49153, 49154, 49155, 49156];

/** botocore, ModifyDBInstance; the words are ours. */
function checkPort(port: number, { engine }: Subject): void {
  if (port < 1_150 || port > 65_535)
    invalid(`Invalid port: ${port}. The port must be between 1150 and 65535.`);
  if (engine.startsWith("sqlserver") && portsOfSqlServer.includes(port)) {
    invalid(`Invalid port: ${port}. SQL Server uses the port itself.`);
  }
}

/** Words of AWS: aws/aws-cdk#10705, for a cluster. */
function checkRetention(days: number): void {
  if (days >= 0 && days <= 35) return;
  invalid(`Invalid backup retention period: ${days}. Retention period must be between 0 and 35.`);
}

/** The certificate authorities since rds-ca-2019 has expired (user guide, UsingWithRDS.SSL). */
const authorities = ["rds-ca-rsa2048-g1", "rds-ca-rsa4096-g1", "rds-ca-ecc384-g1"];

/** Words of AWS: hashicorp/terraform-provider-aws#12854. */
function checkAuthority(name: string): void {
  if (!authorities.includes(name))
    throw new AwsError("CertificateNotFound", `Certificate not found: ${name}`, 404);
}

/** Words of AWS: ansible/ansible#53407. */
function checkLicense(license: string, { engine }: Subject): void {
  const valid = licensesOf(engine);
  if (valid.includes(license)) return;
  impossible(
    `Invalid license model '${license}' for engine '${engine}'. Valid license models are: ${valid.join(", ")}`,
  );
}

/** Words of the API reference, whose code it is. */
function checkNetwork(type: string, { networkTypes }: Subject): void {
  if (networkTypes.includes(type)) return;
  throw new AwsError(
    "NetworkTypeNotSupported",
    "The network type is invalid for the DB instance. Valid nework type values are IPV4 and DUAL.",
  );
}

/** Words of AWS: hashicorp/terraform#22538. */
function checkLogTypes(types: readonly string[], { engine, version }: Subject): void {
  const valid = logTypesOf(engine);
  const unknown = types.filter((type) => !valid.includes(type)).map((type) => `'${type}'`);
  if (unknown.length === 0) return;
  impossible(
    `You cannot use the log types ${unknown.join(", ")} with engine version ${engine} ${version}. ` +
      "For supported log types, see the documentation.",
  );
}

/** botocore, EngineLifecycleSupport: of RDS, MySQL and PostgreSQL only; of Aurora, the cluster's. */
function checkLifecycleEngine(_value: string, { engine }: Subject): void {
  if (!/^(mysql|postgres)$/.test(engine)) impossible(`EngineLifecycleSupport is not for engine ${engine}.`);
}

/** botocore, ProcessorFeature: two names, for Oracle and SQL Server; how many a class has is not looked at. */
function checkProcessor(features: readonly ProcessorFeature[], { engine }: Subject): void {
  if (!/^(custom-)?(oracle|sqlserver)/.test(engine))
    impossible(`ProcessorFeatures are not for engine ${engine}.`);
  for (const { Name = "", Value = "" } of features) {
    if (!/^(coreCount|threadsPerCore)$/.test(Name)) invalid(`Invalid processor feature: ${Name}`);
    if (!/^[1-9]\d*$/.test(Value)) invalid(`Invalid value of the processor feature ${Name}: ${Value}`);
  }
}

function checkBackupTarget(target: string): void {
  if (target === "region") return;
  if (target === "local" || target === "outposts")
    throw new NotSimulated(`rds:RestoreDBInstanceFromDBSnapshot BackupTarget ${target}`);
  invalid(`Invalid BackupTarget: ${target}. Valid values: local, outposts, region`);
}

const monitoringSeconds = [0, 1, 5, 10, 15, 30, 60];

function checkMonitoringInterval(seconds: number): void {
  if (!monitoringSeconds.includes(seconds)) invalid(`Invalid monitoring interval: ${seconds}`);
}

/** A role is known by the instances that have it. Words of AWS: hashicorp/terraform#5455. */
function checkMonitoringRole(arn: string, { state: { world } }: Subject): void {
  if (world.regions.some(({ name }) => stateIn(world, name)?.monitoringRoles.has(arn))) return;
  invalid(
    "IAM role ARN value is invalid or does not include the required permissions for: ENHANCED_MONITORING",
  );
}

/** botocore, ModifyDBInstance: a week, whole months up to 23, or two years. */
function checkInsightsDays(days: number): void {
  const months = days / 31;
  if (days === 7 || days === 731 || (Number.isInteger(months) && months >= 1 && months <= 23)) return;
  invalid(`Invalid Performance Insights retention period: ${days}`);
}

const longestPasswords: readonly (readonly [RegExp, number])[] = [
  [/^(mysql|mariadb)/, 41],
  [/^oracle/, 30],
  [/^db2/, 255],
];

/** Words of AWS: crossplane/crossplane#88, hashicorp/terraform-provider-aws#38394. */
function checkPassword(password: string, { engine }: Subject): void {
  const start = "The parameter MasterUserPassword is not a valid password";
  const most = longestPasswords.find(([pattern]) => pattern.test(engine))?.[1] ?? 128;
  if (password.length < 8) invalid(`${start} because it is shorter than 8 characters.`);
  if (password.length > most) invalid(`${start} because it is longer than ${most} characters.`);
  if (!/^[!-~]+$/.test(password) || /["/@]/.test(password)) {
    invalid(`${start}. Only printable ASCII characters besides '/', '@', '"', ' ' may be used.`);
  }
}

const checks = [
  on("Port", checkPort),
  on("DBPortNumber", checkPort),
  on("BackupRetentionPeriod", checkRetention),
  on("PreferredBackupWindow", checkBackupWindow),
  on("PreferredMaintenanceWindow", checkMaintenanceWindow),
  on("CACertificateIdentifier", checkAuthority),
  on("LicenseModel", checkLicense),
  on("NetworkType", checkNetwork),
  on("EnableCloudwatchLogsExports", checkLogTypes),
  on("CloudwatchLogsExportConfiguration", ({ EnableLogTypes, DisableLogTypes }, subject) =>
    checkLogTypes([...(EnableLogTypes ?? []), ...(DisableLogTypes ?? [])], subject),
  ),
  oneOf(
    "EngineLifecycleSupport",
    "open-source-rds-extended-support",
    "open-source-rds-extended-support-disabled",
  ),
  on("EngineLifecycleSupport", checkLifecycleEngine),
  oneOf("DatabaseInsightsMode", "standard", "advanced"),
  on("BackupTarget", checkBackupTarget),
  on("ProcessorFeatures", checkProcessor),
  on("MonitoringInterval", checkMonitoringInterval),
  on("MonitoringRoleArn", checkMonitoringRole),
  on("PerformanceInsightsRetentionPeriod", checkInsightsDays),
  on("PromotionTier", (tier) => {
    if (tier < 0 || tier > 15) invalid(`Invalid promotion tier: ${tier}`);
  }),
  on("MasterUserPassword", checkPassword),
];

/** Refuses values that the instance cannot have, whatever else the call says. */
export function checkValues(input: Input, subject: Subject): void {
  for (const check of checks) check(input, subject);
  if (input.UseDefaultProcessorFeatures && input.ProcessorFeatures?.length) {
    impossible("ProcessorFeatures can't be specified with UseDefaultProcessorFeatures.");
  }
}
