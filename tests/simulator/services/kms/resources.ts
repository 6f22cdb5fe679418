import { AwsError, type CreatedResource, type ResourceRequest, type Shape } from "../../types.ts";
import { findKey, type KeyRecord, type KmsState, kmsArn } from "./state.ts";

/** Adds a key to the region. */
export function addKey(state: KmsState, keyId: string, given: Partial<KeyRecord>): KeyRecord {
  const key: KeyRecord = {
    keyId,
    arn: kmsArn(state, `key/${keyId}`),
    manager: "CUSTOMER",
    createdAt: state.world.clock.now(),
    description: "",
    grants: [],
    state: "Enabled",
    policy: defaultPolicy(state),
    rotates: false,
    pendingWindowDays: 30,
    ...given,
  };
  state.keys.set(keyId, key);
  return key;
}

/** The policy of a key that was made without one: IAM of the account decides. */
export function defaultPolicy(state: KmsState): Shape {
  const root = `arn:${state.world.partition}:iam::${state.world.account}:root`;
  return {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { AWS: root }, Action: "kms:*", Resource: "*" }],
  };
}

/** AWS::KMS::Key. */
export function makeKey(state: KmsState, request: ResourceRequest): CreatedResource {
  const { properties } = request;
  const days = Number(properties.PendingWindowInDays ?? 30);
  if (!(days >= 7 && days <= 30)) {
    throw new AwsError("ValidationException", "PendingWindowInDays must be between 7 and 30 days.");
  }
  if (properties.KeySpec !== undefined && properties.KeySpec !== "SYMMETRIC_DEFAULT") {
    throw new AwsError(
      "ValidationException",
      `KeySpec ${String(properties.KeySpec)} cannot encrypt RDS data`,
    );
  }
  const policy = (properties.KeyPolicy as Shape | undefined) ?? defaultPolicy(state);
  if (properties.BypassPolicyLockoutSafetyCheck !== true) checkLockout(state, policy);
  const keyId = state.world.uuid("kms-key", state.region.name, request.stackName, request.logicalId);
  const key = addKey(state, keyId, {
    description: String(properties.Description ?? ""),
    state: isOff(properties.Enabled) ? "Disabled" : "Enabled",
    policy,
    rotates: properties.EnableKeyRotation === true || properties.EnableKeyRotation === "true",
    pendingWindowDays: days,
  });
  return { ref: keyId, attributes: { Arn: key.arn, KeyId: keyId } };
}

function isOff(value: unknown): boolean {
  return value === false || value === "false";
}

/** A key policy must let somebody of the account change it again (KMS guide, lockout safety check). */
function checkLockout(state: KmsState, policy: Shape): void {
  const statements = [policy.Statement].flat().filter(isShape);
  const open = statements.some((statement) => {
    if (statement.Effect !== "Allow") return false;
    const actions = [statement.Action].flat().map(String);
    const changes = actions.some((action) => /^(\*|kms:\*|kms:Put\*|kms:PutKeyPolicy)$/i.test(action));
    return changes && principalsOf(statement).some((principal) => principal.includes(state.world.account));
  });
  if (open) return;
  throw new AwsError(
    "MalformedPolicyDocumentException",
    "The new key policy will not allow you to update the key policy in the future.",
  );
}

function principalsOf(statement: Shape): string[] {
  const principal = statement.Principal;
  return isShape(principal) ? [principal.AWS].flat().map(String) : [];
}

function isShape(value: unknown): value is Shape {
  return typeof value === "object" && value !== null;
}

/** AWS::KMS::Alias. */
export function makeAlias(state: KmsState, request: ResourceRequest): CreatedResource {
  const name = String(request.properties.AliasName ?? "");
  const target = String(request.properties.TargetKeyId ?? "");
  if (!/^alias\/[a-zA-Z0-9/_-]+$/.test(name) || name.startsWith("alias/aws/") || name.length > 256) {
    throw new AwsError("InvalidAliasNameException", `Invalid alias name: ${name}`);
  }
  if (state.aliases.has(name)) {
    throw new AwsError(
      "AlreadyExistsException",
      `An alias with the name ${kmsArn(state, name)} already exists`,
    );
  }
  const key = target.includes("alias/") ? undefined : findKey(state, target);
  if (!key) throw new AwsError("NotFoundException", `Key '${target}' does not exist`);
  state.aliases.set(name, key.keyId);
  return { ref: name, attributes: {} };
}
