import type { RestoreOverride } from "../events/dr-events.ts";
import { subnetGroupOf } from "../names.ts";
import { type Description, isDefaultGroup } from "../rds/description.ts";
import type { Settings } from "../settings/schema.ts";

/** What the merge reads of the settings. */
export type RestoreRules = Pick<
  Settings,
  "environment" | "network" | "optionGroups" | "parameterGroups" | "restore" | "overrides"
>;

/** How an instance is to be restored, once everybody who may say so has been heard. */
export interface RestoreTarget {
  /** Absent: as the recovery point has it. */
  readonly instanceClass: string | undefined;
  readonly subnetGroup: string;
  readonly securityGroups: readonly string[];
  readonly multiAz: boolean;
  readonly publiclyAccessible: boolean;
  /** Absent: the engine's default. */
  readonly parameterGroup: string | undefined;
  /** Absent: the one on the copy, else the engine's default. */
  readonly optionGroup: string | undefined;
  readonly deletionProtection: boolean;
}

/** A group by its DR name: mapped, or of the same name, or none where the engine's default is meant. */
function mappedGroup(name: string, map: Readonly<Record<string, string>>): string | undefined {
  return map[name] ?? (isDefaultGroup(name) ? undefined : name);
}

/** An option group is on the copy already when copy-backup mapped it. */
function travelledOptionGroup(
  name: string,
  copyOptionGroup: string | undefined,
  map: Readonly<Record<string, string>>,
) {
  return map[name] ?? (isDefaultGroup(copyOptionGroup) ? mappedGroup(name, map) : copyOptionGroup);
}

/**
 * Merges how to restore: the declaration's override wins over the settings of the instance, these over what
 * travelled with the recovery point, and that over the restore defaults. Subnets and security groups do not
 * travel, for they belong to a region; the VPC's default security group is never used.
 */
export function restoreTarget(
  instanceId: string,
  recovery: { readonly description: Description | undefined; readonly optionGroup: string | undefined },
  override: RestoreOverride | undefined,
  settings: RestoreRules,
): RestoreTarget {
  const { description } = recovery;
  const said = { ...settings.overrides[instanceId]?.restore, ...definedOf(override) };
  const fallback = settings.restore;
  const pg = description?.parameterGroup;
  const og = description?.optionGroup;
  return {
    instanceClass: said.instanceClass ?? description?.class ?? fallback.instanceClass,
    subnetGroup: said.subnetGroup ?? fallback.subnetGroup ?? subnetGroupOf(settings),
    securityGroups:
      nonEmpty(said.securityGroups) ?? nonEmpty(fallback.securityGroups) ?? settings.network.securityGroups,
    multiAz: said.multiAz ?? description?.multiAz ?? fallback.multiAz ?? false,
    publiclyAccessible:
      said.publiclyAccessible ?? description?.public ?? fallback.publiclyAccessible ?? false,
    parameterGroup:
      said.parameterGroup ??
      (pg === undefined ? fallback.parameterGroup : mappedGroup(pg, settings.parameterGroups)),
    optionGroup:
      said.optionGroup ??
      (og === undefined
        ? fallback.optionGroup
        : travelledOptionGroup(og, recovery.optionGroup, settings.optionGroups)),
    deletionProtection:
      said.deletionProtection ?? description?.protect ?? fallback.deletionProtection ?? false,
  };
}

function definedOf(override: RestoreOverride | undefined): RestoreOverride {
  return Object.fromEntries(Object.entries(override ?? {}).filter(([, value]) => value !== undefined));
}

function nonEmpty<T>(list: readonly T[] | undefined): readonly T[] | undefined {
  return list !== undefined && list.length > 0 ? list : undefined;
}
