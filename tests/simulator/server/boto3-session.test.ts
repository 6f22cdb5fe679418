/** What a new user tries first, here with boto3: a backup by hand, a copy by hand, a mistyped and a right declaration. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ServedWorld, served } from "./support.ts";
import { type BotoCall, type BotoReply, boto3, pythonWithBoto3 } from "./tools.ts";

const [primary, dr] = ["us-east-1", "us-west-2"] as const;

describe.skipIf(pythonWithBoto3 === undefined)(
  "a session with boto3 (skipped where no python3 has it)",
  () => {
    let server: ServedWorld;
    beforeAll(async () => {
      server = await served();
    });
    afterAll(() => server.close());

    const ask = async (service: string, region: string, operation: string, input: BotoCall["input"]) => {
      const [reply] = await boto3(server.url, [{ service, region, operation, input }]);
      return reply as BotoReply;
    };
    const publish = (DetailType: string, detail: unknown) =>
      ask("events", dr, "put_events", {
        Entries: [
          { EventBusName: "rds-dr-dev", Source: "operator", DetailType, Detail: JSON.stringify(detail) },
        ],
      });
    const names = (region: string) =>
      server.world
        .region(region)
        .rds.snapshots()
        .map(({ DBSnapshotIdentifier }) => DBSnapshotIdentifier);
    const create = (DBSnapshotIdentifier: string, tags: Readonly<Record<string, string>>) =>
      ask("rds", primary, "create_db_snapshot", {
        ...{ DBInstanceIdentifier: "orders", DBSnapshotIdentifier },
        Tags: Object.entries(tags).map(([key, Value]) => ({ Key: `rds-dr:${key}`, Value })),
      });

    const ours = "lambda-dr-snapshot-orders-2026-03-01-0130";
    const foreign = "lambda-dr-snapshot-orders-by-hand";

    test("a snapshot under our prefix and tags is copied and cleaned up; one without the tags is left alone", async () => {
      const requested = { instance: "orders", "requested-at": "2026-03-01T01:30:00.000Z" };
      await create(ours, { environment: "dev", kind: "backup", ...requested });
      await server.advance(10);
      expect((await create(foreign, {})).reply).toMatchObject({ DBSnapshot: { Status: "creating" } });
      await server.advance(50);
      expect([names(primary).includes(ours), names(dr).includes(ours)]).toEqual([false, true]);
      expect([names(primary).includes(foreign), names(dr).includes(foreign)]).toEqual([true, false]);
    });

    test("SourceRegion copies from the region that the ARN names, and from no other", async () => {
      const source = `arn:aws:rds:us-east-1:111122223333:snapshot:${foreign}`;
      const copy = (TargetDBSnapshotIdentifier: string, SourceRegion: string) =>
        ask("rds", dr, "copy_db_snapshot", {
          ...{ SourceDBSnapshotIdentifier: source, TargetDBSnapshotIdentifier, SourceRegion },
          KmsKeyId: "alias/rds-dr-dev",
        });
      expect(await copy("astray", "eu-west-1")).toMatchObject({
        ...{ status: 400, error: { Code: "InvalidParameterValue" } },
      });
      expect((await copy("by-hand", primary)).reply).toMatchObject({ DBSnapshot: { SourceRegion: primary } });
      await server.advance(60);
      expect(
        (await ask("rds", dr, "delete_db_snapshot", { DBSnapshotIdentifier: "by-hand" })).error,
      ).toBeUndefined();
      expect(names(dr)).toEqual(expect.not.arrayContaining(["astray", "by-hand"]));
    });

    test("a mistyped declaration is answered on the alert topic, and the right one restores", async () => {
      await publish("dr-declard", { mode: "disaster", reason: "a test" });
      await server.advance(3);
      const { mails } = (await server.control("mails")).body as {
        mails: { topic: string; message: string }[];
      };
      const told = mails.filter(({ message }) => message.includes("dr-declard"));
      expect(told.map(({ topic }) => topic)).toEqual([
        "arn:aws:sns:us-west-2:111122223333:rds-dr-dev-alerts",
      ]);
      expect(server.world.region(dr).rds.instances()).toEqual([]);

      await server.control("lose", { region: primary });
      await publish("dr-declared", { mode: "disaster", reason: "us-east-1 is gone" });
      await server.advance(180);
      const { reply } = await ask("rds", dr, "describe_db_instances", { DBInstanceIdentifier: "orders" });
      expect(reply).toMatchObject({ DBInstances: [{ DBInstanceStatus: "available" }] });
      expect(server.problems).toEqual([]);
    });
  },
);
