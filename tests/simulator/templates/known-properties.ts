import { NotSimulated, type Shape } from "../types.ts";

/**
 * The properties that types have here, where the service itself would read what it knows and pass over the
 * rest; the other services refuse for themselves.
 */
const KNOWN: Readonly<Record<string, readonly string[]>> = {
  "AWS::IAM::Role": [
    ...["AssumeRolePolicyDocument", "Description", "ManagedPolicyArns", "MaxSessionDuration"],
    ...["Path", "PermissionsBoundary", "Policies", "RoleName", "Tags"],
  ],
  "AWS::IAM::Policy": ["PolicyDocument", "PolicyName", "Roles"],
  "AWS::IAM::ManagedPolicy": ["Description", "ManagedPolicyName", "PolicyDocument", "Roles", "Tags"],
  "AWS::KMS::Alias": ["AliasName", "TargetKeyId"],
  "AWS::KMS::Key": [
    ...["BypassPolicyLockoutSafetyCheck", "Description", "Enabled", "EnableKeyRotation", "KeyPolicy"],
    ...["KeySpec", "PendingWindowInDays", "Tags"],
  ],
  "AWS::Lambda::Permission": ["Action", "FunctionName", "Principal", "SourceAccount", "SourceArn"],
  "AWS::RDS::DBSubnetGroup": ["DBSubnetGroupDescription", "DBSubnetGroupName", "SubnetIds", "Tags"],
  "AWS::RDS::EventSubscription": [
    ...["Enabled", "EventCategories", "SnsTopicArn", "SourceIds", "SourceType", "SubscriptionName", "Tags"],
  ],
};

/** Refuses by name a property that would have no effect here, though it has one in AWS. */
export function refuseUnknown(type: string, properties: Shape): void {
  const known = KNOWN[type];
  const unknown = Object.keys(properties).find((name) => known !== undefined && !known.includes(name));
  if (unknown !== undefined) {
    throw new NotSimulated(`the property ${unknown} of ${type}`);
  }
}
