import * as z from "zod/mini";
import { Settings } from "../../shared/settings/schema.ts";

/** A property of the settings as a JSON schema tells it. */
interface Node {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly required?: readonly string[];
  readonly default?: unknown;
  readonly anyOf?: readonly Node[];
}

/** What each setting means; a setting without a line here fails the test. */
export const meanings: Readonly<Record<string, string>> = {
  environment: "part of every physical name: 1-16 lower-case letters and digits",
  account: "the account to deploy to; without it, that of the deployment's credentials",
  paused: "stops the making of backups; everything else goes on",
  "regions.primary": "where the instances run",
  "regions.dr": "where they will be rebuilt",
  "instances.listed": "identifiers of protected instances",
  "instances.tag": "`key` and `value` of the tag that protects an instance",
  "instances.excluded": "identifiers that are never protected",
  "backups.schedule": "`cron(...)` or `rate(...)` of EventBridge Scheduler",
  "backups.timeZone": "IANA time zone of the schedule; a local time that DST skips is refused",
  "pruning.everyMinutes": "15-360; also how soon a lost event is made good",
  "retention.days": "copies younger than this are kept",
  "retention.minimumCopies": "so many usable copies of an instance are always kept",
  "objectives.rpoMinutes":
    "data you can lose; at least the largest gap between slots + `expectedCopyMinutes`",
  "objectives.rtoMinutes": "from the declaration to an instance that serves",
  "objectives.expectedCopyMinutes": "how long a backup and its copy take on an ordinary day",
  copyStuckHours: "a copy in creation for longer raises an alarm",
  "quotas.primary":
    "`manualSnapshots` 100, `instances` 40, `copiesInProgress` 20: quotas of the account in the region",
  "quotas.dr": "the same in the DR region",
  "network.subnetGroup": "DB subnet group in the DR region",
  "network.subnetIds": "or the subnets to make one from",
  "network.securityGroups": "of the restored instances; the VPC's default is never used",
  optionGroups: "name in the primary region → name in the DR region",
  parameterGroups: "the same for parameter groups",
  restore:
    "defaults of a restore: `instanceClass`, `subnetGroup`, `securityGroups`, `multiAz`, `publiclyAccessible`, `parameterGroup`, `optionGroup`, `deletionProtection`",
  overrides: "per instance: `tier`, `rpoMinutes`, `rtoMinutes`, `retentionDays`, `minimumCopies`, `restore`",
  key: "`administrators` (role or user ARNs) of the key that is made, or `existingKeyArn`",
  declarers: "roles or users that may declare; empty: IAM alone decides",
  "subscribers.alerts": "e-mail addresses for our alerts",
  "subscribers.rdsAvailability": "e-mail addresses for RDS's own availability events",
  "subscribers.rdsBackup": "e-mail addresses for RDS's own backup events",
  "rdsEvents.scope": "`listed` or `all`: whose RDS events the primary region's topics carry",
  snapshotPrefix:
    "how identifiers of backups and copies begin; after a change, old backups are left to people, old copies are restored and pruned as before",
};

/** Branches that the table shows as one line. */
const leaves = new Set(["instances.tag", "quotas.primary", "quotas.dr", "restore", "key"]);

function rows(node: Node, path: string, required: boolean): string[][] {
  if (node.properties === undefined || leaves.has(path)) {
    const missing = required ? "required" : "-";
    const shown =
      node.default === undefined || path === "restore" || path.startsWith("quotas.")
        ? missing
        : `\`${JSON.stringify(node.default)}\``;
    return [[`\`${path}\``, path.startsWith("quotas.") ? "AWS's" : shown, meanings[path] ?? ""]];
  }
  return Object.entries(node.properties).flatMap(([name, child]) =>
    rows(child, path === "" ? name : `${path}.${name}`, node.required?.includes(name) ?? false),
  );
}

/** Every setting: path, default, meaning. Paths and defaults come from the schema. */
export function settingsRows(): string[][] {
  return rows(z.toJSONSchema(Settings, { io: "input", unrepresentable: "any" }) as Node, "", true);
}

/** The README's table of settings. */
export function settingsTable(): string {
  const lines = settingsRows().map((cells) => `| ${cells.join(" | ")} |`);
  return ["| Setting | Default | Meaning |", "| --- | --- | --- |", ...lines].join("\n");
}
