import { durationKnob, type Work } from "../../knobs/durations.ts";
import { durationOfKnob, numberKnob } from "../../knobs.ts";
import type { World } from "../../types.ts";

export type { Work } from "../../knobs/durations.ts";

/** Milliseconds that a piece of work takes for a size, with the jitter that belongs to the key. */
export function durationOf(
  world: World,
  work: Work,
  gib: number,
  ...key: readonly (string | number)[]
): number {
  const { baseMinutes, minutesPerTib } = durationOfKnob(world.knobs, durationKnob(work));
  const minutes = baseMinutes + (minutesPerTib * gib) / 1024;
  const spread = numberKnob(world.knobs, "durationSpread");
  const jitter = 1 - spread + 2 * spread * world.random("duration", work, ...key);
  return Math.round(minutes * jitter * 60_000);
}
