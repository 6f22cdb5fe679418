import { fileURLToPath } from "node:url";
import type { DBInstance } from "@aws-sdk/client-rds";
import { rehearse } from "../rehearsal/run.ts";
import { loadFleet } from "../simulator/fleet.ts";
import type { JournalEntry } from "../simulator/types.ts";
import { cpuSeconds, hottest, type Pace, sum } from "./pace.ts";
import { type Cost, profiled } from "./profile.ts";
import { singleRow } from "./single-row.ts";

/** What to measure, and how often. */
export interface BenchOptions {
  readonly assembly: string;
  readonly days: number;
  readonly calls: number;
  /** A figure stands when so many rounds brought no better one. */
  readonly patience: number;
}

/** What was measured. */
export interface Figures {
  readonly singleRow: Pace;
  readonly shop: Pace;
  readonly small: Pace;
  /** Invocations on the shop's days, and how many of them began with a cold start. */
  readonly invocations: { readonly all: number; readonly cold: number };
  /** Where the shop's processor time went, dearest first. */
  readonly costs: readonly Cost[];
  readonly peakMegabytes: number;
}

const shopFile = fileURLToPath(new URL("../fixtures/fleets/shop.json", import.meta.url));
const smallFleet = 4;

/** Plays in one round of the small fleet: long enough to pay for its own garbage. */
const smallPlays = 4;

/** No figure takes more rounds than this. */
const roundsMax = 60;

interface Played {
  readonly pace: Pace;
  readonly invocations: Figures["invocations"];
}

/** Plays the days and takes their pace from when both stacks stand: a deployment is no simulated hour. */
async function play(assembly: string, fleet: readonly DBInstance[], days: number): Promise<Played> {
  let [calls, all, cold] = [0, 0, 0];
  let [cpu, began] = [cpuSeconds(), performance.now()];
  const onEntry = ({ kind, data }: JournalEntry) => {
    if (kind === "call" || kind === "unanswered") calls += 1;
    if (kind === "deploy") [cpu, began] = [cpuSeconds(), performance.now()];
    if (kind === "invocation") {
      all += 1;
      cold += data["cold"] === true ? 1 : 0;
    }
  };
  const { failings, outcome } = await rehearse({
    ...{ assembly, fleet, days, seed: 1, scenario: "ordinary", quotas: {} },
    onEntry,
  });
  const spent = { cpu: cpuSeconds() - cpu, wall: (performance.now() - began) / 1000 };
  // A world in which nothing works would be the fastest of all.
  if (failings.length > 0 || calls === 0) {
    throw new Error(`what is measured does not work: ${failings.join("; ") || "no calls"}`);
  }
  return { pace: { calls, hours: outcome.virtualDays * 24, ...spent }, invocations: { all, cold } };
}

/** Takes each figure of hot code, and the profile apart from them. */
export async function measureSimulator({ assembly, days, calls, patience }: BenchOptions): Promise<Figures> {
  const fleet = loadFleet(shopFile);
  const [first] = fleet;
  if (first === undefined) throw new Error(`${shopFile} is empty`);
  const { invocations } = await play(assembly, fleet, days);
  const until = { patience, roundsMax };
  const shop = await hottest(until, async () => (await play(assembly, fleet, days)).pace);
  const small = await hottest(until, async () => {
    const runs: Pace[] = [];
    for (let run = 0; run < smallPlays; run += 1) {
      runs.push((await play(assembly, fleet.slice(0, smallFleet), days)).pace);
    }
    return sum(runs);
  });
  const singleRows = await hottest(until, () => singleRow(first, calls));
  const peakMegabytes = process.resourceUsage().maxRSS / 1024;
  const costs = await profiled(() => play(assembly, fleet, days));
  return { shop, small, singleRow: singleRows, invocations, costs, peakMegabytes };
}
