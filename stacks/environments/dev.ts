import type { SettingsInput } from "../../shared/settings/schema.ts";

/** The sample environment, and the one that is rehearsed. */
export const dev: SettingsInput = {
  environment: "dev",
  regions: { primary: "us-east-1", dr: "us-west-2" },
  instances: { tag: { key: "dr", value: "protected" } },
  backups: { schedule: "cron(0 2 * * ? *)", timeZone: "UTC" },
  pruning: { everyMinutes: 60 },
  retention: { days: 7, minimumCopies: 2 },
  objectives: { rpoMinutes: 1800, rtoMinutes: 240, expectedCopyMinutes: 240 },
  network: { subnetGroup: "dr-private", securityGroups: ["sg-0d1a2b3c4d5e6f708"] },
  optionGroups: {
    "catalog-mysql80": "catalog-mysql80-dr",
    "crm-tde": "crm-tde-dr",
    "ledger-oracle19": "ledger-oracle19-dr",
  },
  parameterGroups: {
    "orders-pg16": "orders-pg16-dr",
    "catalog-mysql80": "catalog-mysql80-dr",
    "iam-pg15": "iam-pg15-dr",
  },
  key: { administrators: [] },
  subscribers: {
    alerts: ["dba@example.com"],
    rdsAvailability: ["dba@example.com"],
    rdsBackup: ["dba@example.com"],
  },
};
