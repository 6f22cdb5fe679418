import type { DBInstance } from "@aws-sdk/client-rds";
import { nextSlot } from "../../shared/schedule.ts";
import type { Settings } from "../../shared/settings/schema.ts";
import { createWorld, type SimulatedWorld } from "../simulator/index.ts";
import { readRegionFixture } from "../simulator/services/rds/region-fixture.ts";
import type { JournalEntry } from "../simulator/types.ts";
import { differencesBetween } from "./compare.ts";
import { expectation } from "./coverage.ts";
import { Measure } from "./measure.ts";
import type { Scenario } from "./options.ts";
import type { InstanceOutcome, Outcome } from "./outcome.ts";
import { account, advance, loseAndRecover } from "./recover.ts";
import { remembersMinutes } from "./remembering.ts";
import { deployedSettings } from "./settings.ts";
import { verdictOf } from "./verdict.ts";

/** What the DR region has of its own (networks, groups), never taken from the settings. */
const drFixture = new URL("../fixtures/dr-region.json", import.meta.url);
const start = new Date("2026-03-01T02:00:00Z");
const minute = 60_000;
const day = 24 * 60 * minute;
const lossBeforeSlotMinutes = 90;

/** What people do to the simulated AWS while it runs, at an instant. */
export interface Act {
  readonly at: Date;
  readonly what: (world: SimulatedWorld) => void;
}

/** One rehearsal: an assembly, a fleet, and what happens to them. */
export interface RehearsalPlan {
  readonly assembly: string;
  readonly fleet: readonly DBInstance[];
  readonly days: number;
  readonly seed: number;
  readonly scenario: Scenario;
  readonly quotas: Readonly<Record<string, number>>;
  /** Facts of the simulated AWS that are other than by default (tests/simulator/knobs.ts). */
  readonly knobs?: Readonly<Record<string, unknown>>;
  /** Whether the world's journal keeps its entries; long runs only let them be followed. */
  readonly keepJournal?: boolean;
  readonly acts?: readonly Act[];
  /** The assembly was tampered with on purpose: what refers to nothing is deployed all the same. */
  readonly tampered?: boolean;
  /** Called once with the world, before anything is deployed into it. */
  readonly onWorld?: (world: SimulatedWorld) => void;
  readonly onEntry?: (entry: JournalEntry) => void;
  /** Called between virtual hours, for a progress display. */
  readonly onProgress?: (now: Date, end: Date) => void;
}

/** A finished rehearsal. */
export interface Rehearsal {
  readonly outcome: Outcome;
  /** Why the run fails, as sentences; empty when it holds. */
  readonly failings: readonly string[];
  readonly settings: Settings;
  readonly endpoints: ReadonlyMap<string, string>;
  readonly world: SimulatedWorld;
}

/** The last 90 minutes before the slot that follows the given days are the primary's last. */
function lossAt(settings: Settings, days: number): Date {
  const end = new Date(start.getTime() + days * day - minute);
  const slot =
    nextSlot(settings.backups.schedule, settings.backups.timeZone, end) ?? new Date(end.getTime() + minute);
  return new Date(slot.getTime() - lossBeforeSlotMinutes * minute);
}

function build(plan: RehearsalPlan, settings: Settings): SimulatedWorld {
  const { primary, dr } = settings.regions;
  const world = createWorld({
    seed: plan.seed,
    start,
    account: settings.account ?? account,
    regions: [primary, dr],
    keepJournal: plan.keepJournal ?? false,
    remembersMinutes,
    knobs: {
      // A test holds that bundles which are loaded anew, at twice the time, make the very same journal.
      coldStarts: "recycled",
      quotas: { [primary]: plan.quotas, [dr]: plan.quotas },
      eventLossProbability: plan.scenario === "lost-events" ? 0.5 : 0,
      ...plan.knobs,
    },
  });
  world.region(primary).rds.loadFleet(plan.fleet);
  world.region(dr).rds.loadRegion(readRegionFixture(drFixture, dr));
  return world;
}

/** Alarms of ours that went off at least half an hour before `end`, and that no alert ever named. */
function unannounced(measure: Measure, base: string, end: number): string[] {
  const told = measure.alerts
    .map(({ kind, subject, message }) => `${kind}\n${subject}\n${message}`)
    .join("\n");
  const isTold = (name: string) => told.includes(name.replace(`${base}-`, ""));
  return [...measure.alarms]
    .filter(([name, since]) => since < end - 30 * minute && !isTold(name))
    .map(([name]) => name);
}

interface Finding {
  readonly measure: Measure;
  readonly settings: Settings;
  readonly world: SimulatedWorld;
  readonly judgedAt: Date;
}

const takenAtOf = (snapshot: {
  SnapshotDatabaseTime?: Date | undefined;
  OriginalSnapshotCreateTime?: Date | undefined;
}) =>
  new Date(
    Math.min(
      ...[snapshot.SnapshotDatabaseTime, snapshot.OriginalSnapshotCreateTime]
        .filter((time) => time !== undefined)
        .map((time) => time.getTime()),
    ),
  );

function outcomeOf(
  isProtected: boolean,
  declaredAt: number | undefined,
  servingSince: number | undefined,
): InstanceOutcome["outcome"] {
  if (!isProtected) return "not-protected";
  if (servingSince !== undefined) return "restored";
  return declaredAt === undefined ? "not-declared" : "not-restored";
}

function judge(instance: DBInstance, finding: Finding): InstanceOutcome {
  const { measure, settings, world, judgedAt } = finding;
  const rds = world.region(settings.regions.dr).rds;
  const id = instance.DBInstanceIdentifier ?? "";
  const expected = expectation(instance, settings.instances);
  const copies = rds
    .snapshots()
    .filter(
      (snapshot) => snapshot.SourceDBSnapshotIdentifier !== undefined && snapshot.DBInstanceIdentifier === id,
    );
  const restore = measure.restores.find(({ snapshot }) =>
    copies.some(({ DBSnapshotIdentifier }) => DBSnapshotIdentifier === snapshot),
  );
  const available = copies
    .filter(({ Status }) => Status === "available")
    .sort((a, b) => takenAtOf(b).getTime() - takenAtOf(a).getTime());
  const point =
    available.find(({ DBSnapshotIdentifier }) => DBSnapshotIdentifier === restore?.snapshot) ?? available[0];
  const restored = rds
    .instances()
    .find(({ DBInstanceIdentifier }) => DBInstanceIdentifier === restore?.instance);
  const servingSince = restore === undefined ? undefined : measure.servingSince.get(restore.instance);
  const source = measure.instanceAtBackup.get(point?.SourceDBSnapshotIdentifier ?? "");
  const rto =
    servingSince === undefined || measure.declaredAt === undefined
      ? null
      : (servingSince - measure.declaredAt) / minute;
  return {
    id,
    ...expected,
    backups: measure.backups.get(id) ?? 0,
    copies: measure.copies.get(id) ?? 0,
    recoveryPoint:
      point === undefined
        ? null
        : { id: point.DBSnapshotIdentifier ?? "", takenAt: takenAtOf(point).toISOString() },
    rpoMinutes:
      point === undefined || !expected.protected
        ? null
        : (judgedAt.getTime() - takenAtOf(point).getTime()) / minute,
    restoredAs: restored?.DBInstanceIdentifier ?? null,
    rtoMinutes: rto,
    outcome: outcomeOf(expected.protected, measure.declaredAt, servingSince),
    differences:
      source === undefined || restored === undefined ? [] : differencesBetween(source, restored, settings),
  };
}

/** Runs a rehearsal from deployment to verdict. */
export async function rehearse(plan: RehearsalPlan): Promise<Rehearsal> {
  const began = performance.now();
  const settings = deployedSettings(plan.assembly);
  const { primary, dr } = settings.regions;
  const world = build(plan, settings);
  const rds = world.region(primary).rds;
  const find = (id: string) =>
    rds.instances().find(({ DBInstanceIdentifier }) => DBInstanceIdentifier === id);
  const measure = new Measure(dr, find);
  // Instances that are deleted on the way are still expected to come back as their recovery points say.
  const fleet = new Map(
    rds.instances().map((instance) => [instance.DBInstanceIdentifier ?? "", structuredClone(instance)]),
  );
  world.journal.follow((entry) => measure.observe(entry));
  if (plan.onEntry !== undefined) world.journal.follow(plan.onEntry);
  plan.onWorld?.(world);
  for (const { at, what } of plan.acts ?? []) world.clock.at(at.getTime(), "people act", () => what(world));
  world.deploy(plan.assembly, { checks: plan.tampered === true ? "none" : "all" });
  const judgedAt = lossAt(settings, plan.days);
  await advance(world, plan, judgedAt);
  const recovering = plan.scenario !== "ordinary";
  if (recovering) await loseAndRecover(world, plan, settings, measure);
  world.close();
  const instances = [...fleet.values()].map((instance) =>
    judge(instance, { measure, settings, world, judgedAt }),
  );
  const found = {
    instances,
    ...measure.totals(),
    permissions: world.permissions.used(),
    virtualDays: (world.clock.now() - start.getTime()) / day,
    wallSeconds: (performance.now() - began) / 1000,
    peakMegabytes: process.resourceUsage().maxRSS / 1024,
  };
  const standards = {
    rpoMinutes: (id: string) => settings.overrides[id]?.rpoMinutes ?? settings.objectives.rpoMinutes,
    rtoMinutes: (id: string) => settings.overrides[id]?.rtoMinutes ?? settings.objectives.rtoMinutes,
    declared: recovering,
    judgedAt,
    unannouncedAlarms: unannounced(
      measure,
      `rds-dr-${settings.environment}`,
      recovering ? judgedAt.getTime() : world.clock.now(),
    ),
    completed: measure.completedAt !== undefined,
  };
  const endpoints = new Map(
    world
      .region(dr)
      .rds.instances()
      .map((instance) => [
        instance.DBInstanceIdentifier ?? "",
        `${instance.Endpoint?.Address ?? "-"}:${instance.Endpoint?.Port ?? "-"}`,
      ]),
  );
  const { failings, forgiven } = verdictOf(found, standards);
  return { outcome: { ...found, forgiven }, failings, settings, endpoints, world };
}
