import type { Constraint, ConstraintTable } from "./constraint.ts";

const shapes = {
  grantIdType: { min: 1, max: 128 },
  grantNameType: { pattern: "^[a-zA-Z0-9:/_-]+$", min: 1, max: 256 },
  grantOperation: {
    values: [
      "Decrypt",
      "Encrypt",
      "GenerateDataKey",
      "GenerateDataKeyWithoutPlaintext",
      "ReEncryptFrom",
      "ReEncryptTo",
      "Sign",
      "Verify",
      "GetPublicKey",
      "CreateGrant",
      "RetireGrant",
      "DescribeKey",
      "GenerateDataKeyPair",
      "GenerateDataKeyPairWithoutPlaintext",
      "GenerateMac",
      "VerifyMac",
      "DeriveSharedSecret",
    ],
  },
  grantTokenList: { max: 10 },
  grantTokenType: { min: 1, max: 8192 },
  keyIdType: { min: 1, max: 2048 },
  // Of aliases and grants the API reference says 100, the model 1000.
  limitOfAliases: { min: 1, max: 100 },
  limitType: { min: 1, max: 1000 },
  markerType: { pattern: String.raw`[\u0020-\u00FF]*`, min: 1, max: 1024 },
  pendingWindowInDaysType: { min: 1, max: 365 },
  policyNameType: { pattern: String.raw`[\w]+`, min: 1, max: 128 },
  principalIdType: { pattern: String.raw`^[\w+=,.@:/-]+$`, min: 1, max: 256 },
} as const satisfies Readonly<Record<string, Constraint>>;

/** What KMS demands of values, from botocore's kms/2014-11-01/service-2.json. */
export const KMS_CONSTRAINTS: ConstraintTable = {
  CancelKeyDeletion: {
    KeyId: shapes.keyIdType,
  },
  CreateGrant: {
    KeyId: shapes.keyIdType,
    GranteePrincipal: shapes.principalIdType,
    RetiringPrincipal: shapes.principalIdType,
    "Operations[]": shapes.grantOperation,
    GrantTokens: shapes.grantTokenList,
    "GrantTokens[]": shapes.grantTokenType,
    Name: shapes.grantNameType,
  },
  DescribeKey: {
    KeyId: shapes.keyIdType,
    GrantTokens: shapes.grantTokenList,
    "GrantTokens[]": shapes.grantTokenType,
  },
  DisableKey: {
    KeyId: shapes.keyIdType,
  },
  EnableKey: {
    KeyId: shapes.keyIdType,
  },
  GetKeyPolicy: {
    KeyId: shapes.keyIdType,
    PolicyName: shapes.policyNameType,
  },
  GetKeyRotationStatus: {
    KeyId: shapes.keyIdType,
  },
  ListAliases: {
    KeyId: shapes.keyIdType,
    Limit: shapes.limitOfAliases,
    Marker: shapes.markerType,
  },
  ListGrants: {
    Limit: shapes.limitOfAliases,
    Marker: shapes.markerType,
    KeyId: shapes.keyIdType,
    GrantId: shapes.grantIdType,
    GranteePrincipal: shapes.principalIdType,
  },
  ListKeys: {
    Limit: shapes.limitType,
    Marker: shapes.markerType,
  },
  ScheduleKeyDeletion: {
    KeyId: shapes.keyIdType,
    PendingWindowInDays: shapes.pendingWindowInDaysType,
  },
};
