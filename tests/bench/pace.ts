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

/** The round that needed the least processor time: noise only ever adds to it. */
export function best(rounds: readonly Pace[]): Pace {
  const [first, ...others] = rounds;
  if (first === undefined) throw new Error("a figure needs at least one round");
  return others.reduce((least, round) => (round.cpu < least.cpu ? round : least), first);
}
