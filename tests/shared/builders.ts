import type { DBInstance } from "@aws-sdk/client-rds";
import type { Snapshot } from "../../shared/rds/snapshots.ts";

export const account = "111122223333";
export const currentKey = `arn:aws:kms:us-west-2:${account}:key/current`;
export const otherKey = `arn:aws:kms:us-west-2:${account}:key/other`;

/** An instant near the slot of 2026-03-01T02:00Z, `minutes` later. */
export const at = (minutes: number) => new Date(Date.UTC(2026, 2, 1, 2, minutes));

/** The ARN of a snapshot of the account. */
export function snapshotArn(region: string, name: string): string {
  return `arn:aws:rds:${region}:${account}:snapshot:${name}`;
}

const id = "lambda-dr-snapshot-orders-2026-03-01-0200";

/** The backup of orders for the slot of 2026-03-01T02:00Z, available. */
export function backup(changes: Partial<Snapshot> & { tags?: ReadonlyMap<string, string> } = {}): Snapshot {
  const name = changes.id ?? id;
  return {
    id: name,
    arn: snapshotArn("us-east-1", name),
    instanceId: "orders",
    status: "available",
    percent: 100,
    tags: tags("backup"),
    encrypted: true,
    kmsKeyArn: `arn:aws:kms:us-east-1:${account}:key/source`,
    engine: "postgres",
    gib: 500,
    optionGroup: "default:postgres-16",
    sourceArn: undefined,
    createdAt: at(5),
    originalCreatedAt: at(5),
    databaseTime: at(1),
    ...changes,
  };
}

/** The proven copy of that backup. */
export function copy(changes: Partial<Snapshot> = {}): Snapshot {
  const name = changes.id ?? id;
  return {
    ...backup(),
    id: name,
    arn: snapshotArn("us-west-2", name),
    tags: tags("copy"),
    kmsKeyArn: currentKey,
    sourceArn: snapshotArn("us-east-1", id),
    createdAt: at(35),
    ...changes,
  };
}

/** Our tags, and more. */
export function tags(
  kind: "backup" | "copy",
  more: Record<string, string> = {},
): ReadonlyMap<string, string> {
  return new Map([
    ["rds-dr:environment", "dev"],
    ["rds-dr:kind", kind],
    ["rds-dr:instance", "orders"],
    ["rds-dr:requested-at", at(0).toISOString()],
    ...Object.entries(more),
  ]);
}

/** The instance orders, protected by its tag. */
export function instance(changes: Partial<DBInstance> = {}): DBInstance {
  return {
    DBInstanceIdentifier: "orders",
    DBInstanceStatus: "available",
    Engine: "postgres",
    EngineVersion: "16.4",
    DBInstanceClass: "db.r6g.xlarge",
    AllocatedStorage: 500,
    StorageType: "gp3",
    MultiAZ: true,
    Endpoint: { Port: 5432 },
    TagList: [{ Key: "dr", Value: "protected" }],
    ...changes,
  };
}
