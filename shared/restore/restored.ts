import type { DBInstance } from "@aws-sdk/client-rds";
import type { Declaration } from "../events/dr-events.ts";
import { tagKeys, tagMap } from "../rds/tags.ts";

/** An instance that we restored, as its tags tell. */
export interface RestoredInstance {
  /** Its own identifier. */
  readonly id: string;
  readonly arn: string;
  /** The protected instance that it stands for. */
  readonly instanceId: string;
  readonly declaration: Declaration;
  readonly recoveryPoint: string | undefined;
  /** The operator is done with its declaration. */
  readonly isClosed: boolean;
  /** When; absent also where somebody wrote the tag by hand. */
  readonly closedAt: Date | undefined;
  readonly status: string;
}

/** Reads an instance as one that we restored in this environment; undefined when it is somebody else's. */
export function restoredOf(instance: DBInstance, environment: string): RestoredInstance | undefined {
  const tags = tagMap(instance.TagList);
  const id = tags.get(tagKeys.declaration);
  const instanceId = tags.get(tagKeys.instance);
  const declaredAt = Date.parse(tags.get(tagKeys.declaredAt) ?? "");
  const closedAt = Date.parse(tags.get(tagKeys.closed) ?? "");
  if (tags.get(tagKeys.environment) !== environment || !id || !instanceId || Number.isNaN(declaredAt))
    return undefined;
  return {
    id: instance.DBInstanceIdentifier ?? "",
    arn: instance.DBInstanceArn ?? "",
    instanceId,
    declaration: {
      id,
      declaredAt: new Date(declaredAt),
      mode: tags.get(tagKeys.mode) === "drill" ? "drill" : "disaster",
    },
    recoveryPoint: tags.get(tagKeys.recoveryPoint),
    isClosed: tags.has(tagKeys.closed),
    closedAt: Number.isNaN(closedAt) ? undefined : new Date(closedAt),
    status: instance.DBInstanceStatus ?? "unknown",
  };
}

/** What a restore asks for: which instance, from which copy, by which declaration. */
export interface RestoreIdentity {
  readonly declarationId: string;
  readonly instanceId: string;
  readonly copyId: string;
}

/**
 * Whether an instance is what a restore asks for: made by the same declaration, or by another open one from the
 * very same copy (two declarations that overlapped wanted the same thing).
 */
export function isRestoreOf(instance: DBInstance, wanted: RestoreIdentity, environment: string): boolean {
  const restored = restoredOf(instance, environment);
  if (restored === undefined || restored.instanceId !== wanted.instanceId) return false;
  if (restored.declaration.id === wanted.declarationId) return true;
  return !restored.isClosed && restored.recoveryPoint === wanted.copyId;
}

/** While RDS is at the volume, for hours maybe, the instance serves. */
const atTheVolume: readonly string[] = ["storage-optimization", "storage-initialization"];

/** Whether RDS is still at the volume of an instance that serves; whether it takes modifications then is not documented. */
export function isAtTheVolume({ DBInstanceStatus: status = "" }: DBInstance): boolean {
  return atTheVolume.includes(status);
}

/**
 * Whether clients can connect: RTO counts to the first such reading. In `storage-initialization` a restored instance
 * "remains available for operations" while its blocks are loaded from S3.
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/accessing-monitoring.html
 */
export function serves(instance: DBInstance): boolean {
  const status = instance.DBInstanceStatus ?? "";
  const up =
    ["available", "backing-up", ...atTheVolume].includes(status) || status.startsWith("configuring-");
  return up && instance.Endpoint?.Address !== undefined;
}

/** States that a restored instance does not leave by itself (DB instance status, RDS user guide). */
const broken =
  /^(failed|deleting|deleted|restore-error|incompatible-.+|insufficient-capacity|inaccessible-encryption-credentials.*)$/;

/** Whether a restored instance will not come up without a person. */
export function isBroken(status: string): boolean {
  return broken.test(status);
}
