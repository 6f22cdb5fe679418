import type { Facts } from "../iam/facts.ts";
import { ACCOUNT, arnOf, customerKey, D, P, type Statement } from "./support.ts";

/** The ARN of a snapshot. */
export const snapshotArn = (region: string, name: string): string => arnOf("rds", region, `snapshot:${name}`);
/** A backup's ARN. */
export const SOURCE = snapshotArn(P, "lambda-dr-snapshot-shop-1");
/** Its copy's ARN. */
export const TARGET = snapshotArn(D, "lambda-dr-snapshot-shop-1");
/** The key that backups stand under. */
export const SOURCE_KEY = arnOf("kms", P, "key/source");
/** The key that copies stand under. */
export const DR_KEY = arnOf("kms", D, "key/dr");
const KEYS = [customerKey(SOURCE_KEY, ["alias/source"]), customerKey(DR_KEY, ["alias/rds-dr-dev"])];

/** What is known of both snapshots and both keys. */
export const facts: Partial<Facts> = {
  keyByReference: (_region, reference) =>
    KEYS.find(({ arn, aliases }) => arn === reference || aliases.includes(reference)),
  snapshot: (_region, name) => ({ arn: name, kmsKeyId: name === SOURCE ? SOURCE_KEY : DR_KEY, tags: {} }),
};

/** Condition: RDS of these regions uses the key for the caller. */
export const through = (...regions: string[]): Statement => ({
  Condition: { StringEquals: { "kms:ViaService": regions.map((region) => `rds.${region}.amazonaws.com`) } },
});

/** What RDS asks of a key for its caller. */
export const keyUse = ["kms:CreateGrant", "kms:DescribeKey"];

/** How a refusal begins. */
export const USER = `User: arn:aws:sts::${ACCOUNT}:assumed-role/step/step is not authorized to perform:`;
/** IAM's refusal of an action. */
export const denied = (
  action: string,
  resource: string,
  why = `because no identity-based policy allows the ${action} action`,
): string => `AccessDenied 403 ${USER} ${action} on resource: ${resource} ${why}`;
/** RDS's refusal of a key. */
export const keyRefusal = (which: string, key: string): string =>
  `KMSKeyNotAccessibleFault 400 The ${which} KMS key [${key}] does not exist, is not enabled or you do not have permissions to access it.`;
