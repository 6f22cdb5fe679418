import { addMinutes } from "../../shared/clock.ts";
import type { Snapshot } from "../../shared/rds/snapshots.ts";
import { Settings, type SettingsInput } from "../../shared/settings/schema.ts";
import type { PrimarySurvey, Survey } from "../../shared/survey.ts";
import { backup, copy, currentKey, instance, snapshotArn } from "./builders.ts";

/** The instant at which a survey is made unless it says otherwise: an hour after the slot of March 1st. */
export const surveyedAt = new Date("2026-03-01T03:00:00Z");

/** Settings with the defaults: daily at 02:00 UTC, hourly pruning, 7 days, RPO 30 hours. */
export function settings(changes: Partial<SettingsInput> = {}): Settings {
  return Settings.parse({
    environment: "dev",
    regions: { primary: "us-east-1", dr: "us-west-2" },
    instances: { tag: { key: "dr", value: "protected" } },
    backups: { schedule: "cron(0 2 * * ? *)" },
    retention: { days: 7 },
    objectives: { rpoMinutes: 1800, rtoMinutes: 240 },
    network: { subnetGroup: "dr-private", securityGroups: ["sg-0d1a2b3c4d5e6f708"] },
    key: { administrators: [] },
    ...changes,
  });
}

/** What a snapshot of the fleet is made from: its instance and when it was asked for. */
interface Taken {
  readonly of?: string;
  readonly at?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

function common({ of = "orders", at = "2026-03-01T02:00:00Z", tags = {} }: Taken, kind: "backup" | "copy") {
  const taken = new Date(at);
  const id = `lambda-dr-snapshot-${of}-${at.slice(0, 10)}-${at.slice(11, 13)}${at.slice(14, 16)}`;
  const all = {
    "rds-dr:environment": "dev",
    "rds-dr:kind": kind,
    "rds-dr:instance": of,
    "rds-dr:requested-at": taken.toISOString(),
  };
  return {
    id,
    instanceId: of,
    tags: new Map(Object.entries({ ...all, ...tags })),
    originalCreatedAt: addMinutes(taken, 5),
    databaseTime: addMinutes(taken, 1),
  };
}

/** A backup of `of`, complete five minutes after it was asked for. */
export function backupOf(taken: Taken, changes: Partial<Snapshot> = {}): Snapshot {
  const own = common(taken, "backup");
  return backup({ ...own, createdAt: own.originalCreatedAt, ...changes });
}

/** The copy of that backup, complete half an hour later. */
export function copyOf(taken: Taken, changes: Partial<Snapshot> = {}): Snapshot {
  const own = common(taken, "copy");
  const sourceArn = snapshotArn("us-east-1", own.id);
  return copy({ ...own, sourceArn, createdAt: addMinutes(own.originalCreatedAt, 30), ...changes });
}

const quotas = { manualSnapshots: { used: 0, max: 100 }, instances: { used: 0, max: 40 } };

/** The primary region with nothing wrong: the instance orders, no backups. */
export function primary(changes: Partial<PrimarySurvey> = {}): PrimarySurvey {
  return { backups: [], instances: [instance()], quotas, ruleFaults: [], ...changes };
}

/** Both regions with nothing wrong: orders with the copy of today's slot. */
export function survey(changes: Partial<Survey> = {}): Survey {
  return {
    now: surveyedAt,
    copies: [copyOf({})],
    foreign: 0,
    untaggedOld: 0,
    copiesInProgress: 0,
    drInstances: [],
    key: { arn: currentKey, enabled: true, state: "Enabled" },
    enabledKeys: new Set([currentKey]),
    optionGroups: new Set(),
    subnetGroups: new Set(["dr-private"]),
    quotas,
    ruleFaults: [],
    primary: primary(),
    ...changes,
  };
}
