import type { DBSnapshot } from "@aws-sdk/client-rds";
import { describe } from "vitest";
import { createWorld } from "../index.ts";
import { rdsSnapshotReadings } from "../knobs/rds-snapshot-readings.ts";
import type { KnobOverrides } from "../knobs.ts";
import type { Shape } from "../types.ts";
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
  start,
  type TestWorld,
  withBackup,
  worldWithShop,
} from "./support.ts";

const create = (world: TestWorld, id: string) =>
  world.rds(world.primary, "CreateDBSnapshot", { DBSnapshotIdentifier: id, DBInstanceIdentifier: "orders" });
const remove = (world: TestWorld, id: string, where = world.primary) =>
  world.rds(where, "DeleteDBSnapshot", { DBSnapshotIdentifier: id });
const list = (world: TestWorld, input: Shape) =>
  world.rds(world.primary, "DescribeDBSnapshots", input)["DBSnapshots"] as DBSnapshot[];
const codeOf = (run: () => unknown) => refusal(run).split(" ")[0];

/** A world in which `b` is being copied to `c`, and then to `d`. */
function copying(knobs: KnobOverrides) {
  const made = withBackup("orders", knobs);
  for (const id of ["c", "d"]) copy(made.world, made.source, id, { KmsKeyId: made.key });
  return made.world;
}

function quotaTexts(knobs: KnobOverrides): string[] {
  const { world, source, key } = withBackup("orders", knobs);
  world.knobs.quotas[dr] = { "copies-in-progress": 0 };
  const copies = refusal(() => copy(world, source, "c", { KmsKeyId: key }));
  world.knobs.quotas[dr] = { "manual-snapshots": 0 };
  return [copies, refusal(() => copy(world, source, "c", { KmsKeyId: key }))];
}

async function throttled(knobs: KnobOverrides): Promise<unknown> {
  const world = createWorld({
    ...{ seed: 1, start: new Date(start), account, regions: [primary, dr] },
    knobs: { ...knobs, rdsRequestBurst: 1 },
  });
  const caller = {
    kind: "operator",
    name: "operator",
    arn: `arn:aws:iam::${account}:user/operator`,
  } as const;
  const call = { service: "rds", operation: "DescribeDBInstances", input: {}, region: dr, caller } as const;
  const ask = () => world.complete(world.gate.submit(call, 0));
  await ask();
  const answer = await ask();
  return answer.kind === "error" ? answer.error.code : answer.kind;
}

const request = "The request would result in the user exceeding the allowed number of DB snapshots.";
const [known, another] = rdsSnapshotReadings.copyStateText.readings;
const own = { Key: "x", Value: "y" };
const inherited = { Key: "k", Value: "v" };

describe("where AWS is silent about snapshots, each reading shows", () => {
  holdReadings(rdsSnapshotReadings, {
    originalSnapshotCreateTime: {
      see: (knobs) => {
        const { world } = withBackup("orders", knobs);
        const { OriginalSnapshotCreateTime: at } = world.snapshot(world.primary, "b");
        return at?.getTime() === start ? "asked for" : "done";
      },
      as: { completion: "done", "create-call": "asked for" },
    },
    createSnapshotChecks: {
      see: (knobs) => {
        const world = worldWithShop(knobs);
        create(world, "b");
        return codeOf(() => create(world, "b"));
      },
      as: { "state-first": "InvalidDBInstanceState", "name-first": "DBSnapshotAlreadyExists" },
    },
    automatedByIdentifier: {
      see: (knobs) => {
        const world = worldWithShop({ ...knobs, automatedBackups: "daily" });
        world.advance(2 * day);
        const [one] = list(world, { SnapshotType: "automated" });
        return codeOf(() => list(world, { DBSnapshotIdentifier: one?.DBSnapshotIdentifier }));
      },
      as: { "needs-snapshot-type": "DBSnapshotNotFound", found: "not" },
    },
    snapshotsOfMissingInstance: {
      see: (knobs) => {
        const { world } = withBackup("wiki", knobs);
        world.primary.rds.deleteInstance("wiki");
        return codeOf(() => list(world, { DBInstanceIdentifier: "wiki" }));
      },
      as: { refused: "DBInstanceNotFound", listed: "not" },
    },
    deleteFailedSnapshot: {
      see: (knobs) => {
        const { world } = withBackup("orders", { ...knobs, snapshotFailureProbability: 1 });
        return codeOf(() => remove(world, "b"));
      },
      as: { refused: "InvalidDBSnapshotState", deleted: "not" },
    },
    deleteCreatingSnapshot: {
      see: (knobs) => {
        const world = worldWithShop(knobs);
        create(world, "b");
        world.advance(minute);
        const told = codeOf(() => remove(world, "b"));
        world.advance(hour);
        return [
          told,
          world.statuses(world.primary, "b").at(-1),
          world.instance(world.primary, "orders").DBInstanceStatus,
        ];
      },
      as: {
        refused: ["InvalidDBSnapshotState", "available", "available"],
        deleted: ["not", "deleted", "available"],
      },
    },
    deleteCopyInProgress: {
      see: (knobs) => {
        const world = copying(knobs);
        const told = codeOf(() => remove(world, "c", world.dr));
        world.advance(6 * hour);
        return [told, world.eventIds(world.dr, "c").at(-1), world.snapshot(world.dr, "d").Status];
      },
      as: {
        refused: ["InvalidDBSnapshotState", "RDS-EVENT-0060", "available"],
        cancels: ["not", "RDS-EVENT-0041", "available"],
      },
    },
    deletedSnapshotStatus: {
      see: (knobs) => (remove(withBackup("orders", knobs).world, "b")["DBSnapshot"] as DBSnapshot).Status,
      as: { deleted: "deleted", available: "available" },
    },
    copyRunsAfterSourceDeleted: {
      see: (knobs) => {
        const world = copying(knobs);
        remove(world, "b");
        world.advance(6 * hour);
        return world.snapshot(world.dr, "c").Status;
      },
      as: { never: "failed", finishes: "available" },
    },
    copyAfterSourceReturns: {
      see: (knobs) => {
        const world = copying(knobs);
        world.primary.lost = true;
        world.advance(6 * hour);
        world.primary.lost = false;
        world.advance(6 * hour);
        return world.snapshot(world.dr, "c").Status;
      },
      as: { stuck: "creating", "starts-over": "available" },
    },
    copyTagsWithTags: {
      see: (knobs) => {
        const { world, key } = withBackup("crm", knobs);
        const source = backUp(world, "tagged", "orders", { Tags: [inherited] });
        copy(world, source, "c", { KmsKeyId: key, CopyTags: true, Tags: [own] });
        return world.snapshot(world.dr, "c").TagList;
      },
      as: { "tags-win": [own], merged: [inherited, own] },
    },
    sameRegionCopySource: {
      see: (knobs) => {
        const { world, source } = withBackup("orders", knobs);
        world.rds(world.primary, "CopyDBSnapshot", {
          SourceDBSnapshotIdentifier: source,
          TargetDBSnapshotIdentifier: "here",
        });
        world.advance(6 * hour);
        const { SourceRegion, SourceDBSnapshotIdentifier, VpcId } = world.snapshot(world.primary, "here");
        const what = world.entries.find(({ data }) => data.id === "here")?.data.what;
        return [SourceRegion, SourceDBSnapshotIdentifier, typeof VpcId, what];
      },
      as: {
        hidden: [undefined, undefined, "string", "snapshot"],
        shown: [primary, `arn:aws:rds:${primary}:${account}:snapshot:b`, "string", "snapshot"],
      },
    },
    copyStateText: {
      see: (knobs) => {
        const world = worldWithShop(knobs);
        create(world, "b");
        const source = `arn:aws:rds:${primary}:${account}:snapshot:b`;
        return refusal(() => copy(world, source, "c"));
      },
      as: {
        [known]: `InvalidDBSnapshotState 400: ${known}`,
        [another]: `InvalidDBSnapshotState 400: ${another}`,
      },
    },
    copyQuotaText: {
      see: quotaTexts,
      as: {
        "told-apart": [
          "SnapshotQuotaExceeded 400: Cannot copy more than 0 snapshots across regions",
          "SnapshotQuotaExceeded 400: Cannot create more than 0 manual snapshots",
        ],
        alike: [`SnapshotQuotaExceeded 400: ${request}`, `SnapshotQuotaExceeded 400: ${request}`],
      },
    },
    queuedCopyStatus: {
      see: (knobs) => {
        const world = copying(knobs);
        return world.snapshot(world.dr, "d").Status;
      },
      as: { pending: "pending", creating: "creating" },
    },
    runningCopyStatus: {
      see: (knobs) => {
        const world = copying(knobs);
        return world.snapshot(world.dr, "c").Status;
      },
      as: { creating: "creating", copying: "copying" },
    },
    wrongPreSignedUrl: {
      see: (knobs) => {
        const { world, key, source } = withBackup("orders", knobs);
        const PreSignedUrl = `https://rds.${dr}.amazonaws.com/?X-Amz-Credential=a%2F20260301%2F${dr}%2Frds%2Faws4_request`;
        return codeOf(() => copy(world, source, "c", { KmsKeyId: key, PreSignedUrl }));
      },
      as: { refused: "InvalidParameterValue", ignored: "not" },
    },
    throttlingCode: {
      see: throttled,
      as: {
        Throttling: "Throttling",
        ThrottlingException: "ThrottlingException",
        RequestLimitExceeded: "RequestLimitExceeded",
      },
    },
  });
});
