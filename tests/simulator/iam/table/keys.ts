import type { KeyFact } from "../facts.ts";
import type { Check, ContextInput } from "../types.ts";
import { onEverything, type Row, type Rows, type Scene, text } from "./row.ts";

const accountsOwnKey = (key: KeyFact, scene: Scene): ContextInput => ({
  "kms:CallerAccount": scene.account,
  "kms:ResourceAliases": key.aliases,
});

/** A use of a key by a service for the caller: key policy and identity policies decide, under `kms:ViaService`. */
export interface KeyUse {
  readonly key: KeyFact;
  readonly region: string;
  /** `rds`, `sns` or `secretsmanager`. */
  readonly service: string;
  /** Region of the service that acts; the key's own unless said otherwise. */
  readonly serviceRegion?: string;
  readonly actions: readonly string[];
  readonly context?: ContextInput;
  /** The caller's own policies must allow it, even where the key's policy lets him in. */
  readonly ofCaller?: boolean;
  readonly refusal?: Check["refusal"];
  readonly uncertain?: string;
}

/** The checks of a use of a key through a service. */
export function keyUse(scene: Scene, use: KeyUse): Check[] {
  const { key, region, service } = use;
  return use.actions.map((action) => ({
    action,
    resource: key.arn,
    region,
    via: `${service}.amazonaws.com`,
    ...(use.ofCaller === true ? {} : { guard: { kind: "key", policy: key.policy } }),
    context: {
      ...accountsOwnKey(key, scene),
      "kms:ViaService": `${service}.${use.serviceRegion ?? region}.amazonaws.com`,
      "kms:GrantIsForAWSResource": action === "kms:CreateGrant" ? true : undefined,
      ...use.context,
    },
    ...(use.refusal === undefined ? {} : { refusal: use.refusal }),
    ...(use.uncertain === undefined ? {} : { uncertain: use.uncertain }),
  }));
}

/** A key that does not exist answers NotFoundException from the service, not a denial. */
const onKey =
  (action: string, keys: ContextInput = {}): Row =>
  (scene) => {
    const reference = text(scene.call.input, "KeyId");
    const key =
      reference === undefined ? undefined : scene.facts.keyByReference(scene.call.region, reference);
    if (key === undefined) return [];
    const alias = /(?:^|:)(alias\/.+)$/.exec(reference ?? "")?.[1];
    const context = { ...accountsOwnKey(key, scene), "kms:RequestAlias": alias, ...keys };
    return [{ action, resource: key.arn, context, guard: { kind: "key", policy: key.policy } }];
  };

export const kms: Rows = {
  DescribeKey: onKey("kms:DescribeKey"),
  EnableKey: onKey("kms:EnableKey"),
  DisableKey: onKey("kms:DisableKey"),
  ScheduleKeyDeletion: onKey("kms:ScheduleKeyDeletion"),
  CancelKeyDeletion: onKey("kms:CancelKeyDeletion"),
  // Whoever asks KMS himself does not ask as an AWS service.
  CreateGrant: onKey("kms:CreateGrant", { "kms:GrantIsForAWSResource": false }),
  ListGrants: onKey("kms:ListGrants"),
  GetKeyPolicy: onKey("kms:GetKeyPolicy"),
  GetKeyRotationStatus: onKey("kms:GetKeyRotationStatus"),
  ListKeys: onEverything("kms:ListKeys"),
  ListAliases: onEverything("kms:ListAliases"),
};
