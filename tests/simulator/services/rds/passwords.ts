import type { ModifyDBInstanceMessage } from "@aws-sdk/client-rds";
import { AwsError } from "../../types.ts";
import type { Change } from "./modify-changes.ts";
import { newSecret } from "./secrets.ts";
import type { InstanceRecord, RdsState } from "./state.ts";

type Input = ModifyDBInstanceMessage;

function refuse(text: string): never {
  throw new AwsError("InvalidParameterCombination", text);
}

/** A key is for the secret of a password that is to be managed from now on (words: terraform-provider-aws#41795). */
export function checkSecretKey(
  input: Pick<Input, "ManageMasterUserPassword" | "MasterUserSecretKmsKeyId">,
): void {
  if (input.MasterUserSecretKmsKeyId === undefined || input.ManageMasterUserPassword) return;
  refuse("A ManageMasterUserPassword value is required when MasterUserSecretKmsKeyId is specified.");
}

/**
 * Refuses what ModifyDBInstance's page excludes: a password beside a managed one, and none instead of it. Words of
 * AWS: terraform-aws-modules/terraform-aws-rds-aurora#370, hashicorp/terraform-provider-aws#49000.
 */
export function checkPasswords({ shape }: InstanceRecord, input: Input): void {
  const { ManageMasterUserPassword: manage, MasterUserPassword: password } = input;
  const managed = shape.MasterUserSecret !== undefined;
  checkSecretKey(input);
  if (managed && input.MasterUserSecretKmsKeyId !== undefined) {
    refuse("You can't change the MasterUserSecretKmsKeyId of a password that is managed already.");
  }
  if (manage === false && password === undefined) {
    refuse("MasterUserPassword must be provided when ManageMasterUserPassword is set to false.");
  }
  if (manage === false && !managed) {
    refuse(
      "You cannot set ManageMasterUserPassword to false because the master user password is not currently " +
        "managed by RDS.",
    );
  }
  if (password !== undefined && (manage ?? managed)) {
    refuse("You can't specify MasterUserPassword when ManageMasterUserPassword is set.");
  }
}

/** A managed password makes a new secret (terraform#31509); one that is managed no longer takes it away. */
export function passwordChange(state: RdsState, { shape }: InstanceRecord, input: Input): Change | undefined {
  const reset = {
    status: "resetting-master-credentials",
    work: "resetPassword",
    event: "RDS-EVENT-0016",
    immediate: true,
  } as const;
  if (input.MasterUserPassword !== undefined) {
    return { ...reset, patch: { MasterUserSecret: undefined }, pending: { MasterUserPassword: "****" } };
  }
  if (!input.ManageMasterUserPassword || shape.MasterUserSecret) return undefined;
  const secret = newSecret(state, shape.DBInstanceArn, input.MasterUserSecretKmsKeyId);
  shape.MasterUserSecret = { ...secret, SecretStatus: "creating" };
  return { ...reset, patch: { MasterUserSecret: { ...secret, SecretStatus: "active" } } };
}
