import { numberKnob } from "../../knobs.ts";
import type { Clock } from "../../types.ts";
import type { InstanceRecord, RdsState, SnapshotRecord } from "./state.ts";

/** What Describe would have shown from an instant on. */
interface Version {
  readonly at: number;
  readonly instances: Map<string, InstanceRecord>;
  readonly snapshots: Map<string, SnapshotRecord>;
}

const histories = new WeakMap<RdsState, Version[]>();

function lagOf(state: RdsState): number {
  return numberKnob(state.world.knobs, "describeLagSeconds") * 1000;
}

function copied<Kept extends { readonly shape: object }>(records: Map<string, Kept>): Map<string, Kept> {
  return new Map([...records].map(([id, record]) => [id, { ...record, shape: { ...record.shape } }]));
}

/** Keeps what a region looks like now, as long as a lagging Describe may still show it. */
export function keepVersion(state: RdsState): void {
  const lag = lagOf(state);
  if (lag === 0) return;
  const now = state.world.clock.now();
  const history = histories.get(state) ?? [];
  histories.set(state, history);
  const version = { at: now, instances: copied(state.instances), snapshots: copied(state.snapshots) };
  if (history.at(-1)?.at === now) history.pop();
  history.push(version);
  // The last one that is old enough to be shown is the oldest one needed.
  while (history[1] !== undefined && history[1].at <= now - lag) history.shift();
}

/** The region as Describe shows it: as it was some seconds ago. */
export function asDescribed(state: RdsState): RdsState {
  const lag = lagOf(state);
  if (lag === 0) return state;
  const until = state.world.clock.now() - lag;
  const history = histories.get(state) ?? [];
  const shown = history.findLast((version) => version.at <= until) ?? history[0];
  return shown === undefined ? state : { ...state, instances: shown.instances, snapshots: shown.snapshots };
}

/** A clock that tells of each change that a timer may have made. */
export function watchedClock(clock: Clock, changed: () => void): Clock {
  const watched = (run: () => void) => () => {
    run();
    changed();
  };
  return {
    now: () => clock.now(),
    at: (when, what, run) => clock.at(when, what, watched(run)),
    after: (milliseconds, what, run) => clock.after(milliseconds, what, watched(run)),
  };
}
