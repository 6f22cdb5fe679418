import { AwsError } from "../../types.ts";
import { parseArn } from "./identifiers.ts";
import type { InstanceRecord, RdsState, SnapshotRecord } from "./state.ts";

/**
 * What RDS says of what is not there. It depends on the operation: `DBInstance x not found.` or `DBInstance not found: x`.
 * The latter is known of CreateDBSnapshot (cevoaustralia/aws-backup-lambda#12) and CopyDBSnapshot (aws/aws-cli#8296).
 */
export type NotFoundWording = "x-not-found" | "not-found-x";

function notFound(what: "DBInstance" | "DBSnapshot", name: string, wording: NotFoundWording): AwsError {
  const text = wording === "not-found-x" ? `${what} not found: ${name}` : `${what} ${name} not found.`;
  return new AwsError(`${what}NotFound`, text, 404);
}

/** The instance of that identifier (or ARN of this region), or AWS's refusal. */
export function findInstance(
  state: RdsState,
  reference = "",
  wording: NotFoundWording = "x-not-found",
): InstanceRecord {
  const arn = parseArn(reference);
  const here = arn === undefined || (arn.region === state.region.name && arn.type === "db");
  const record = here ? state.instances.get((arn?.id ?? reference).toLowerCase()) : undefined;
  if (!record) throw notFound("DBInstance", reference, wording);
  return record;
}

/** The snapshot of that identifier, or AWS's refusal. */
export function findSnapshot(
  state: RdsState,
  id = "",
  wording: NotFoundWording = "x-not-found",
): SnapshotRecord {
  const record = state.snapshots.get(id) ?? state.snapshots.get(id.toLowerCase());
  if (!record) throw notFound("DBSnapshot", id, wording);
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
