import type { PolicySource } from "./types.ts";

interface Home {
  readonly account: string;
  readonly partition: string;
}

const USE = [
  "kms:CreateGrant",
  "kms:Decrypt",
  "kms:DescribeKey",
  "kms:Encrypt",
  "kms:GenerateDataKey*",
  "kms:ListGrants",
  "kms:ReEncrypt*",
];

const policies = new Map<string, PolicySource>();

/**
 * The policy of a key that AWS manages, e.g. `alias/aws/rds`: open to the account's principals through its own
 * service, and for the rest its metadata by the account's identity policies. Nobody can change it.
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
 */
export function managedKeyPolicy(
  { account, partition }: Home,
  region: string,
  aliases: readonly string[],
): PolicySource | undefined {
  const service = aliases
    .map((alias) => /^alias\/aws\/(.+)$/.exec(alias)?.[1])
    .find((name) => name !== undefined);
  if (service === undefined) return undefined;
  const key = `${partition} ${account} ${region} ${service}`;
  const policy = policies.get(key) ?? {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { AWS: "*" },
        Action: USE,
        Resource: "*",
        Condition: {
          StringEquals: {
            "kms:CallerAccount": account,
            "kms:ViaService": `${service}.${region}.amazonaws.com`,
          },
        },
      },
      {
        Effect: "Allow",
        Principal: { AWS: `arn:${partition}:iam::${account}:root` },
        Action: ["kms:Describe*", "kms:Get*", "kms:List*", "kms:RevokeGrant"],
        Resource: "*",
      },
    ],
  };
  policies.set(key, policy);
  return policy;
}
