import { names } from "../../shared/names.ts";
import type { Settings } from "../../shared/settings/schema.ts";
import type { SimulatedWorld } from "../simulator/index.ts";
import type { Measure } from "./measure.ts";

/** The account that the templates are deployed into, where the settings name none. */
export const account = "111122223333";
const minute = 60_000;
const day = 24 * 60 * minute;
const declarationAfterLossMinutes = 30;
/** With nothing of RDS's under way for so long, a recovery that is not complete will not be. */
const quietMinutes = 90;

/** Who is told how far the run has come. */
interface Progress {
  readonly onProgress?: (now: Date, end: Date) => void;
}

/** Publishes the declaration as whoever has taken the role that declares; `declarers` refuses other operators. */
async function declare(world: SimulatedWorld, settings: Settings): Promise<void> {
  const { primary, dr } = settings.regions;
  const detail = { mode: "disaster", reason: `${primary} is gone` };
  const entry = {
    EventBusName: `rds-dr-${settings.environment}`,
    Source: "operator",
    DetailType: "dr-declared",
    Detail: JSON.stringify(detail),
  };
  const name = names(settings.environment).declareRole;
  const caller = { kind: "role", name, arn: `arn:aws:iam::${world.account}:role/${name}` } as const;
  const call = {
    service: "events",
    operation: "PutEvents",
    input: { Entries: [entry] },
    region: dr,
    caller,
  } as const;
  const answer = await world.complete(world.gate.submit(call, 0));
  if (answer.kind !== "output") throw new Error("the declaration was not taken");
}

/** Lets the world run on, hour by hour. */
export async function advance(world: SimulatedWorld, plan: Progress, until: Date): Promise<void> {
  while (world.clock.now() < until.getTime()) {
    const next = new Date(Math.min(until.getTime(), world.clock.now() + 60 * minute));
    await world.run({ until: next });
    plan.onProgress?.(next, until);
  }
}

/** Statuses in which RDS is at work on an instance and will be done. */
const passing = /^(creating|backing-up|modifying|rebooting|configuring-.+|resetting-master-credentials)$/;

/**
 * Lets a recovery end that takes longer than anybody waits for. Its objective is about when instances serve; a first
 * backup of hours holds up what is applied to them afterwards, and the announcement that all is done.
 */
async function seeThrough(world: SimulatedWorld, dr: string, isComplete: () => boolean): Promise<void> {
  const { clock } = world;
  const isBusy = () =>
    world
      .region(dr)
      .rds.instances()
      .some(({ DBInstanceStatus = "" }) => passing.test(DBInstanceStatus));
  const until = clock.now() + day;
  let busyAt = clock.now() - quietMinutes * minute;
  while (!isComplete() && clock.now() < until) {
    if (isBusy()) busyAt = clock.now();
    if (clock.now() >= busyAt + quietMinutes * minute) return;
    await world.runUntil(isComplete, clock.now() + 10 * minute);
  }
}

/** Loses the primary, declares, and lets the recovery run until it is announced as complete, or far too long. */
export async function loseAndRecover(
  world: SimulatedWorld,
  plan: Progress,
  settings: Settings,
  measure: Measure,
): Promise<void> {
  const { primary, dr } = settings.regions;
  const isComplete = () => measure.completedAt !== undefined;
  world.lose(primary);
  await advance(world, plan, new Date(world.clock.now() + declarationAfterLossMinutes * minute));
  measure.declaredAt = world.clock.now();
  await declare(world, settings);
  const limit = world.clock.now() + 2 * settings.objectives.rtoMinutes * minute;
  await world.runUntil(isComplete, limit);
  await seeThrough(world, dr, isComplete);
  // The last mails and modifications.
  await world.run({ until: world.clock.now() + 10 * minute });
}
