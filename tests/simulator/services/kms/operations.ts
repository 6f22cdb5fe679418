import type {
  CancelKeyDeletionRequest,
  CreateGrantRequest,
  DescribeKeyRequest,
  DisableKeyRequest,
  EnableKeyRequest,
  GetKeyPolicyRequest,
  GetKeyRotationStatusRequest,
  ListAliasesRequest,
  ListGrantsRequest,
  ListKeysRequest,
  ScheduleKeyDeletionRequest,
} from "@aws-sdk/client-kms";
import { AwsError, type Shape } from "../../types.ts";
import { pageAt } from "../paging.ts";
import {
  aliasesOf,
  findKey,
  type KeyRecord,
  type KmsState,
  kmsArn,
  requireKey,
  setKeyState,
} from "./state.ts";

const day = 24 * 3_600_000;

/** DescribeKey. */
export function describeKey(state: KmsState, input: DescribeKeyRequest): Shape {
  const reference = input.KeyId ?? "";
  const key = requireKey(state, reference);
  return {
    KeyMetadata: {
      AWSAccountId: state.world.account,
      KeyId: key.keyId,
      Arn: key.arn,
      CreationDate: new Date(key.createdAt),
      Enabled: key.state === "Enabled",
      Description: key.description,
      KeyUsage: "ENCRYPT_DECRYPT",
      KeyState: key.state,
      DeletionDate: key.deletionAt === undefined ? undefined : new Date(key.deletionAt),
      Origin: "AWS_KMS",
      KeyManager: key.manager,
      CustomerMasterKeySpec: "SYMMETRIC_DEFAULT",
      KeySpec: "SYMMETRIC_DEFAULT",
      EncryptionAlgorithms: ["SYMMETRIC_DEFAULT"],
      MultiRegion: false,
    },
  };
}

/**
 * A customer's key named by id or ARN: an alias does for DescribeKey, not for what changes a key
 * (hashicorp/terraform#20813 has the words).
 */
function changeableKey(state: KmsState, reference: string): KeyRecord {
  if (reference.includes("alias/")) {
    throw new AwsError("InvalidArnException", "Key Aliases are not supported for this operation.");
  }
  const key = requireKey(state, reference);
  if (key.manager === "CUSTOMER") return key;
  throw new AwsError("AccessDeniedException", `The key ${key.arn} is managed by AWS and cannot be changed.`);
}

function refusePending(key: KeyRecord): void {
  if (key.state !== "PendingDeletion") return;
  throw new AwsError("KMSInvalidStateException", `${key.arn} is pending deletion.`);
}

/** DisableKey. */
export function disableKey(state: KmsState, input: DisableKeyRequest): Shape {
  const key = changeableKey(state, input.KeyId ?? "");
  refusePending(key);
  setKeyState(state, key, "Disabled");
  return {};
}

/** EnableKey. */
export function enableKey(state: KmsState, input: EnableKeyRequest): Shape {
  const key = changeableKey(state, input.KeyId ?? "");
  refusePending(key);
  setKeyState(state, key, "Enabled");
  return {};
}

/** ScheduleKeyDeletion: unusable at once, gone after the window. */
export function scheduleDeletion(state: KmsState, input: ScheduleKeyDeletionRequest): Shape {
  const key = changeableKey(state, input.KeyId ?? "");
  refusePending(key);
  const days = input.PendingWindowInDays ?? 30;
  if (days < 7 || days > 30) {
    throw new AwsError("ValidationException", "PendingWindowInDays must be between 7 and 30 days.");
  }
  const { clock } = state.world;
  key.deletionAt = clock.now() + days * day;
  setKeyState(state, key, "PendingDeletion");
  key.deletion = clock.at(key.deletionAt, `deletion of ${key.arn}`, () => {
    for (const name of aliasesOf(state, key.keyId)) state.aliases.delete(name);
    state.keys.delete(key.keyId);
  });
  return {
    KeyId: key.arn,
    DeletionDate: new Date(key.deletionAt),
    KeyState: key.state,
    PendingWindowInDays: days,
  };
}

/** CancelKeyDeletion leaves the key disabled. */
export function cancelDeletion(state: KmsState, input: CancelKeyDeletionRequest): Shape {
  const key = changeableKey(state, input.KeyId ?? "");
  if (key.state !== "PendingDeletion") {
    throw new AwsError("KMSInvalidStateException", `${key.arn} is not pending deletion.`);
  }
  key.deletion?.cancel();
  key.deletionAt = undefined;
  setKeyState(state, key, "Disabled");
  return { KeyId: key.arn };
}

/** A page as KMS pages: 50 aliases or grants, or 100 keys, unless a Limit is asked for. */
function page<Row>(rows: readonly Row[], input: { Limit?: number; Marker?: string }, limit = 50) {
  const refuse = () => new AwsError("InvalidMarkerException", "The marker is invalid.");
  const cut = pageAt(rows, { token: input.Marker, limit: input.Limit ?? limit }, refuse);
  return { rows: cut.rows, Truncated: cut.next !== undefined, NextMarker: cut.next };
}

/** ListAliases. */
export function listAliases(state: KmsState, input: ListAliasesRequest): Shape {
  const wanted = input.KeyId === undefined ? undefined : requireKey(state, input.KeyId).keyId;
  const all = [...state.aliases].filter(([, keyId]) => wanted === undefined || keyId === wanted).sort();
  const { rows, ...rest } = page(all, input);
  const Aliases = rows.map(([AliasName, TargetKeyId]) => ({
    AliasName,
    AliasArn: kmsArn(state, AliasName),
    TargetKeyId,
  }));
  return { Aliases, ...rest };
}

/** ListKeys. */
export function listKeys(state: KmsState, input: ListKeysRequest): Shape {
  const { rows, ...rest } = page([...state.keys.values()], input, 100);
  return { Keys: rows.map((key) => ({ KeyId: key.keyId, KeyArn: key.arn })), ...rest };
}

/** GetKeyPolicy. */
export function getKeyPolicy(state: KmsState, input: GetKeyPolicyRequest): Shape {
  return { Policy: JSON.stringify(requireKey(state, input.KeyId ?? "").policy), PolicyName: "default" };
}

/** GetKeyRotationStatus. */
export function getRotation(state: KmsState, input: GetKeyRotationStatusRequest): Shape {
  const key = requireKey(state, input.KeyId ?? "");
  return {
    KeyId: key.arn,
    KeyRotationEnabled: key.rotates,
    RotationPeriodInDays: key.rotates ? 365 : undefined,
  };
}

/** CreateGrant. */
export function createGrant(state: KmsState, input: CreateGrantRequest): Shape {
  const key = changeableKey(state, input.KeyId ?? "");
  if (key.state === "Disabled") throw new AwsError("DisabledException", `${key.arn} is disabled.`);
  refusePending(key);
  const operations = (input.Operations ?? []).map(String);
  const GrantId = recordGrant(state, key.arn, {
    grantee: input.GranteePrincipal ?? "",
    operations,
    name: input.Name,
  });
  return { GrantId, GrantToken: GrantId };
}

/** Records a grant on a key and answers its id. */
export function recordGrant(
  state: KmsState,
  reference: string,
  grant: { grantee: string; operations: readonly string[]; name?: string },
): string {
  const key = findKey(state, reference);
  if (!key) throw new AwsError("NotFoundException", `Key '${reference}' does not exist`);
  const grantId = state.world.uuid("grant", key.arn, key.grants.length).replaceAll("-", "").padEnd(64, "0");
  key.grants.push({ ...grant, grantId, createdAt: state.world.clock.now() });
  return grantId;
}

/** ListGrants. */
export function listGrants(state: KmsState, input: ListGrantsRequest): Shape {
  const key = requireKey(state, input.KeyId ?? "");
  const { rows, ...rest } = page(key.grants, input);
  const Grants = rows.map((grant) => ({
    KeyId: key.arn,
    GrantId: grant.grantId,
    Name: grant.name,
    CreationDate: new Date(grant.createdAt),
    GranteePrincipal: grant.grantee,
    IssuingAccount: `arn:${state.world.partition}:iam::${state.world.account}:root`,
    Operations: [...grant.operations],
  }));
  return { Grants, ...rest };
}
