import { Aws, RemovalPolicy } from "aws-cdk-lib";
import {
  AccountRootPrincipal,
  AnyPrincipal,
  Effect,
  type IPrincipal,
  PolicyStatement,
} from "aws-cdk-lib/aws-iam";
import { CfnAlias, Key } from "aws-cdk-lib/aws-kms";
import { Construct } from "constructs";
import { names } from "../../shared/names.ts";
import type { Settings } from "../../shared/settings/schema.ts";

const administration = [
  "kms:CancelKeyDeletion",
  "kms:Create*",
  "kms:Delete*",
  "kms:Describe*",
  "kms:Disable*",
  "kms:Enable*",
  "kms:Get*",
  "kms:List*",
  "kms:Put*",
  "kms:Revoke*",
  "kms:ScheduleKeyDeletion",
  "kms:TagResource",
  "kms:UntagResource",
  "kms:Update*",
];

const useThroughRds = [
  "kms:CreateGrant",
  "kms:Decrypt",
  "kms:DescribeKey",
  "kms:Encrypt",
  "kms:GenerateDataKey*",
  "kms:ListGrants",
  "kms:ReEncrypt*",
];

/** The key that copies and restored instances stand under, known everywhere by its alias. */
export class DataKey extends Construct {
  constructor(scope: Construct, id: string, settings: Settings, region: string) {
    super(scope, id);
    const aliasName = names(settings.environment).keyAlias;
    if ("existingKeyArn" in settings.key) {
      new CfnAlias(this, "Alias", { aliasName, targetKeyId: settings.key.existingKeyArn });
      return;
    }
    // Without this key no copy can be restored, so it outlives the stack. The alias does not: a stack that is
    // deployed anew makes a new key under it, and older copies stay usable under theirs.
    const key = new Key(this, "Key", {
      description: `rds-dr ${settings.environment}: encrypts the copies of the DR region`,
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    new CfnAlias(this, "Alias", { aliasName, targetKeyId: key.keyArn });
    const inAccount = { "kms:CallerAccount": Aws.ACCOUNT_ID };
    // Delegates to the account's IAM, as the statement for root does that CDK puts first: whoever copies, restores or
    // reads still needs the permission on a role of their own. A principal of "*" would open the key to them all.
    key.addToResourcePolicy(
      statement("UseThroughRds", new AccountRootPrincipal(), useThroughRds, {
        StringEquals: { ...inAccount, "kms:ViaService": `rds.${region}.amazonaws.com` },
      }),
    );
    const { administrators } = settings.key;
    if (administrators.length === 0) return;
    // By condition, not by principal: KMS refuses a policy that names a role which does not exist.
    key.addToResourcePolicy(
      statement("Administer", new AnyPrincipal(), administration, {
        StringEquals: inAccount,
        ArnLike: { "aws:PrincipalArn": administrators },
      }),
    );
  }
}

function statement(
  sid: string,
  principal: IPrincipal,
  actions: string[],
  conditions: Record<string, Record<string, unknown>>,
): PolicyStatement {
  return new PolicyStatement({
    sid,
    effect: Effect.ALLOW,
    principals: [principal],
    actions,
    resources: ["*"],
    conditions,
  });
}
