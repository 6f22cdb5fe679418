import type { Caller } from "../types.ts";
import { accountOf } from "./patterns.ts";
import type { Check, Context, ContextInput, Principal, RoleRecord } from "./types.ts";

/** Where calls of functions and of the operator come from: an address of the documentation range. */
const CALLER_IP = "203.0.113.10";

/** Turns condition keys as documented into what policies are judged against; absent and empty values are left out. */
export function context(...inputs: readonly (ContextInput | undefined)[]): Context {
  const out = new Map<string, readonly string[]>();
  for (const input of inputs) {
    for (const [key, value] of Object.entries(input ?? {})) {
      if (value === undefined) continue;
      const values = Array.isArray(value) ? value : [String(value)];
      if (values.length > 0) out.set(key.toLowerCase(), values);
    }
  }
  return out;
}

/**
 * Condition keys that are collected when a policy first reads one, for most requests meet neither a condition nor a
 * policy variable. They must be settled before the world moves on.
 */
export class LateContext implements Context {
  readonly #collect: () => Context;
  #collected: Context | undefined;

  constructor(collect: () => Context) {
    this.#collect = collect;
  }

  get(key: string): readonly string[] | undefined {
    return this.settle().get(key);
  }

  has(key: string): boolean {
    return this.settle().has(key);
  }

  /** Collects the keys, unless it is done: from now on they stay as they are. */
  settle(): Context {
    this.#collected ??= this.#collect();
    return this.#collected;
  }
}

/** Keys of tags under a prefix such as `aws:ResourceTag/`. */
export function tagKeys(prefix: string, tags: Readonly<Record<string, string>> | undefined): ContextInput {
  return Object.fromEntries(Object.entries(tags ?? {}).map(([key, value]) => [`${prefix}${key}`, value]));
}

/** The principal behind a caller; a role may be named by its own ARN or by that of a session. */
export function principalOf(caller: Caller, account: string, role: RoleRecord | undefined): Principal {
  if (caller.kind === "service") return { kind: "service", name: caller.name };
  if (role === undefined) return { kind: "user", account, arn: caller.arn };
  const partition = role.arn.split(":")[1] ?? "aws";
  const sessionArn = caller.arn.includes(":assumed-role/")
    ? caller.arn
    : `arn:${partition}:sts::${account}:assumed-role/${role.name}/${role.name}`;
  return { kind: "role", account, arn: role.arn, sessionArn };
}

/** Keys about the principal. */
export function principalContext(principal: Principal, role: RoleRecord | undefined): ContextInput {
  if (principal.kind === "service") {
    return { "aws:PrincipalIsAWSService": true, "aws:PrincipalServiceName": principal.name };
  }
  return {
    "aws:PrincipalArn": principal.arn,
    "aws:PrincipalAccount": principal.account,
    "aws:PrincipalType": principal.kind === "role" ? "AssumedRole" : "User",
    "aws:PrincipalIsAWSService": false,
    ...tagKeys("aws:PrincipalTag/", role?.tags),
  };
}

/**
 * Keys about the request itself. When a service acts for the caller, ViaAWSService and CalledVia say so, and the
 * caller's own address is gone.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 */
export function requestContext(
  check: Pick<Check, "via" | "resource">,
  region: string,
  now?: number,
): ContextInput {
  const { via } = check;
  return {
    "aws:RequestedRegion": region,
    "aws:SecureTransport": true,
    "aws:ViaAWSService": via !== undefined,
    "aws:CalledVia": via === undefined ? undefined : [via],
    "aws:CalledViaFirst": via,
    "aws:CalledViaLast": via,
    "aws:SourceIp": via === undefined ? CALLER_IP : undefined,
    "aws:ResourceAccount": accountOf(check.resource),
    "aws:CurrentTime": now === undefined ? undefined : new Date(now).toISOString(),
    "aws:EpochTime": now === undefined ? undefined : Math.floor(now / 1000),
  };
}
