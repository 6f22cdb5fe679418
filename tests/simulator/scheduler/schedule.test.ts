import { describe, expect, it, test } from "vitest";
import { queueArn, REGION, refusalOf, testWorld } from "../events/support.ts";
import { AwsError, type Shape } from "../types.ts";

const ROLE = "arn:aws:iam::123456789012:role/scheduler";

function scheduled(properties: Shape, target: Shape = {}, knobs: Readonly<Record<string, unknown>> = {}) {
  const aws = testWorld(knobs);
  aws.make("AWS::SQS::Queue", { QueueName: "jobs" });
  aws.make("AWS::SQS::Queue", { QueueName: "jobs-dead-letters" });
  const created = aws.make("AWS::Scheduler::Schedule", {
    ...{ Name: "plan", ScheduleExpression: "rate(1 hour)", FlexibleTimeWindow: { Mode: "OFF" } },
    Target: {
      Arn: queueArn("jobs"),
      RoleArn: ROLE,
      Input: '{"t":"<aws.scheduler.scheduled-time>"}',
      ...target,
    },
    ...properties,
  });
  const bodies = () => aws.region.sqs.messages(queueArn("jobs")).map(({ body }): unknown => JSON.parse(body));
  return { ...aws, created, bodies };
}

describe("a schedule", () => {
  it("sends its input with the context attributes put in, within a minute of the time", () => {
    const Input =
      '{"time":"<aws.scheduler.scheduled-time>","id":"<aws.scheduler.execution-id>","arn":"<aws.scheduler.schedule-arn>","attempt":"<aws.scheduler.attempt-number>"}';
    const { clock, bodies, created } = scheduled({ ScheduleExpression: "cron(30 2 * * ? *)" }, { Input });
    clock.advance(30 * 60 - 1);
    expect(bodies()).toEqual([]);
    clock.advance(61);
    expect(bodies()).toEqual([
      {
        time: "2026-03-01T02:30:00Z",
        id: expect.stringMatching(/^[0-9a-f]{16}$/),
        arn: created.attributes["Arn"],
        attempt: "1",
      },
    ]);
    clock.advance(86_400);
    expect(bodies()).toHaveLength(2);
  });

  it("with a rate starts at once", () => {
    const { clock, bodies } = scheduled({});
    clock.advance(60);
    expect(bodies()).toEqual([{ t: "2026-03-01T02:00:00Z" }]);
    clock.advance(3600);
    expect(bodies()).toHaveLength(2);
  });

  it.each([
    ["within the minute of its time", { Mode: "OFF" }, 0, 59],
    ["anywhere in its flexible window", { Mode: "FLEXIBLE", MaximumWindowInMinutes: 240 }, 60, 240 * 60 + 59],
  ])("runs %s, and names the scheduled time", (_sentence, FlexibleTimeWindow, beyond, most) => {
    const { clock, bodies, region } = scheduled({
      ...{ ScheduleExpression: "cron(0 6 * * ? *)", FlexibleTimeWindow },
    });
    clock.advance(4 * 86_400);
    const due = bodies().map((body) => Date.parse((body as { t: string }).t));
    expect(due.every((at) => at % 86_400_000 === 6 * 3_600_000)).toBe(true);
    const sent = region.sqs.messages(queueArn("jobs")).map(({ sentAt }) => sentAt);
    const late = sent.map((at, index) => (at - (due[index] ?? 0)) / 1000);
    expect(late).toHaveLength(4);
    expect(Math.min(...late)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...late)).toBeLessThanOrEqual(most);
    expect(late.some((seconds) => seconds > beyond)).toBe(true);
  });

  it("runs within its dates only, and not at all when disabled", () => {
    const dates = { StartDate: "2026-03-01T05:00:00Z", EndDate: "2026-03-01T07:00:00Z" };
    const { clock, bodies } = scheduled({ ...dates, ScheduleExpression: "cron(0 * * * ? *)" });
    clock.advance(86_400);
    expect(bodies().map((body) => (body as { t: string }).t.slice(11, 13))).toEqual(["05", "06", "07"]);
    const disabled = scheduled({ State: "DISABLED" });
    disabled.clock.advance(86_400);
    expect(disabled.bodies()).toEqual([]);
  });

  it("is gone after its one run when it says so", () => {
    const once = { ScheduleExpression: "at(2026-03-01T03:00:00)", ActionAfterCompletion: "DELETE" };
    const { clock, bodies, call } = scheduled(once);
    clock.advance(2 * 3600);
    expect(bodies()).toHaveLength(1);
    expect(refusalOf(() => call("scheduler", "GetSchedule", { Name: "plan" }))).toBe(
      "ResourceNotFoundException",
    );
  });

  it("does not run while its region is lost, and does not catch up", () => {
    const { clock, bodies, region, noted } = scheduled({ ScheduleExpression: "cron(0 * * * ? *)" });
    region.lost = true;
    clock.advance(3 * 3600 + 60);
    region.lost = false;
    expect(bodies()).toEqual([]);
    expect(noted("undelivered").length).toBeGreaterThanOrEqual(3);
    clock.advance(3600);
    expect(bodies()).toHaveLength(1);
  });
});

it("does not send under a key that does not exist, or that its role may not use", () => {
  const allowed = new Set(["sqs:SendMessage"]);
  const knobs = { authorizeRole: (_role: string, action: string) => allowed.has(action) };
  const { clock, keys, make, region, noted } = scheduled({ State: "DISABLED" }, {}, knobs);
  make("AWS::SQS::Queue", { QueueName: "secret", KmsMasterKeyId: "k" });
  const runs = (Name: string) => {
    const Target = { Arn: queueArn("secret"), RoleArn: ROLE, Input: "{}" };
    const ScheduleExpression = "rate(1 day)";
    make("AWS::Scheduler::Schedule", {
      ...{ Name, ScheduleExpression, FlexibleTimeWindow: { Mode: "OFF" }, Target },
    });
    clock.advance(60);
    return region.sqs.messages(queueArn("secret")).length;
  };
  expect(runs("no-key")).toBe(0);
  keys.set("k", {
    ...{ arn: `arn:aws:kms:${REGION}:123456789012:key/k`, keyId: "k", state: "Enabled" },
    ...{ manager: "CUSTOMER", policy: {}, aliases: [] },
  });
  expect(runs("no-right")).toBe(0);
  expect(noted("undelivered").map(({ data }) => data["error"])).toEqual([
    "AccessDeniedException",
    "AccessDeniedException",
  ]);
  allowed.add("kms:GenerateDataKey").add("kms:Decrypt");
  expect(runs("both")).toBe(1);
});

// https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html
describe("a schedule whose role may not send", () => {
  const refusing = (...allowed: readonly string[]) => ({
    authorizeRole: (role: string, action: string, queue: string) => {
      expect([role, action]).toEqual([ROLE, "sqs:SendMessage"]);
      return allowed.includes(queue);
    },
  });
  const dead = { DeadLetterConfig: { Arn: queueArn("jobs-dead-letters") } };

  it("sends to its dead letters at once", () => {
    const { clock, region, bodies } = scheduled({}, dead, refusing(queueArn("jobs-dead-letters")));
    clock.advance(60);
    expect(bodies()).toEqual([]);
    const [message] = region.sqs.messages(queueArn("jobs-dead-letters"));
    expect(message?.body).toBe('{"t":"2026-03-01T02:00:00Z"}');
    expect(message?.attributes).toMatchObject({
      ERROR_CODE: { StringValue: "AccessDeniedException" },
      SCHEDULED_TIME: { StringValue: "2026-03-01T02:00:00Z" },
      RETRY_ATTEMPTS: { StringValue: "0" },
    });
  });

  test.each([
    ["has no dead letters", {}],
    ["may not send there either", dead],
  ])("loses the run when it %s", (_sentence, target) => {
    const { clock, noted } = scheduled({ ScheduleExpression: "rate(1 day)" }, target, refusing());
    clock.advance(60);
    expect(noted("undelivered")).toHaveLength(1);
  });

  it("is not made when the role does not trust Scheduler", () => {
    const knobs = { roleTrusts: (_role: string, service: string) => service !== "scheduler.amazonaws.com" };
    expect(refusalOf(() => scheduled({}, {}, knobs))).toBe("ValidationException");
  });
});

describe("a schedule whose queue fails", () => {
  it("is tried again, and given up after the attempts of its retry policy", () => {
    const retry = {
      RetryPolicy: { MaximumRetryAttempts: 2 },
      DeadLetterConfig: { Arn: queueArn("jobs-dead-letters") },
    };
    const { clock, region, bodies } = scheduled({ ScheduleExpression: "rate(1 day)" }, retry);
    const deliver = region.sqs.deliver.bind(region.sqs);
    let attempts = 0;
    region.sqs.deliver = (sender, queue, message) => {
      if (queue === queueArn("jobs")) {
        attempts += 1;
        throw new AwsError("InternalError", "try again", 500);
      }
      return deliver(sender, queue, message);
    };
    clock.advance(3600);
    expect([attempts, bodies()]).toEqual([3, []]);
    const [message] = region.sqs.messages(queueArn("jobs-dead-letters"));
    expect(message?.attributes["EXHAUSTED_RETRY_CONDITION"]?.StringValue).toBe("MaximumRetryAttempts");
  });
});

describe("a schedule's deployment", () => {
  test.each([
    ["no flexible time window", { FlexibleTimeWindow: undefined }, {}, "ValidationException"],
    ["a window without its length", { FlexibleTimeWindow: { Mode: "FLEXIBLE" } }, {}, "ValidationException"],
    [
      "a length without a window",
      { FlexibleTimeWindow: { Mode: "OFF", MaximumWindowInMinutes: 5 } },
      {},
      "ValidationException",
    ],
    [
      "a window of 1,441 minutes",
      { FlexibleTimeWindow: { Mode: "FLEXIBLE", MaximumWindowInMinutes: 1441 } },
      {},
      "ValidationException",
    ],
    ["an invalid expression", { ScheduleExpression: "cron(0 10 * * * *)" }, {}, "ValidationException"],
    ["a group that does not exist", { GroupName: "none" }, {}, "ResourceNotFoundException"],
    ["an unknown state", { State: "ON" }, {}, "ValidationException"],
    ["a target that is no queue", {}, { Arn: "arn:aws:lambda:x:1:function:f" }, "NotSimulated"],
    ["no input", {}, { Input: undefined }, "NotSimulated"],
    ["no role", {}, { RoleArn: undefined }, "InvalidRequest"],
    ["FIFO dead letters", {}, { DeadLetterConfig: { Arn: queueArn("d.fifo") } }, "ValidationException"],
    ["a FIFO queue without a group", {}, { Arn: queueArn("jobs.fifo") }, "ValidationException"],
    ["an unknown property", { Every: 5 }, {}, "NotSimulated"],
    [
      "a window of 1,440 minutes",
      { FlexibleTimeWindow: { Mode: "FLEXIBLE", MaximumWindowInMinutes: 1440 } },
      {},
      "accepted",
    ],
  ])("with %s", (_sentence, properties, target, answer) => {
    expect(refusalOf(() => scheduled(properties, target))).toBe(answer);
  });
});

describe("Scheduler's operations", () => {
  it("list and show schedules by group", () => {
    const { call, make } = scheduled({ ScheduleExpressionTimezone: "Europe/Berlin" });
    make("AWS::Scheduler::ScheduleGroup", { Name: "others" });
    expect(call("scheduler", "ListSchedules")).toMatchObject({
      Schedules: [{ Name: "plan", GroupName: "default" }],
    });
    expect(call("scheduler", "ListSchedules", { GroupName: "others" })).toEqual({ Schedules: [] });
    expect(call("scheduler", "GetSchedule", { Name: "plan" })).toMatchObject({
      ...{
        ScheduleExpression: "rate(1 hour)",
        ScheduleExpressionTimezone: "Europe/Berlin",
        State: "ENABLED",
      },
      Target: { RoleArn: ROLE, RetryPolicy: { MaximumRetryAttempts: 185, MaximumEventAgeInSeconds: 86_400 } },
    });
    expect(refusalOf(() => call("scheduler", "DeleteSchedule", { Name: "plan" }))).toBe("NotSimulated");
  });
});
