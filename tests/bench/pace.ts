/** How much was done in how much time. */
export interface Pace {
  readonly calls: number;
  /** Simulated hours. */
  readonly hours: number;
  /** Seconds of processor time that the process used. */
  readonly cpu: number;
  /** Seconds on the wall clock. */
  readonly wall: number;
}

/** Processor time of this process so far, in seconds. */
export function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** What several rounds of the same work came to. */
export interface Rounds {
  /** The round that needed the least processor time, for noise only ever adds to it. */
  readonly best: Pace;
  /** The median of the later half of the rounds, by processor time: what a run has to expect, noise and all. */
  readonly typical: Pace;
}

/**
 * Runs rounds until they took so many seconds of processor time: the engine compiles as it runs, over dozens of rounds,
 * and that is no figure of what it runs.
 */
export async function hottest(seconds: number, round: () => Promise<Pace>): Promise<Rounds> {
  const first = await round();
  const all = [first];
  for (let spent = first.cpu; spent < seconds; ) {
    const pace = await round();
    all.push(pace);
    spent += pace.cpu;
  }
  const byTime = (a: Pace, b: Pace) => a.cpu - b.cpu;
  const later = all.slice(Math.floor(all.length / 2)).sort(byTime);
  return {
    best: all.toSorted(byTime)[0] ?? first,
    typical: later[Math.floor(later.length / 2)] ?? first,
  };
}
