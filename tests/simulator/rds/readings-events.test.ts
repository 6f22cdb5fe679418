import { describe } from "vitest";
import { rdsEventReadings } from "../knobs/rds-event-readings.ts";
import type { KnobOverrides } from "../knobs.ts";
import type { AwsEvent } from "../types.ts";
import { holdReadings } from "./readings.ts";
import {
  account,
  backUp,
  copy,
  day,
  dr,
  hour,
  minute,
  primary,
  refusal,
  restore,
  type TestWorld,
  withBackup,
  withCopy,
  worldWithShop,
} from "./support.ts";

const tags = [{ Key: "k", Value: "v" }];
const topic = `arn:aws:sns:${primary}:${account}:rds-dr-dev-rds-backup`;
const arnOf = (region: string, id: string) => `arn:aws:rds:${region}:${account}:snapshot:${id}`;

/** The event that tells of a tagged backup. */
function created(knobs: KnobOverrides): AwsEvent | undefined {
  const world = worldWithShop(knobs);
  backUp(world, "b", "orders", { Tags: tags });
  return world.primary.emitted.find((event) => event.detail["Message"] === "Manual snapshot created");
}

/** Ids of the events in an instance's name after a restore, with those of the snapshot behind. */
function restored(knobs: KnobOverrides): { instance: unknown[]; snapshot: unknown[] } {
  const { world } = withCopy("orders", {}, { ...knobs, eventDelaySeconds: 1 });
  const before = world.dr.emitted.length;
  restore(world, "x", { BackupRetentionPeriod: 0 });
  world.advance(hour);
  const of = (id: string) =>
    world.dr.emitted
      .slice(before)
      .filter((event) => event.detail["SourceIdentifier"] === id)
      .map((event) => String(event.detail["EventID"]).slice(-4));
  return { instance: of("x"), snapshot: of("c") };
}

/** Messages about snapshots whose id begins so. */
function toldOf(world: TestWorld, prefix: string): string[] {
  const about = world.primary.emitted.filter((event) =>
    String(event.detail["SourceIdentifier"]).startsWith(prefix),
  );
  return [...new Set(about.map((event) => String(event.detail["Message"])))].sort();
}

describe("where AWS is silent about events, each reading shows", () => {
  holdReadings(rdsEventReadings, {
    snapshotEventId: {
      see: (knobs) => created(knobs)?.detail["EventID"],
      as: { present: "RDS-EVENT-0042", absent: undefined },
    },
    eventTags: {
      see: (knobs) => created(knobs)?.detail["Tags"],
      as: { absent: undefined, map: { k: "v" }, list: [{ key: "k", value: "v" }] },
    },
    copyEventNames: {
      see: (knobs) => {
        const { world } = withCopy("orders", {}, knobs);
        const [told] = world.dr.emitted.slice(-1);
        return [told?.detail["EventID"], told?.detail["SourceIdentifier"], told?.resources];
      },
      as: {
        copy: ["RDS-EVENT-0060", "c", [arnOf(dr, "c")]],
        source: ["RDS-EVENT-0060", "b", [arnOf(primary, "b")]],
      },
    },
    copyEventsInSource: {
      see: (knobs) => {
        const { world } = withCopy("orders", {}, knobs);
        return world.eventIds(world.primary, "c");
      },
      as: { none: [], "0060": ["RDS-EVENT-0060"] },
    },
    createdEventForCopies: {
      see: (knobs) => {
        const { world } = withCopy("orders", {}, knobs);
        return world.eventIds(world.dr, "c").includes("RDS-EVENT-0042");
      },
      as: { none: false, "0042": true },
    },
    copyFailureEvent: {
      see: (knobs) => {
        const { world, key, source } = withBackup("orders", { ...knobs, copyFailureProbability: 1 });
        copy(world, source, "c", { KmsKeyId: key });
        world.advance(6 * hour);
        return world.eventIds(world.dr, "c");
      },
      as: { none: ["RDS-EVENT-0059"], "RDS-EVENT-0061": ["RDS-EVENT-0059", "RDS-EVENT-0061"] },
    },
    finalSnapshotEvents: {
      see: (knobs) => {
        const world = worldWithShop(knobs);
        const input = { DBInstanceIdentifier: "wiki", FinalDBSnapshotIdentifier: "last" };
        world.rds(world.primary, "DeleteDBInstance", input);
        world.advance(2 * hour);
        return world.eventIds(world.primary, "last");
      },
      as: { "0040-and-0042": ["RDS-EVENT-0040", "RDS-EVENT-0042"], none: [] },
    },
    awsBackupEvents: {
      see: (knobs) => {
        const world = worldWithShop({ ...knobs, foreignSnapshots: 5 });
        world.advance(3 * day);
        return toldOf(world, "awsbackup:job-");
      },
      as: { "0040-and-0042": ["Creating manual snapshot", "Manual snapshot created"], none: [] },
    },
    automatedDeletionEvent: {
      see: (knobs) => {
        const world = worldWithShop({ ...knobs, automatedBackups: "daily" });
        world.advance(2 * day);
        world.primary.rds.deleteInstance("orders");
        world.advance(minute);
        return toldOf(world, "rds:orders-").includes("Deleted automated snapshot");
      },
      as: { "RDS-EVENT-0041": true, none: false },
    },
    deletedSnapshotMessage: {
      see: (knobs) => {
        const { world } = withBackup("orders", knobs);
        world.rds(world.primary, "DeleteDBSnapshot", { DBSnapshotIdentifier: "b" });
        world.advance(minute);
        return world.primary.emitted.at(-1)?.detail["Message"];
      },
      as: {
        "Deleted manual snapshot": "Deleted manual snapshot",
        "Deleted user snapshot": "Deleted user snapshot",
      },
    },
    manualBackupInstanceEvents: {
      see: (knobs) => {
        const { world } = withBackup("orders", knobs);
        return world.eventIds(world.primary, "orders");
      },
      as: { none: [], "0001-and-0002": ["RDS-EVENT-0001", "RDS-EVENT-0002"] },
    },
    restoredEvent: {
      see: restored,
      as: {
        "instance-and-snapshot-0043": { instance: ["0043", "0005"], snapshot: ["0043"] },
        "snapshot-0043": { instance: ["0005"], snapshot: ["0043"] },
        "instance-0008": { instance: ["0008", "0005"], snapshot: [] },
      },
    },
    restoredEventOrder: {
      see: (knobs) => restored(knobs).instance,
      as: { "restored-first": ["0043", "0005"], "created-first": ["0005", "0043"] },
    },
    subscriptionNeedsTopicPolicy: {
      see: (knobs) => {
        const world = worldWithShop(knobs);
        world.primary.topics.set(topic, "closed");
        const make = () => world.make(world.primary, "AWS::RDS::EventSubscription", { SnsTopicArn: topic });
        return refusal(make).split(" ")[0];
      },
      as: { "at-creation": "SNSNoAuthorization", silently: "not" },
    },
  });
});
