import type { DBInstance } from "@aws-sdk/client-rds";

/** The part of the settings that says which instances are protected. */
export interface Coverage {
  readonly listed: readonly string[];
  readonly tag?: { readonly key: string; readonly value: string } | undefined;
  readonly excluded: readonly string[];
}

/**
 * Whether an operator who reads the settings expects an instance to come back, in the README's words.
 * Written again here on purpose: a rehearsal that asked the handlers would believe their mistakes.
 */
export function expectation(
  instance: DBInstance,
  coverage: Coverage,
): { protected: boolean; because: string } {
  const id = instance.DBInstanceIdentifier ?? "";
  const listed = coverage.listed.includes(id);
  const { tag } = coverage;
  const tagged =
    tag !== undefined &&
    (instance.TagList ?? []).some(({ Key, Value }) => Key === tag.key && Value === tag.value);
  if (coverage.excluded.includes(id)) return { protected: false, because: "excluded" };
  if (!listed && !tagged) return { protected: false, because: "neither listed nor tagged" };
  if (instance.DBClusterIdentifier !== undefined)
    return { protected: false, because: "member of a DB cluster" };
  if (instance.Engine?.startsWith("custom-")) return { protected: false, because: "RDS Custom" };
  if (instance.ReadReplicaSourceDBInstanceIdentifier !== undefined && !listed)
    return { protected: false, because: "read replica, not listed" };
  return { protected: true, because: listed ? "listed" : `tagged ${tag?.key}=${tag?.value}` };
}
