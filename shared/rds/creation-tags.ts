import type { DBInstance } from "@aws-sdk/client-rds";
import { describe, encodeDescription } from "./description.ts";
import { tagKeys, tagMap, tagsMaxAtCreation, userTags } from "./tags.ts";

/** The tags that a backup is created with, apart from `rds-dr:requested-at`, and what had no room among them. */
export interface CreationTags {
  readonly tags: readonly (readonly [string, string])[];
  /** Keys of user tags, and parts of the description as `settings:<part>`. */
  readonly dropped: readonly string[];
}

/** What creation-tags needs of the settings. */
export interface TagRules {
  readonly environment: string;
  readonly instances: { readonly tag?: { readonly key: string } | undefined };
}

/**
 * The user's tags in the order in which they are kept: `tier` and the discovery tag, which restoring reads,
 * then by key. What does not fit is dropped from the end.
 */
export function inKeepingOrder(tags: [string, string][], rules: TagRules): [string, string][] {
  const first = ["tier", rules.instances.tag?.key];
  const rank = (key: string) => (first.includes(key) ? 0 : 1);
  return tags.toSorted(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1));
}

/** What an instance is and whose its backup is, as tags: ours, what travels, and the user's own as far as there is room. */
export function creationTags(instance: DBInstance, rules: TagRules): CreationTags {
  const description = encodeDescription(describe(instance));
  const ours: [string, string][] = [
    [tagKeys.environment, rules.environment],
    [tagKeys.kind, "backup"],
    [tagKeys.instance, instance.DBInstanceIdentifier ?? ""],
  ];
  const users = inKeepingOrder(userTags(tagMap(instance.TagList)), rules);
  // One place is for `requested-at`, which is read just before the call.
  const room = tagsMaxAtCreation - 1 - ours.length - description.tags.length;
  return {
    tags: [...ours, ...description.tags, ...users.slice(0, room)],
    dropped: [
      ...description.dropped.map((part) => `settings:${part}`),
      ...users.slice(room).map(([key]) => key),
    ],
  };
}
