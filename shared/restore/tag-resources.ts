import { AddTagsToResourceCommand, type RDSClient } from "@aws-sdk/client-rds";
import { raise } from "../errors.ts";
import { tagList } from "../rds/tags.ts";

/** Tags to write on one snapshot or instance. */
export interface Tagging {
  readonly arn: string;
  readonly tags: readonly (readonly [string, string])[];
}

/** How many resources are tagged. */
export interface Manner {
  readonly atATime: number;
  /** Awaited before each call; one that it throws at is not tagged. */
  readonly turn?: () => Promise<void>;
}

/** Enough for what a look at a recovery writes, few enough to leave RDS's request rate to others. */
const ordinary: Manner = { atATime: 5 };

/** Writes tags on many resources, a few at a time. Returns what was said to those that were not tagged, by ARN. */
export async function tryToTag(
  rds: RDSClient,
  taggings: readonly Tagging[],
  { atATime, turn }: Manner = ordinary,
): Promise<ReadonlyMap<string, unknown>> {
  const refusals = new Map<string, unknown>();
  const left = taggings.values();
  const work = async () => {
    for (const { arn, tags } of left) {
      try {
        await turn?.();
        await rds.send(new AddTagsToResourceCommand({ ResourceName: arn, Tags: tagList(tags) }));
      } catch (error) {
        refusals.set(arn, error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(atATime, taggings.length) }, work));
  return refusals;
}

/** Writes tags on many resources; a refusal is thrown once all the others have theirs, and doing it again does no harm. */
export async function tagResources(
  rds: RDSClient,
  taggings: readonly Tagging[],
  manner?: Manner,
): Promise<void> {
  for (const [arn, error] of await tryToTag(rds, taggings, manner)) raise(`tag ${arn}`, error);
}
