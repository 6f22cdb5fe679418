import type { DescribeDBSnapshotsMessage } from "@aws-sdk/client-rds";
import { AwsError, type Shape } from "../../types.ts";
import { reading } from "./facts.ts";
import { type FilterTable, passes } from "./filters.ts";
import { parseArn } from "./identifiers.ts";
import { findSnapshot } from "./lookup.ts";
import { pageOf, sortedBy } from "./paging.ts";
import { snapshotView } from "./snapshot-shapes.ts";
import type { RdsState, SnapshotRecord } from "./state.ts";

const filters: FilterTable<SnapshotRecord> = {
  "db-instance-id": ({ shape, memory }) => [shape.DBInstanceIdentifier, memory.DBInstanceArn],
  "db-snapshot-id": ({ shape }) => [shape.DBSnapshotIdentifier],
  "dbi-resource-id": ({ shape }) => [shape.DbiResourceId],
  "snapshot-type": ({ shape }) => [shape.SnapshotType],
  engine: ({ shape }) => [shape.Engine],
};

const snapshotTypes = new Set(["automated", "manual", "shared", "public", "awsbackup"]);

/** DescribeDBSnapshots. */
export function describeSnapshots(state: RdsState, input: DescribeDBSnapshotsMessage): Shape {
  const type = input.SnapshotType;
  if (type !== undefined && !snapshotTypes.has(type)) {
    throw new AwsError("InvalidParameterValue", `Invalid snapshot type: ${type}`);
  }
  if (input.DBSnapshotIdentifier !== undefined && input.DBInstanceIdentifier !== undefined) {
    throw new AwsError(
      "InvalidParameterCombination",
      "DBInstanceIdentifier and DBSnapshotIdentifier cannot be used together.",
    );
  }
  const matches = passes(filters, input.Filters);
  const { DbiResourceId } = input;
  const rows = candidates(state, input).filter(
    (record) =>
      isOfType(record, type) &&
      matches(record) &&
      (DbiResourceId === undefined || record.shape.DbiResourceId === DbiResourceId),
  );
  const page = pageOf(
    rows,
    (record) => record.shape.DBSnapshotIdentifier ?? "",
    input,
    state.world.knobs.pageCap,
  );
  return { DBSnapshots: page.rows.map((record) => snapshotView(state, record)), Marker: page.marker };
}

/** Manual and automated ones when no type is asked for; shared ones of other accounts there are none. */
function isOfType({ shape }: SnapshotRecord, type: string | undefined): boolean {
  if (type === undefined) return shape.SnapshotType === "manual" || shape.SnapshotType === "automated";
  return shape.SnapshotType === type;
}

function candidates(state: RdsState, input: DescribeDBSnapshotsMessage): SnapshotRecord[] {
  if (input.DBSnapshotIdentifier !== undefined)
    return [oneSnapshot(state, input.DBSnapshotIdentifier, input)];
  const all = sortedBy(state.snapshots.values(), (record) => record.shape.DBSnapshotIdentifier ?? "");
  const instance = input.DBInstanceIdentifier?.toLowerCase();
  if (instance === undefined) return all;
  if (!state.instances.has(instance) && reading(state.world, "snapshotsOfMissingInstance") === "refused") {
    throw new AwsError("DBInstanceNotFound", `DBInstance ${instance} not found.`, 404);
  }
  return all.filter((record) => record.shape.DBInstanceIdentifier === instance);
}

function oneSnapshot(state: RdsState, reference: string, input: DescribeDBSnapshotsMessage): SnapshotRecord {
  const arn = parseArn(reference);
  const here = arn === undefined || (arn.region === state.region.name && arn.type === "snapshot");
  const record = here ? findSnapshot(state, arn?.id ?? reference) : undefined;
  const hidden =
    record?.shape.SnapshotType === "automated" &&
    input.SnapshotType === undefined &&
    reading(state.world, "automatedByIdentifier") === "needs-snapshot-type";
  if (!record || hidden) throw new AwsError("DBSnapshotNotFound", `DBSnapshot ${reference} not found.`, 404);
  return record;
}
