import type { RestoreDBInstanceFromDBSnapshotCommandInput } from "@aws-sdk/client-rds";
import { type Description, decodeDescription } from "../../shared/rds/description.ts";
import type { Snapshot } from "../../shared/rds/snapshots.ts";
import { tagKeys, tagList, userTags } from "../../shared/rds/tags.ts";
import { storageOf } from "../../shared/restore/storage.ts";
import { type RestoreRules, type RestoreTarget, restoreTarget } from "../../shared/restore/target.ts";
import type { RestoreRequest } from "./decide.ts";

export type RestoreInput = RestoreDBInstanceFromDBSnapshotCommandInput;

/** RDS allows 50 tags; 6 are ours from the start and 1 comes when the declaration is closed. */
const userTagsMax = 50 - 7;

/** The user's own tags, and ours that tell what the instance is and why it is there. */
function tagsOf(copy: Snapshot, { declaration, instanceId, copyId }: RestoreRequest, environment: string) {
  const ours: [string, string][] = [
    [tagKeys.environment, environment],
    [tagKeys.instance, instanceId],
    [tagKeys.declaration, declaration.id],
    [tagKeys.declaredAt, declaration.declaredAt.toISOString()],
    [tagKeys.mode, declaration.mode],
    [tagKeys.recoveryPoint, copyId],
  ];
  return tagList([...ours, ...userTags(copy.tags).slice(0, userTagsMax)]);
}

/** What of the source is given because RDS would take its own default for it. */
function travelled(description: Description, gib: number, target: RestoreTarget): Partial<RestoreInput> {
  const isSqlServer = description.engine.startsWith("sqlserver");
  // SQL Server mirrors only what is backed up: "Mirroring cannot be applied to instances with backup retention set to zero".
  const backupDaysMin = isSqlServer && target.multiAz ? 1 : 0;
  const { port, iam, logs, minorUpgrades, copyTags, ca, lifecycle, backupDays, backupWindow, network } =
    description;
  const { cpu, logVolume } = description;
  const isSameClass = target.instanceClass === description.class;
  return {
    ...storageOf(description, gib),
    ...(port > 0 && { Port: port }),
    ...(iam && { EnableIAMDatabaseAuthentication: true }),
    ...(logs !== undefined && logs.length > 0 && { EnableCloudwatchLogsExports: logs }),
    AutoMinorVersionUpgrade: minorUpgrades,
    CopyTagsToSnapshot: copyTags,
    ...(ca !== undefined && { CACertificateIdentifier: ca }),
    ...(lifecycle !== undefined && { EngineLifecycleSupport: lifecycle }),
    ...(backupDays !== undefined && { BackupRetentionPeriod: Math.max(backupDays, backupDaysMin) }),
    ...(backupWindow !== undefined && { PreferredBackupWindow: backupWindow }),
    ...(network !== undefined && { NetworkType: network }),
    ...(logVolume && { DedicatedLogVolume: true }),
    // Another class has other numbers of cores.
    ...(cpu !== undefined &&
      isSameClass && {
        ProcessorFeatures: Object.entries(cpu).map(([Name, Value]) => ({ Name, Value })),
      }),
  };
}

/** How one instance is restored from one copy. */
export function restoreInput(
  request: RestoreRequest,
  copy: Snapshot,
  settings: RestoreRules,
): { readonly input: RestoreInput; readonly travelledClass: string | undefined } {
  const description = decodeDescription(copy.tags);
  const recovery = { description, optionGroup: copy.optionGroup };
  const target = restoreTarget(request.instanceId, recovery, request.override, settings);
  // Left out, SQL Server's option group decides about mirroring; every other engine comes up in a single zone.
  const saysMultiAz = target.multiAz || !copy.engine.startsWith("sqlserver");
  const input: RestoreInput = {
    DBInstanceIdentifier: request.restoreAs,
    DBSnapshotIdentifier: copy.id,
    DBSubnetGroupName: target.subnetGroup,
    VpcSecurityGroupIds: [...target.securityGroups],
    PubliclyAccessible: target.publiclyAccessible,
    DeletionProtection: target.deletionProtection,
    ...(saysMultiAz && { MultiAZ: target.multiAz }),
    ...(target.instanceClass !== undefined && { DBInstanceClass: target.instanceClass }),
    ...(target.parameterGroup !== undefined && { DBParameterGroupName: target.parameterGroup }),
    ...(target.optionGroup !== undefined && { OptionGroupName: target.optionGroup }),
    ...(description !== undefined && travelled(description, copy.gib, target)),
    Tags: tagsOf(copy, request, settings.environment),
  };
  return { input, travelledClass: description?.class };
}
