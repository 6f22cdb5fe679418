import type { DBInstance } from "@aws-sdk/client-rds";
import { addMinutes, minutesBetween } from "../clock.ts";
import { type ConditionName, standingConditions } from "../conditions.ts";
import { decideCoverage } from "../coverage.ts";
import { declarationOf } from "../declaration.ts";
import { nameOfArn } from "../naming.ts";
import { isProven } from "../proof.ts";
import { isStopped } from "../rds/instance-status.ts";
import { requestTimes, takenAt } from "../rds/snapshots.ts";
import type { Settings } from "../settings/schema.ts";
import {
  fleetOf,
  isCopyOf,
  isInProgress,
  type Member,
  objectiveOf,
  rpoMinutesOf,
  stoppedAt,
} from "../survey/fleet.ts";
import { missedSlot } from "../survey/slot.ts";
import type { Survey } from "../survey.ts";
import { type Findings, instantText, type Offender, spanText } from "./offender.ts";
import { findNotReady } from "./readiness.ts";
import { findUnfinished, findUnprotected } from "./recoveries.ts";

/** Judges every standing condition of the DR region. Of what the primary alone can tell nothing is known while it is silent. */
export function judgeConditions(
  survey: Survey,
  settings: Settings,
  fleet = fleetOf(survey, settings),
): Findings {
  const isSeen = survey.primary !== undefined;
  const ofPrimary = (offenders: readonly Offender[]) => (isSeen ? offenders : undefined);
  // What is wrong by the DR region alone is so for certain; nothing wrong there is half of the answer.
  const ofBoth = (offenders: readonly Offender[]) =>
    offenders.length > 0 ? offenders : ofPrimary(offenders);
  return {
    "objectives-missed": ofBoth(findMissedObjectives(survey, fleet, settings)),
    "not-ready": ofBoth(findNotReady(survey, fleet, settings)),
    "copies-stuck": findStuckCopies(survey, settings),
    "key-not-usable": findKeyTroubles(survey, fleet),
    "primary-unreachable": findUnreachable(survey, settings),
    "clean-up-overdue": ofPrimary(findOverdueCleanUps(survey, fleet, settings)),
    "slots-missed": ofPrimary(findMissedSlots(survey, fleet, settings)),
    "instances-stopped": ofPrimary(findStopped(fleet)),
    "instances-not-covered": ofPrimary(findNotCovered(survey, settings)),
    "recovery-unfinished": findUnfinished(survey, settings),
    "recovered-unprotected": findUnprotected(survey, settings),
  };
}

/**
 * The findings as the metrics that the alarms watch: 0 where all is well, so that an alarm goes off again, and none
 * where nobody can tell, so that it stays as it is.
 */
export function countsOf(findings: Findings): Record<string, number> {
  const counted = Object.entries(findings).flatMap(([name, offenders]) =>
    offenders === undefined ? [] : [[standingConditions[name as ConditionName].metric, offenders.length]],
  );
  return Object.fromEntries(counted);
}

function findMissedObjectives({ now }: Survey, fleet: readonly Member[], settings: Settings): Offender[] {
  return fleet.flatMap((member) => {
    const decision = objectiveOf(member, settings, now);
    if (decision.kind !== "missed") return [];
    const { id, newest } = member;
    if (decision.because === "no-recovery-point")
      return [{ instance: id, text: `${id}: has no recovery point` }];
    const age = `${spanText(decision.ageMinutes)} old (objective ${spanText(rpoMinutesOf(id, settings))})`;
    return [{ instance: id, text: `${id}: its newest recovery point '${newest?.id}' is ${age}` }];
  });
}

/** Copies in creation for longer than `copyStuckHours`. RDS tells no start of a copy; copy-backup writes it in a tag. */
function findStuckCopies({ copies, now }: Survey, settings: Settings): Offender[] {
  return copies.filter(isInProgress).flatMap((copy) => {
    const asked = requestTimes(copy.tags).copy;
    const since = asked ?? copy.createdAt ?? takenAt(copy);
    const minutes = since === undefined ? 0 : minutesBetween(since, now);
    if (minutes <= settings.copyStuckHours * 60) return [];
    const text = `${copy.instanceId}: copy '${copy.id}' is '${copy.status}' at ${copy.percent} %, ${spanText(minutes)} after ${asked === undefined ? "its backup" : "it was asked for"}`;
    return [{ instance: copy.instanceId, text }];
  });
}

function findKeyTroubles({ key, enabledKeys }: Survey, fleet: readonly Member[]): Offender[] {
  const current = key.enabled
    ? []
    : [{ text: `the current data key ${key.arn} is ${key.state}: nothing can be copied` }];
  const older = fleet.flatMap(({ id, copies }) => {
    const newest = copies.find(({ status }) => status === "available");
    const arn = newest?.kmsKeyArn;
    if (newest === undefined || arn === undefined || enabledKeys.has(arn)) return [];
    return [
      {
        instance: id,
        text: `${id}: its newest copy '${newest.id}' stands under ${arn}, which cannot be used`,
      },
    ];
  });
  return [...current, ...older];
}

function findUnreachable({ primary, primaryTrouble }: Survey, settings: Settings): Offender[] {
  if (primary !== undefined) return [];
  return [
    { text: `${settings.regions.primary}: RDS or EventBridge could not be looked at (${primaryTrouble})` },
  ];
}

/** Backups that stand for more than two prune intervals after their copy was complete. */
function findOverdueCleanUps({ key, now }: Survey, fleet: readonly Member[], settings: Settings): Offender[] {
  const overdueSince = addMinutes(now, -2 * settings.pruning.everyMinutes);
  return fleet
    .filter(({ open }) => open === undefined)
    .flatMap(({ id, copies, backups }) =>
      backups.flatMap((backup) => {
        const copy = copies.find(
          (one) => isProven(one, settings.environment, key.arn) && isCopyOf(one, backup),
        );
        const isDue = copy?.createdAt !== undefined && copy.createdAt < overdueSince;
        if (!isDue || declarationOf(copy)?.mode === "disaster") return [];
        const text = `${id}: backup '${backup.id}' still stands in ${settings.regions.primary}, although its copy is complete since ${instantText(copy.createdAt)}`;
        return [{ instance: id, text }];
      }),
    );
}

function findMissedSlots(survey: Survey, fleet: readonly Member[], settings: Settings): Offender[] {
  const missed = missedSlot(survey, fleet, settings);
  if (missed === undefined) return [];
  return [
    {
      text: `no instance had a backup for the slot ${instantText(missed.slot)} at ${instantText(survey.now)}; they are being made up for`,
    },
  ];
}

function findStopped(fleet: readonly Member[]): Offender[] {
  const stopped = fleet.filter(
    ({ state, instance }) => state === "protected" && isStopped(instance?.DBInstanceStatus),
  );
  return stopped.map(({ id, instance, newest }) => {
    const restart = instance?.AutomaticRestartTime;
    const since = stoppedAt(instance);
    const stop = since === undefined ? "is stopped" : `is stopped since ${instantText(since)}`;
    const again = restart === undefined ? "" : `; RDS starts it again on ${instantText(restart)}`;
    const point =
      newest === undefined
        ? "it has no recovery point"
        : `its newest recovery point is from ${instantText(takenAt(newest))}`;
    return { instance: id, text: `${id}: ${stop}${again}; ${point}` };
  });
}

const whyNotCovered = {
  "cluster-member":
    "is a member of a DB cluster (Aurora or Multi-AZ), which cannot be backed up instance by instance",
  "rds-custom": "is RDS Custom, whose snapshots cannot be copied to another region",
  "replica-not-listed": "is a read replica, and its source is not protected either",
} as const;

/** What the settings ask for by list or tag and rds-dr cannot do; a replica is in good hands when its source is protected. */
function findNotCovered({ primary, copies }: Survey, settings: Settings): Offender[] {
  if (primary === undefined) return [];
  const byId = new Map(primary.instances.map((instance) => [instance.DBInstanceIdentifier ?? "", instance]));
  const isSafe = (instance: DBInstance | undefined) =>
    instance !== undefined && decideCoverage(instance, settings).kind === "protected";
  const left = [...byId].flatMap(([id, instance]) => {
    const coverage = decideCoverage(instance, settings);
    if (
      coverage.kind === "protected" ||
      coverage.because === "excluded" ||
      coverage.because === "not-covered"
    )
      return [];
    const source = instance.ReadReplicaSourceDBInstanceIdentifier ?? "";
    if (
      coverage.because === "replica-not-listed" &&
      isSafe(byId.get(source.startsWith("arn:") ? nameOfArn(source) : source))
    )
      return [];
    return [
      { instance: id, text: `${id}: ${whyNotCovered[coverage.because]}: exclude it by instances.excluded` },
    ];
  });
  const excluded = new Set(settings.instances.excluded);
  const known = new Set([...byId.keys(), ...copies.map(({ instanceId }) => instanceId)]);
  const missing = settings.instances.listed.filter((id) => !known.has(id) && !excluded.has(id));
  return [
    ...left,
    ...missing.map((id) => ({
      instance: id,
      text: `${id}: is in instances.listed, but there is no such instance in ${settings.regions.primary}`,
    })),
  ];
}
