import type { DBInstance } from "@aws-sdk/client-rds";
import type { RestoreRequest } from "../../handlers/restore-instance/decide.ts";
import type { FromOperator } from "../../shared/events/dr-events.ts";
import { type Description, encodeDescription } from "../../shared/rds/description.ts";
import type { Snapshot } from "../../shared/rds/snapshots.ts";
import { at, copy } from "../shared/builders.ts";

/** The primary died, and 30 minutes later somebody said so. */
export const declaredAt = new Date("2026-03-10T02:00:00.000Z");

/** An instant `minutes` after the declaration. */
export const minutesAfter = (minutes: number) => new Date(declaredAt.getTime() + minutes * 60_000);

/** What orders was when its recovery point was taken. */
export function description(changes: Partial<Description> = {}): Description {
  return {
    engine: "postgres",
    version: "16.4",
    class: "db.r6g.xlarge",
    multiAz: true,
    port: 5432,
    gib: 500,
    storage: "gp3",
    iops: 12000,
    throughput: 500,
    parameterGroup: "orders-pg16",
    optionGroup: "default:postgres-16",
    iam: true,
    protect: true,
    public: false,
    managedPassword: false,
    minorUpgrades: true,
    copyTags: true,
    ...changes,
  };
}

interface CopyChanges extends Partial<Omit<Snapshot, "tags">> {
  /** When it was taken. */
  readonly taken?: Date;
  readonly tags?: Readonly<Record<string, string>>;
  readonly described?: Description | undefined;
}

/** A usable copy of an instance, a day old unless said otherwise. */
export function copyOf(
  instanceId: string,
  { taken = minutesAfter(-90), tags = {}, ...changes }: CopyChanges = {},
): Snapshot {
  const { described = description(), ...rest } = changes;
  return copy({
    id: `lambda-dr-snapshot-${instanceId}-${taken.toISOString().slice(0, 16).replace("T", "-").replace(":", "")}`,
    instanceId,
    originalCreatedAt: taken,
    databaseTime: taken,
    createdAt: at(35),
    ...rest,
    tags: new Map([
      ["rds-dr:environment", "dev"],
      ["rds-dr:kind", "copy"],
      ["rds-dr:instance", instanceId],
      ["rds-dr:requested-at", taken.toISOString()],
      ...encodeDescription(described).tags,
      ...Object.entries(tags),
    ]),
  });
}

/** The tags of a copy that declaration `id` chose. */
export function chosenBy(
  id: string,
  restoreAs: string,
  outcome = "pending",
  when = declaredAt,
): Record<string, string> {
  return {
    "rds-dr:declaration": `${id} ${when.toISOString()} disaster ${restoreAs}`,
    "rds-dr:outcome": outcome,
  };
}

/** The copy of orders that declaration `d1` chose. */
export const chosen = copyOf("orders", { tags: chosenBy("d1", "orders") });

/** The request to restore it. */
export const request: RestoreRequest = {
  version: 1,
  declaration: { id: "d1", declaredAt, mode: "disaster" },
  instanceId: "orders",
  copyId: chosen.id,
  restoreAs: "orders",
};

/** Orders as it comes up in the DR region by declaration `d1`. */
export function restored(changes: Partial<DBInstance> & { tags?: Record<string, string> } = {}): DBInstance {
  const { tags = {}, ...rest } = changes;
  const name = changes.DBInstanceIdentifier ?? "orders";
  return {
    DBInstanceIdentifier: name,
    DBInstanceArn: `arn:aws:rds:us-west-2:111122223333:db:${name}`,
    DBInstanceStatus: "available",
    Engine: "postgres",
    EngineVersion: "16.4",
    DBInstanceClass: "db.r6g.xlarge",
    MultiAZ: true,
    Endpoint: { Address: `${name}.example.us-west-2.rds.amazonaws.com`, Port: 5432 },
    AllocatedStorage: 500,
    StorageType: "gp3",
    Iops: 12000,
    StorageThroughput: 500,
    DBParameterGroups: [{ DBParameterGroupName: "orders-pg16-dr" }],
    OptionGroupMemberships: [{ OptionGroupName: "default:postgres-16" }],
    IAMDatabaseAuthenticationEnabled: true,
    DeletionProtection: true,
    PubliclyAccessible: false,
    AutoMinorVersionUpgrade: true,
    CopyTagsToSnapshot: true,
    ...rest,
    TagList: Object.entries({
      "rds-dr:environment": "dev",
      "rds-dr:instance": "orders",
      "rds-dr:declaration": "d1",
      "rds-dr:declared-at": declaredAt.toISOString(),
      "rds-dr:mode": "disaster",
      "rds-dr:recovery-point": copyOf("orders").id,
      ...tags,
    }).map(([Key, Value]) => ({ Key, Value })),
  };
}

/** What restoring reads of the settings. */
export const settings = {
  environment: "dev",
  instances: { listed: ["orders"], excluded: [] },
  network: { subnetGroup: "dr-private", securityGroups: ["sg-0d1a2b3c4d5e6f708"] },
  optionGroups: { "crm-tde": "crm-tde-dr" },
  parameterGroups: { "orders-pg16": "orders-pg16-dr" },
  objectives: { rpoMinutes: 1800, rtoMinutes: 240, expectedCopyMinutes: 240 },
  restore: {},
  overrides: {},
};

/** An event of an operator, `dr-declared` unless said otherwise. */
export function order(detail: unknown, changes: Partial<FromOperator> = {}): FromOperator {
  return { event: "dr-declared", id: "e1", time: declaredAt, source: "operator", detail, ...changes };
}
