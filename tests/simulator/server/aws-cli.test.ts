import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ServedWorld, served } from "./support.ts";
import { aws, awsCli } from "./tools.ts";

let server: ServedWorld;
beforeAll(async () => {
  server = await served(24);
});
afterAll(() => server.close());

const primary = "us-east-1";
const dr = "us-west-2";
const cli = (region: string, ...args: string[]) => aws(server.url, region, ...args);
const publish = (type: string, detail: unknown) =>
  cli(
    ...([dr, "events", "put-events", "--entries"] as const),
    JSON.stringify([
      { EventBusName: "rds-dr-dev", Source: "operator", DetailType: type, Detail: JSON.stringify(detail) },
    ]),
  );
const snapshotsIn = (region: string) => server.world.region(region).rds.snapshots();
const names = (region: string) => snapshotsIn(region).map(({ DBSnapshotIdentifier }) => DBSnapshotIdentifier);
const instances = (region: string) => server.world.region(region).rds.instances();

const queue = "https://sqs.us-east-1.amazonaws.com/111122223333/rds-dr-dev-create-backup-dead-letters";
const event =
  '{"id":"1","detail-type":"t","source":"s","account":"111122223333","time":"2026-03-01T02:00:00Z","region":"us-east-1","resources":[],"detail":{}}';
const metricQuery = [
  ...["--start-time", "2026-03-01T00:00:00Z", "--end-time", "2026-03-01T02:00:00Z", "--metric-data-queries"],
  '[{"Id":"m","MetricStat":{"Metric":{"Namespace":"AWS/SQS","MetricName":"NumberOfMessagesSent"},"Period":60,"Stat":"Sum"}}]',
];

describe.skipIf(awsCli === undefined)("the AWS CLI (skipped where there is no aws)", () => {
  test("pages through listings of more than 20 rows", async () => {
    const listed = await cli(primary, "rds", "describe-db-instances", "--page-size", "20");
    expect((listed as { DBInstances: unknown[] }).DBInstances).toHaveLength(25);
    const sizes = server.world.journal.entries
      .filter(({ kind, data }) => kind === "call" && data["operation"] === "DescribeDBInstances")
      .map(({ data }) => Object.keys(data["parameters"] as object));
    expect(sizes).toEqual([[], ["Marker"]]);
  });

  test("a snapshot under our prefix and tags is copied and cleaned up; one without the tags is left alone", async () => {
    const create = (id: string, ...tags: string[]) =>
      cli(
        ...([primary, "rds", "create-db-snapshot", "--db-instance-identifier", "orders"] as const),
        ...["--db-snapshot-identifier", id, ...tags],
      );
    const ours = "lambda-dr-snapshot-orders-2026-03-01-0130";
    const foreign = "lambda-dr-snapshot-orders-by-hand";
    const tag = (key: string, value: string) => `Key=rds-dr:${key},Value=${value}`;
    await create(
      ours,
      ...["--tags", tag("environment", "dev"), tag("kind", "backup"), tag("instance", "orders")],
      tag("requested-at", "2026-03-01T01:30:00.000Z"),
    );
    // One snapshot of an instance at a time.
    await server.advance(10);
    await create(foreign);
    await server.advance(50);
    expect([names(primary).includes(ours), names(dr).includes(ours)]).toEqual([false, true]);
    expect([names(primary).includes(foreign), names(dr).includes(foreign)]).toEqual([true, false]);
  });

  test("copies across regions by hand, as --source-region has it, and deletes the copy again", async () => {
    const source = "arn:aws:rds:us-east-1:111122223333:snapshot:lambda-dr-snapshot-orders-by-hand";
    const key = ["--kms-key-id", "alias/rds-dr-dev"];
    const target = ["--target-db-snapshot-identifier", "by-hand"];
    const copy = (from: string) =>
      cli(
        ...([dr, "rds", "copy-db-snapshot", "--source-region", from] as const),
        ...["--source-db-snapshot-identifier", source, ...target, ...key],
      );
    await expect(copy("eu-west-1")).rejects.toThrow("PreSignedUrl could not be authenticated");
    const copied = await copy(primary);
    expect(copied).toMatchObject({
      DBSnapshot: { SourceRegion: primary, SourceDBSnapshotIdentifier: source },
    });
    await server.advance(60);
    await cli(dr, "rds", "delete-db-snapshot", "--db-snapshot-identifier", "by-hand");
    expect(names(dr)).not.toContain("by-hand");
  });

  test("a mistyped declaration is answered on the alert topic and restores nothing", async () => {
    await publish("dr-declard", { mode: "disaster", reason: "a test" });
    await server.advance(3);
    const { mails } = (await server.control("mails")).body as { mails: { message: string }[] };
    const told = mails.map(({ message }) => message).join("\n");
    expect(told).toContain("dr-declard");
    expect(told).toContain("aws events put-events");
    expect(instances(dr)).toEqual([]);
  });

  test("dr-declared restores", async () => {
    await server.control("lose", { region: primary });
    await publish("dr-declared", { mode: "disaster", reason: "us-east-1 is gone" });
    await server.advance(180);
    expect(instances(dr)).toMatchObject([{ DBInstanceStatus: "available" }]);
    await server.control("restore", { region: primary });
  });

  test("restores and modifies an instance by hand", async () => {
    const id = ["--db-instance-identifier", "by-hand"];
    const [orders] = instances(primary);
    const group = orders?.DBSubnetGroup?.DBSubnetGroupName ?? "";
    await cli(
      ...([primary, "rds", "restore-db-instance-from-db-snapshot", ...id] as const),
      ...["--db-snapshot-identifier", "lambda-dr-snapshot-orders-by-hand"],
      ...["--db-subnet-group-name", group],
    );
    await server.advance(120);
    await cli(
      primary,
      "rds",
      "modify-db-instance",
      ...id,
      "--backup-retention-period",
      "3",
      "--apply-immediately",
    );
    await server.advance(30);
    const made = instances(primary).find(({ DBInstanceIdentifier }) => DBInstanceIdentifier === "by-hand");
    expect(made).toMatchObject({ DBInstanceStatus: "available", BackupRetentionPeriod: 3 });
  });

  test("disables and enables a key", async () => {
    const key = "alias/rds-dr-dev";
    const described = await cli(dr, "kms", "describe-key", "--key-id", key);
    const { Arn } = (described as { KeyMetadata: { Arn: string } }).KeyMetadata;
    const state = () => server.world.region(dr).kms.find(Arn)?.state;
    await cli(dr, "kms", "disable-key", "--key-id", Arn);
    expect(state()).toBe("Disabled");
    await cli(dr, "kms", "enable-key", "--key-id", Arn);
    expect(state()).toBe("Enabled");
  });

  test("says what is wrong in AWS's words, and names what is not simulated", async () => {
    await expect(cli(primary, "rds", "describe-certificates")).rejects.toThrow(
      "An error occurred (NotSimulated) when calling the DescribeCertificates operation: not simulated: rds:DescribeCertificates",
    );
    await expect(cli(primary, "sqs", "get-queue-url", "--queue-name", "none")).rejects.toThrow(
      /NonExistentQueue|QueueDoesNotExist/,
    );
  });

  test.each([
    ["rds", "describe-events", "--duration", "600"],
    ["rds", "describe-account-attributes"],
    ["rds", "list-tags-for-resource", "--resource-name", "arn:aws:rds:us-east-1:111122223333:db:orders"],
    ["sns", "list-topics"],
    ["sqs", "get-queue-attributes", "--queue-url", queue, "--attribute-names", "All"],
    ["sqs", "receive-message", "--queue-url", queue],
    ["cloudwatch", "describe-alarms"],
    ["cloudwatch", "get-metric-data", ...metricQuery],
    ["logs", "filter-log-events", "--log-group-name", "/aws/lambda/rds-dr-dev-create-backup"],
    ["events", "test-event-pattern", "--event-pattern", '{"source":["s"]}', "--event", event],
    ["scheduler", "list-schedules"],
    ["lambda", "list-functions"],
  ])("runs %s %s", async (...command) => {
    const silent = command[1] === "receive-message";
    const told = await cli(primary, ...command);
    expect(told === undefined).toBe(silent);
  });

  test("tags a resource", async () => {
    const name = ["--resource-name", "arn:aws:rds:us-east-1:111122223333:db:orders"];
    await cli(primary, "rds", "add-tags-to-resource", ...name, "--tags", "Key=by,Value=hand");
    expect(instances(primary)[0]?.TagList).toContainEqual({ Key: "by", Value: "hand" });
  });

  test("left nothing to report", () => {
    expect(server.problems).toEqual([]);
  });
});
