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

/** Several runs as one. */
export function sum(runs: readonly Pace[]): Pace {
  const total = { calls: 0, hours: 0, cpu: 0, wall: 0 };
  for (const { calls, hours, cpu, wall } of runs) {
    total.calls += calls;
    total.hours += hours;
    total.cpu += cpu;
    total.wall += wall;
  }
  return total;
}

/** A round is better only by more than this share; below, it is noise. */
const betterBy = 0.01;

/**
 * The round that needed the least processor time, for noise only ever adds to it. Rounds are run until so many in a
 * row were no better: the engine compiles as it runs, over dozens of rounds, and that is no figure of what it runs.
 * Each round does the same work.
 */
export async function hottest(
  { patience, roundsMax }: { readonly patience: number; readonly roundsMax: number },
  round: () => Promise<Pace>,
): Promise<Pace> {
  let best = await round();
  for (let run = 1, vain = 0; vain < patience && run < roundsMax; run += 1) {
    const pace = await round();
    vain = pace.cpu < best.cpu * (1 - betterBy) ? 0 : vain + 1;
    if (pace.cpu < best.cpu) best = pace;
  }
  return best;
}
