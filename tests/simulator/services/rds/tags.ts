import type { Tag } from "@aws-sdk/client-rds";
import { AwsError } from "../../types.ts";

/** Tags a resource may have; tags that AWS itself put there (`aws:`) do not count. */
export const tagsMax = 50;

// The pattern that the API reference gives for keys and values of RDS tags.
const characters = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

function refuse(text: string): never {
  throw new AwsError("InvalidParameterValue", text);
}

function checkOne(tag: Tag): void {
  const key = tag.Key ?? "";
  const value = tag.Value ?? "";
  if (key.length < 1 || key.length > 128) {
    refuse(`Tag keys must be between 1 and 128 characters in length. Invalid tag key: ${key}`);
  }
  if (value.length > 256)
    refuse(`Tag values must not be longer than 256 characters. Invalid tag key: ${key}`);
  for (const [what, text] of [["keys", key] as const, ["values", value] as const]) {
    const prefix = /^(aws|rds):/i.exec(text)?.[0].toLowerCase();
    if (prefix) refuse(`Tag ${what} cannot start with the reserved prefix "${prefix}"`);
    if (!characters.test(text)) refuse(`Tag ${what} contain invalid characters: ${text}`);
  }
}

/** Checks the tags of a call and returns plain copies of them. */
export function checkedTags(tags: readonly Tag[] | undefined): Tag[] {
  const given = (tags ?? []).map((tag) => ({ Key: tag.Key ?? "", Value: tag.Value ?? "" }));
  for (const tag of given) checkOne(tag);
  const keys = new Set(given.map((tag) => tag.Key));
  if (keys.size < given.length) refuse("Duplicate tag keys are not allowed.");
  checkCount(given);
  return given;
}

/** Refuses more tags than a resource may have. */
export function checkCount(tags: readonly Tag[]): void {
  const counted = tags.filter((tag) => !isSystemTag(tag)).length;
  if (counted > tagsMax) refuse(`The number of tags exceeds the maximum of ${tagsMax} for a resource.`);
}

/** A tag that AWS put there, which nobody may set or remove. */
export function isSystemTag(tag: Tag): boolean {
  return tag.Key?.startsWith("aws:") ?? false;
}

/** The tags after adding: the same key is overwritten in its place. */
export function withTags(present: readonly Tag[], added: readonly Tag[]): Tag[] {
  const merged = new Map(present.map((tag) => [tag.Key ?? "", tag]));
  for (const tag of added) merged.set(tag.Key ?? "", tag);
  return [...merged.values()];
}
