import * as z from "zod/mini";
import { envelope, InstanceId, Instant } from "./envelope.ts";

/** RDS tags as the API takes them. */
export const Tags = z.array(z.object({ Key: z.string(), Value: z.string() }));
export type Tags = z.infer<typeof Tags>;

/** The backup schedule fired; `time` is the slot. */
export const BackupSlot = envelope("backup-slot", z.object({}));

/** An instance is to be backed up for a slot (default: now). `describedAs` are the tags that plan-backups has read already. */
export const BackupRequested = envelope(
  "backup-requested",
  z.object({
    version: z.optional(z.literal(1)),
    instanceId: InstanceId,
    slot: z.optional(Instant),
    origin: z._default(z.enum(["schedule", "reconcile", "operator"]), "operator"),
    describedAs: z.optional(Tags),
  }),
);
export type BackupRequested = z.infer<typeof BackupRequested>;

/** RDS-EVENT-0042: a manual snapshot with our prefix is complete. */
export const BackupCreated = envelope("backup-created", z.object({ backupId: z.string() }));
export type BackupCreated = z.infer<typeof BackupCreated>;

/** The reconciler found a backup without a copy. */
export const CopyRequested = envelope(
  "copy-requested",
  z.object({ version: z.literal(1), instanceId: InstanceId, backupId: z.string() }),
);
export type CopyRequested = z.infer<typeof CopyRequested>;

/** A copy came to its end, whether its backup could be cleaned up, was refused or rests: one of the copy slots is free. */
export const CopyFinished = envelope(
  "copy-finished",
  z.object({ version: z.literal(1), instanceId: InstanceId, backupId: z.string(), copyId: z.string() }),
);
export type CopyFinished = z.infer<typeof CopyFinished>;
