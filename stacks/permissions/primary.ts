import { names } from "../../shared/names.ts";
import type { Grant } from "./grant.ts";
import * as may from "./vocabulary.ts";

/** Finds protected instances, and whether the DR region has a key to copy under. */
export function planBackups(territory: may.Territory): Grant[] {
  const { settings, primary } = territory;
  return [
    ...may.readDatabases(settings, { instances: [primary] }),
    may.readDataKey(territory),
    may.putEvents(territory, primary),
  ];
}

/** Makes backups: snapshots under our prefix, tagged as they are made. */
export function createBackup(territory: may.Territory): Grant[] {
  const { settings, primary } = territory;
  const rds = may.rdsArns(primary, settings);
  return [
    ...may.readDatabases(settings, { instances: [primary], snapshots: [primary] }),
    {
      sid: "CreateBackup",
      actions: ["rds:CreateDBSnapshot"],
      resources: [rds.instances, rds.ourSnapshots],
      wildcard: may.wildcards.identified,
    },
    {
      sid: "TagBackup",
      actions: ["rds:AddTagsToResource"],
      resources: [rds.ourSnapshots],
      conditions: may.madeOurs(settings),
      wildcard: may.wildcards.prefixed,
    },
    may.putEvents(territory, primary),
  ];
}

/** Copies backups to the DR region. RDS authorises a cross-region copy on both ends. */
export function copyBackup(territory: may.Territory): Grant[] {
  const { settings, primary, dr } = territory;
  const source = may.rdsArns(primary, settings).ourSnapshots;
  const target = may.rdsArns(dr, settings).ourSnapshots;
  return [
    ...may.readDatabases(settings, { snapshots: [primary, dr] }),
    {
      sid: "CopyBackup",
      actions: ["rds:CopyDBSnapshot"],
      resources: [source, target],
      wildcard: may.wildcards.prefixed,
    },
    {
      sid: "TagCopy",
      actions: ["rds:AddTagsToResource"],
      resources: [target],
      conditions: may.madeOurs(settings),
      wildcard: may.wildcards.prefixed,
    },
    may.readDataKey(territory),
    may.grantThroughRds("GrantDataKey", [dr], [dr], {
      "ForAnyValue:StringEquals": { "kms:ResourceAliases": [names(settings.environment).keyAlias] },
    }),
    // The guide asks for the target's key only; refusals name "the source snapshot KMS key" where it is missing.
    may.uncertain(may.grantThroughRds("GrantSourceKey", [primary], [primary, dr])),
    may.uncertain(may.readThroughRds("ReadSourceKey", [primary], [primary, dr])),
    may.putEvents(territory, primary),
  ];
}
