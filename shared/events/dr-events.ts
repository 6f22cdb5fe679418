import * as z from "zod/mini";
import { RestoreSettings } from "../settings/schema.ts";
import { envelope, InstanceId, Instant } from "./envelope.ts";

/** RDS-EVENT-0060: a cross-region copy with our prefix is complete. */
export const CopyCompleted = envelope("copy-completed", z.object({ copyId: z.string() }));
export type CopyCompleted = z.infer<typeof CopyCompleted>;

/** The reconciler found a proven copy whose backup still stands, or a backup that newer copies supersede. */
export const CleanUpRequested = envelope(
  "clean-up-requested",
  z.object({ version: z.literal(1), copyId: z.string(), supersededBackupId: z.optional(z.string()) }),
);
export type CleanUpRequested = z.infer<typeof CleanUpRequested>;

/** The pruning schedule fired. */
export const PruneDue = envelope("prune-due", z.object({}));

/** What a declaration may override for one instance; it wins over settings and over what travelled. */
export const RestoreOverride = RestoreSettings;
export type RestoreOverride = RestoreSettings;

/** The declaration as it travels with the tagged copies and with every message of its recovery. */
export const Declaration = z.object({
  id: z.string(),
  declaredAt: Instant,
  mode: z.enum(["disaster", "drill"]),
});
export type Declaration = z.infer<typeof Declaration>;

/** One instance is to be restored from one copy. */
export const RestoreRequested = envelope(
  "restore-requested",
  z.object({
    version: z.literal(1),
    declaration: Declaration,
    instanceId: InstanceId,
    copyId: z.string(),
    restoreAs: InstanceId,
    override: z.optional(RestoreOverride),
    /** The quotas have no room for it beside those that go first: people are told, and it is asked for at its turn. */
    inLine: z.optional(z.boolean()),
  }),
);
export type RestoreRequested = z.infer<typeof RestoreRequested>;

/** A declaration has been planned: its copies are tagged and its restores requested; finish-restore sees it through. */
export const RecoveryPlanned = envelope(
  "recovery-planned",
  z.object({ version: z.literal(1), declaration: Declaration }),
);
export type RecoveryPlanned = z.infer<typeof RecoveryPlanned>;

/** What operators publish on the DR bus: their own words, answered even when mistyped. */
export const FromOperator = z.object({
  event: z.string(),
  id: z.string(),
  time: Instant,
  source: z.optional(z.string()),
  detail: z.unknown(),
});
export type FromOperator = z.infer<typeof FromOperator>;

/** `dr-declared`: the only order that restores anything. Unknown fields are refused. */
export const DrDeclared = z.strictObject({
  mode: z.enum(["disaster", "drill"]),
  reason: z.string().check(z.minLength(1)),
  declarationId: z.optional(
    z
      .string()
      .check(z.regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/, { error: "1-64 letters, digits and hyphens" })),
  ),
  instances: z.optional(z.array(InstanceId).check(z.minLength(1))),
  asOf: z.optional(Instant),
  dryRun: z.optional(z.boolean()),
  endDrillAfterMinutes: z.optional(z.number().check(z.minimum(1), z.maximum(1440))),
  overrides: z.optional(z.record(InstanceId, RestoreOverride)),
});
export type DrDeclared = z.infer<typeof DrDeclared>;

/** `declaration-closed`: the operator is done with a declaration. */
export const DeclarationClosed = z.strictObject({
  declarationId: z.string().check(z.minLength(1)),
});
