/**
 * A declaration's whole memory is two tags on each copy that it chose, and the tags of what was restored from it.
 *
 * `rds-dr:declaration` says which declaration, and how the copy is to be restored. `rds-dr:outcome` says how far
 * that came. plan-recovery writes both in one call, so an older declaration's outcome is gone; and since a look that
 * began before may still write one, steps put ` @<declarationId>` behind what they write, and what was written for
 * another declaration than the copy carries counts as `pending`. Without it a value is of the copy's own declaration:
 *
 * - `pending`                              restore asked for
 * - `pending:<word>`                       … and people were told what it waits for; `in-line`: finish-restore asks for it
 * - `refused:<because>`                    by RDS or by us, announced by restore-instance; finish-restore makes it `failed`
 * - `serving:<servingAt>`                  announced; what a restore cannot set is still to be applied
 * - `modified:<servingAt> <modifiedAt>`    … and has been asked for
 * - `restored:<servingAt>`                 final
 * - `failed:<because>`                     final
 * - `closed:<at>`                          final: the operator closed the declaration, or another one took over
 * - `closed`                               … and nothing of it stood in the DR region then
 * - `retired:<at>`                         no outcome: prune-copies found the instance retired and said so. It stands here,
 *                                          for RDS has no place for one more tag; a declaration overwrites it
 * - `uncovered:<at>`                       no outcome either: an operator had the backup made while the settings did not
 *                                          cover its instance
 *
 * A declaration is unfinished while one of its copies has an outcome that is not final.
 */
import { deflateRawSync, inflateRawSync } from "node:zlib";
import type { DBInstance } from "@aws-sdk/client-rds";
import { type Declaration, RestoreOverride } from "./events/dr-events.ts";
import { isOurs, type Snapshot } from "./rds/snapshots.ts";
import { tagKeys } from "./rds/tags.ts";
import { restoredOf } from "./restore/restored.ts";

/** A declaration as a tagged copy carries it: with the name to restore as, and what the operator overrode. */
export interface TaggedDeclaration extends Declaration {
  readonly restoreAs: string;
  readonly override?: RestoreOverride | undefined;
}

/** AWS's bound of a tag's value. */
export const tagValueLengthMax = 256;

/**
 * Primes the deflater with the words of an override, so that ordinary ones fit beside the names. Part of the
 * tag's format: copies that are tagged already are read with it, so it must never change.
 */
const dictionary = Buffer.from(
  '{"deletionProtection":true,"publiclyAccessible":false,"optionGroup":"default:","parameterGroup":"default.",' +
    '"subnetGroup":"rds-dr-","multiAz":false,"securityGroups":["sg-0","sg-0"],"instanceClass":"db.m5.db.t4g.db.r6g.2xlarge"}',
);

/** Writes the tag's value; longer than `tagValueLengthMax` when the override is too large to travel. */
export function encodeDeclaration({ id, declaredAt, mode, restoreAs, override }: TaggedDeclaration): string {
  const words = [id, declaredAt.toISOString(), mode, restoreAs];
  if (override !== undefined && Object.keys(override).length > 0) {
    words.push(deflateRawSync(JSON.stringify(override), { level: 9, dictionary }).toString("base64url"));
  }
  return words.join(" ");
}

function decodeOverride(text: string | undefined): RestoreOverride | undefined {
  if (text === undefined) return undefined;
  try {
    const json = inflateRawSync(Buffer.from(text, "base64url"), { dictionary }).toString("utf8");
    return RestoreOverride.parse(JSON.parse(json));
  } catch {
    // Somebody edited the tag. Restoring as it travelled is nearer to what was wanted than not restoring.
    return undefined;
  }
}

/** Reads the tag's value; undefined when it is none of ours. */
export function decodeDeclaration(text: string | undefined): TaggedDeclaration | undefined {
  const [id, declaredAt, mode, restoreAs, override] = (text ?? "").split(" ");
  if (!id || !restoreAs || Number.isNaN(Date.parse(declaredAt ?? ""))) return undefined;
  if (mode !== "disaster" && mode !== "drill") return undefined;
  return { id, declaredAt: new Date(declaredAt ?? ""), mode, restoreAs, override: decodeOverride(override) };
}

/** The declaration that a copy was chosen for, if any. */
export function declarationOf(copy: Snapshot): TaggedDeclaration | undefined {
  return decodeDeclaration(copy.tags.get(tagKeys.declaration));
}

/** What the outcome of a restore that waits in line for a quota says it waits for. */
export const inLineWord = "in-line";

/** How far the restore of a tagged copy has come. */
export type Outcome =
  /** `told`: for what it waits, once people know. */
  | { readonly kind: "pending"; readonly told?: string }
  | { readonly kind: "refused" | "failed"; readonly because: string }
  | { readonly kind: "serving"; readonly servingAt: Date }
  /** The time is absent only where somebody wrote the tag by hand. */
  | { readonly kind: "restored"; readonly servingAt: Date | undefined }
  | { readonly kind: "modified"; readonly servingAt: Date; readonly modifiedAt: Date }
  | { readonly kind: "closed" | "retired" | "uncovered"; readonly at: Date | undefined };

/** Writes an outcome as a tag value, as that of a declaration where one is given. */
export function encodeOutcome(outcome: Outcome, declarationId?: string): string {
  const text = outcomeText(outcome);
  return declarationId === undefined ? text : `${text} @${declarationId}`;
}

function outcomeText(outcome: Outcome): string {
  switch (outcome.kind) {
    case "pending":
      return ["pending", outcome.told].filter(Boolean).join(":");
    case "refused":
    case "failed":
      // Tags allow few characters, and the word behind the colon is for people to search for.
      return `${outcome.kind}:${outcome.because.replace(/[^A-Za-z0-9.-]+/g, "-").slice(0, 100)}`;
    case "serving":
      return `serving:${outcome.servingAt.toISOString()}`;
    case "restored":
      return ["restored", outcome.servingAt?.toISOString()].filter(Boolean).join(":");
    case "modified":
      return `modified:${outcome.servingAt.toISOString()} ${outcome.modifiedAt.toISOString()}`;
    case "closed":
    case "retired":
    case "uncovered":
      return [outcome.kind, outcome.at?.toISOString()].filter(Boolean).join(":");
  }
}

/**
 * Reads an outcome as that of `declarationId`; an absent, an unreadable and another declaration's one is pending, for
 * then the restore is looked after again.
 */
export function decodeOutcome(text: string | undefined, declarationId?: string): Outcome {
  const [, kind = "", rest = "", of] = /^([a-z]+)(?::(.*?))?(?: @(\S+))?$/.exec(text ?? "") ?? [];
  if (of !== undefined && declarationId !== undefined && of !== declarationId) return { kind: "pending" };
  const [first, second] = rest.split(" ").map((part) => {
    const instant = new Date(part);
    return Number.isNaN(instant.getTime()) ? undefined : instant;
  });
  if (kind === "refused" || kind === "failed") return { kind, because: rest };
  if (kind === "restored") return { kind, servingAt: first };
  if (kind === "closed" || kind === "retired" || kind === "uncovered") return { kind, at: first };
  if (kind === "pending" && rest !== "") return { kind, told: rest };
  if (kind === "serving" && first !== undefined) return { kind, servingAt: first };
  if (kind !== "modified" || first === undefined || second === undefined) return { kind: "pending" };
  return { kind, servingAt: first, modifiedAt: second };
}

/** The outcome of a tagged copy. */
export function outcomeOf(copy: Snapshot): Outcome {
  return decodeOutcome(copy.tags.get(tagKeys.outcome), declarationOf(copy)?.id);
}

const finalKinds: ReadonlySet<Outcome["kind"]> = new Set([
  "restored",
  "failed",
  "closed",
  "retired",
  "uncovered",
]);

/** Whether nothing is left to be done for an outcome. */
export function isFinal({ kind }: Outcome): boolean {
  return finalKinds.has(kind);
}

/**
 * Whether the newest available copy says that its instance is not protected: it was retired since, or was not covered
 * then. A newer one, made after the instance came back, says nothing of it.
 */
export function isMarkedRetired(newestFirst: readonly Snapshot[]): boolean {
  const newest = newestFirst.find(({ status }) => status === "available");
  if (newest === undefined) return false;
  const { kind } = outcomeOf(newest);
  return kind === "retired" || kind === "uncovered";
}

/** The newest available copy of when its instance was protected; the only one that a retirement is news for. */
export function newestProtected(newestFirst: readonly Snapshot[]): Snapshot | undefined {
  return newestFirst.find((copy) => copy.status === "available" && outcomeOf(copy).kind !== "uncovered");
}

/** Whether a declaration chose this copy and its restore has not ended: finish-restore follows it, nobody may delete it. */
export function isUnfinished(copy: Snapshot): boolean {
  return declarationOf(copy) !== undefined && !isFinal(outcomeOf(copy));
}

/** Copies of ours that a declaration chose. */
export function copiesOf(
  declarationId: string,
  copies: readonly Snapshot[],
  environment: string,
): Snapshot[] {
  return copies.filter(
    (copy) => isOurs(copy, environment, "copy") && declarationOf(copy)?.id === declarationId,
  );
}

/** A declaration that somebody still has to follow, and what makes it so. */
export interface OpenDeclaration extends Declaration {
  /** The protected instances that it is open for. */
  readonly instanceIds: ReadonlySet<string>;
  /** Whether copies of it have no final outcome yet, so that finish-restore has to look after it. */
  readonly isUnfinished: boolean;
}

/**
 * The open declarations, earliest first: those with a restored instance that lacks `rds-dr:closed`, and those
 * with a copy whose outcome is not final.
 */
export function openDeclarations(
  copies: readonly Snapshot[],
  instances: readonly DBInstance[],
  environment: string,
): OpenDeclaration[] {
  const open = new Map<
    string,
    { declaration: Declaration; instanceIds: Set<string>; isUnfinished: boolean }
  >();
  const entry = ({ id, declaredAt, mode }: Declaration) => {
    const found = open.get(id) ?? {
      declaration: { id, declaredAt, mode },
      instanceIds: new Set(),
      isUnfinished: false,
    };
    open.set(id, found);
    return found;
  };
  for (const copy of copies) {
    const tagged = isOurs(copy, environment, "copy") ? declarationOf(copy) : undefined;
    if (tagged === undefined || isFinal(outcomeOf(copy))) continue;
    const found = entry(tagged);
    found.instanceIds.add(copy.instanceId);
    found.isUnfinished = true;
  }
  for (const instance of instances) {
    const restored = restoredOf(instance, environment);
    if (restored !== undefined && !restored.isClosed)
      entry(restored.declaration).instanceIds.add(restored.instanceId);
  }
  return [...open.values()]
    .map(({ declaration, instanceIds, isUnfinished }) => ({ ...declaration, instanceIds, isUnfinished }))
    .toSorted((a, b) => a.declaredAt.getTime() - b.declaredAt.getTime() || (a.id < b.id ? -1 : 1));
}
