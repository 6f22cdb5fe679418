/** Where the present instant comes from; decisions get it as `now`. */
export interface Clock {
  now(): Date;
}

/** The real clock: the one place that reads it. */
export const systemClock: Clock = { now: () => new Date() };

/** Lets so many milliseconds pass. For seconds within one run only: what takes longer is waited for in a queue. */
export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

const millisecondsPerMinute = 60_000;

/** Minutes from `from` to `to`, with fraction; negative when `to` is earlier. */
export function minutesBetween(from: Date, to: Date): number {
  return (to.getTime() - from.getTime()) / millisecondsPerMinute;
}

/** The instant `minutes` after `instant`; negative minutes go back. */
export function addMinutes(instant: Date, minutes: number): Date {
  return new Date(instant.getTime() + minutes * millisecondsPerMinute);
}
