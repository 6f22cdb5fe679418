import type { Tag } from "@aws-sdk/client-rds";

/** Our own tags on backups, copies and restored instances. */
export const tagKeys = {
  environment: "rds-dr:environment",
  kind: "rds-dr:kind",
  instance: "rds-dr:instance",
  requestedAt: "rds-dr:requested-at",
  settings: ["rds-dr:settings-1", "rds-dr:settings-2", "rds-dr:settings-3"],
  declaration: "rds-dr:declaration",
  declaredAt: "rds-dr:declared-at",
  mode: "rds-dr:mode",
  recoveryPoint: "rds-dr:recovery-point",
  outcome: "rds-dr:outcome",
  hold: "rds-dr:hold",
  closed: "rds-dr:closed",
} as const;

/**
 * RDS allows 50 tags a resource; 3 places are kept for declaration, outcome and hold. Nothing else is tagged later:
 * the mark of a retired instance is an outcome too.
 */
export const tagsMaxAtCreation = 47;

export type TagMap = ReadonlyMap<string, string>;

/** A tag list as a map. */
export function tagMap(tags: readonly Tag[] | undefined): TagMap {
  return new Map((tags ?? []).map((tag) => [tag.Key ?? "", tag.Value ?? ""]));
}

/** A map as the API's tag list. */
export function tagList(tags: Iterable<readonly [string, string]>): { Key: string; Value: string }[] {
  return [...tags].map(([Key, Value]) => ({ Key, Value }));
}

/** The user's own tags: without ours, and without those that AWS reserves (`aws:`, `rds:`) and refuses to take. */
export function userTags(tags: TagMap): [string, string][] {
  return [...tags].filter(([key, value]) => !/^(aws:|rds:|rds-dr:)/.test(key) && !/^(aws:|rds:)/.test(value));
}
