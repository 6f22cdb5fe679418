import { decodeDescription, isDefaultGroup } from "../rds/description.ts";
import { nextSlot } from "../schedule.ts";
import type { Settings } from "../settings/schema.ts";
import { namedSubnetGroups } from "../settings/subnet-groups.ts";
import { type Member, requestedAt } from "../survey/fleet.ts";
import { judgeCopies } from "../survey/pruning.ts";
import type { Quota } from "../survey/quotas.ts";
import type { RuleFault } from "../survey/rules.ts";
import { runningSlot } from "../survey/slot.ts";
import type { PrimarySurvey, Survey } from "../survey.ts";
import type { Offender } from "./offender.ts";

/** Everything that a cycle or a restore will stumble over: option and subnet groups, quotas, rules. */
export function findNotReady(survey: Survey, fleet: readonly Member[], settings: Settings): Offender[] {
  const { primary } = survey;
  return [
    ...fleet.flatMap((member) => optionGroupFaults(member, survey, settings)),
    ...subnetGroupFaults(survey, settings),
    ...drQuotaFaults(survey, fleet, settings),
    ...(primary === undefined ? [] : primaryQuotaFaults(survey, primary, fleet, settings)),
    ...ruleFaults(survey.ruleFaults, settings.regions.dr),
    ...ruleFaults(primary?.ruleFaults ?? [], settings.regions.primary),
  ];
}

/** The option groups of the primary region that a restore of this instance would have to stand in for. */
function optionGroupsOf({ instance, newest }: Member): string[] {
  const travelled = newest === undefined ? undefined : decodeDescription(newest.tags)?.optionGroup;
  const groups = [
    ...(instance?.OptionGroupMemberships ?? []).map(({ OptionGroupName }) => OptionGroupName),
    travelled,
  ];
  return [...new Set(groups.filter((group) => group !== undefined && !isDefaultGroup(group)))] as string[];
}

function optionGroupFaults(member: Member, { optionGroups }: Survey, settings: Settings): Offender[] {
  const { id } = member;
  const region = settings.regions.dr;
  const own = settings.overrides[id]?.restore?.optionGroup;
  if (own !== undefined) {
    if (isDefaultGroup(own) || optionGroups.has(own)) return [];
    const text = `${id}: option group '${own}' of overrides.${id}.restore.optionGroup does not exist in ${region}: create it there`;
    return [{ instance: id, text }];
  }
  return optionGroupsOf(member).flatMap((group) => {
    const mapped = settings.optionGroups[group];
    if (mapped === undefined) {
      const remedy = `create one in ${region} and write it as optionGroups.${group} in the settings`;
      return [
        { instance: id, text: `${id}: option group '${group}' has no counterpart in ${region}: ${remedy}` },
      ];
    }
    if (isDefaultGroup(mapped) || optionGroups.has(mapped)) return [];
    const remedy = `create it there, or correct optionGroups.${group} in the settings`;
    return [
      {
        instance: id,
        text: `${id}: option group '${mapped}' (for '${group}') does not exist in ${region}: ${remedy}`,
      },
    ];
  });
}

/** RDS finds a subnet group whatever the case that its name is written in, for it stores lower case. */
function subnetGroupFaults({ subnetGroups }: Survey, settings: Settings): Offender[] {
  const missing = namedSubnetGroups(settings).filter(({ name }) => !subnetGroups.has(name.toLowerCase()));
  return missing.map(({ path, name, instance }) => {
    const remedy = `create it there, or correct ${path} in the settings and deploy`;
    const text = `subnet group '${name}' of ${path} does not exist in ${settings.regions.dr}: ${remedy}`;
    return instance === undefined ? { text } : { instance, text: `${instance}: ${text}` };
  });
}

/** Copies that retention will have taken away by the next slot, so that they are in nobody's way then. */
function expiringCopies(survey: Survey, fleet: readonly Member[], settings: Settings): number {
  const { schedule, timeZone } = settings.backups;
  const then = nextSlot(schedule, timeZone, survey.now) ?? survey.now;
  const decisions = fleet.flatMap((member) => judgeCopies(member, member.copies, survey, settings, then));
  return decisions.filter(({ kind }) => kind === "delete").length;
}

function quotaFault(
  what: string,
  region: string,
  { used, max }: Quota,
  coming: number,
  remedy: string,
): Offender[] {
  if (used + coming <= max) return [];
  return [
    { text: `${region}: ${used} of ${max} ${what} are in use and ${coming} more are needed: ${remedy}` },
  ];
}

const askForMore = "ask AWS for a higher quota";

function drQuotaFaults(survey: Survey, fleet: readonly Member[], settings: Settings): Offender[] {
  const { manualSnapshots, instances, storage } = survey.quotas;
  const region = settings.regions.dr;
  const isProtected = fleet.filter(({ state }) => state === "protected");
  const standing = new Set(survey.drInstances.map(({ DBInstanceIdentifier }) => DBInstanceIdentifier));
  // A declaration takes everything with a usable copy, retired or not; the others will have one.
  const toRestore = fleet.filter(
    ({ id, state, newest }) => (state === "protected" || newest !== undefined) && !standing.has(id),
  );
  const gib = toRestore.reduce((sum, { newest }) => sum + (newest?.gib ?? 0), 0);
  const remaining = {
    ...manualSnapshots,
    used: manualSnapshots.used - expiringCopies(survey, fleet, settings),
  };
  return [
    ...quotaFault(
      "manual snapshots",
      region,
      remaining,
      isProtected.length,
      `${askForMore}, or keep fewer copies (retention.days)`,
    ),
    ...quotaFault("DB instances", region, instances, toRestore.length, askForMore),
    ...(storage === undefined ? [] : quotaFault("GiB of storage", region, storage, gib, askForMore)),
  ];
}

/** Backups of the slot that is under way make room before the next one, so they do not count. */
function primaryQuotaFaults(
  survey: Survey,
  primary: PrimarySurvey,
  fleet: readonly Member[],
  settings: Settings,
): Offender[] {
  const since = runningSlot(settings.backups, survey.now)?.since;
  const passing = primary.backups.filter(
    (backup) => since !== undefined && (requestedAt(backup) ?? since) >= since,
  ).length;
  const { used, max } = primary.quotas.manualSnapshots;
  const coming = fleet.filter(({ state }) => state === "protected").length;
  const remedy = `${askForMore}, or delete snapshots that nobody needs`;
  return quotaFault(
    "manual snapshots",
    settings.regions.primary,
    { used: used - passing, max },
    coming,
    remedy,
  );
}

function ruleFaults(faults: readonly RuleFault[], region: string): Offender[] {
  return faults.map(({ name, state }) => ({
    text: `${region}: rule '${name}' is ${state}: ${state === "missing" ? "deploy the region's stack again" : "enable it"}`,
  }));
}
