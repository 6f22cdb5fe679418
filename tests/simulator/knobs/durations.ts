import type { KnobFact } from "./fact.ts";

/** How long a piece of work takes: a base, a share by size, both in minutes. */
export interface Duration {
  readonly baseMinutes: number;
  readonly minutesPerTib: number;
  /** Where the order of magnitude comes from. */
  readonly source: string;
}

/**
 * The one table of durations. AWS publishes no figures: these are orders of magnitude from
 * users' reports, and each is drawn within the spread by key, so that two instances of a size differ.
 */
export const durations = {
  snapshot: {
    baseMinutes: 3,
    minutesPerTib: 1.2,
    source: "reports of 3-10 minutes for incremental snapshots; taken from the last one's changes",
  },
  firstSnapshot: {
    baseMinutes: 5,
    minutesPerTib: 5,
    source: "a first snapshot is a full one (user guide, USER_CreateSnapshot)",
  },
  crossRegionCopy: {
    baseMinutes: 10,
    minutesPerTib: 39,
    source: "reports of a quarter of an hour for 100 GiB up to 4 h for 6 TiB; user guide: hours at times",
  },
  crossRegionIncrement: {
    baseMinutes: 6,
    minutesPerTib: 2,
    source: "reports of 5-20 minutes once the first copy is there",
  },
  localCopy: {
    baseMinutes: 6,
    minutesPerTib: 10,
    source: "same-region copies move no data between regions; a quarter of the cross-region time",
  },
  restore: {
    baseMinutes: 11,
    minutesPerTib: 3,
    source: "reports of 10-30 minutes; blocks load lazily, so size matters little (USER_RestoreFromSnapshot)",
  },
  baselineBackup: {
    baseMinutes: 5,
    minutesPerTib: 5,
    source: "the first backup of a restored instance; terraform#44104 has it last hours",
  },
  baselineBackupHours: { baseMinutes: 240, minutesPerTib: 30, source: "terraform#44104" },
  configure: {
    baseMinutes: 2,
    minutesPerTib: 0,
    source: "monitoring, log exports, IAM authentication: a minute or two on the console",
  },
  modify: { baseMinutes: 4, minutesPerTib: 0, source: "settings without a restart" },
  changeClass: { baseMinutes: 12, minutesPerTib: 0, source: "class changes restart the instance" },
  convertMultiAz: { baseMinutes: 15, minutesPerTib: 10, source: "a standby is made from a snapshot" },
  resetPassword: { baseMinutes: 1, minutesPerTib: 0, source: "resetting-master-credentials is brief" },
  upgradeSnapshot: { baseMinutes: 20, minutesPerTib: 2, source: "ModifyDBSnapshot with an engine version" },
  start: { baseMinutes: 8, minutesPerTib: 0, source: "StartDBInstance: several minutes" },
  stop: { baseMinutes: 6, minutesPerTib: 0, source: "StopDBInstance: several minutes" },
  delete: { baseMinutes: 5, minutesPerTib: 0, source: "DeleteDBInstance without a final snapshot" },
  storageOptimization: {
    baseMinutes: 360,
    minutesPerTib: 120,
    source: "user guide, USER_PIOPS.ModifyingExisting: 6 hours at least, above 24 for large volumes",
  },
} as const satisfies Record<string, Duration>;

/** Name of a piece of work in the table. */
export type Work = keyof typeof durations;

/** The knob of a duration: `restoreDuration`. */
export const durationKnob = (work: Work): string => `${work}Duration`;

/** Three times as many minutes, to a tenth. */
const thrice = (minutes: number) => Math.round(30 * minutes) / 10;

const facts: readonly KnobFact[] = Object.entries<Duration>(durations).map(
  ([work, { baseMinutes, minutesPerTib, source }]) => ({
    name: durationKnob(work as Work),
    kind: "duration",
    value: { baseMinutes, minutesPerTib },
    others: [{ baseMinutes: thrice(baseMinutes), minutesPerTib: thrice(minutesPerTib) }],
    source,
    other: "three times as long",
  }),
);

/** How long RDS's work takes. */
export const DURATION_FACTS: readonly KnobFact[] = [
  ...facts,
  {
    name: "durationSpread",
    kind: "probability",
    value: 0.2,
    others: [0, 0.9],
    source: "nothing is said of how much durations differ from one time to the next",
    other: "0: each takes exactly as long as its size says",
  },
];
