import type { Readings } from "./rds-readings.ts";

/** What AWS's documents leave open about instances: how they are restored, backed up, and lose their keys. */
export const rdsInstanceReadings = {
  restoreStorageType: {
    readings: ["api-text", "as-snapshot"],
    source:
      "botocore: io1 if Iops is given, otherwise gp3; elsewhere settings are said to come from the snapshot",
  },
  restoreStatuses: {
    readings: ["modifying-first", "available-first"],
    source:
      "undocumented in which order they come; terraform-provider-aws waits for available three times in a row, and " +
      "terraform#14785 was refused a modification after it",
    other: "available for a minute, then modifying by itself",
  },
  baselineBackupAfterRestore: {
    readings: ["minutes", "hours", "none"],
    source: "terraform#44104: since 2025-09 a restore with retention backs up at once, for hours at times",
    other: "hours: what large instances had there; it delays modifications, and no client",
  },
  managedPasswordAfterRestore: {
    readings: ["lost", "new-secret"],
    source: "terraform#31509, #33699: the restored instance keeps the old password and has no secret",
  },
  mirroringWithoutBackups: {
    readings: ["refused", "accepted"],
    source: "terraform issues: mirroring cannot be applied with a backup retention of zero; no page says so",
  },
  automatedBackups: {
    readings: ["daily", "off"],
    source: "user guide: one in the backup window while BackupRetentionPeriod is above 0",
  },
  keyLoss: {
    readings: ["recoverable-first", "terminal"],
    source:
      "user guide, Overview.Encryption.Keys: seven days inaccessible-encryption-credentials-recoverable, then for good; before 2023 for good at once",
  },
} as const satisfies Record<string, Readings>;
