import { describe, expect, test } from "vitest";
import { DELIVERY_FACTS } from "../simulator/knobs/delivery.ts";
import { DURATION_FACTS } from "../simulator/knobs/durations.ts";
import type { KnobFact } from "../simulator/knobs/fact.ts";
import { PERMISSION_FACTS } from "../simulator/knobs/permissions.ts";
import { type Readings, rdsReadings } from "../simulator/knobs/rds-readings.ts";
import type { SimulatedWorld } from "../simulator/world-types.ts";
import type { Rehearsal, RehearsalPlan } from "./run.ts";
import { run, some } from "./support.ts";

type Fact = keyof typeof rdsReadings;

/** Facts that no step is touched by: it neither hears of them nor makes the call. They are read otherwise all at once. */
const apart: ReadonlySet<string> = new Set<Fact>([
  "automatedByIdentifier",
  "createSnapshotChecks",
  "deleteCreatingSnapshot",
  "deletedSnapshotStatus",
  "deletedSnapshotMessage",
  "copyStateText",
  "wrongPreSignedUrl",
  "finalSnapshotEvents",
  "awsBackupEvents",
  "automatedDeletionEvent",
  "manualBackupInstanceEvents",
  "restoredEventOrder",
  "subscriptionNeedsTopicPolicy",
]);

/** What has to happen besides, for a reading to make a difference. */
const occasions: Readonly<Partial<Record<Fact, Partial<RehearsalPlan>>>> = {
  deleteFailedSnapshot: { knobs: { snapshotFailureProbability: 0.5, copyFailureProbability: 0.5 } },
  copyFailureEvent: { knobs: { copyFailureProbability: 0.5 } },
  throttlingCode: { knobs: { rdsRequestBurst: 5, rdsRequestsPerSecond: 1 } },
  copyQuotaText: { quotas: { "copies-in-progress": 1 } },
  sameRegionCopySource: {
    acts: [{ at: new Date("2026-03-01T08:00:00Z"), what: copyByHand }],
  },
  copyAfterSourceReturns: {
    acts: [
      { at: new Date("2026-03-01T02:08:00Z"), what: (world) => world.lose("us-east-1") },
      { at: new Date("2026-03-01T05:08:00Z"), what: (world) => world.restore("us-east-1") },
    ],
  },
};

/** An operator copies a copy of ours within the DR region, tags and all. */
function copyByHand(world: SimulatedWorld): void {
  const rds = world.region("us-west-2").rds;
  const source = rds.snapshots().find(({ Status }) => Status === "available")?.DBSnapshotIdentifier;
  const input = {
    SourceDBSnapshotIdentifier: source,
    TargetDBSnapshotIdentifier: "by-hand",
    CopyTags: true,
  };
  const caller = {
    kind: "operator",
    name: "operator",
    arn: "arn:aws:iam::111122223333:user/operator",
  } as const;
  void rds.handle({ service: "rds", operation: "CopyDBSnapshot", input, region: "us-west-2", caller });
}

const entries = Object.entries<Readings>(rdsReadings);
const cases = entries
  .filter(([name]) => !apart.has(name))
  .flatMap(([name, { readings }]) => readings.slice(1).map((reading) => [name as Fact, reading] as const));

const otherwise = (facts: readonly KnobFact[]) =>
  Object.fromEntries(facts.map(({ name, others: [other] }) => [name, other]));

/** A day of backups, the loss of the primary region and the recovery: all of it as it should be. */
async function hold(plan: Partial<RehearsalPlan>): Promise<Rehearsal> {
  const rehearsal = await run({ fleet: some("orders", "crm", "wiki"), days: 1, ...plan });
  const { failings, outcome } = rehearsal;
  expect(failings).toEqual([]);
  expect(outcome.instances.flatMap(({ differences }) => differences)).toEqual([]);
  expect(outcome.deadLetters).toBe(0);
  return rehearsal;
}

describe("the objectives hold as well", () => {
  test.each(cases)("when %s reads %s", async (name, reading) => {
    const { knobs, ...more } = occasions[name] ?? {};
    await hold({ ...more, knobs: { ...knobs, [name]: reading } });
  });

  test.each([
    [
      "facts that no step is touched by read otherwise",
      Object.fromEntries(
        entries.filter(([name]) => apart.has(name)).map(([name, { readings }]) => [name, readings[1]]),
      ),
    ],
    ["delivery reads otherwise", otherwise(DELIVERY_FACTS)],
    ["no uncertain permission is demanded", otherwise(PERMISSION_FACTS)],
    ["all work takes three times as long", otherwise(DURATION_FACTS)],
    ["work takes twice as long at one time and no time at another", { durationSpread: 0.9 }],
    ["pages are short", { pageCap: 2 }],
    ["Describe lags", { describeLagSeconds: 60 }],
    ["other tools leave few requests", { rdsRequestBurst: 20, rdsRequestsPerSecond: 2 }],
    ["events come hours late and out of order", { eventDelaySeconds: [60, 7_200] }],
    ["a key's state takes minutes to spread", { kmsPropagationSeconds: 300 }],
    ["other people and AWS Backup take snapshots too", { foreignSnapshots: 3 }],
  ])("when %s", async (_what, knobs) => {
    await hold({ knobs });
  });

  test("when a large instance's first backup outlasts the objective: it serves in time, and is complete afterwards", async () => {
    const fleet = some("orders", "warehouse");
    const { outcome, settings } = await hold({ fleet, knobs: { baselineBackupAfterRestore: "hours" } });
    const toldAt = (kind: string) =>
      Date.parse(outcome.alerts.find((alert) => alert.kind === kind)?.at ?? "");
    const minutes = (toldAt("recovery-completed") - toldAt("recovery-planned")) / 60_000;
    expect(minutes).toBeGreaterThan(2 * settings.objectives.rtoMinutes);
  });
});
