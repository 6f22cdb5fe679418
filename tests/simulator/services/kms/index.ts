import {
  AwsError,
  type KmsKey,
  type KmsService,
  NotSimulated,
  type Region,
  type Shape,
  type World,
} from "../../types.ts";
import {
  cancelDeletion,
  createGrant,
  describeKey,
  disableKey,
  enableKey,
  getKeyPolicy,
  getRotation,
  listAliases,
  listGrants,
  listKeys,
  recordGrant,
  scheduleDeletion,
} from "./operations.ts";
import { registerKms } from "./registry.ts";
import { addKey, makeAlias, makeKey } from "./resources.ts";
import { findKey, type Grant, type KmsState, kmsArn, requireKey, setKeyState, viewOf } from "./state.ts";

/** KMS of a region, with what other services and people do to it. */
export interface SimulatedKms extends KmsService {
  /** Makes a key that a fleet names by its ARN, unless it is there. */
  adopt(arn: string): KmsKey;
  /** Records a grant that a service made for its caller. */
  recordGrant(
    reference: string,
    grant: { grantee: string; operations: readonly string[]; name?: string },
  ): string;
  grants(reference: string): readonly Grant[];
  /** Sets a key's state at once, as if somebody had done so. */
  setState(reference: string, state: KmsKey["state"]): void;
  keys(): KmsKey[];
  /** Calls back when a key was enabled, disabled or condemned. */
  onStateChange(listener: (keyArn: string) => void): void;
}

type Operation = (state: KmsState, input: Shape) => Shape;

/** Input has been validated against the SDK's schema on the wire: from here it has the SDK's type. */
function operation<Input>(run: (state: KmsState, input: Input) => Shape): Operation {
  return (state, input) => run(state, input as Input);
}

const operations: Readonly<Record<string, Operation>> = {
  CancelKeyDeletion: operation(cancelDeletion),
  CreateGrant: operation(createGrant),
  DescribeKey: operation(describeKey),
  DisableKey: operation(disableKey),
  EnableKey: operation(enableKey),
  GetKeyPolicy: operation(getKeyPolicy),
  GetKeyRotationStatus: operation(getRotation),
  ListAliases: operation(listAliases),
  ListGrants: operation(listGrants),
  ListKeys: operation(listKeys),
  ScheduleKeyDeletion: operation(scheduleDeletion),
};

/** Operations that this KMS answers. */
export const simulatedOperations: readonly string[] = Object.keys(operations);

/** Makes KMS of one region. */
export function createKms(world: World, region: Region): SimulatedKms {
  const state: KmsState = { world, region, keys: new Map(), aliases: new Map(), listeners: [] };
  const kms: SimulatedKms = {
    handle: (call) => {
      const run = Object.hasOwn(operations, call.operation) ? operations[call.operation] : undefined;
      if (!run) throw new NotSimulated(`kms:${call.operation}`);
      return run(state, call.input);
    },
    resources: {
      "AWS::KMS::Key": (request) => makeKey(state, request),
      "AWS::KMS::Alias": (request) => makeAlias(state, request),
    },
    find: (reference) => {
      const key = findKey(state, reference);
      return key && viewOf(state, key);
    },
    managed: (alias) => managed(state, alias),
    adopt: (arn) => adopt(state, arn),
    recordGrant: (reference, grant) => recordGrant(state, reference, grant),
    grants: (reference) => requireKey(state, reference).grants,
    setState: (reference, to) => setKeyState(state, requireKey(state, reference), to),
    onStateChange: (listener) => void state.listeners.push(listener),
    keys: () => [...state.keys.values()].map((key) => viewOf(state, key)),
  };
  registerKms(kms);
  return kms;
}

function managed(state: KmsState, alias: string): KmsKey {
  const name = alias.startsWith("alias/") ? alias : `alias/${alias}`;
  const present = findKey(state, name);
  if (present) return viewOf(state, present);
  const keyId = state.world.uuid("kms-managed-key", state.region.name, name);
  const key = addKey(state, keyId, { manager: "AWS", description: `Default key of ${name}`, rotates: true });
  state.aliases.set(name, keyId);
  return viewOf(state, key);
}

function adopt(state: KmsState, arn: string): KmsKey {
  const home = kmsArn(state, "key/");
  if (!arn.startsWith(home))
    throw new AwsError("NotFoundException", `Key '${arn}' is not of ${state.region.name}`);
  const keyId = arn.slice(home.length);
  return viewOf(state, state.keys.get(keyId) ?? addKey(state, keyId, {}));
}
