import type * as z from "zod/mini";
import { eventsClient, rdsClient } from "../../shared/clients.ts";
import { addMinutes, minutesBetween } from "../../shared/clock.ts";
import { countsOf, judgeConditions } from "../../shared/conditions/judge.ts";
import type { Findings } from "../../shared/conditions/offender.ts";
import { pruneHeartbeat } from "../../shared/conditions.ts";
import { raise } from "../../shared/errors.ts";
import { PruneDue } from "../../shared/events/dr-events.ts";
import { publishCounts } from "../../shared/metrics.ts";
import { type OutgoingEvent, publish } from "../../shared/publish.ts";
import { type Snapshot, takenAt } from "../../shared/rds/snapshots.ts";
import { type StepDecision, step, type Tools } from "../../shared/step.ts";
import { fleetOf, type Member } from "../../shared/survey/fleet.ts";
import { judgeCopies } from "../../shared/survey/pruning.ts";
import { type Survey, surveyDr, surveyPrimary } from "../../shared/survey.ts";
import {
  type Account,
  count,
  deleteCopy,
  newAccount,
  publishToPrimary,
  reconcile,
  refusalAlerts,
  secondLook,
} from "./act.ts";
import { decideFailedCopies, decideReconciliation } from "./decide-reconcile.ts";
import { isReminderRun } from "./decide-reminder.ts";

type Message = z.infer<typeof PruneDue>;

/** Above so many instances their ages are not published one by one: each metric costs $0.30 a month. */
const ageMetricsMax = 100;

/**
 * For how long a run deletes copies; the next one goes on. A slot's copies of a thousand instances expire at once, and
 * the run has to be in time for what comes behind: judging, reporting, reconciling.
 */
const deletingMinutesMax = 2;

/** Deletes what retention lets go and what failed; returns the survey without it. */
async function prune(
  survey: Survey,
  account: Account,
  { settings, region, log, clock }: Tools,
): Promise<Survey> {
  const rds = rdsClient(region);
  const look = secondLook(rds);
  const deadline = addMinutes(clock.now(), deletingMinutesMax);
  const gone = new Set<string>();
  const drop = async (what: string, copy: Snapshot) => {
    if (clock.now() >= deadline) count(account, `${what}-left-to-next-run`);
    else if (await deleteCopy(what, copy, rds, look, { account, log })) gone.add(copy.id);
  };
  // First, since a backup waits for its failed copy to go, and nobody for an expired one.
  for (const copy of decideFailedCopies(survey)) await drop("delete-failed-copy", copy);
  for (const member of fleetOf(survey, settings)) {
    for (const decision of judgeCopies(member, member.copies, survey, settings, survey.now)) {
      if (decision.kind === "keep") count(account, `keep:${decision.because}`);
      else await drop("delete-copy", decision.copy);
    }
  }
  const { manualSnapshots } = survey.quotas;
  return {
    ...survey,
    copies: survey.copies.filter(({ id }) => !gone.has(id)),
    quotas: {
      ...survey.quotas,
      manualSnapshots: { ...manualSnapshots, used: manualSnapshots.used - gone.size },
    },
  };
}

function publishMetrics(
  findings: Findings,
  fleet: readonly Member[],
  { metrics, settings, now }: Tools,
): void {
  const { environment } = settings;
  publishCounts(metrics, environment, { ...countsOf(findings), [pruneHeartbeat]: 1 });
  if (fleet.length > ageMetricsMax) return;
  for (const { id, newest } of fleet) {
    const taken = newest === undefined ? undefined : takenAt(newest);
    if (taken === undefined) continue;
    publishCounts(
      metrics,
      environment,
      { RecoveryPointAgeMinutes: Math.floor(minutesBetween(taken, now)) },
      { Instance: id },
    );
  }
}

/** Once a day: what AWS refuses for good, and the word to announce in both regions to remind. */
async function remind(survey: Survey, account: Account, tools: Tools): Promise<void> {
  const reminder: OutgoingEvent[] = [{ type: "reminder-due", detail: {} }];
  const outgoing = [...refusalAlerts(account), ...reminder];
  await publish(eventsClient(tools.region), tools.names.bus, outgoing);
  if (survey.primary !== undefined) await publishToPrimary(reminder, tools);
}

/** Lines for the log: every offender, at most so many. */
function detailsOf(findings: Findings): string[] {
  const lines = Object.entries(findings).flatMap(([name, offenders]) =>
    (offenders ?? []).map(({ text }) => `${name}: ${text}`),
  );
  return lines.slice(0, 200);
}

/** Own region first, so that pruning and objectives do not depend on the primary; then both. */
async function run(message: Message, tools: Tools): Promise<StepDecision> {
  const { settings } = tools;
  const account = newAccount();
  const dr = await surveyDr(tools).catch((error: unknown) => raise(`look at ${tools.region}`, error));
  const pruned = await prune(dr, account, tools);

  const survey = await surveyPrimary(pruned, tools);
  const fleet = fleetOf(survey, settings);
  const findings = judgeConditions(survey, settings, fleet);
  publishMetrics(findings, fleet, tools);

  const reminds = isReminderRun(message.time, settings.pruning.everyMinutes, tools.now);
  await reconcile(decideReconciliation(survey, fleet, settings), reminds, account, tools);
  // Last, so that a run which fails and is repeated reminds once. What is refused fails no run: it comes up daily.
  if (reminds) await remind(survey, account, tools);
  const counts = { ...account.counts, foreign: survey.foreign, untagged_old: survey.untaggedOld };
  const because = survey.primary === undefined ? { because: "primary-unreachable" } : {};
  return { kind: "prune", ...because, keys: { count: fleet.length, counts, details: detailsOf(findings) } };
}

export const handler = step({
  name: "prune-copies",
  accepts: PruneDue,
  run,
  // A run that cannot look gives no heartbeat, and the silence is the alarm; the next run looks again.
  failure: () => undefined,
});
