import type { DBInstance } from "@aws-sdk/client-rds";
import { minutesBetween } from "../../shared/clock.ts";
import {
  declarationOf,
  inLineWord,
  isFinal,
  type Outcome,
  outcomeOf,
  type TaggedDeclaration,
} from "../../shared/declaration.ts";
import { decodeDescription } from "../../shared/rds/description.ts";
import type { Snapshot } from "../../shared/rds/snapshots.ts";
import { differencesOf } from "../../shared/restore/differences.ts";
import { isAtTheVolume, isBroken, isRestoreOf, serves } from "../../shared/restore/restored.ts";
import { type Room, withRoom } from "../../shared/restore/room.ts";
import { type RestoreRules, restoreTarget } from "../../shared/restore/target.ts";
import { tierOf } from "../../shared/tier.ts";
import { dueModifications, isGivenUp, type Modification, modificationEndsMinutes } from "./modifications.ts";

/** One tagged copy and what stands in the DR region for it. */
export interface Followed {
  readonly copy: Snapshot;
  readonly tagged: TaggedDeclaration;
  readonly outcome: Outcome;
  /** The instance of the planned name, when it is this restore. */
  readonly instance: DBInstance | undefined;
}

/** What a look at one restore comes to. */
export type Finding =
  | { readonly kind: "final" }
  | { readonly kind: "wait"; readonly because: "restoring" | "not-modifiable-yet" | "modifying" }
  /** Asked for, and no trace of it: asked for again. */
  | { readonly kind: "ask-again" }
  /** Waits in line for a quota: asked for when its turn has come. */
  | { readonly kind: "in-line" }
  /** `isNews`: restore-instance has not announced it. */
  | { readonly kind: "fail"; readonly because: string; readonly isNews: boolean }
  /** `isNews`: the first reading that serves, where the RTO clock stops. */
  | {
      readonly kind: "serve";
      readonly servingAt: Date;
      readonly isNews: boolean;
      readonly next: "finish" | "modify" | "wait";
    };

/** Without a trace of a restore, it is asked for again this often. */
export const askAgainMinutes = 15;
/** So often those whose turn has come are asked for. */
const turnMinutes = 5;
/** For so long what was asked for and left no trace keeps its place before others. */
const keepsPlaceMinutes = 60;
/** Looks come each minute, and a little later; the grid of `askAgainMinutes` must not fall between two of them. */
const betweenLooksMinutes = 1.5;
/** RDS may say `available` for a while before a modification begins. */
const modificationBeginsMinutes = 5;

/** Pairs the copies of a declaration with the instances that were restored from them. */
export function follow(
  copies: readonly Snapshot[],
  instances: readonly DBInstance[],
  environment: string,
): Followed[] {
  const byName = new Map(instances.map((instance) => [instance.DBInstanceIdentifier, instance]));
  return copies.flatMap((copy) => {
    const tagged = declarationOf(copy);
    if (tagged === undefined) return [];
    const named = byName.get(tagged.restoreAs);
    const wanted = { declarationId: tagged.id, instanceId: copy.instanceId, copyId: copy.id };
    const instance = named !== undefined && isRestoreOf(named, wanted, environment) ? named : undefined;
    return [{ copy, tagged, outcome: outcomeOf(copy), instance }];
  });
}

/** Whether this look is the first one in a new cell of the grid of `everyMinutes` that starts with `since`. */
function isTimeAgain(since: Date, now: Date, everyMinutes: number): boolean {
  const minutes = minutesBetween(since, now);
  const cell = (at: number) => Math.floor(at / everyMinutes);
  return minutes >= everyMinutes && cell(minutes) > cell(minutes - betweenLooksMinutes);
}

/** What is still to be applied to a restored instance. */
export function dueOf({ copy, tagged, instance }: Followed, settings: RestoreRules): Modification[] {
  if (instance === undefined) return [];
  const description = decodeDescription(copy.tags);
  const recovery = { description, optionGroup: copy.optionGroup };
  return dueModifications(
    description,
    restoreTarget(copy.instanceId, recovery, tagged.override, settings),
    instance,
  );
}

function hasPendingValues({ PendingModifiedValues: pending, MasterUserSecret: secret }: DBInstance): boolean {
  const values = Object.values(pending ?? {}).filter((value) => value !== undefined);
  return values.length > 0 || secret?.SecretStatus === "creating";
}

/** Whether RDS is done with what it was asked to modify, or has had its hour. */
function isModified(
  instance: DBInstance,
  due: readonly Modification[],
  modifiedAt: Date,
  now: Date,
): boolean {
  const minutes = minutesBetween(modifiedAt, now);
  if (minutes >= modificationEndsMinutes) return true;
  if (instance.DBInstanceStatus !== "available" || hasPendingValues(instance)) return false;
  return due.length === 0 || minutes >= modificationBeginsMinutes;
}

/**
 * Whether modifications are asked for now: while it is available, now and then while RDS is at its volume, and a last
 * time when it is given up, so that none is waited for without end.
 */
function isTimeToModify(instance: DBInstance, servingAt: Date, isNews: boolean, now: Date): boolean {
  if (instance.DBInstanceStatus === "available" || isGivenUp(instance, servingAt, now)) return true;
  return isAtTheVolume(instance) && (isNews || isTimeAgain(servingAt, now, askAgainMinutes));
}

function whileUp(followed: Followed, instance: DBInstance, settings: RestoreRules, now: Date): Finding {
  const { outcome } = followed;
  const due = dueOf(followed, settings);
  if (outcome.kind === "modified") {
    if (!isModified(instance, due, outcome.modifiedAt, now)) return { kind: "wait", because: "modifying" };
    return { kind: "serve", servingAt: outcome.servingAt, isNews: false, next: "finish" };
  }
  const isNews = outcome.kind !== "serving";
  if (isNews && !serves(instance)) return { kind: "wait", because: "restoring" };
  const servingAt = outcome.kind === "serving" ? outcome.servingAt : now;
  const isTime = isTimeToModify(instance, servingAt, isNews, now);
  const next = due.length === 0 ? "finish" : isTime ? "modify" : "wait";
  if (!isNews && next === "wait") return { kind: "wait", because: "not-modifiable-yet" };
  return { kind: "serve", servingAt, isNews, next };
}

/** Looks at one restore of a declaration. */
export function lookAt(followed: Followed, settings: RestoreRules, now: Date): Finding {
  const { outcome, instance, tagged } = followed;
  if (isFinal(outcome)) return { kind: "final" };
  if (outcome.kind === "refused") return { kind: "fail", because: outcome.because, isNews: false };
  if (instance !== undefined) {
    const status = instance.DBInstanceStatus ?? "unknown";
    return isBroken(status)
      ? { kind: "fail", because: status, isNews: true }
      : whileUp(followed, instance, settings, now);
  }
  if (outcome.kind !== "pending") return { kind: "fail", because: "instance-gone", isNews: true };
  const isInLine = outcome.told === inLineWord;
  return isTimeAgain(tagged.declaredAt, now, isInLine ? turnMinutes : askAgainMinutes)
    ? { kind: isInLine ? "in-line" : "ask-again" }
    : { kind: "wait", because: "restoring" };
}

/**
 * Of the restores in line, those whose turn has come: by tier, as many as there is room for beside those that were
 * asked for and have no instance yet. One that waits for capacity, or was refused although its turn had come, is not
 * in line any more and holds nobody up.
 */
export function whoseTurn(
  looked: readonly { readonly followed: Followed; readonly finding: Finding }[],
  room: Room,
  settings: RestoreRules,
  now: Date,
): ReadonlySet<Followed> {
  const inLine = new Set(
    looked.filter(({ finding }) => finding.kind === "in-line").map(({ followed }) => followed),
  );
  const isUnderWay = ({ outcome, instance, tagged }: Followed) =>
    outcome.kind === "pending" &&
    outcome.told === undefined &&
    instance === undefined &&
    minutesBetween(tagged.declaredAt, now) < keepsPlaceMinutes;
  const tier = ({ copy }: Followed) => tierOf(copy.instanceId, copy.tags.get("tier"), settings);
  const inOrder = looked
    .map(({ followed }) => followed)
    .filter((followed) => inLine.has(followed) || isUnderWay(followed))
    .toSorted((a, b) => tier(a) - tier(b) || (a.copy.instanceId < b.copy.instanceId ? -1 : 1));
  return new Set(withRoom(inOrder, ({ copy }) => copy.gib, room).filter((one) => inLine.has(one)));
}

/** How one restore stands, for announcements. */
export interface Report {
  readonly instanceId: string;
  readonly restoredAs: string;
  readonly recoveryPoint: string;
  readonly endpoint: string | undefined;
  readonly secretArn: string | undefined;
  readonly rtoMinutes: number | undefined;
  readonly objectiveMinutes: number;
  /** RTO within its objective, inclusive; a failed restore never is. */
  readonly isMet: boolean;
  readonly differences: readonly string[];
  /** Why it failed or was closed; absent when it is restored. */
  readonly failed: string | undefined;
}

type ReportRules = RestoreRules & {
  readonly objectives: { readonly rtoMinutes: number };
};

function failureOf(outcome: Outcome): string | undefined {
  if (outcome.kind === "failed" || outcome.kind === "refused") return outcome.because;
  return outcome.kind === "closed" ? "closed" : undefined;
}

/** Reports one restore as it stands with `outcome`. Minutes of RTO are rounded up. */
export function reportOf(
  { copy, tagged, instance }: Followed,
  outcome: Outcome,
  settings: ReportRules,
): Report {
  const servingAt = "servingAt" in outcome ? outcome.servingAt : undefined;
  const rtoMinutes = servingAt && Math.ceil(minutesBetween(tagged.declaredAt, servingAt));
  const objectiveMinutes = settings.overrides[copy.instanceId]?.rtoMinutes ?? settings.objectives.rtoMinutes;
  const { Address: address, Port: port } = instance?.Endpoint ?? {};
  return {
    instanceId: copy.instanceId,
    restoredAs: tagged.restoreAs,
    recoveryPoint: copy.id,
    endpoint: address === undefined ? undefined : `${address}:${port}`,
    secretArn: instance?.MasterUserSecret?.SecretArn,
    rtoMinutes,
    objectiveMinutes,
    isMet: rtoMinutes !== undefined && rtoMinutes <= objectiveMinutes,
    differences:
      instance === undefined ? [] : differencesOf(decodeDescription(copy.tags), instance, settings),
    failed: failureOf(outcome),
  };
}
