import { rdsEventReadings } from "./rds-event-readings.ts";
import { rdsInstanceReadings } from "./rds-instance-readings.ts";
import { rdsSnapshotReadings } from "./rds-snapshot-readings.ts";

/** A fact of RDS that sources leave open: readings, the strict one first, and what is known of it. */
export interface Readings {
  readonly readings: readonly [string, ...string[]];
  readonly source: string;
  /** What the other readings mean, where they do not speak for themselves. */
  readonly other?: string;
}

/** What AWS's documents leave open about RDS, each a knob of this name. */
export const rdsReadings = { ...rdsSnapshotReadings, ...rdsInstanceReadings, ...rdsEventReadings } as const;
