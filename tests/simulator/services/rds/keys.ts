import { AwsError, type KmsKey, type Region } from "../../types.ts";
import { simulatedKms } from "../kms/registry.ts";
import type { RdsState } from "./state.ts";

const grantedOperations = [
  "Encrypt",
  "Decrypt",
  "GenerateDataKeyWithoutPlaintext",
  "CreateGrant",
  "DescribeKey",
];

/** Refuses a key that cannot be used, with AWS's text; `which` is e.g. "target KMS key". */
function refuse(which: string, reference: string): never {
  throw new AwsError(
    "KMSKeyNotAccessibleFault",
    `The ${which} [${reference}] does not exist, is not enabled or you do not have permissions to access it.`,
  );
}

/** The key behind a reference (id, ARN, alias name or alias ARN) of this region, usable now. */
export function usableKey(region: Region, which: string, reference: string): KmsKey {
  const name = reference.includes("alias/aws/")
    ? reference.slice(reference.indexOf("alias/aws/"))
    : undefined;
  if (name === "alias/aws/rds" && sameRegion(region, reference)) return region.kms.managed(name);
  const key = region.kms.find(reference);
  if (key?.state !== "Enabled") refuse(which, reference);
  return key;
}

function sameRegion(region: Region, reference: string): boolean {
  return !reference.startsWith("arn:") || reference.split(":")[3] === region.name;
}

/** Whether a key ARN of this region can be used now. */
export function isUsable(region: Region, arn: string | undefined): boolean {
  return arn === undefined || region.kms.find(arn)?.state === "Enabled";
}

/** RDS acts for its caller through a grant on the key (user guide, Overview.Encryption.Keys). */
export function grantToRds(state: RdsState, key: KmsKey, resourceArn: string): void {
  simulatedKms(state.region.kms)?.recordGrant(key.arn, {
    grantee: `rds.${state.region.name}.amazonaws.com`,
    operations: grantedOperations,
    name: resourceArn,
  });
}
