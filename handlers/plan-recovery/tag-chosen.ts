import type { RDSClient } from "@aws-sdk/client-rds";
import { pause } from "../../shared/clock.ts";
import { encodeDeclaration, encodeOutcome } from "../../shared/declaration.ts";
import { errorText, meaningOf, RetryableError } from "../../shared/errors.ts";
import type { Log } from "../../shared/log.ts";
import { isGone, type Snapshot } from "../../shared/rds/snapshots.ts";
import { tagKeys } from "../../shared/rds/tags.ts";
import { type Manner, tryToTag } from "../../shared/restore/tag-resources.ts";
import { isMarkedSince } from "../../shared/retention.ts";
import { decideRecovery } from "./decide.ts";
import { leave, type PlannedRestore, type RecoveryPlan, type Situation } from "./plan.ts";
import { writeOutcome } from "./write-outcome.ts";

/** What AWS said to each copy that it did not tag, by ARN. */
export type Refusals = ReadonlyMap<string, unknown>;

/** A plan as far as its copies carry it. */
export interface Tagged {
  readonly plan: RecoveryPlan;
  /** Why the message is to come again once the rest is under way. */
  readonly trouble: RetryableError | undefined;
}

/** The plan without the restores whose copies were not tagged, for those would be unaccounted for. */
export function withoutUntagged(plan: RecoveryPlan, refusals: Refusals): RecoveryPlan {
  const untagged = plan.restores.filter(({ copy }) => refusals.has(copy.arn));
  if (untagged.length === 0) return plan;
  const isLeft = new Set(untagged.map(({ instanceId }) => instanceId));
  return {
    ...plan,
    restores: plan.restores.filter(({ instanceId }) => !isLeft.has(instanceId)),
    leftOut: [
      ...plan.leftOut,
      ...untagged.map(({ instanceId, copy }) => {
        const refusal = refusals.get(copy.arn);
        return leave(instanceId, isPassing(refusal) ? "not-tagged-yet" : "not-taggable", errorText(refusal));
      }),
    ],
    superseded: plan.superseded.filter(({ instanceId }) => !isLeft.has(instanceId)),
  };
}

/** The plan with its restores from copies that are gone planned again, each from the next older usable copy. */
export function replaceGone(
  plan: RecoveryPlan,
  gone: readonly PlannedRestore[],
  situation: Situation,
): RecoveryPlan {
  if (gone.length === 0) return plan;
  const arns = new Set(gone.map(({ copy }) => copy.arn));
  const instances = gone.map(({ instanceId }) => instanceId);
  const again = decideRecovery({
    ...situation,
    copies: situation.copies.filter(({ arn }) => !arns.has(arn)),
    declared: { ...situation.declared, instances },
  });
  if (again.kind === "refuse") return plan;
  const isAgain = new Set(instances);
  return {
    ...plan,
    restores: [...plan.restores.filter(({ instanceId }) => !isAgain.has(instanceId)), ...again.restores],
    leftOut: [...plan.leftOut, ...again.leftOut],
    superseded: [
      ...plan.superseded.filter(({ instanceId }) => !isAgain.has(instanceId)),
      ...again.superseded,
    ],
  };
}

/** What a plan is carried out with. */
interface Means {
  readonly rds: RDSClient;
  readonly log: Pick<Log, "warn">;
  readonly manner: Manner;
}

/** How often one run tries to tag a copy that AWS would take another time. */
const triesMax = 3;
const betweenTriesMilliseconds = 2_000;

/** Whether a refusal passes by itself. */
function isPassing(refusal: unknown): boolean {
  return ["retryable", "unreachable"].includes(meaningOf(refusal));
}

async function tagPlanned(
  { rds, manner }: Means,
  { declaration }: RecoveryPlan,
  restores: readonly PlannedRestore[],
): Promise<Map<string, unknown>> {
  const taggings = restores.map(({ copy, restoreAs, override }) => ({
    arn: copy.arn,
    tags: [
      [tagKeys.declaration, encodeDeclaration({ ...declaration, restoreAs, override })],
      [tagKeys.outcome, encodeOutcome({ kind: "pending" })],
    ] as const,
  }));
  const refusals = new Map(await tryToTag(rds, taggings, manner));
  for (let tries = 1; tries < triesMax; tries++) {
    const again = taggings.filter(({ arn }) => refusals.has(arn) && isPassing(refusals.get(arn)));
    if (again.length === 0) break;
    await pause(betweenTriesMilliseconds);
    for (const { arn } of again) refusals.delete(arn);
    for (const [arn, error] of await tryToTag(rds, again, manner)) refusals.set(arn, error);
  }
  return refusals;
}

/** Ends what other declarations still follow for the same instances; a copy that stays with them does no harm. */
async function closeSuperseded(
  { rds, log, manner }: Means,
  { superseded, declaration }: RecoveryPlan,
): Promise<void> {
  const outcome = { kind: "closed", at: declaration.declaredAt } as const;
  const still = (present: Snapshot, judged: Snapshot) => !isMarkedSince(judged, present);
  for (const [arn, error] of await writeOutcome(rds, outcome, superseded, still, manner))
    log.warn("superseded copy stays with its earlier declaration", {
      details: [arn],
      error_text: errorText(error),
    });
}

/** What may be taken when it is asked again, of all the refusals. */
function troubleOf(refusals: Refusals): RetryableError | undefined {
  const passing = [...refusals].find(([, error]) => isPassing(error));
  return passing && new RetryableError(`could not tag ${passing[0]} yet: ${errorText(passing[1])}`);
}

/**
 * Tags what was chosen. A copy that is gone by now is replaced by the next older one; one that AWS does not tag for
 * another reason is left out and said. Neither holds any other instance up.
 */
export async function tagChosen(plan: RecoveryPlan, situation: Situation, means: Means): Promise<Tagged> {
  const chosen = plan.restores.filter(({ isTagged }) => !isTagged);
  const refusals = await tagPlanned(means, plan, chosen);
  const gone: PlannedRestore[] = [];
  for (const one of chosen) {
    const error = refusals.get(one.copy.arn);
    if (error !== undefined && (await isGone(means.rds, one.copy.id, error))) gone.push(one);
  }
  const replaced = replaceGone(plan, gone, situation);
  const first = new Set(chosen.map(({ copy }) => copy.arn));
  const others = replaced.restores.filter(({ copy, isTagged }) => !isTagged && !first.has(copy.arn));
  for (const [arn, error] of await tagPlanned(means, replaced, others)) refusals.set(arn, error);

  const tagged = withoutUntagged(replaced, refusals);
  await closeSuperseded(means, tagged);
  return { plan: tagged, trouble: troubleOf(refusals) };
}
