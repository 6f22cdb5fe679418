import { addMinutes, type Clock, pause } from "../../shared/clock.ts";
import { RetryableError } from "../../shared/errors.ts";
import type { Manner } from "../../shared/restore/tag-resources.ts";

/**
 * RDS takes 300 calls at once and 12 a second after that, of an account in a region; it refuses what is more. The rest
 * is left to the restores and to people's own tools.
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-api-throttling.html
 */
const callsAtOnce = 200;
const callsPerSecond = 10;

/** Enough for ten calls a second where each takes a second, as on a bad day. */
const callsAtATime = 10;

/** For how long a run tags. Reading before it and asking for a thousand restores after it take the rest of its time. */
const taggingMinutesMax = 2.5;

/**
 * Milliseconds that a call has to wait when so many were made before it since the first.
 *
 * @example waitMilliseconds(199, 0) // 0
 * @example waitMilliseconds(250, 1_000) // 4_000, for 50 calls beyond the first 200 take 5 seconds
 */
export function waitMilliseconds(made: number, elapsedMilliseconds: number): number {
  const due = (Math.max(0, made - callsAtOnce) * 1_000) / callsPerSecond;
  return Math.max(0, due - elapsedMilliseconds);
}

/**
 * How one run tags: as fast as RDS takes it, and not for longer than it has time. What it has no time for is refused as
 * retryable, so that the message comes again at once for the rest, where Lambda would end the run and the queue hold
 * the message back for several times as long as a run may take.
 */
export function inTime(clock: Clock, meanwhile: () => Promise<void> = () => Promise.resolve()): Manner {
  const begunAt = clock.now();
  const deadline = addMinutes(begunAt, taggingMinutesMax);
  let made = 0;
  const turn = async () => {
    await meanwhile();
    if (clock.now() >= deadline) throw new RetryableError("this run has no time left for it");
    const wait = waitMilliseconds(made++, clock.now().getTime() - begunAt.getTime());
    if (wait > 0) await pause(wait);
  };
  return { atATime: callsAtATime, turn };
}
