/**
 * What AWS's documents leave open about the permissions of an operation, and where they do. The table demands
 * the strict reading of each; a check that comes from one carries its source.
 */
export const UNCERTAIN = {
  describeWithoutId:
    "Service Authorization Reference, Amazon RDS: the resource types of DescribeDBSnapshots are optional and a list names none; denials name the literal db:* (awslabs/pireporter#8), taken to hold for snapshot:* too",
  defaultGroups:
    "Service Authorization Reference, Amazon RDS: og, pg and subgrp are required resource types of RestoreDBInstanceFromDBSnapshot; the guide does not say which ARN stands for a group that the call leaves out",
  tagOnCreate:
    "Service Authorization Reference, Amazon RDS: AddTagsToResource is no dependent action of every tagging call; denials show that it is demanded (awslabs/aurora-snapshot-tool#34, CloudSnorkel/cdk-rds-sanitized-snapshots#110)",
  sourceKey:
    "Amazon RDS User Guide, Overview.Encryption.Keys: names the key of the resource to be made; errors name the source's key too (pbudzon/aws-maintenance#13, awslabs/aurora-snapshot-tool#29)",
  sourceKeyVia:
    "AWS KMS Developer Guide, kms:ViaService: does not say which region's RDS is named when a copy in one region reads a key of another",
  finalSnapshot:
    "AWS notice of August 2024 (quoted in convox/convox#856): DeleteDBInstance with a final snapshot needs rds:CreateDBSnapshot, and rds:AddTagsToResource when tags are copied; the Service Authorization Reference has neither",
  managedPassword:
    "Amazon RDS User Guide, rds-secrets-manager: CreateSecret, TagResource and kms:DescribeKey; Service Authorization Reference, ModifyDBInstance: RotateSecret and kms:CreateGrant, Decrypt, GenerateDataKey as well",
  managedPasswordKey:
    "Service Authorization Reference, ModifyDBInstance: lists kms:CreateGrant, Decrypt and GenerateDataKey whatever the key; Secrets Manager guide, security-encryption: the policy of aws/secretsmanager lets in all of the account who come through Secrets Manager",
  alarmsByName:
    "Service Authorization Reference, Amazon CloudWatch: alarm is a required resource type of DescribeAlarms; denials name the literal alarm:* whatever the call names",
  copySourceTags:
    "Amazon RDS User Guide, USER_CopySnapshot: is silent on whether CopyTags reads the source with rds:ListTagsForResource",
} as const;

/**
 * Statements whose Sid begins so hold the union of what the documents above say: the policies mark them, and their
 * marks are the only list of what may be granted although nothing needs it.
 */
export const UNION_MARK = "Union";
