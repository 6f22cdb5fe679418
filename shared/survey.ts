/**
 * What is, as the DR region sees it: read once a run, then judged as plain data. Reads only.
 */
import {
  type DBInstance,
  paginateDescribeDBSubnetGroups,
  paginateDescribeOptionGroups,
  type RDSClient,
} from "@aws-sdk/client-rds";
import { eventsClient, kmsClient, rdsClient } from "./clients.ts";
import { addMinutes } from "./clock.ts";
import { errorText, meaningOf } from "./errors.ts";
import { listInstances } from "./rds/instances.ts";
import { type KeyState, keyAliasArn, keyState, keysOfCopies } from "./rds/keys.ts";
import { isOurs, listSnapshots, type Snapshot } from "./rds/snapshots.ts";
import { tagKeys } from "./rds/tags.ts";
import type { Settings } from "./settings/schema.ts";
import { namedSubnetGroups } from "./settings/subnet-groups.ts";
import type { Tools } from "./step.ts";
import { boundBy } from "./survey/deadline.ts";
import { type RegionQuotas, readQuotas, regionQuotas } from "./survey/quotas.ts";
import { expectedRules, findRuleFaults, type RuleFault } from "./survey/rules.ts";
import { together } from "./survey/together.ts";

/** The primary region, when it answers. */
export interface PrimarySurvey {
  /** Our backups, whatever their state. */
  readonly backups: readonly Snapshot[];
  readonly instances: readonly DBInstance[];
  readonly quotas: RegionQuotas;
  readonly ruleFaults: readonly RuleFault[];
}

/** Both regions at one instant; without `primary` the primary region did not answer. */
export interface Survey {
  readonly now: Date;
  /** Our copies in the DR region, whatever their state. */
  readonly copies: readonly Snapshot[];
  /** Manual snapshots in the DR region that are not ours. */
  readonly foreign: number;
  /** Of those, the ones that look like the work of the older tool: our prefix, without our tags. Never touched. */
  readonly untaggedOld: number;
  /** Everybody's copies that take one of the copy slots of the DR region. */
  readonly copiesInProgress: number;
  readonly drInstances: readonly DBInstance[];
  /** The key that copies are made under now. */
  readonly key: KeyState;
  readonly enabledKeys: ReadonlySet<string>;
  readonly optionGroups: ReadonlySet<string>;
  /** The DB subnet groups of the DR region in lower case, as RDS stores them; empty where the settings name none. */
  readonly subnetGroups: ReadonlySet<string>;
  readonly quotas: RegionQuotas;
  readonly ruleFaults: readonly RuleFault[];
  readonly primary?: PrimarySurvey | undefined;
  /** Why there is no `primary`. */
  readonly primaryTrouble?: string | undefined;
}

/** What looking needs of a step's tools. */
export type SurveyTools = Pick<
  Tools,
  "settings" | "names" | "account" | "partition" | "clock" | "now" | "log"
>;

/**
 * Minutes after which no further call to the primary is begun. The call under way takes at most two attempts
 * of 12 s, so that all of it stays within a minute.
 */
const primaryLookMinutes = 0.5;

async function optionGroupNames(rds: RDSClient): Promise<Set<string>> {
  const found = new Set<string>();
  for await (const page of paginateDescribeOptionGroups({ client: rds, pageSize: 100 }, {})) {
    for (const group of page.OptionGroupsList ?? []) found.add(group.OptionGroupName ?? "");
  }
  return found;
}

/** Where the settings name none, none is looked for, and the function may not look. */
async function subnetGroupNames(rds: RDSClient, settings: Settings): Promise<Set<string>> {
  const found = new Set<string>();
  if (namedSubnetGroups(settings).length === 0) return found;
  for await (const page of paginateDescribeDBSubnetGroups({ client: rds, pageSize: 100 }, {})) {
    for (const group of page.DBSubnetGroups ?? []) found.add((group.DBSubnetGroupName ?? "").toLowerCase());
  }
  return found;
}

/** Whether a snapshot takes a copy slot of its region: a cross-region copy that has neither ended nor failed. */
function isCopyInProgress({ sourceArn, status }: Snapshot): boolean {
  return sourceArn !== undefined && status !== "available" && status !== "failed";
}

function isUntaggedOld(snapshot: Snapshot, settings: Settings): boolean {
  return snapshot.id.startsWith(`${settings.snapshotPrefix}-`) && !snapshot.tags.has(tagKeys.environment);
}

/** Looks at the DR region. What fails here fails the run. */
export async function surveyDr(tools: SurveyTools): Promise<Survey> {
  const { settings, names, account, partition, now } = tools;
  const region = settings.regions.dr;
  const rds = rdsClient(region);
  const kms = kmsClient(region);
  const [snapshots, drInstances, key, quotas, optionGroups, subnetGroups, ruleFaults] = await together([
    listSnapshots(rds),
    listInstances(rds),
    keyState(kms, keyAliasArn(partition, region, account, names.keyAlias)),
    readQuotas(rds),
    optionGroupNames(rds),
    subnetGroupNames(rds, settings),
    findRuleFaults(eventsClient(region), names.base, expectedRules(names).dr),
  ]);
  const copies = snapshots.filter((snapshot) => isOurs(snapshot, settings.environment, "copy"));
  const counted = { manualSnapshots: snapshots.length, instances: drInstances.length };
  return {
    now,
    copies,
    foreign: snapshots.length - copies.length,
    untaggedOld: snapshots.filter((snapshot) => isUntaggedOld(snapshot, settings)).length,
    copiesInProgress: snapshots.filter(isCopyInProgress).length,
    drInstances,
    key,
    enabledKeys: (await keysOfCopies(kms, copies, region, account, tools.log, key)).enabled,
    optionGroups,
    subnetGroups,
    quotas: regionQuotas(quotas, counted, settings.quotas.dr),
    ruleFaults,
  };
}

/** Adds the primary region to a survey. Whatever goes wrong there is a finding, never an error. */
export async function surveyPrimary(survey: Survey, tools: SurveyTools): Promise<Survey> {
  const deadline = addMinutes(tools.clock.now(), primaryLookMinutes);
  const look = () => lookAtPrimary(tools, deadline);
  try {
    // A region that is busy answers when asked again; one that is silent has been waited for long enough.
    const again = (error: unknown) =>
      meaningOf(error) === "retryable" ? look() : Promise.reject<PrimarySurvey>(error);
    return { ...survey, primary: await look().catch(again) };
  } catch (error) {
    return { ...survey, primaryTrouble: errorText(error) };
  }
}

async function lookAtPrimary(
  { settings, names, clock }: SurveyTools,
  deadline: Date,
): Promise<PrimarySurvey> {
  const region = settings.regions.primary;
  const rds = boundBy(rdsClient(region), deadline, clock);
  const events = boundBy(eventsClient(region), deadline, clock);
  const [snapshots, instances, quotas, ruleFaults] = await together([
    listSnapshots(rds),
    listInstances(rds),
    readQuotas(rds),
    findRuleFaults(events, names.base, expectedRules(names).primary),
  ]);
  const counted = { manualSnapshots: snapshots.length, instances: instances.length };
  return {
    backups: snapshots.filter((snapshot) => isOurs(snapshot, settings.environment, "backup")),
    instances,
    quotas: regionQuotas(quotas, counted, settings.quotas.primary),
    ruleFaults,
  };
}

/** Both regions, the primary last. */
export async function survey(tools: SurveyTools): Promise<Survey> {
  return surveyPrimary(await surveyDr(tools), tools);
}
