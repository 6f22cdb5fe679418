import { AwsError } from "../../types.ts";

const legal = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/**
 * Checks an identifier of RDS and returns it in lower case, as RDS stores it.
 * The text of the refusal is AWS's, e.g. for `rds:x`, `a--b`, `a-` and `1a`.
 */
export function checkedIdentifier(parameter: string, given: string | undefined, longest: number): string {
  const id = (given ?? "").toLowerCase();
  if (id.length > longest) {
    throw new AwsError(
      "InvalidParameterValue",
      `The parameter ${parameter} is not a valid identifier because it is longer than ${longest} characters.`,
    );
  }
  if (!legal.test(id)) {
    throw new AwsError(
      "InvalidParameterValue",
      `The parameter ${parameter} is not a valid identifier. Identifiers must begin with a letter; must contain ` +
        "only ASCII letters, digits, and hyphens; and must not end with a hyphen or contain two consecutive hyphens.",
    );
  }
  return id;
}

/** Longest identifier of a snapshot, and of an instance (botocore, CreateDBSnapshot and CreateDBInstance). */
export const longestSnapshotId = 255;
export const longestInstanceId = 63;

/** An RDS ARN taken apart; a snapshot's id may itself have a colon (`rds:orders-2026-03-01-02-00`). */
export interface RdsArn {
  readonly region: string;
  readonly account: string;
  readonly type: string;
  readonly id: string;
}

/** Reads `arn:aws:rds:<region>:<account>:<type>:<id>`; undefined when it is no such ARN. */
export function parseArn(text: string): RdsArn | undefined {
  const [arn, partition, service, region, account, type, ...rest] = text.split(":");
  if (arn !== "arn" || !partition || service !== "rds" || !region || !account || !type) return undefined;
  const id = rest.join(":");
  return id === "" ? undefined : { region, account, type, id };
}

/** Builds an ARN of this account. */
export function arnOf(
  world: { partition: string; account: string },
  region: string,
  type: string,
  id: string,
) {
  return `arn:${world.partition}:rds:${region}:${world.account}:${type}:${id}`;
}

/** Derives a UUID's hex digits as AWS's opaque ids have them, e.g. for `db-` + 26 characters. */
export function opaque(uuid: string, length: number): string {
  return uuid.replaceAll("-", "").slice(0, length);
}
