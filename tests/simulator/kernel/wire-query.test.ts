import {
  CopyDBSnapshotCommand,
  CreateDBSnapshotCommand,
  DBSnapshotAlreadyExistsFault,
  DescribeDBInstancesCommand,
  RDSClient,
} from "@aws-sdk/client-rds";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { describe, expect, test } from "vitest";
import { AwsError } from "../types.ts";
import { AT, post, through, worldWith } from "./wire-clients.ts";

describe("the query protocol", () => {
  test("carries lists, numbers, booleans, times and signs both ways", async () => {
    const { world, calls } = worldWith({
      "rds:CreateDBSnapshot": ({ input }) => ({
        DBSnapshot: {
          DBSnapshotIdentifier: String(input["DBSnapshotIdentifier"]),
          SnapshotCreateTime: AT,
          Encrypted: true,
          AllocatedStorage: 100,
          TagList: input["Tags"],
        },
      }),
    });
    const rds = new RDSClient(through(world));
    const Tags = [
      { Key: "a", Value: 'x & <y> "z"' },
      { Key: "ü", Value: "" },
    ];
    const { DBSnapshot } = await rds.send(
      new CreateDBSnapshotCommand({ DBSnapshotIdentifier: "s", DBInstanceIdentifier: "i", Tags }),
    );
    expect(DBSnapshot).toMatchObject({
      DBSnapshotIdentifier: "s",
      SnapshotCreateTime: AT,
      Encrypted: true,
      AllocatedStorage: 100,
      TagList: Tags,
    });
    expect(calls[0]).toMatchObject({ caller: { kind: "operator" }, region: "us-west-2", service: "rds" });
  });

  test("has an empty result where nothing is there to tell", async () => {
    const { world } = worldWith({
      "rds:DescribeDBInstances": () => ({ DBInstances: [] }),
      "rds:CopyDBSnapshot": () => ({}),
    });
    const rds = new RDSClient(through(world));
    expect((await rds.send(new DescribeDBInstancesCommand({ Filters: [] }))).DBInstances).toEqual([]);
    const copied = await rds.send(
      new CopyDBSnapshotCommand({ SourceDBSnapshotIdentifier: "a", TargetDBSnapshotIdentifier: "b" }),
    );
    expect(copied.DBSnapshot).toBeUndefined();
  });

  test("gives errors the modelled code and status, which the client knows by class", async () => {
    const { world } = worldWith({
      "rds:CreateDBSnapshot": () => {
        throw new AwsError("DBSnapshotAlreadyExists", "it is <there> already", 499);
      },
    });
    const sent = new RDSClient(through(world)).send(
      new CreateDBSnapshotCommand({ DBSnapshotIdentifier: "s", DBInstanceIdentifier: "i" }),
    );
    await expect(sent).rejects.toBeInstanceOf(DBSnapshotAlreadyExistsFault);
    await expect(sent).rejects.toMatchObject({
      name: "DBSnapshotAlreadyExistsFault",
      message: "it is <there> already",
      $metadata: { httpStatusCode: 400 },
    });
  });

  test("carries maps with structures in them", async () => {
    const { world, calls } = worldWith({ "sns:Publish": () => ({ MessageId: "m" }) });
    const MessageAttributes = { kind: { DataType: "String", StringValue: "alert" } };
    const sns = new SNSClient(through(world));
    const published = await sns.send(
      new PublishCommand({ TopicArn: "t", Subject: "s", Message: "a\nb", MessageAttributes }),
    );
    expect(published.MessageId).toBe("m");
    expect(calls[0]?.input).toEqual({ TopicArn: "t", Subject: "s", Message: "a\nb", MessageAttributes });
  });

  test.each([
    ["no action", "Version=2014-10-31", "MissingAction", 400],
    ["an unknown action", "Action=CreateMoon&Version=2014-10-31", "InvalidAction", 400],
    ["a missing parameter", "Action=CreateDBSnapshot&DBInstanceIdentifier=i", "MissingParameter", 400],
    ["a mistyped number", "Action=DescribeDBInstances&MaxRecords=many", "MalformedInput", 400],
    ["a mistyped boolean", "Action=DescribeDBSnapshots&IncludeShared=maybe", "MalformedInput", 400],
    ["an unknown parameter", "Action=DescribeDBInstances&Colour=red", "UnknownParameter", 400],
    ["a list that is none", "Action=CreateDBSnapshot&Tags=x", "MalformedInput", 400],
    ["a structure that is none", "Action=CreateDBSnapshot&Tags.Tag.1=x", "MalformedInput", 400],
  ])("refuses %s", async (_what, body, code, status) => {
    const { world, calls } = worldWith({});
    const reply = await post(world, "rds", body);
    expect(reply.status).toBe(status);
    expect(reply.body).toContain(`<Code>${code}</Code>`);
    expect(calls).toEqual([]);
  });

  test("names the unknown action", async () => {
    const reply = await post(worldWith({}).world, "rds", "Action=CreateMoon&Version=2014-10-31");
    expect(reply.body).toContain("Could not find operation CreateMoon for version 2014-10-31");
  });

  test("takes list members by their own name and by the old general one", async () => {
    const { world, calls } = worldWith({ "rds:CreateDBSnapshot": () => ({}) });
    const body = "Action=CreateDBSnapshot&DBSnapshotIdentifier=s&DBInstanceIdentifier=i";
    await post(world, "rds", `${body}&Tags.member.2.Key=b&Tags.member.1.Key=a`);
    await post(world, "rds", `${body}&Tags.Tag.1.Key=a&Tags.Tag.2.Key=b`);
    expect(calls[0]?.input["Tags"]).toEqual([{ Key: "a" }, { Key: "b" }]);
    expect(calls[1]?.input).toEqual(calls[0]?.input);
  });

  test("still serves older clients of SQS", async () => {
    const { world } = worldWith({});
    const reply = await post(world, "sqs", "Action=GetQueueUrl&QueueName=none&Version=2012-11-05", {
      headers: { "content-type": "application/x-www-form-urlencoded; charset=utf-8" },
    });
    expect(reply.status).toBe(400);
    expect(reply.body).toContain("<Code>AWS.SimpleQueueService.NonExistentQueue</Code>");
  });
});
