import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { DBInstance } from "@aws-sdk/client-rds";
import { rehearse } from "../rehearsal/run.ts";
import { loadFleet } from "../simulator/fleet.ts";
import type { JournalEntry } from "../simulator/types.ts";
import { cpuSeconds, hottest, type Pace, type Rounds } from "./pace.ts";
import { type Cost, profiled } from "./profile.ts";
import { singleRow } from "./single-row.ts";

/** What to measure, and how often. */
export interface BenchOptions {
  readonly assembly: string;
  readonly days: number;
  readonly calls: number;
  /** Of processor time, for each figure. */
  readonly seconds: number;
}

/** What was measured. */
export interface Figures {
  readonly singleRow: Rounds;
  readonly shop: Rounds;
  readonly small: Rounds;
  /** Invocations on the shop's days, and how many of them began with a cold start. */
  readonly invocations: { readonly all: number; readonly cold: number };
  /** Where the shop's processor time went, dearest first. */
  readonly costs: readonly Cost[];
  readonly peakMegabytes: number;
}

const shopFile = fileURLToPath(new URL("../fixtures/fleets/shop.json", import.meta.url));
const smallFleet = 4;

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

/** What is measured in one process. */
interface Taken {
  readonly rounds: Rounds;
  readonly peakMegabytes: number;
  readonly invocations?: Figures["invocations"];
  readonly costs?: readonly Cost[];
}

async function takeShop(fleet: readonly DBInstance[], { assembly, days, seconds }: BenchOptions) {
  const { invocations } = await play(assembly, fleet, days);
  const rounds = await hottest(seconds, async () => (await play(assembly, fleet, days)).pace);
  const peakMegabytes = peak();
  // Apart from the figure, which the profiler would slow down.
  const costs = await profiled(() => play(assembly, fleet, days));
  return { rounds, peakMegabytes, invocations, costs };
}

async function takeSmall(fleet: readonly DBInstance[], { assembly, days, seconds }: BenchOptions) {
  const some = fleet.slice(0, smallFleet);
  const rounds = await hottest(seconds, async () => (await play(assembly, some, days)).pace);
  return { rounds, peakMegabytes: peak() };
}

async function takeSingleRow([first]: readonly DBInstance[], { calls, seconds }: BenchOptions) {
  if (first === undefined) throw new Error(`${shopFile} is empty`);
  const rounds = await hottest(seconds, () => singleRow(first, calls));
  return { rounds, peakMegabytes: peak() };
}

/** Memory of this process at its highest. */
function peak(): number {
  return process.resourceUsage().maxRSS / 1024;
}

const takers = { shop: takeShop, small: takeSmall, singleRow: takeSingleRow } as const;
type Name = keyof typeof takers;

/** Takes one figure of hot code, in this process. */
export function take(name: Name, options: BenchOptions): Promise<Taken> {
  return takers[name](loadFleet(shopFile), options);
}

/**
 * Takes every figure in a process of its own: what the engine learns of one workload makes it compile the same code
 * worse for another. One thread each, so that its processor time is a core's.
 */
export function measureSimulator(options: BenchOptions): Figures {
  const apart = (name: Name): Taken => {
    const entry = fileURLToPath(new URL("take.ts", import.meta.url));
    const answer = execFileSync(
      process.execPath,
      ["--single-threaded", entry, name, JSON.stringify(options)],
      {
        encoding: "utf8",
        stdio: ["ignore", "pipe", "inherit"],
      },
    );
    return JSON.parse(answer);
  };
  const [shop, small, singleRows] = [apart("shop"), apart("small"), apart("singleRow")];
  const { invocations, costs = [] } = shop;
  if (invocations === undefined) throw new Error("the shop's invocations were not counted");
  return {
    ...{ shop: shop.rounds, small: small.rounds, singleRow: singleRows.rounds, invocations, costs },
    peakMegabytes: Math.max(...[shop, small, singleRows].map(({ peakMegabytes }) => peakMegabytes)),
  };
}
