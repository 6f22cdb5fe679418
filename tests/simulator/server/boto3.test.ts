import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ServiceName, Shape } from "../types.ts";
import { type ServedWorld, served } from "./support.ts";
import { type BotoCall, type BotoReply, boto3, pythonWithBoto3 } from "./tools.ts";

let server: ServedWorld;
beforeAll(async () => {
  server = await served(24);
  // The first slot's backup has been made, copied and cleaned up.
  await server.advance(120);
});
afterAll(() => server.close());

const queue = "https://sqs.us-east-1.amazonaws.com/111122223333/rds-dr-dev-create-backup";
const orders = "arn:aws:rds:us-east-1:111122223333:db:orders";
const from = new Date("2026-03-01T01:00:00Z");
const to = new Date("2026-03-01T04:00:00Z");
const metric = (Namespace: string, MetricName: string, Dimensions: unknown[]) => ({
  ...{ Id: "m", MetricStat: { Metric: { Namespace, MetricName, Dimensions }, Period: 300, Stat: "Maximum" } },
});
const event = {
  ...{ id: "1", "detail-type": "t", source: "s", account: "111122223333", region: "us-east-1" },
  ...{ time: "2026-03-01T02:00:00Z", resources: [], detail: {} },
};

/** Twenty readings, at least one of each service; times are given as the SDK has them. */
const readings: readonly [service: ServiceName, region: string, operation: string, input: Shape][] = [
  ["rds", "us-east-1", "DescribeDBInstances", { DBInstanceIdentifier: "orders" }],
  ["rds", "us-west-2", "DescribeDBSnapshots", {}],
  ["rds", "us-east-1", "DescribeDBSubnetGroups", {}],
  ["rds", "us-west-2", "DescribeDBParameterGroups", {}],
  ["rds", "us-west-2", "DescribeOptionGroups", {}],
  ["rds", "us-east-1", "DescribeEvents", { Duration: 600 }],
  ["rds", "us-east-1", "DescribeAccountAttributes", {}],
  ["rds", "us-east-1", "ListTagsForResource", { ResourceName: orders }],
  ["sns", "us-east-1", "ListTopics", {}],
  [
    "sns",
    "us-east-1",
    "ListSubscriptionsByTopic",
    { TopicArn: "arn:aws:sns:us-east-1:111122223333:rds-dr-dev-alerts" },
  ],
  ["sqs", "us-east-1", "GetQueueAttributes", { QueueUrl: queue, AttributeNames: ["All"] }],
  ["sqs", "us-east-1", "ListQueues", {}],
  ["monitoring", "us-west-2", "DescribeAlarms", {}],
  [
    "monitoring",
    "us-west-2",
    "GetMetricData",
    {
      ...{ StartTime: from, EndTime: to },
      MetricDataQueries: [metric("rds-dr", "PruneRan", [{ Name: "Environment", Value: "dev" }])],
    },
  ],
  ["events", "us-east-1", "ListRules", { EventBusName: "rds-dr-dev" }],
  [
    "events",
    "us-east-1",
    "TestEventPattern",
    { EventPattern: '{"source":["s"]}', Event: JSON.stringify(event) },
  ],
  ["kms", "us-west-2", "DescribeKey", { KeyId: "alias/rds-dr-dev" }],
  ["logs", "us-east-1", "FilterLogEvents", { logGroupName: "/aws/lambda/rds-dr-dev-create-backup" }],
  ["scheduler", "us-east-1", "ListSchedules", {}],
  ["lambda", "us-west-2", "ListFunctions", {}],
];

const snake = (operation: string) =>
  operation
    .replace(/DB([A-Z])/g, "Db$1")
    .replace(/(?<!^)([A-Z])/g, "_$1")
    .toLowerCase();

/** What the simulated AWS itself would answer, as plain data. */
async function own([service, region, operation, input]: (typeof readings)[number]): Promise<unknown> {
  const caller = {
    kind: "operator",
    name: "operator",
    arn: "arn:aws:iam::111122223333:user/operator",
  } as const;
  const outcome = await server.world.gate.submit({ service, operation, input, region, caller }, 0);
  if (outcome.kind !== "output") throw new Error(`${service}:${operation} ${outcome.kind}`);
  return JSON.parse(JSON.stringify(outcome.output));
}

async function asCall(reading: (typeof readings)[number]): Promise<BotoCall> {
  const [service, region, operation, input] = reading;
  return {
    ...{ region, input, operation: snake(operation), expected: await own(reading) },
    service: service === "monitoring" ? "cloudwatch" : service,
  };
}

describe.skipIf(pythonWithBoto3 === undefined)("boto3 (skipped where no python3 has boto3)", () => {
  let replies: BotoReply[] = [];
  beforeAll(async () => {
    const calls: BotoCall[] = [];
    for (const reading of readings) calls.push(await asCall(reading));
    replies = await boto3(server.url, calls);
  });

  test.each(readings.map((reading, index) => [`${reading[0]}:${reading[2]}`, index] as const))(
    "reads %s field by field as the simulated AWS has it",
    (_name, index) => {
      const got = replies[index];
      if (got === undefined) throw new Error(`no reading ${index}`);
      expect(got.error).toBeUndefined();
      expect(got.misfits).toEqual([]);
      expect(Object.keys(got.expected as object)).not.toEqual([]);
      expect(got.reply).toEqual(got.expected);
    },
  );

  test("pages through listings of more than 20 rows", async () => {
    const where = { service: "rds", region: "us-east-1" };
    const [instances] = await boto3(server.url, [
      { ...where, operation: "describe_db_instances", input: {}, pages: 20 },
    ]);
    expect(instances?.pages?.map(({ DBInstances }) => (DBInstances as unknown[]).length)).toEqual([20, 5]);
  });

  test("raises the errors that AWS has, and one that names what is not simulated", async () => {
    const rds = (operation: string, input: BotoCall["input"]) => ({
      ...{ service: "rds", region: "us-east-1", operation, input },
    });
    const [missing, exists, unknown, pattern, service] = await boto3(server.url, [
      rds("delete_db_snapshot", { DBSnapshotIdentifier: "none" }),
      rds("restore_db_instance_from_db_snapshot", {
        DBInstanceIdentifier: "orders",
        DBSnapshotIdentifier: "none",
      }),
      rds("describe_certificates", {}),
      {
        ...{ service: "events", region: "us-east-1", operation: "test_event_pattern" },
        input: { EventPattern: "{", Event: "{}" },
      },
      { service: "dynamodb", region: "us-east-1", operation: "list_tables", input: {} },
    ]);
    expect(missing).toMatchObject({ status: 404, error: { Code: "DBSnapshotNotFound" } });
    expect(exists?.error?.Code).toMatch(/^(DBInstanceAlreadyExists|DBSnapshotNotFound)$/);
    expect(unknown).toMatchObject({
      status: 501,
      error: { Code: "NotSimulated", Message: "not simulated: rds:DescribeCertificates" },
    });
    expect(pattern?.error?.Code).toBe("InvalidEventPatternException");
    expect(service?.error).toMatchObject({
      Code: "NotSimulated",
      Message: "not simulated: the service dynamodb",
    });
  });
});
