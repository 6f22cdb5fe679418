import { numberKnob } from "../../knobs.ts";
import { AwsError, type KmsKey, type Region, type Shape, type Timer, type World } from "../../types.ts";

/** A key as this region keeps it. */
export interface KeyRecord {
  readonly keyId: string;
  readonly arn: string;
  readonly manager: KmsKey["manager"];
  readonly createdAt: number;
  readonly description: string;
  readonly grants: Grant[];
  state: KmsKey["state"];
  /** The state that other services still see, while a change is on its way to them. */
  seen?: KmsKey["state"];
  policy: Shape;
  rotates: boolean;
  pendingWindowDays: number;
  deletionAt?: number;
  deletion?: Timer;
}

/** What a grant allows, and to whom; `name` is the resource that it was made for. */
export interface Grant {
  readonly grantee: string;
  readonly operations: readonly string[];
  readonly name?: string;
  readonly grantId: string;
  readonly createdAt: number;
}

/** KMS of one region. */
export interface KmsState {
  readonly world: World;
  readonly region: Region;
  readonly keys: Map<string, KeyRecord>;
  /** Alias name (`alias/…`) → key id. */
  readonly aliases: Map<string, string>;
  /** Services that must know when a key changes its state. */
  readonly listeners: ((keyArn: string) => void)[];
}

/** An ARN of this account and region. */
export function kmsArn(state: KmsState, resource: string): string {
  return `arn:${state.world.partition}:kms:${state.region.name}:${state.world.account}:${resource}`;
}

/** Resolves a key id, key ARN, alias name or alias ARN of this region. */
export function findKey(state: KmsState, reference: string): KeyRecord | undefined {
  const home = kmsArn(state, "");
  if (reference.startsWith("arn:") && !reference.startsWith(home)) return undefined;
  const resource = reference.startsWith("arn:") ? reference.slice(home.length) : reference;
  if (resource.startsWith("alias/")) return state.keys.get(state.aliases.get(resource) ?? "");
  return state.keys.get(resource.startsWith("key/") ? resource.slice("key/".length) : resource);
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const MULTI_REGION = /^mrk-[0-9a-f]{32}$/;

/**
 * The key of a reference, or KMS's refusal, which tells an ARN of another region and an id that can be none from a
 * key that is not there. AWS's replies in localstack/localstack (test_get_key_in_different_region,
 * test_get_key_invalid_uuid); nakedible/openssl-engine-kms#1.
 */
export function requireKey(state: KmsState, reference: string): KeyRecord {
  const key = findKey(state, reference);
  if (key) return key;
  const region = reference.startsWith("arn:") ? reference.split(":")[3] : undefined;
  if (region !== undefined && region !== state.region.name) {
    throw new AwsError("NotFoundException", `Invalid arn ${region}`);
  }
  if (reference.includes("alias/")) {
    const arn = reference.startsWith("arn:") ? reference : kmsArn(state, reference);
    throw new AwsError("NotFoundException", `Alias ${arn} is not found.`);
  }
  const keyId = reference.startsWith("arn:") ? reference.split("key/").at(-1) : reference;
  if (keyId === undefined || !(UUID.test(keyId) || MULTI_REGION.test(keyId))) {
    throw new AwsError("NotFoundException", `Invalid keyId '${keyId}'`);
  }
  const arn = reference.startsWith("arn:") ? reference : kmsArn(state, `key/${reference}`);
  throw new AwsError("NotFoundException", `Key '${arn}' does not exist`);
}

/** Alias names of a key. */
export function aliasesOf(state: KmsState, keyId: string): string[] {
  return [...state.aliases].filter(([, target]) => target === keyId).map(([name]) => name);
}

/** A key as other services see it, at this instant. */
export function viewOf(state: KmsState, key: KeyRecord): KmsKey {
  const { arn, keyId, manager, policy } = key;
  return { arn, keyId, manager, policy, state: key.seen ?? key.state, aliases: aliasesOf(state, keyId) };
}

/** Sets a key's state and writes it to the journal. */
export function setKeyState(state: KmsState, key: KeyRecord, to: KmsKey["state"]): void {
  if (key.state === to) return;
  const { clock, journal, knobs } = state.world;
  const seconds = numberKnob(knobs, "kmsPropagationSeconds");
  if (seconds > 0) key.seen ??= key.state;
  key.state = to;
  journal.write(state.region.name, "kms-state", { key: key.arn, state: to });
  const spread = () => {
    if (key.seen !== undefined) key.seen = to;
    for (const listener of state.listeners) listener(key.arn);
  };
  if (seconds === 0) spread();
  else clock.after(seconds * 1000, `${key.arn} is ${to} everywhere`, spread);
}
