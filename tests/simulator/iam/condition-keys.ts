/**
 * The condition keys that the simulation can fill. A policy with any other key is refused by name:
 * a key that nothing fills would turn an Allow off, or worse, a Deny.
 */

const GLOBAL = [
  "aws:CalledViaFirst",
  "aws:CalledViaLast",
  "aws:CurrentTime",
  "aws:EpochTime",
  "aws:PrincipalAccount",
  "aws:PrincipalArn",
  "aws:PrincipalIsAWSService",
  // The simulated account belongs to no organisation: never there, as on AWS.
  "aws:PrincipalOrgID",
  "aws:PrincipalServiceName",
  "aws:PrincipalType",
  "aws:RequestedRegion",
  "aws:ResourceAccount",
  "aws:SecureTransport",
  "aws:SourceAccount",
  "aws:SourceArn",
  "aws:SourceIp",
  "aws:SourceOrgID",
  "aws:SourceOwner",
  "aws:SourceVpc",
  "aws:SourceVpce",
  "aws:ViaAWSService",
];

const OF_SERVICES = [
  "cloudwatch:namespace",
  "events:detail-type",
  "events:eventBusInvocation",
  "events:source",
  "iam:PassedToService",
  "kms:CallerAccount",
  "kms:GrantIsForAWSResource",
  "kms:RequestAlias",
  "kms:ViaService",
  "rds:CopyOptionGroup",
  "rds:ManageMasterUserPassword",
  "rds:PubliclyAccessible",
];

const MULTIVALUED = ["aws:CalledVia", "aws:TagKeys", "kms:EncryptionContextKeys", "kms:ResourceAliases"];

const WITH_TAG = [
  "aws:PrincipalTag/",
  "aws:RequestTag/",
  "aws:ResourceTag/",
  "kms:EncryptionContext:",
  "rds:db-tag/",
  "rds:es-tag/",
  "rds:og-tag/",
  "rds:pg-tag/",
  "rds:req-tag/",
  "rds:snapshot-tag/",
  "rds:subgrp-tag/",
].map((prefix) => prefix.toLowerCase());

const multivalued = new Set(MULTIVALUED.map((key) => key.toLowerCase()));
const known = new Set([...GLOBAL, ...OF_SERVICES, ...MULTIVALUED].map((key) => key.toLowerCase()));

/** Whether the simulation fills this condition key. */
export function isKnownKey(key: string): boolean {
  const name = key.toLowerCase();
  return known.has(name) || WITH_TAG.some((prefix) => name.startsWith(prefix) && name.length > prefix.length);
}

/**
 * Whether a request can hold several values under this key, so that a policy needs ForAllValues or ForAnyValue.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
 */
export function isMultivalued(key: string): boolean {
  return multivalued.has(key.toLowerCase());
}
