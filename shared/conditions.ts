/** The CloudWatch namespace of everything that we measure. */
export const metricsNamespace = "rds-dr";

/** Something wrong that lasts. Its metric counts the offenders and its alarm is the memory of it. */
export interface StandingCondition {
  /** The metric's name; its value is the number of present offenders. */
  readonly metric: string;
  /** The region whose step publishes it. */
  readonly region: "primary" | "dr";
  /** One sentence for the alarm's description. */
  readonly means: string;
}

/** Every standing condition by the name of its alarm without the environment, which is its runbook's name too. */
export const standingConditions = {
  "objectives-missed": {
    metric: "ObjectivesMissed",
    region: "dr",
    means: "Instances have no recovery point as young as their objective asks.",
  },
  "not-ready": {
    metric: "NotReady",
    region: "dr",
    means: "Something that a restore needs is missing in the DR region.",
  },
  "copies-stuck": {
    metric: "CopiesStuck",
    region: "dr",
    means: "Copies have been in creation for longer than copyStuckHours.",
  },
  "key-not-usable": {
    metric: "KeyNotUsable",
    region: "dr",
    means: "The data key of the DR region cannot be used, so nothing can be copied or restored under it.",
  },
  "primary-unreachable": {
    metric: "PrimaryUnreachable",
    region: "dr",
    means: "The primary region could not be looked at.",
  },
  "clean-up-overdue": {
    metric: "CleanUpOverdue",
    region: "dr",
    means: "Backups with a proven copy are still in the primary region.",
  },
  "slots-missed": {
    metric: "SlotsMissed",
    region: "dr",
    means: "Backups that were due have not been made.",
  },
  "instances-stopped": {
    metric: "InstancesStopped",
    region: "dr",
    means: "Protected instances are stopped and cannot be backed up.",
  },
  "instances-not-covered": {
    metric: "InstancesNotCovered",
    region: "dr",
    means: "Instances that the settings ask for cannot be protected.",
  },
  "recovery-unfinished": {
    metric: "RecoveryUnfinished",
    region: "dr",
    means: "A declaration is open and instances of it are not back.",
  },
  "recovered-unprotected": {
    metric: "RecoveredUnprotected",
    region: "dr",
    means: "Recovered instances run without backups of ours.",
  },
  "dr-stack-missing": {
    metric: "DrStackMissing",
    region: "primary",
    means: "The DR region has no data key of ours, so backups are not copied.",
  },
} as const satisfies Record<string, StandingCondition>;

/** The name of a standing condition: its alarm is `rds-dr-<environment>-<name>`. */
export type ConditionName = keyof typeof standingConditions;

/** The heartbeat of prune-copies: 1 a run, and silence is the alarm `prune-not-running`. */
export const pruneHeartbeat = "PruneRan";
