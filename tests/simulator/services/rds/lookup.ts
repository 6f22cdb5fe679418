import { AwsError } from "../../types.ts";
import { parseArn } from "./identifiers.ts";
import type { InstanceRecord, RdsState, SnapshotRecord } from "./state.ts";

/** The instance of that identifier (or ARN of this region), or AWS's refusal. */
export function findInstance(state: RdsState, reference = ""): InstanceRecord {
  const arn = parseArn(reference);
  const here = arn === undefined || (arn.region === state.region.name && arn.type === "db");
  const record = here ? state.instances.get((arn?.id ?? reference).toLowerCase()) : undefined;
  if (!record) throw new AwsError("DBInstanceNotFound", `DBInstance ${reference} not found.`, 404);
  return record;
}

/** The snapshot of that identifier, or AWS's refusal. */
export function findSnapshot(state: RdsState, id = ""): SnapshotRecord {
  const record = state.snapshots.get(id) ?? state.snapshots.get(id.toLowerCase());
  if (!record) throw new AwsError("DBSnapshotNotFound", `DBSnapshot ${id} not found.`, 404);
  return record;
}

/** Refuses an identifier that a snapshot of this region has already. */
export function checkNameFree(state: RdsState, id: string): void {
  if (!state.snapshots.has(id)) return;
  throw new AwsError(
    "DBSnapshotAlreadyExists",
    `Cannot create the snapshot because a snapshot with the identifier ${id} already exists.`,
  );
}
