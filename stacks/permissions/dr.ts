import { type Grant, unionPrefix } from "./grant.ts";
import { readBothRegions } from "./survey.ts";
import * as may from "./vocabulary.ts";

/** Deletes backups in the primary region: ours by prefix and by tags, and nothing else. */
function deleteBackups({ settings, primary }: may.Territory): Grant {
  return {
    sid: "DeleteBackup",
    actions: ["rds:DeleteDBSnapshot"],
    resources: [may.rdsArns(primary, settings).ourSnapshots],
    conditions: may.ours(settings, "backup"),
    wildcard: may.wildcards.prefixed,
  };
}

/** Tags copies that are ours: with a declaration, its outcome, a mark. */
function tagCopies({ settings, dr }: may.Territory): Grant {
  return {
    sid: "TagCopy",
    actions: ["rds:AddTagsToResource"],
    resources: [may.rdsArns(dr, settings).snapshots],
    conditions: may.ours(settings, "copy"),
    wildcard: may.wildcards.tagged,
  };
}

/** Tags restored instances that are ours. */
function tagRestored({ settings, dr }: may.Territory): Grant {
  return {
    sid: "TagRestored",
    actions: ["rds:AddTagsToResource"],
    resources: [may.rdsArns(dr, settings).instances],
    conditions: may.ours(settings),
    wildcard: may.wildcards.identified,
  };
}

/** Proves a copy, then deletes its backup. */
export function cleanUpPrimary(territory: may.Territory): Grant[] {
  const { settings, primary, dr } = territory;
  return [
    ...may.readDatabases(settings, { snapshots: [primary, dr] }),
    deleteBackups(territory),
    may.readDataKey(territory),
    may.putEvents(territory, primary, dr),
  ];
}

/** Prunes copies by retention, reconciles, judges objectives and readiness. */
export function pruneCopies(territory: may.Territory): Grant[] {
  const { settings, primary, dr } = territory;
  return [
    ...readBothRegions(territory),
    {
      sid: "DeleteCopy",
      actions: ["rds:DeleteDBSnapshot"],
      resources: [may.rdsArns(dr, settings).snapshots],
      conditions: may.ours(settings, "copy"),
      wildcard: may.wildcards.tagged,
    },
    // Reconciling deletes backups that failed, which nobody else would. A policy cannot tell a status; the tags
    // keep it to backups of ours.
    deleteBackups(territory),
    tagCopies(territory),
    may.putEvents(territory, primary, dr),
  ];
}

/** Answers operators, chooses copies, tags them with the declaration; closes declarations. */
export function planRecovery(territory: may.Territory): Grant[] {
  const { settings, dr } = territory;
  return [
    ...may.readDatabases(settings, { instances: [dr], snapshots: [dr] }),
    may.readQuotas(),
    may.readKeys(territory),
    tagCopies(territory),
    tagRestored(territory),
    may.putEvents(territory, dr),
  ];
}

/** Restores an instance from a copy, under the copy's own key. */
export function restoreInstance(territory: may.Territory): Grant[] {
  const { settings, dr } = territory;
  const rds = may.rdsArns(dr, settings);
  return [
    ...may.readDatabases(settings, { instances: [dr], snapshots: [dr] }),
    {
      // No condition on tags and no prefix: on the day, nothing subtle may stand between a copy and its restore,
      // and copies of an earlier snapshotPrefix are restored too.
      sid: "Restore",
      actions: ["rds:RestoreDBInstanceFromDBSnapshot"],
      resources: [rds.snapshots, rds.instances, rds.optionGroups, rds.parameterGroups, rds.subnetGroups],
      wildcard: may.wildcards.identified,
    },
    {
      sid: "TagRestored",
      actions: ["rds:AddTagsToResource"],
      resources: [rds.instances],
      conditions: may.madeOurs(settings),
      wildcard: may.wildcards.identified,
    },
    tagCopies(territory),
    may.grantThroughRds("GrantCopyKey", [dr], [dr]),
    may.readThroughRds("ReadCopyKey", [dr], [dr]),
    may.putEvents(territory, dr),
  ];
}

/** Modifies what a restore cannot set, and says what came back. */
export function finishRestore(territory: may.Territory): Grant[] {
  const { settings, dr } = territory;
  const rds = may.rdsArns(dr, settings);
  const { partition, region, account } = dr;
  return [
    ...may.readDatabases(settings, { instances: [dr], snapshots: [dr] }),
    may.readQuotas(),
    {
      sid: "Modify",
      actions: ["rds:ModifyDBInstance"],
      resources: [rds.instances],
      conditions: may.ours(settings),
      wildcard: may.wildcards.identified,
    },
    tagCopies(territory),
    {
      sid: "PassMonitoringRole",
      actions: ["iam:PassRole"],
      resources: [`arn:${partition}:iam::${account}:role/*`],
      conditions: { StringEquals: { "iam:PassedToService": "monitoring.rds.amazonaws.com" } },
      wildcard:
        "the role is the instance's own, known only when it is restored, and handed to RDS's monitoring alone",
    },
    // The authorisation reference lists these with ModifyDBInstance; which of them RDS asks of its caller is not said.
    {
      sid: `${unionPrefix}ManagedPassword`,
      actions: ["secretsmanager:CreateSecret", "secretsmanager:TagResource", "secretsmanager:RotateSecret"],
      resources: [`arn:${partition}:secretsmanager:${region}:${account}:secret:rds!db-*`],
      wildcard: "RDS names the secrets of the passwords it manages; all of them begin so",
    },
    {
      sid: `${unionPrefix}PasswordKey`,
      actions: ["kms:CreateGrant", "kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"],
      resources: [may.keysOf(dr)],
      conditions: {
        StringEquals: { "kms:ViaService": [may.rdsService(dr), `secretsmanager.${region}.amazonaws.com`] },
      },
      wildcard: may.wildcards.keysVary,
    },
    may.putEvents(territory, dr),
  ];
}
