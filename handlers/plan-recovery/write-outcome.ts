import type { RDSClient } from "@aws-sdk/client-rds";
import { encodeOutcome, type Outcome } from "../../shared/declaration.ts";
import { findSnapshots, type Snapshot } from "../../shared/rds/snapshots.ts";
import { tagKeys } from "../../shared/rds/tags.ts";
import { type Manner, tryToTag } from "../../shared/restore/tag-resources.ts";

/** Few enough that what is read of them is seconds old when they are written. */
const readAtATime = 20;

/**
 * Writes an outcome on copies, after one more look at each: another declaration may have chosen it since it was judged,
 * and an outcome that is not its own would end its restore. Those that are not `still` what they were judged to be, or
 * are gone, are left alone. Returns what AWS said to those that it did not tag, by ARN.
 */
export async function writeOutcome(
  rds: RDSClient,
  outcome: Outcome,
  judged: readonly Snapshot[],
  still: (present: Snapshot, judged: Snapshot) => boolean,
  manner: Manner,
): Promise<ReadonlyMap<string, unknown>> {
  const tags = [[tagKeys.outcome, encodeOutcome(outcome)]] as const;
  const refusals = new Map<string, unknown>();
  for (let from = 0; from < judged.length; from += readAtATime) {
    const some = new Map(judged.slice(from, from + readAtATime).map((copy) => [copy.arn, copy]));
    const ids = [...some.values()].map(({ id }) => id);
    const present = await findSnapshots(rds, ids).catch((error: unknown) => {
      for (const arn of some.keys()) refusals.set(arn, error);
      return [];
    });
    const same = present.filter((one) => {
      const before = some.get(one.arn);
      return before !== undefined && still(one, before);
    });
    const refused = await tryToTag(
      rds,
      same.map(({ arn }) => ({ arn, tags })),
      manner,
    );
    for (const [arn, error] of refused) refusals.set(arn, error);
  }
  return refusals;
}
