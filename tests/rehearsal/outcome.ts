import type { ActionUse } from "../simulator/iam/usage.ts";

/** What a rehearsal found out, all of it counted by the simulated AWS. The `--json` file is exactly this. */
export interface Outcome {
  readonly instances: readonly InstanceOutcome[];
  /** region → operation (`DescribeDBSnapshots(list)` where the call names no single resource) → answered calls. */
  readonly calls: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** `CopyDBSnapshot:SnapshotQuotaExceeded` → how often. */
  readonly refusedCalls: Readonly<Record<string, number>>;
  /** Caller, action and resource of what the policies refused → how often. */
  readonly denials: Readonly<Record<string, number>>;
  /** Every action of every statement of every role, with how often it was what allowed something; 0 = nothing used it. */
  readonly permissions: readonly ActionUse[];
  readonly delaysSeconds: {
    readonly availableToCopyRequested: Percentiles | null;
    readonly copyFinishedToCleanedUp: Percentiles | null;
    readonly declaredToRestoreRequested: Percentiles | null;
  };
  readonly eventsLost: Readonly<Record<string, number>>;
  readonly alerts: readonly AlertSent[];
  /** Instances that miss an objective and do not fail the run, for people had been warned of them. */
  readonly forgiven: readonly Forgiven[];
  readonly deadLetters: number;
  readonly virtualDays: number;
  readonly wallSeconds: number;
  readonly peakMegabytes: number;
}

/** One instance of the fleet. */
export interface InstanceOutcome {
  readonly id: string;
  readonly protected: boolean;
  /** Why it is protected, or why not. */
  readonly because: string;
  readonly backups: number;
  readonly copies: number;
  readonly recoveryPoint: { readonly id: string; readonly takenAt: string } | null;
  /** Age of the recovery point at the loss (at the end of the run where nothing is lost); null where nothing applies. */
  readonly rpoMinutes: number | null;
  readonly restoredAs: string | null;
  /** From the declaration to the first status that serves, with an endpoint. */
  readonly rtoMinutes: number | null;
  /** `not-declared`: nothing was to be restored in this scenario. */
  readonly outcome: "restored" | "not-restored" | "not-declared" | "not-protected";
  /** Source at the time of the recovery point → restored, where the settings do not ask for it. */
  readonly differences: readonly string[];
}

/** An instance that is not held against the run, and why. */
export interface Forgiven {
  readonly id: string;
  /** What it misses, as sentences. */
  readonly misses: readonly string[];
  /** The mail that warned of it, the last of its kind before the loss. */
  readonly warning: Pick<AlertSent, "at" | "kind" | "subject">;
}

/** A mail on one of the `-alerts` topics. */
export interface AlertSent {
  readonly at: string;
  readonly region: string;
  readonly kind: string;
  readonly subject: string;
  readonly message: string;
  readonly instances: readonly string[];
}

export interface Percentiles {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** Nearest-rank percentiles; null of nothing. */
export function percentiles(values: readonly number[]): Percentiles | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const rank = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
  return { p50: rank(0.5), p99: rank(0.99), max: rank(1) };
}
