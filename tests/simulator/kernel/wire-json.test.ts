import { CloudWatchClient, DescribeAlarmsCommand, SetAlarmStateCommand } from "@aws-sdk/client-cloudwatch";
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { DescribeKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import { GetFunctionCommand, LambdaClient, ListFunctionsCommand } from "@aws-sdk/client-lambda";
import { CreateScheduleCommand, ListSchedulesCommand, SchedulerClient } from "@aws-sdk/client-scheduler";
import { GetQueueUrlCommand, QueueDoesNotExist, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { describe, expect, test } from "vitest";
import { AT, post, through, worldWith } from "./wire-clients.ts";

describe("the JSON protocols", () => {
  test("carry events with their times and partial failures", async () => {
    const { world, calls } = worldWith({
      "events:PutEvents": () => ({ FailedEntryCount: 1, Entries: [{ EventId: "e" }, { ErrorCode: "X" }] }),
    });
    const Entries = [{ Time: AT, Source: "rds-dr", DetailType: "alert", Detail: "{}", Resources: ["r"] }];
    const put = await new EventBridgeClient(through(world)).send(new PutEventsCommand({ Entries }));
    expect(put).toMatchObject({ FailedEntryCount: 1, Entries: [{ EventId: "e" }, { ErrorCode: "X" }] });
    expect(calls[0]?.input).toEqual({ Entries });
  });

  test("answer SQS clients with the error class of today's model and yesterday's code", async () => {
    const { world } = worldWith({});
    const sqs = new SQSClient(through(world));
    const sent = sqs.send(new GetQueueUrlCommand({ QueueName: "none" }));
    await expect(sent).rejects.toBeInstanceOf(QueueDoesNotExist);
    await expect(sent).rejects.toMatchObject({ Error: { Code: "AWS.SimpleQueueService.NonExistentQueue" } });
    const missing = sqs.send(
      new SendMessageCommand({
        QueueUrl: "https://sqs.us-west-2.amazonaws.com/111122223333/q",
        MessageBody: undefined,
      }),
    );
    await expect(missing).rejects.toMatchObject({
      message: "The request must contain the parameter MessageBody.",
    });
  });

  test("carry alarms and void answers", async () => {
    const { world } = worldWith({
      "monitoring:DescribeAlarms": () => ({ MetricAlarms: [{ AlarmName: "a", StateUpdatedTimestamp: AT }] }),
      "monitoring:SetAlarmState": () => ({}),
    });
    const client = new CloudWatchClient(through(world));
    const { MetricAlarms } = await client.send(new DescribeAlarmsCommand({ AlarmNames: ["a"] }));
    expect(MetricAlarms).toEqual([{ AlarmName: "a", StateUpdatedTimestamp: AT }]);
    await client.send(new SetAlarmStateCommand({ AlarmName: "a", StateValue: "OK", StateReason: "r" }));
  });

  test("say in KMS's words that a key is not there", async () => {
    const { world } = worldWith({});
    const sent = new KMSClient(through(world)).send(new DescribeKeyCommand({ KeyId: "alias/none" }));
    await expect(sent).rejects.toMatchObject({
      name: "NotFoundException",
      $metadata: { httpStatusCode: 400 },
    });
  });

  test.each([
    ["an unknown operation", "AWSEvents.Fly", "{}", "UnknownOperationException"],
    ["no operation", "", "{}", "UnknownOperationException"],
    ["a body that is not JSON", "AWSEvents.PutEvents", "{", "SerializationException"],
    ["a missing member", "AWSEvents.PutEvents", "{}", "ValidationException"],
    ["a mistyped member", "AWSEvents.PutEvents", '{"Entries":{}}', "SerializationException"],
    ["a mistyped leaf", "AWSEvents.PutEvents", '{"Entries":[{"Source":7}]}', "SerializationException"],
    ["an unknown member", "AWSEvents.PutEvents", '{"Entries":[],"Colour":"red"}', "SerializationException"],
  ])("refuse %s", async (_what, target, body, code) => {
    const { world, calls } = worldWith({});
    const reply = await post(world, "events", body, { headers: { "x-amz-target": target } });
    expect(reply.status).toBe(400);
    expect(JSON.parse(reply.body)).toMatchObject({ __type: code });
    expect(calls).toEqual([]);
  });

  test("word a missing member as Coral does", async () => {
    const reply = await post(worldWith({}).world, "events", "{}", {
      headers: { "x-amz-target": "AWSEvents.PutEvents" },
    });
    expect(JSON.parse(reply.body).message).toBe(
      "1 validation error detected: Value null at 'entries' failed to satisfy constraint: Member must not be null",
    );
  });
});

describe("the REST protocol", () => {
  test("reads path, query and body, and writes times", async () => {
    const { world, calls } = worldWith({
      "scheduler:CreateSchedule": () => ({ ScheduleArn: "arn" }),
      "scheduler:ListSchedules": () => ({ Schedules: [{ Name: "n", CreationDate: AT }] }),
    });
    const scheduler = new SchedulerClient(through(world));
    const input = {
      Name: "a.b",
      ScheduleExpression: "rate(1 hour)",
      FlexibleTimeWindow: { Mode: "OFF" as const },
      Target: { Arn: "t", RoleArn: "r" },
      StartDate: AT,
    };
    await scheduler.send(new CreateScheduleCommand(input));
    expect(calls[0]?.input).toMatchObject(input);
    const { Schedules } = await scheduler.send(new ListSchedulesCommand({ NamePrefix: "x", MaxResults: 5 }));
    expect(Schedules).toEqual([{ Name: "n", CreationDate: AT }]);
    expect(calls[1]?.input).toEqual({ NamePrefix: "x", MaxResults: 5 });
  });

  test("answers for Lambda, which says what it does not have", async () => {
    const { world } = worldWith({});
    const lambda = new LambdaClient(through(world));
    expect((await lambda.send(new ListFunctionsCommand({}))).Functions).toEqual([]);
    await expect(lambda.send(new GetFunctionCommand({ FunctionName: "f" }))).rejects.toMatchObject({
      name: "ResourceNotFoundException",
      message: "Function not found: arn:aws:lambda:us-west-2:111122223333:function:f",
      $metadata: { httpStatusCode: 404 },
    });
  });

  test.each([
    ["an unknown path", "POST", "/nothing", "{}", 404, "UnknownOperationException"],
    ["a body that is not JSON", "POST", "/schedules/n", "{", 400, "SerializationException"],
    ["a missing member", "POST", "/schedules/n", "{}", 400, "ValidationException"],
    ["a mistyped query", "GET", "/schedules?MaxResults=many", "", 400, "SerializationException"],
  ])("refuses %s", async (_what, method, url, body, status, code) => {
    const { world, calls } = worldWith({});
    const reply = await post(world, "scheduler", body, { method, url });
    expect(reply.status).toBe(status);
    expect(reply.headers["x-amzn-errortype"]).toBe(code);
    expect(calls).toEqual([]);
  });
});
