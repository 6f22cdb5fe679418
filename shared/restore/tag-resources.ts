import { AddTagsToResourceCommand, type RDSClient } from "@aws-sdk/client-rds";
import { raise } from "../errors.ts";
import { tagList } from "../rds/tags.ts";

/** Tags to write on one snapshot or instance. */
export interface Tagging {
  readonly arn: string;
  readonly tags: readonly (readonly [string, string])[];
}

/** Enough to tag a thousand copies in a minute, few enough to leave RDS's request rate to others. */
const concurrent = 5;

/** Writes tags on many resources, a few at a time. Returns what AWS said to those that it did not tag, by ARN. */
export async function tryToTag(
  rds: RDSClient,
  taggings: readonly Tagging[],
): Promise<ReadonlyMap<string, unknown>> {
  const refusals = new Map<string, unknown>();
  const left = taggings.values();
  const work = async () => {
    for (const { arn, tags } of left) {
      await rds
        .send(new AddTagsToResourceCommand({ ResourceName: arn, Tags: tagList(tags) }))
        .catch((error: unknown) => refusals.set(arn, error));
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrent, taggings.length) }, work));
  return refusals;
}

/** Writes tags on many resources; a refusal is thrown once all the others have theirs, and doing it again does no harm. */
export async function tagResources(rds: RDSClient, taggings: readonly Tagging[]): Promise<void> {
  for (const [arn, error] of await tryToTag(rds, taggings)) raise(`tag ${arn}`, error);
}
