import { connect } from "node:net";
import { gzipSync } from "node:zlib";
import { CloudWatchClient, paginateDescribeAlarms } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogsClient, FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { DescribeKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import { InvokeCommand, LambdaClient, ListFunctionsCommand, ListLayersCommand } from "@aws-sdk/client-lambda";
import {
  CreateDBSnapshotCommand,
  DBSnapshotNotFoundFault,
  DeleteDBSnapshotCommand,
  DescribeCertificatesCommand,
  DescribeDBSnapshotsCommand,
  paginateDescribeDBInstances,
  RDSClient,
} from "@aws-sdk/client-rds";
import { ListSchedulesCommand, SchedulerClient } from "@aws-sdk/client-scheduler";
import { ListTopicsCommand, SNSClient } from "@aws-sdk/client-sns";
import {
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { signed } from "../wire/sample-requests.ts";
import { at, type ServedWorld, START, served } from "./support.ts";

let server: ServedWorld;
beforeAll(async () => {
  server = await served(24);
});
afterAll(() => server.close());

describe("the SDK's clients over HTTP", () => {
  test("page through listings of more than 20 rows", async () => {
    const pages = paginateDescribeDBInstances({ client: new RDSClient(at(server)), pageSize: 20 }, {});
    const sizes: (number | undefined)[] = [];
    for await (const { DBInstances } of pages) sizes.push(DBInstances?.length);
    expect(sizes).toEqual([20, 5]);
  });

  test("reach every service, each in its region", async () => {
    const functions = await new LambdaClient(at(server, "us-west-2")).send(new ListFunctionsCommand({}));
    expect(functions.Functions?.map(({ FunctionName }) => FunctionName)).toContain("rds-dr-dev-prune-copies");
    const topics = await new SNSClient(at(server)).send(new ListTopicsCommand({}));
    expect(topics.Topics).toContainEqual({
      TopicArn: "arn:aws:sns:us-east-1:111122223333:rds-dr-dev-alerts",
    });
    const schedules = await new SchedulerClient(at(server)).send(new ListSchedulesCommand({}));
    expect(schedules.Schedules?.map(({ Name }) => Name)).toContain("rds-dr-dev-plan-backups");
    const key = new DescribeKeyCommand({ KeyId: "alias/rds-dr-dev" });
    expect((await new KMSClient(at(server, "us-west-2")).send(key)).KeyMetadata?.KeyState).toBe("Enabled");
    const names: (string | undefined)[] = [];
    for await (const page of paginateDescribeAlarms({ client: new CloudWatchClient(at(server)) }, {})) {
      names.push(...(page.MetricAlarms ?? []).map(({ AlarmName }) => AlarmName));
    }
    expect(names).toContain("rds-dr-dev-dr-stack-missing");
    const logs = new FilterLogEventsCommand({ logGroupName: "/aws/lambda/rds-dr-dev-create-backup" });
    expect((await new CloudWatchLogsClient(at(server)).send(logs)).events).toEqual([]);
  });

  test("exchange messages with a queue by the URL that it answers", async () => {
    const sqs = new SQSClient(at(server));
    const { QueueUrl } = await sqs.send(
      new GetQueueUrlCommand({ QueueName: "rds-dr-dev-copy-backup-parked" }),
    );
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "<a & b>" }));
    const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
    expect(Messages?.[0]?.Body).toBe("<a & b>");
  });

  test("may invoke a function, which takes its virtual time", async () => {
    const invoked = await new LambdaClient(at(server)).send(
      new InvokeCommand({ FunctionName: "rds-dr-dev-announce", Payload: Buffer.from('{"Records":[]}') }),
    );
    expect(invoked.StatusCode).toBe(200);
    expect(server.world.clock.now()).toBeGreaterThan(START.getTime());
  });

  test("get an error that names an operation that is not simulated, and the server goes on", async () => {
    const rds = new RDSClient(at(server));
    await expect(rds.send(new DescribeCertificatesCommand({}))).rejects.toMatchObject({
      name: "NotSimulated",
      message: "not simulated: rds:DescribeCertificates",
    });
    await expect(new LambdaClient(at(server)).send(new ListLayersCommand({}))).rejects.toMatchObject({
      message: "not simulated: lambda:ListLayers",
    });
    const missing = rds.send(new DeleteDBSnapshotCommand({ DBSnapshotIdentifier: "none" }));
    await expect(missing).rejects.toBeInstanceOf(DBSnapshotNotFoundFault);
  });

  test("are the operator or a role by their access key, and nobody by any other", async () => {
    const list = new DescribeDBSnapshotsCommand({});
    const role = new RDSClient(at(server, "us-east-1", "rds-dr-dev-create-backup-us-east-1"));
    await expect(
      role.send(new DeleteDBSnapshotCommand({ DBSnapshotIdentifier: "none" })),
    ).rejects.toMatchObject({ name: "AccessDenied" });
    expect(server.world.journal.entries.findLast(({ kind }) => kind === "call")?.data["caller"]).toBe(
      "rds-dr-dev-create-backup-us-east-1",
    );
    const stranger = new RDSClient(at(server, "us-east-1", "AKIAIOSFODNN7EXAMPLE"));
    await expect(stranger.send(list)).rejects.toMatchObject({ name: "InvalidClientTokenId" });
    const json = new KMSClient(at(server, "us-west-2", "AKIAIOSFODNN7EXAMPLE"));
    await expect(json.send(new DescribeKeyCommand({ KeyId: "k" }))).rejects.toMatchObject({
      name: "UnrecognizedClientException",
    });
  });

  test("may compress what they send", async () => {
    const reply = await fetch(server.url, {
      method: "POST",
      headers: {
        authorization: signed("rds"),
        "content-type": "application/x-www-form-urlencoded",
        "content-encoding": "gzip",
      },
      body: gzipSync("Action=DescribeDBInstances&Version=2014-10-31&MaxRecords=20"),
    });
    expect(reply.status).toBe(200);
    expect(await reply.text()).toContain("<Marker>");
  });

  test("are told that a body is too long", async () => {
    const reply = await fetch(server.url, {
      method: "POST",
      headers: { authorization: signed("events"), "x-amz-target": "AWSEvents.PutEvents" },
      body: Buffer.alloc(11 * 1024 * 1024, " "),
    });
    expect(reply.status).toBe(413);
  });
});

describe("the control path", () => {
  test("advances the clock by minutes, and what was due has happened", async () => {
    const before = await server.control("state");
    await server.advance(60);
    const after = await server.control("state");
    expect(Date.parse(String(after.body["now"])) - Date.parse(String(before.body["now"]))).toBe(3_600_000);
    expect(after.body["digest"]).not.toBe(before.body["digest"]);
    const made = server.world.regions.flatMap(({ rds }) => rds.snapshots());
    expect(made.map(({ DBSnapshotIdentifier }) => DBSnapshotIdentifier)).toContain(
      "lambda-dr-snapshot-orders-2026-03-01-0200",
    );
  });

  test("tells the same digest as long as nothing happens, whatever is read", async () => {
    const { body } = await server.control("state");
    await new RDSClient(at(server)).send(new DescribeDBSnapshotsCommand({}));
    expect((await server.control("state")).body["digest"]).toBe(body["digest"]);
  });

  test("a lost region holds connections open until the client gives up, and answers again when it is back", async () => {
    expect((await server.control("lose", { region: "us-east-1" })).body).toMatchObject({
      regions: { "us-east-1": { lost: true }, "us-west-2": { lost: false } },
    });
    const rds = new RDSClient({
      ...at(server),
      requestHandler: { requestTimeout: 300, throwOnRequestTimeout: true },
    });
    await expect(rds.send(new DescribeDBSnapshotsCommand({}))).rejects.toThrow(/timeout|timed out/i);
    const other = new RDSClient(at(server, "us-west-2"));
    expect((await other.send(new DescribeDBSnapshotsCommand({}))).DBSnapshots).toBeDefined();
    await server.control("restore", { region: "us-east-1" });
    expect((await rds.send(new DescribeDBSnapshotsCommand({}))).DBSnapshots).toBeDefined();
  });

  test("lists mails since an instant, and dead letters", async () => {
    const put = new PutEventsCommand({
      Entries: [{ EventBusName: "rds-dr-dev", Source: "operator", DetailType: "dr-declard", Detail: "{}" }],
    });
    const { now } = (await server.control("state")).body;
    await new EventBridgeClient(at(server, "us-west-2")).send(put);
    await server.advance(2);
    const { mails } = (await server.control(`mails?since=${String(now)}`)).body;
    expect(mails).toContainEqual(expect.objectContaining({ region: "us-west-2", to: ["dba@example.com"] }));
    expect(await server.control("dead-letters")).toEqual({ status: 200, body: { deadLetters: [] } });
  });

  test.each([
    [
      "a region that is not there",
      "lose",
      { region: "mars" },
      400,
      'region takes us-east-1 or us-west-2, got "mars"',
    ],
    [
      "minutes that are no number",
      "advance",
      { minutes: "60" },
      400,
      'minutes takes a number from 0 to 527040, got "60"',
    ],
    ["a body that is not JSON", "advance", "{", 400, "the body is not JSON"],
    ["a body that is a list", "advance", [], 400, "the body is not a JSON object"],
    [
      "a path that is not there",
      "explode",
      {},
      404,
      "/_control/ has state, mails, dead-letters, advance, speed, lose, restore; got 'explode'",
    ],
    ["the wrong method", "state", {}, 405, "/_control/state takes GET"],
    ["a time that is none", "mails?since=noon", undefined, 400, "since is no time: 'noon'"],
  ])("refuses %s", async (_what, path, body, status, error) => {
    expect(await server.control(path, body)).toEqual({ status, body: { error } });
  });
});

describe("the server", () => {
  test("binds to 127.0.0.1 only", async () => {
    expect(new URL(server.url).hostname).toBe("127.0.0.1");
    const port = Number(new URL(server.url).port);
    const refused = new Promise((resolve) => {
      connect({ port, host: "127.0.0.2" })
        .on("error", resolve)
        .on("connect", () => resolve("connected"));
    });
    expect(await refused).toMatchObject({ code: "ECONNREFUSED" });
  });

  test("stops though a lost region holds a connection open", async () => {
    const other = await served();
    other.world.lose("us-east-1");
    const hanging = new RDSClient(at(other)).send(
      new CreateDBSnapshotCommand({ DBSnapshotIdentifier: "s", DBInstanceIdentifier: "orders" }),
    );
    const ended = expect(hanging).rejects.toThrow();
    await other.control("state");
    await other.close();
    await ended;
  });

  test("had nothing to report", () => {
    expect(server.problems).toEqual([]);
  });
});
