import type { DBInstance } from "@aws-sdk/client-rds";
import type { OpenDeclaration } from "../../shared/declaration.ts";
import type { Declaration, DrDeclared, RestoreOverride } from "../../shared/events/dr-events.ts";
import type { Snapshot } from "../../shared/rds/snapshots.ts";
import type { DisasterSpan } from "../../shared/restore/aftermath.ts";
import type { RestoredInstance } from "../../shared/restore/restored.ts";
import type { Settings } from "../../shared/settings/schema.ts";

/** One instance that is restored, and from what. */
export interface PlannedRestore {
  readonly instanceId: string;
  readonly copy: Snapshot;
  /** When its data was frozen, at the earliest. */
  readonly takenAt: Date | undefined;
  readonly restoreAs: string;
  readonly tier: number;
  readonly override: RestoreOverride | undefined;
  /** An earlier delivery of the same declaration tagged it already. */
  readonly isTagged: boolean;
}

/** One instance that is not restored, and why. `detail` names the copy or instance that it is about. */
export interface LeftOut {
  readonly instanceId: string;
  readonly because:
    | "no-copy"
    | "no-usable-copy"
    | "no-copy-so-old"
    | "taken-after-disaster"
    | "name-taken"
    | "already-restored"
    | "being-restored"
    | "gone-since"
    | "failed-before"
    | "closed-before"
    | "not-taggable"
    | "not-tagged-yet";
  readonly detail: string;
}

/** What a declaration comes to. */
export interface RecoveryPlan {
  readonly kind: "plan-recovery" | "already-declared";
  readonly declaration: Declaration;
  readonly restores: readonly PlannedRestore[];
  readonly leftOut: readonly LeftOut[];
  /** Copies of open declarations whose restore this one takes over. */
  readonly superseded: readonly Snapshot[];
  /** The open declarations that cover some of the same instances. */
  readonly open: readonly OpenDeclaration[];
}

/** A declaration that was closed is not opened again by a message that comes late or twice. */
export type RecoveryDecision =
  | RecoveryPlan
  | { readonly kind: "refuse"; readonly because: "closed-before"; readonly declaration: Declaration };

/** The DR region as it is, and what is declared. */
export interface Situation {
  readonly declared: DrDeclared;
  /** The id and the time of the event: both stay what they are when it is delivered again. */
  readonly eventId: string;
  readonly eventTime: Date;
  readonly copies: readonly Snapshot[];
  readonly instances: readonly DBInstance[];
  readonly enabledKeys: ReadonlySet<string>;
  /** Keys of which AWS refuses to say whether they are enabled. */
  readonly untoldKeys?: ReadonlySet<string>;
  readonly settings: Pick<Settings, "environment" | "instances" | "overrides">;
}

/** The situation, sorted out once for all instances. */
export interface Context extends Situation {
  readonly declaration: Declaration;
  readonly restored: readonly RestoredInstance[];
  readonly open: readonly OpenDeclaration[];
  readonly takenNames: ReadonlySet<string>;
  readonly known: ReadonlySet<string>;
  readonly disasters: ReadonlyMap<string, readonly DisasterSpan[]>;
}

/** Leaves an instance out. */
export function leave(instanceId: string, because: LeftOut["because"], detail = ""): LeftOut {
  return { instanceId, because, detail };
}
