import { splitArn } from "../patterns.ts";
import type { Check } from "../types.ts";
import { keyUse } from "./keys.ts";
import { arn, type Scene, text } from "./row.ts";
import { UNCERTAIN } from "./uncertain.ts";

/** RDS acts for the caller with a customer's key: it describes it and makes a grant for itself. */
const RDS_NEEDS = ["kms:DescribeKey", "kms:CreateGrant"];

const notAccessible = (which: string, key: string): NonNullable<Check["refusal"]> => ({
  code: "KMSKeyNotAccessibleFault",
  message: `The ${which} KMS key [${key}] does not exist, is not enabled or you do not have permissions to access it.`,
  status: 400,
});

/**
 * The key under which a copy or a restored instance will stand; a key that does not exist is the service's to refuse.
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.Encryption.Keys.html
 */
export function resourceKey(scene: Scene, reference: string, which: "target" | "specified"): Check[] {
  const { region } = scene.call;
  const key = scene.facts.keyByReference(region, reference);
  if (key === undefined) return [];
  const refusal = notAccessible(which, reference);
  return keyUse(scene, { key, region, service: "rds", actions: RDS_NEEDS, refusal });
}

/** The source's key: through RDS of its own region, and for a customer's key through RDS of the copy's region too. */
export function sourceKey(scene: Scene, sourceArn: string): Check[] {
  const region = splitArn(sourceArn)[3] || scene.call.region;
  const reference = scene.facts.snapshot(region, sourceArn)?.kmsKeyId;
  const key = reference === undefined ? undefined : scene.facts.keyByReference(region, reference);
  if (key === undefined) return [];
  const use = {
    key,
    region,
    service: "rds",
    actions: RDS_NEEDS,
    refusal: notAccessible("source snapshot", key.arn),
  };
  const own = keyUse(scene, { ...use, uncertain: UNCERTAIN.sourceKey });
  if (region === scene.call.region || key.manager === "AWS") return own;
  return [
    ...own,
    ...keyUse(scene, { ...use, serviceRegion: scene.call.region, uncertain: UNCERTAIN.sourceKeyVia }),
  ];
}

/**
 * RDS-managed master password: RDS makes a secret and rotates it, under the caller's permissions.
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html
 */
export function managedPassword(scene: Scene): Check[] {
  const { input, region } = scene.call;
  if (input.ManageMasterUserPassword !== true) return [];
  const uncertain = UNCERTAIN.managedPassword;
  const secret = arn(scene, "secretsmanager", "secret:rds!db-*");
  const checks: Check[] = [
    "secretsmanager:CreateSecret",
    "secretsmanager:TagResource",
    "secretsmanager:RotateSecret",
  ].map((action) => ({ action, resource: secret, via: "rds.amazonaws.com", uncertain }));
  const reference = text(input, "MasterUserSecretKmsKeyId") ?? "alias/aws/secretsmanager";
  const key = scene.facts.keyByReference(region, reference);
  if (key === undefined) return checks;
  const refusal = notAccessible("specified", reference);
  const describe = ["kms:DescribeKey"];
  const actions = ["kms:CreateGrant", "kms:Decrypt", "kms:GenerateDataKey"];
  const bySecretsManager = { key, region, service: "secretsmanager", refusal };
  return [
    ...checks,
    ...keyUse(scene, { key, region, service: "rds", actions: describe, refusal, uncertain }),
    ...keyUse(scene, { ...bySecretsManager, actions: [...describe, ...actions], uncertain }),
    ...keyUse(scene, {
      ...{ ...bySecretsManager, actions, ofCaller: true },
      uncertain: UNCERTAIN.managedPasswordKey,
    }),
  ];
}
