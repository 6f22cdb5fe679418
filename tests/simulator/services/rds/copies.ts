import type { CopyDBSnapshotMessage, Tag } from "@aws-sdk/client-rds";
import { AwsError, type KmsKey, NotSimulated, type Shape } from "../../types.ts";
import { copyEvent, enqueueCopy, failCopy } from "./copy-queue.ts";
import { defaultOptionGroup } from "./engines.ts";
import { reading } from "./facts.ts";
import { checkOptionGroup, checkRequiredOptions, findOptionGroup, stickyOptions } from "./groups.ts";
import { checkedIdentifier, longestSnapshotId, parseArn } from "./identifiers.ts";
import { grantToRds, usableKey } from "./keys.ts";
import { checkNameFree, findSnapshot } from "./lookup.ts";
import { onlyMembers } from "./members.ts";
import { checkCopiesInProgress, checkManualSnapshots } from "./quotas.ts";
import { shapeOfCopy, snapshotView } from "./snapshot-shapes.ts";
import { type CopyJob, type RdsState, type SnapshotRecord, stateIn } from "./state.ts";
import { checkCount, checkedTags, isSystemTag, withTags } from "./tags.ts";

interface Source {
  readonly state: RdsState;
  readonly record: SnapshotRecord;
  readonly crossRegion: boolean;
}

/** CopyDBSnapshot: called in the destination; accepted here, done in the background. */
export function copySnapshot(state: RdsState, input: CopyDBSnapshotMessage): Shape {
  const id = checkedIdentifier(
    "TargetDBSnapshotIdentifier",
    input.TargetDBSnapshotIdentifier,
    longestSnapshotId,
  );
  const given = checkedTags(input.Tags);
  refuseUnsimulated(input);
  const source = findSource(state, input.SourceDBSnapshotIdentifier);
  if (source.crossRegion) checkPreSignedUrl(state, source, input.PreSignedUrl);
  checkNameFree(state, id);
  if (source.record.shape.Status !== "available") {
    throw new AwsError("InvalidDBSnapshotState", reading(state.world, "copyStateText"));
  }
  const tags = chosenTags(state, source, input, given);
  const optionGroup = chosenOptionGroup(state, source, input);
  const key = chosenKey(state, source, input.KmsKeyId);
  checkManualSnapshots(state);
  if (source.crossRegion) checkCopiesInProgress(state);
  const shape = shapeOfCopy(state, source.record, id, {
    crossRegion: source.crossRegion,
    sourceRegion: source.state.region.name,
    keyArn: key?.arn,
    optionGroup,
    tags,
  });
  if (key) grantToRds(state, key, shape.DBSnapshotArn ?? "");
  const target: SnapshotRecord = {
    shape,
    memory: source.record.memory,
    ...(source.crossRegion && { copiedFrom: source.state.region.name }),
  };
  state.snapshots.set(id, target);
  enqueueCopy(state, {
    source: source.record,
    sourceState: source.state,
    target,
    crossRegion: source.crossRegion,
    requestedAt: state.world.clock.now(),
  });
  return { DBSnapshot: snapshotView(state, target) };
}

const checkMembers = onlyMembers<CopyDBSnapshotMessage>("CopyDBSnapshot", [
  "SourceDBSnapshotIdentifier",
  "TargetDBSnapshotIdentifier",
  "KmsKeyId",
  "Tags",
  "CopyTags",
  "PreSignedUrl",
  "OptionGroupName",
  "CopyOptionGroup",
  "SnapshotTarget",
]);

function refuseUnsimulated(input: CopyDBSnapshotMessage): void {
  checkMembers(input);
  if (input.SnapshotTarget !== undefined && input.SnapshotTarget !== "region") {
    throw new NotSimulated(`rds:CopyDBSnapshot SnapshotTarget ${input.SnapshotTarget}`);
  }
}

function findSource(state: RdsState, reference = ""): Source {
  const arn = parseArn(reference);
  if (!arn) {
    if (reference.startsWith("arn:")) {
      throw new AwsError("InvalidParameterValue", `Invalid snapshot ARN: ${reference}`);
    }
    return { state, record: findSnapshot(state, reference, "not-found-x"), crossRegion: false };
  }
  if (arn.type !== "snapshot")
    throw new AwsError("InvalidParameterValue", `Invalid snapshot ARN: ${reference}`);
  const where = stateIn(state.world, arn.region);
  if (!where || arn.account !== state.world.account) {
    throw new AwsError("DBSnapshotNotFound", `DBSnapshot not found: ${reference}`, 404);
  }
  const crossRegion = where !== state;
  if (crossRegion && where.region.lost) {
    // RDS of the destination asks RDS of the source, which does not answer.
    throw new AwsError(
      "InternalFailure",
      "The request processing has failed because of an unknown error.",
      500,
    );
  }
  return { state: where, record: findSnapshot(where, arn.id, "not-found-x"), crossRegion };
}

/**
 * The URL by which RDS of the destination was once allowed to read the source: signed for the source's region, and
 * naming the source and this region. Whether AWS still looks at it is one of the readings.
 */
function checkPreSignedUrl(
  state: RdsState,
  { state: from, record }: Source,
  given: string | undefined,
): void {
  if (given === undefined || reading(state.world, "wrongPreSignedUrl") === "ignored") return;
  const query = URL.canParse(given) ? new URL(given).searchParams : new URLSearchParams();
  const [, , signedFor] = (query.get("X-Amz-Credential") ?? "").split("/");
  const right =
    signedFor === from.region.name &&
    query.get("DestinationRegion") === state.region.name &&
    query.get("SourceDBSnapshotIdentifier") === record.shape.DBSnapshotArn;
  if (!right) throw new AwsError("InvalidParameterValue", "PreSignedUrl could not be authenticated.");
}

/** Tags on the call win over CopyTags. */
function chosenTags(state: RdsState, { record }: Source, input: CopyDBSnapshotMessage, given: Tag[]): Tag[] {
  if (!input.Tags?.length) return inheritedTags(record, input.CopyTags === true);
  if (reading(state.world, "copyTagsWithTags") === "tags-win") return given;
  return withTags(inheritedTags(record, input.CopyTags === true), given);
}

/** CopyTags takes the source's tags; one of AWS's own among them makes the call fail (c7n#6782). */
function inheritedTags(source: SnapshotRecord, copyTags: boolean): Tag[] {
  if (!copyTags) return [];
  const tags = source.shape.TagList ?? [];
  if (tags.some(isSystemTag)) {
    throw new AwsError("InvalidParameterValue", 'Tag keys cannot start with the reserved prefix "aws:"');
  }
  checkCount(tags);
  return [...tags];
}

/**
 * The copy's option group. Option groups are regional: a cross-region copy gets the one that is
 * named or the engine's default, and is refused where options would be lost that must not be.
 */
function chosenOptionGroup(state: RdsState, source: Source, input: CopyDBSnapshotMessage): string {
  const {
    Engine: engine = "",
    EngineVersion: version = "",
    OptionGroupName: present = "",
  } = source.record.shape;
  const required = stickyOptions(findOptionGroup(source.state.groups, present));
  if (input.OptionGroupName) {
    checkOptionGroup(state.groups, input.OptionGroupName, engine, version, required);
    return input.OptionGroupName;
  }
  if (!source.crossRegion) return present;
  if (input.CopyOptionGroup) throw new NotSimulated("rds:CopyDBSnapshot CopyOptionGroup across regions");
  checkRequiredOptions(undefined, required);
  return defaultOptionGroup(engine, version);
}

function chosenKey(state: RdsState, source: Source, wanted: string | undefined): KmsKey | undefined {
  const sourceKey = source.record.shape.KmsKeyId;
  if (source.crossRegion && sourceKey && !wanted) {
    throw new AwsError(
      "InvalidParameterValue",
      "Must specify new KMS key for cross region encrypted snapshot copy.",
    );
  }
  const key = wanted ? usableKey(state.region, "target KMS key", wanted) : undefined;
  const present = sourceKey
    ? usableKey(source.state.region, "source snapshot KMS key", sourceKey)
    : undefined;
  return key ?? present;
}

/** Ends the copies, anywhere, that are being made of a snapshot: they fail. */
export function terminateCopiesOf(state: RdsState, source: SnapshotRecord): void {
  for (const region of state.world.regions) {
    const where = stateIn(state.world, region.name);
    for (const job of where?.copies ?? []) {
      if (where && job.source === source) failCopy(where, job);
    }
  }
}

/** Cancels the copy whose target this is; false when it is none in progress. */
export function cancelCopy(state: RdsState, target: SnapshotRecord): boolean {
  const job = [...state.copies].find((one: CopyJob) => one.target === target);
  if (!job) return false;
  failCopy(state, job, { silent: true });
  copyEvent(state, job.crossRegion ? "RDS-EVENT-0061" : "RDS-EVENT-0190", job);
  return true;
}
