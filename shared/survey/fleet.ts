import type { DBInstance } from "@aws-sdk/client-rds";
import { addMinutes } from "../clock.ts";
import { decideCoverage } from "../coverage.ts";
import { isMarkedRetired } from "../declaration.ts";
import type { Declaration } from "../events/dr-events.ts";
import { decideObjective, type ObjectiveDecision } from "../objectives.ts";
import { isUsable, requestTimes, type Snapshot, takenAt } from "../rds/snapshots.ts";
import { type DisasterSpan, disasterSpans, isAftermath } from "../restore/aftermath.ts";
import type { Settings } from "../settings/schema.ts";
import type { Survey } from "../survey.ts";
import { tierOf as tierBy } from "../tier.ts";
import { openDisasters } from "./declarations.ts";

/** An instance as the DR region sees it. */
export interface Member {
  readonly id: string;
  /** Retired: gone or no longer covered; no objective, and its copies age away down to the minimum. */
  readonly state: "protected" | "retired";
  /** As the primary region shows it now. */
  readonly instance?: DBInstance | undefined;
  /** Its copies, newest first. */
  readonly copies: readonly Snapshot[];
  /** Its backups, newest first; none while the primary does not answer. */
  readonly backups: readonly Snapshot[];
  /** The newest usable copy that a declaration would choose. */
  readonly newest?: Snapshot | undefined;
  /** The disaster declaration that is open for it. */
  readonly open?: Declaration | undefined;
  /** When disaster declarations were open for it. */
  readonly disasters?: readonly DisasterSpan[] | undefined;
}

/** RDS starts a stopped instance again after 7 days (user guide, USER_StopInstance). */
const stopLastsMinutes = 7 * 24 * 60;

function byInstance(snapshots: readonly Snapshot[]): ReadonlyMap<string, Snapshot[]> {
  const groups = new Map<string, Snapshot[]>();
  const newestFirst = snapshots
    .map((snapshot) => ({ snapshot, taken: takenAt(snapshot)?.getTime() ?? 0 }))
    .sort((a, b) => b.taken - a.taken || (a.snapshot.id < b.snapshot.id ? 1 : -1));
  for (const { snapshot } of newestFirst) {
    const group = groups.get(snapshot.instanceId);
    if (group === undefined) groups.set(snapshot.instanceId, [snapshot]);
    else group.push(snapshot);
  }
  return groups;
}

/**
 * The fleet: listed, with copies or backups of ours, or discovered. An instance that is listed but has
 * neither an instance nor a copy to show is no member while the primary answers.
 */
export function fleetOf(survey: Survey, settings: Settings): Member[] {
  const { primary } = survey;
  const copies = byInstance(survey.copies);
  const backups = byInstance(primary?.backups ?? []);
  const instances = new Map(
    (primary?.instances ?? []).map((instance) => [instance.DBInstanceIdentifier ?? "", instance]),
  );
  const open = openDisasters(survey.copies, survey.drInstances, settings.environment);
  const disasters = disasterSpans(survey.copies, survey.drInstances, settings.environment);
  const covered = (id: string) => {
    const instance = instances.get(id);
    return instance !== undefined && decideCoverage(instance, settings).kind === "protected";
  };
  const excluded = new Set(settings.instances.excluded);
  const listed = settings.instances.listed.filter((id) => primary === undefined && !excluded.has(id));
  const discovered = [...instances.keys()].filter(covered);

  return [...new Set([...listed, ...discovered, ...copies.keys(), ...backups.keys()])]
    .sort()
    .map((id): Member => {
      const own = copies.get(id) ?? [];
      const known = primary === undefined ? !excluded.has(id) && !isMarkedRetired(own) : covered(id);
      return {
        id,
        state: known ? "protected" : "retired",
        instance: instances.get(id),
        copies: own,
        backups: backups.get(id) ?? [],
        newest: own.find(
          (copy) =>
            isUsable(copy, settings.environment, survey.enabledKeys) && !isAftermath(copy, disasters.get(id)),
        ),
        open: open.get(id),
        disasters: disasters.get(id),
      };
    });
}

/** The RPO of one instance. */
export function rpoMinutesOf(id: string, settings: Settings): number {
  return settings.overrides[id]?.rpoMinutes ?? settings.objectives.rpoMinutes;
}

/** The retention of one instance. */
export function retentionOf(
  id: string,
  { overrides, retention }: Settings,
): { days: number; minimumCopies: number } {
  const own = overrides[id];
  return {
    days: own?.retentionDays ?? retention.days,
    minimumCopies: own?.minimumCopies ?? retention.minimumCopies,
  };
}

/** The tier that an instance is restored in: the settings' word, else its tag `tier`, else 2. */
export function tierOf({ id, newest, instance }: Member, settings: Settings): number {
  const tagged = instance?.TagList?.find(({ Key }) => Key === "tier")?.Value ?? newest?.tags.get("tier");
  return tierBy(id, tagged, settings);
}

/** Since when an instance is stopped: RDS says when it will start it again. */
export function stoppedAt(instance: DBInstance | undefined): Date | undefined {
  const restart = instance?.AutomaticRestartTime;
  return restart === undefined ? undefined : addMinutes(restart, -stopLastsMinutes);
}

/** When the oldest of its backups and copies that are no recovery points yet was asked for. */
function underWaySince({ copies, backups }: Member): Date | undefined {
  const pending = [
    ...backups.filter(({ status }) => status !== "failed"),
    ...copies.filter((copy) => isInProgress(copy)),
  ];
  const times = pending
    .map((snapshot) => requestedAt(snapshot)?.getTime())
    .filter((time) => time !== undefined);
  return times.length === 0 ? undefined : new Date(Math.min(...times));
}

/** Whether a copy is still being made. */
export function isInProgress({ status }: Snapshot): boolean {
  return status !== "available" && status !== "failed" && status !== "deleting" && status !== "deleted";
}

/**
 * Whether a copy was made of this very backup: told by source ARN, never by name, and by the original time,
 * since a backup may have taken the name of an earlier one.
 */
export function isCopyOf(copy: Snapshot, backup: Snapshot): boolean {
  const [made, taken] = [copy.originalCreatedAt?.getTime(), backup.originalCreatedAt?.getTime()];
  return copy.sourceArn === backup.arn && (made === undefined || taken === undefined || made === taken);
}

/** When a backup was asked for, by our tag; else when it was taken. */
export function requestedAt(snapshot: Snapshot): Date | undefined {
  return requestTimes(snapshot.tags).backup ?? takenAt(snapshot);
}

/** Judges the RPO of a member. */
export function objectiveOf(member: Member, settings: Settings, now: Date): ObjectiveDecision {
  const { id, state, instance, newest } = member;
  const facts = {
    rpoMinutes: rpoMinutesOf(id, settings),
    retired: state === "retired",
    declared: member.open !== undefined,
    newestTakenAt: newest === undefined ? undefined : takenAt(newest),
    underWaySince: underWaySince(member),
    status: instance?.DBInstanceStatus,
    stoppedAt: stoppedAt(instance),
    paused: settings.paused,
  };
  return decideObjective(facts, now);
}
