import type { ConditionName } from "../conditions.ts";

/** One thing that a standing condition is true of, in words for people. */
export interface Offender {
  /** The instance concerned, when it is one. */
  readonly instance?: string;
  readonly text: string;
}

/** The standing conditions that prune-copies judges and publishes. */
export type DrCondition = Exclude<ConditionName, "dr-stack-missing">;

/** The present offenders of every condition; empty where all is well, `undefined` where nobody can tell now. */
export type Findings = Readonly<Record<DrCondition, readonly Offender[] | undefined>>;

/**
 * A span of time as people say it.
 *
 * @example spanText(90)   // "90 minutes"
 * @example spanText(1920) // "32 hours"
 * @example spanText(7200) // "5 days"
 */
export function spanText(minutes: number): string {
  if (minutes < 120) return `${Math.floor(minutes)} minutes`;
  if (minutes < 3 * 1440) return `${Math.floor(minutes / 60)} hours`;
  return `${Math.floor(minutes / 1440)} days`;
}

/** An instant to the minute, in UTC. */
export function instantText(instant: Date | undefined): string {
  return instant === undefined
    ? "an unknown time"
    : `${instant.toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
