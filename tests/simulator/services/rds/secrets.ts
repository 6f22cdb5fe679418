import type { MasterUserSecret } from "@aws-sdk/client-rds";
import { usableKey } from "./keys.ts";
import { nth, type RdsState } from "./state.ts";

/** A secret that RDS makes for an instance's master password, under the key given or Secrets Manager's own. */
export function newSecret(state: RdsState, instanceArn = "", key?: string): MasterUserSecret {
  const { world, region } = state;
  const uuid = world.uuid("secret", instanceArn, nth(state, "secret", instanceArn));
  const used = key ? usableKey(region, "KMS key", key) : region.kms.managed("alias/aws/secretsmanager");
  const vault = `arn:${world.partition}:secretsmanager:${region.name}:${world.account}:secret`;
  return { SecretArn: `${vault}:rds!db-${uuid}-${uuid.slice(0, 6)}`, KmsKeyId: used.arn };
}
