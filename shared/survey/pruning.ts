import type { Snapshot } from "../rds/snapshots.ts";
import { tagKeys } from "../rds/tags.ts";
import { decideRetention, type RetentionDecision } from "../retention.ts";
import type { Settings } from "../settings/schema.ts";
import type { Survey } from "../survey.ts";
import { type Member, retentionOf } from "./fleet.ts";

/** Sorts the copies of one member into those that its retention keeps at an instant and those that it lets go. */
export function judgeCopies(
  { id, open, disasters }: Member,
  copies: readonly Snapshot[],
  { enabledKeys }: Survey,
  settings: Settings,
  at: Date,
): RetentionDecision[] {
  const { environment } = settings;
  const guards = { environment, enabledKeys, openSince: open?.declaredAt, disasters };
  return decideRetention(copies, retentionOf(id, settings), guards, at);
}

/**
 * Whether retention would let a copy of this backup go as soon as it was made, e.g. one of the old primary, taken
 * during a disaster that is open for longer than copies are kept: it would be made and deleted again every hour.
 */
export function wouldBePruned(backup: Snapshot, member: Member, survey: Survey, settings: Settings): boolean {
  const copy: Snapshot = {
    ...backup,
    tags: new Map([...backup.tags, [tagKeys.kind, "copy"]]),
    encrypted: true,
    kmsKeyArn: survey.key.arn,
  };
  const decisions = judgeCopies(member, [...member.copies, copy], survey, settings, survey.now);
  return decisions.some((decision) => decision.copy === copy && decision.kind === "delete");
}
