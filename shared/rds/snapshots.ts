import {
  type DBSnapshot,
  DescribeDBSnapshotsCommand,
  paginateDescribeDBSnapshots,
  type RDSClient,
} from "@aws-sdk/client-rds";
import { isDenied, meaningOf } from "../errors.ts";
import { type TagMap, tagKeys, tagMap } from "./tags.ts";

/** A manual snapshot as we see it: a backup of ours, a copy of ours, or somebody else's. */
export interface Snapshot {
  readonly id: string;
  readonly arn: string;
  /** The instance it was taken of. */
  readonly instanceId: string;
  readonly status: string;
  readonly percent: number;
  readonly tags: TagMap;
  readonly encrypted: boolean;
  readonly kmsKeyArn: string | undefined;
  readonly engine: string;
  readonly gib: number;
  readonly optionGroup: string | undefined;
  /** Set on cross-region copies only: the ARN of what was copied. */
  readonly sourceArn: string | undefined;
  /** When this very snapshot was made; changes on copy. Absent while it is being created. */
  readonly createdAt: Date | undefined;
  /** When the first snapshot of the chain was made; survives copying. */
  readonly originalCreatedAt: Date | undefined;
  /** The last transaction in it. */
  readonly databaseTime: Date | undefined;
}

/**
 * What a cross-region copy was made of. The API reference gives no other copy a source, but the AWS CLI's example of
 * copy-db-snapshot shows one on a copy within a region, which is no copy for us.
 * https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBSnapshot.html
 */
function sourceArnOf({ DBSnapshotArn, SourceDBSnapshotIdentifier }: DBSnapshot): string | undefined {
  const [own, source] = [DBSnapshotArn, SourceDBSnapshotIdentifier].map((arn) => arn?.split(":")[3]);
  return source === own ? undefined : SourceDBSnapshotIdentifier;
}

/** Reads RDS's shape into ours. */
export function snapshotOf(snapshot: DBSnapshot): Snapshot {
  const tags = tagMap(snapshot.TagList);
  return {
    id: snapshot.DBSnapshotIdentifier ?? "",
    arn: snapshot.DBSnapshotArn ?? "",
    instanceId: tags.get(tagKeys.instance) ?? snapshot.DBInstanceIdentifier ?? "",
    status: snapshot.Status ?? "",
    percent: snapshot.PercentProgress ?? 0,
    tags,
    encrypted: snapshot.Encrypted ?? false,
    kmsKeyArn: snapshot.KmsKeyId,
    engine: snapshot.Engine ?? "",
    gib: snapshot.AllocatedStorage ?? 0,
    optionGroup: snapshot.OptionGroupName,
    sourceArn: sourceArnOf(snapshot),
    createdAt: snapshot.SnapshotCreateTime,
    originalCreatedAt: snapshot.OriginalSnapshotCreateTime,
    databaseTime: snapshot.SnapshotDatabaseTime,
  };
}

/** All manual snapshots of a region, page by page; tags come along, so none is asked for one by one. */
export async function listSnapshots(rds: RDSClient, instanceId?: string): Promise<Snapshot[]> {
  const found: Snapshot[] = [];
  // The DBInstanceIdentifier parameter "must match an existing DBInstance" by the docs; the filter need not.
  const filter =
    instanceId === undefined ? {} : { Filters: [{ Name: "db-instance-id", Values: [instanceId] }] };
  for await (const page of paginateDescribeDBSnapshots(
    { client: rds, pageSize: 100 },
    { SnapshotType: "manual", ...filter },
  )) {
    found.push(...(page.DBSnapshots ?? []).map(snapshotOf));
  }
  return found;
}

/** One snapshot by its identifier, or undefined when there is none. */
export async function findSnapshot(rds: RDSClient, id: string): Promise<Snapshot | undefined> {
  try {
    const { DBSnapshots } = await rds.send(new DescribeDBSnapshotsCommand({ DBSnapshotIdentifier: id }));
    const first = DBSnapshots?.[0];
    return first === undefined ? undefined : snapshotOf(first);
  } catch (error) {
    if (meaningOf(error) === "gone") return undefined;
    throw error;
  }
}

/** Snapshots by their identifiers, as many as one answer holds: at most 100. Those that are gone are left out. */
export async function findSnapshots(rds: RDSClient, ids: readonly string[]): Promise<Snapshot[]> {
  const Filters = [{ Name: "db-snapshot-id", Values: [...ids] }];
  const { DBSnapshots } = await rds.send(new DescribeDBSnapshotsCommand({ Filters, MaxRecords: 100 }));
  return (DBSnapshots ?? []).map(snapshotOf);
}

/**
 * Whether a refused call on a snapshot only means that there is no such snapshot any more. Our policies ask for its
 * tags, and what is gone has none: AWS then denies the call instead of saying so.
 */
export async function isGone(rds: RDSClient, id: string, refusal: unknown): Promise<boolean> {
  if (meaningOf(refusal) === "gone") return true;
  return isDenied(refusal) && (await findSnapshot(rds, id)) === undefined;
}

/** Whether a snapshot is ours: by the tags of this environment, never by its name. */
export function isOurs(snapshot: Snapshot, environment: string, kind: "backup" | "copy"): boolean {
  return snapshot.tags.get(tagKeys.environment) === environment && snapshot.tags.get(tagKeys.kind) === kind;
}

/**
 * When a backup was asked for, and behind it, on a copy, when the copy was: `<backup> <copy>` in one tag, for places
 * for tags are few.
 */
export function requestTimes(tags: TagMap): {
  readonly backup: Date | undefined;
  readonly copy: Date | undefined;
} {
  const [backup, copy] = (tags.get(tagKeys.requestedAt) ?? "").split(" ").map((word) => new Date(word));
  const readable = (time: Date | undefined) => (Number.isNaN(time?.getTime()) ? undefined : time);
  return { backup: readable(backup), copy: readable(copy) };
}

function timesOf(snapshot: Snapshot): number[] {
  const { backup } = requestTimes(snapshot.tags);
  const times = [snapshot.databaseTime, snapshot.originalCreatedAt, backup].map((time) => time?.getTime());
  return times.filter((time): time is number => time !== undefined && !Number.isNaN(time));
}

/**
 * When the data was frozen, for the RPO: the earliest of SnapshotDatabaseTime, our tag `requested-at` and
 * OriginalSnapshotCreateTime (documented both as the time of the call and of completion), so that an age is
 * never understated. SnapshotCreateTime is left out: RDS restamps it on every copy.
 */
export function takenAt(snapshot: Snapshot): Date | undefined {
  const times = timesOf(snapshot);
  return times.length === 0 ? undefined : new Date(Math.min(...times));
}

/** The latest instant that the data may be from: what `asOf` compares, so that nothing newer slips in. */
export function takenAtLatest(snapshot: Snapshot): Date | undefined {
  const times = timesOf(snapshot);
  return times.length === 0 ? undefined : new Date(Math.max(...times));
}

/** A copy that can be restored: available, ours, and encrypted under one of `enabledKeys` of this region. */
export function isUsable(copy: Snapshot, environment: string, enabledKeys: ReadonlySet<string>): boolean {
  return (
    copy.status === "available" &&
    isOurs(copy, environment, "copy") &&
    copy.encrypted &&
    copy.kmsKeyArn !== undefined &&
    enabledKeys.has(copy.kmsKeyArn)
  );
}
