import { expect, test } from "vitest";
import type { AlertSent, InstanceOutcome, Outcome } from "./outcome.ts";
import { percentiles } from "./outcome.ts";
import { type Standards, verdictOf, wordVerdict } from "./verdict.ts";

const judgedAt = new Date("2026-03-11T00:30:00Z");

const standards: Standards = {
  rpoMinutes: () => 1800,
  rtoMinutes: () => 240,
  declared: true,
  judgedAt,
  unannouncedAlarms: [],
  completed: true,
};

function instance(given: Partial<InstanceOutcome>): InstanceOutcome {
  return {
    id: "orders",
    protected: true,
    because: "listed",
    backups: 1,
    copies: 1,
    recoveryPoint: { id: "copy", takenAt: "2026-03-10T02:00:00.000Z" },
    rpoMinutes: 1800,
    restoredAs: "orders",
    rtoMinutes: 240,
    outcome: "restored",
    differences: [],
    ...given,
  };
}

function outcome(instances: InstanceOutcome[], alerts: AlertSent[] = []): Outcome {
  const none = {
    availableToCopyRequested: null,
    copyFinishedToCleanedUp: null,
    declaredToRestoreRequested: null,
  };
  return {
    instances,
    calls: {},
    refusedCalls: {},
    denials: {},
    permissions: [],
    delaysSeconds: none,
    eventsLost: {},
    alerts,
    forgiven: [],
    deadLetters: 0,
    virtualDays: 10,
    wallSeconds: 1,
    peakMegabytes: 100,
  };
}

const failings = (...given: Parameters<typeof verdictOf>) => verdictOf(...given).failings;

function alert(at: string, instances: string[]): AlertSent {
  return { at, region: "us-west-2", kind: "instances-stopped", subject: "", message: "", instances };
}

test("an instance exactly on both objectives holds", () => {
  expect(failings(outcome([instance({})]), standards)).toEqual([]);
});

test.each([
  ["a minute over the RPO fails", { rpoMinutes: 1801 }, "orders misses its RPO: 1801 of 1800 minutes"],
  ["a minute over the RTO fails", { rtoMinutes: 241 }, "orders misses its RTO: 241 of 240 minutes"],
  ["no recovery point fails", { rpoMinutes: null }, "orders has no recovery point"],
  ["an instance that is not back fails", { outcome: "not-restored", rtoMinutes: null }, "orders is not back"],
] as const)("%s", (_sentence, given, failing) => {
  expect(failings(outcome([instance(given)]), standards)).toEqual([failing]);
});

test("an instance that is not protected is not missed", () => {
  expect(
    failings(
      outcome([instance({ protected: false, outcome: "not-protected", rpoMinutes: null })]),
      standards,
    ),
  ).toEqual([]);
});

test("people who were warned of the instance before the loss are not surprised", () => {
  const lost = instance({ rpoMinutes: null, outcome: "not-restored" });
  expect(failings(outcome([lost], [alert("2026-03-11T00:29:59Z", ["orders"])]), standards)).toEqual([]);
  expect(failings(outcome([lost], [alert("2026-03-11T00:30:00Z", ["orders"])]), standards)).not.toEqual([]);
  expect(failings(outcome([lost], [alert("2026-03-11T00:29:59Z", ["wiki"])]), standards)).not.toEqual([]);
});

test("who is forgiven is named with what it misses and the warning, and not all objectives are met", () => {
  const lost = instance({ id: "crm", rpoMinutes: null, outcome: "not-restored" });
  const told = {
    ...alert("2026-03-09T02:01:50.000Z", ["crm"]),
    kind: "not-ready",
    subject: "rds-dr prod: not ready: crm",
  };
  const { at, kind, subject } = told;
  const verdict = verdictOf(outcome([instance({}), lost], [told]), standards);
  const forgiven = [
    {
      id: "crm",
      misses: ["crm has no recovery point", "crm is not back"],
      warning: { at, kind, subject },
    },
  ];
  expect(verdict).toEqual({ failings: [], forgiven });
  expect(wordVerdict(verdict)).toBe(
    `Objectives missed, of which people had been warned:
  crm has no recovery point (told at 2026-03-09T02:01 by 'not-ready': rds-dr prod: not ready: crm)
  crm is not back (told at 2026-03-09T02:01 by 'not-ready': rds-dr prod: not ready: crm)

All other objectives met.`,
  );
});

test.each([
  ["a run without a miss met all objectives", { failings: [], forgiven: [] }, "All objectives met."],
  [
    "a failed run met none that it could boast of",
    { failings: ["crm is not back"], forgiven: [] },
    "The rehearsal FAILED:\n  crm is not back",
  ],
])("%s", (_sentence, verdict, words) => {
  expect(wordVerdict(verdict)).toBe(words);
});

test("being told that the objective is missed does not forgive that it is missed", () => {
  const told = { ...alert("2026-03-10T00:00:00Z", ["orders"]), kind: "objectives-missed" };
  expect(failings(outcome([instance({ rpoMinutes: null })], [told]), standards)).not.toEqual([]);
});

test("a warning that has been called over does not forgive", () => {
  const lost = instance({ rpoMinutes: null });
  const over = { ...alert("2026-03-10T12:00:00Z", []), kind: "instances-stopped-over" };
  const warning = alert("2026-03-10T00:00:00Z", ["orders"]);
  expect(failings(outcome([lost], [warning, over]), standards)).not.toEqual([]);
  expect(
    failings(outcome([lost], [warning, over, alert("2026-03-10T13:00:00Z", ["orders"])]), standards),
  ).toEqual([]);
});

test("an alarm that nobody was told of fails the run", () => {
  expect(failings(outcome([]), { ...standards, unannouncedAlarms: ["rds-dr-dev-not-ready"] })).toEqual([
    "alarm rds-dr-dev-not-ready went off and nobody was told",
  ]);
});

test("a recovery whose end is never announced fails the run", () => {
  expect(failings(outcome([]), { ...standards, completed: false })).toHaveLength(1);
});

test("percentiles are nearest-rank", () => {
  expect(percentiles([])).toBeNull();
  expect(percentiles([4, 1, 3, 2])).toEqual({ p50: 2, p99: 4, max: 4 });
});
