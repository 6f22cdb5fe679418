import type { DBInstance } from "@aws-sdk/client-rds";
import type { Settings } from "./settings/schema.ts";

/** Whether the settings cover an instance, and why not. */
export type Coverage =
  | { readonly kind: "protected" }
  | {
      readonly kind: "left-out";
      readonly because: "excluded" | "not-covered" | "cluster-member" | "rds-custom" | "replica-not-listed";
    };

const leftOut = (because: Extract<Coverage, { kind: "left-out" }>["because"]): Coverage => ({
  kind: "left-out",
  because,
});

/**
 * Decides whether an instance is protected.
 *
 * An exclusion wins over everything, the list wins over the tag. Of what the settings name, cluster members
 * (Aurora, Multi-AZ DB clusters) and RDS Custom cannot be snapshotted and copied by instance; a read replica
 * is protected only when listed, because its source's backups hold the same data and tags are easily copied
 * along when a replica is made.
 */
export function decideCoverage(instance: DBInstance, settings: Pick<Settings, "instances">): Coverage {
  const { listed, tag, excluded } = settings.instances;
  const id = instance.DBInstanceIdentifier ?? "";
  if (excluded.includes(id)) return leftOut("excluded");

  const isListed = listed.includes(id);
  const isTagged =
    tag !== undefined &&
    (instance.TagList ?? []).some(({ Key, Value }) => Key === tag.key && Value === tag.value);
  if (!isListed && !isTagged) return leftOut("not-covered");

  const engine = instance.Engine ?? "";
  if (instance.DBClusterIdentifier !== undefined || engine.startsWith("aurora"))
    return leftOut("cluster-member");
  if (engine.startsWith("custom-")) return leftOut("rds-custom");
  const source =
    instance.ReadReplicaSourceDBInstanceIdentifier ?? instance.ReadReplicaSourceDBClusterIdentifier;
  if (source !== undefined && !isListed) return leftOut("replica-not-listed");
  return { kind: "protected" };
}
