import { describe, expect, it, test } from "vitest";
import { AwsError, type AwsEvent, type Shape } from "../types.ts";
import {
  ACCOUNT,
  allow,
  queueArn,
  queueUrl,
  REGION,
  refusalOf,
  type TestWorld,
  testWorld,
} from "./support.ts";

const RULE_ARN = `arn:aws:events:${REGION}:${ACCOUNT}:rule/watch`;

function event(detail: Shape = { state: "on" }): AwsEvent {
  return {
    ...{ version: "0", id: "e-1", "detail-type": "Thing Event", source: "aws.thing", account: ACCOUNT },
    ...{ time: "2026-03-01T02:00:00Z", region: REGION, resources: ["arn:thing"], detail },
  };
}

/** A world with a queue, its dead letters, and a rule on the default bus that sends to it. */
function watched(target: Shape = {}, rule: Shape = {}): TestWorld {
  const aws = testWorld();
  aws.make("AWS::SQS::Queue", { QueueName: "jobs" });
  aws.make("AWS::SQS::Queue", { QueueName: "jobs-dead-letters" });
  aws.make("AWS::Events::Rule", {
    ...{ Name: "watch", EventPattern: { source: ["aws.thing"] } },
    Targets: [{ Id: "T", Arn: queueArn("jobs"), ...target }],
    ...rule,
  });
  return aws;
}

function admit(aws: TestWorld, ...queues: readonly string[]): void {
  const condition = { ArnEquals: { "aws:SourceArn": RULE_ARN } };
  const PolicyDocument = allow("events.amazonaws.com", "sqs:SendMessage", condition);
  aws.make("AWS::SQS::QueuePolicy", { Queues: queues.map(queueUrl), PolicyDocument });
}

const bodies = (aws: TestWorld, queue: string) =>
  aws.region.sqs.messages(queueArn(queue)).map(({ body }): unknown => JSON.parse(body));

const deadLetters = { DeadLetterConfig: { Arn: queueArn("jobs-dead-letters") } };

function sum(aws: TestWorld, metric: string): number {
  const answer = aws.call("monitoring", "GetMetricStatistics", {
    ...{ Namespace: "AWS/Events", MetricName: metric, Dimensions: [{ Name: "RuleName", Value: "watch" }] },
    ...{
      StartTime: new Date(0),
      EndTime: new Date(aws.clock.now() + 60_000),
      Period: 86_400,
      Statistics: ["Sum"],
    },
    StartTime: new Date("2026-02-28T00:00:00Z"),
  });
  return (answer["Datapoints"] as { Sum: number }[]).reduce((total, { Sum }) => total + Sum, 0);
}

describe("a rule whose queue admits it", () => {
  it("delivers the event within half a second, whole", () => {
    const aws = watched();
    admit(aws, "jobs");
    aws.region.events.emit(event());
    expect(bodies(aws, "jobs")).toEqual([]);
    aws.clock.advance(0.5);
    expect(bodies(aws, "jobs")).toEqual([event()]);
    expect(sum(aws, "Invocations")).toBe(1);
    expect(aws.noted("undelivered")).toEqual([]);
  });

  it("delivers nothing while disabled, or when the pattern does not fit", () => {
    const aws = watched();
    admit(aws, "jobs");
    aws.region.events.emit({ ...event(), source: "aws.other" });
    aws.call("events", "DisableRule", { Name: "watch" });
    aws.region.events.emit(event());
    aws.clock.advance(5);
    expect(bodies(aws, "jobs")).toEqual([]);
    aws.call("events", "EnableRule", { Name: "watch" });
    aws.region.events.emit(event());
    aws.clock.advance(5);
    expect(bodies(aws, "jobs")).toHaveLength(1);
  });

  it("delivers nothing from a region that is lost", () => {
    const aws = watched();
    admit(aws, "jobs");
    aws.region.lost = true;
    aws.region.events.emit(event());
    aws.clock.advance(86_400);
    expect(bodies(aws, "jobs")).toEqual([]);
    expect(aws.noted("undelivered")).toHaveLength(1);
  });
});

it("loses an event that its template makes no JSON of, and says nothing", () => {
  const InputTransformer = { InputPathsMap: { detail: "$.detail" }, InputTemplate: '{"a":"<detail>"}' };
  const aws = watched({ InputTransformer, ...deadLetters });
  admit(aws, "jobs", "jobs-dead-letters");
  aws.region.events.emit(event());
  aws.clock.advance(86_400);
  expect([bodies(aws, "jobs"), bodies(aws, "jobs-dead-letters")]).toEqual([[], []]);
  expect([sum(aws, "Invocations"), sum(aws, "FailedInvocations")]).toEqual([0, 0]);
  expect(aws.noted("undelivered")).toMatchObject([{ data: { because: "input-is-not-json" } }]);
});

// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
describe("a rule whose queue does not admit it", () => {
  it("sends straight to its dead letters, with the reasons as attributes", () => {
    const aws = watched(deadLetters);
    admit(aws, "jobs-dead-letters");
    aws.region.events.emit(event());
    aws.clock.advance(1);
    const [message] = aws.region.sqs.messages(queueArn("jobs-dead-letters"));
    expect(JSON.parse(message?.body ?? "")).toEqual(event());
    expect(message?.attributes).toMatchObject({
      RULE_ARN: { StringValue: RULE_ARN },
      TARGET_ARN: { StringValue: queueArn("jobs") },
      ERROR_CODE: { StringValue: "NO_PERMISSIONS" },
      ERROR_MESSAGE: { DataType: "String" },
      RETRY_ATTEMPTS: { StringValue: "0" },
    });
    expect([sum(aws, "FailedInvocations"), sum(aws, "InvocationsSentToDlq")]).toEqual([1, 1]);
  });

  test.each([
    ["without dead letters", {}],
    ["with dead letters that refuse as well", deadLetters],
  ])("loses the event %s", (_sentence, target) => {
    const aws = watched(target);
    aws.region.events.emit(event());
    aws.clock.advance(86_400);
    expect(bodies(aws, "jobs-dead-letters")).toEqual([]);
    expect(aws.noted("undelivered")).toHaveLength(1);
    expect(sum(aws, "InvocationsFailedToBeSentToDlq")).toBe(Object.keys(target).length);
  });

  it("is a rule of another name than the policy's source ARN", () => {
    const aws = watched(deadLetters, { Name: "other" });
    admit(aws, "jobs", "jobs-dead-letters");
    aws.region.events.emit(event());
    aws.clock.advance(1);
    expect(aws.noted("undelivered")).toHaveLength(1);
  });
});

describe("a rule whose queue fails", () => {
  function failing(target: Shape, untilAttempt: number) {
    const aws = watched({ ...deadLetters, ...target });
    admit(aws, "jobs", "jobs-dead-letters");
    const send = aws.region.sqs.sendAs.bind(aws.region.sqs);
    let attempts = 0;
    aws.region.sqs.sendAs = (who, arn, message) => {
      if (arn === queueArn("jobs") && ++attempts < untilAttempt) {
        throw new AwsError("InternalError", "try again", 500);
      }
      send(who, arn, message);
    };
    aws.region.events.emit(event());
    aws.clock.advance(86_401);
    return { aws, attempts: () => attempts };
  }

  it("is tried again until it works", () => {
    const { aws, attempts } = failing({}, 5);
    expect(bodies(aws, "jobs")).toEqual([event()]);
    expect(attempts()).toBe(5);
    expect(sum(aws, "RetryInvocationAttempts")).toBe(4);
  });

  it("is given up after the attempts of the retry policy", () => {
    const { aws, attempts } = failing({ RetryPolicy: { MaximumRetryAttempts: 3 } }, 1000);
    expect(attempts()).toBe(4);
    const [message] = aws.region.sqs.messages(queueArn("jobs-dead-letters"));
    expect(message?.attributes).toMatchObject({
      EXHAUSTED_RETRY_CONDITION: { StringValue: "MaximumRetryAttempts" },
      RETRY_ATTEMPTS: { StringValue: "3" },
    });
  });

  it("is given up when the event is too old", () => {
    const { aws } = failing({ RetryPolicy: { MaximumEventAgeInSeconds: 60 } }, 1000);
    const [message] = aws.region.sqs.messages(queueArn("jobs-dead-letters"));
    expect(message?.attributes["EXHAUSTED_RETRY_CONDITION"]?.StringValue).toBe("MaximumEventAgeInSeconds");
    expect((message?.sentAt ?? 0) - Date.parse("2026-03-01T02:00:00Z")).toBe(60_000);
  });

  it("is tried for a day and at most 185 times again otherwise", () => {
    const { aws, attempts } = failing({}, 1000);
    expect(attempts()).toBeGreaterThan(150);
    expect(attempts()).toBeLessThanOrEqual(186);
    expect(bodies(aws, "jobs-dead-letters")).toHaveLength(1);
  });
});

describe("a rule's deployment", () => {
  const target = (id: string, rest: Shape = {}) => ({ Id: id, Arn: queueArn("jobs"), ...rest });
  const input = (InputTemplate: string, InputPathsMap: Shape = {}) => ({
    Targets: [target("T", { InputTransformer: { InputPathsMap, InputTemplate } })],
  });

  test.each([
    ["an invalid pattern", { EventPattern: { source: "aws.thing" } }, "InvalidEventPatternException"],
    [
      "a pattern of 2,049 characters",
      { EventPattern: { a: ["x".repeat(2049 - '{"a":[""]}'.length)] } },
      "LimitExceededException",
    ],
    [
      "a pattern of 2,048 characters",
      { EventPattern: { a: ["x".repeat(2048 - '{"a":[""]}'.length)] } },
      "accepted",
    ],
    ["no pattern", { EventPattern: undefined }, "ValidationException"],
    ["a schedule expression", { ScheduleExpression: "rate(1 hour)" }, "NotSimulated"],
    ["six targets", { Targets: [1, 2, 3, 4, 5, 6].map((n) => target(String(n))) }, "LimitExceededException"],
    ["two targets of one id", { Targets: [target("a"), target("a")] }, "ValidationException"],
    ["a target that is no queue", { Targets: [target("a", { Arn: "arn:aws:sns:x:1:t" })] }, "NotSimulated"],
    [
      "a FIFO queue without a group",
      { Targets: [target("a", { Arn: queueArn("jobs.fifo") })] },
      "ValidationException",
    ],
    [
      "FIFO dead letters",
      { Targets: [target("a", { DeadLetterConfig: { Arn: queueArn("d.fifo") } })] },
      "ValidationException",
    ],
    [
      "186 attempts",
      { Targets: [target("a", { RetryPolicy: { MaximumRetryAttempts: 186 } })] },
      "ValidationException",
    ],
    [
      "an age of 59 s",
      { Targets: [target("a", { RetryPolicy: { MaximumEventAgeInSeconds: 59 } })] },
      "ValidationException",
    ],
    ["an undefined placeholder", input('{"x":<nothing>}'), "ValidationException"],
    ["a template that is not JSON", input("{x: <id>}", { id: "$.id" }), "ValidationException"],
    ["a malformed path", input('{"x":<id>}', { id: "id" }), "ValidationException"],
    ["a path in brackets", input('{"x":<id>}', { id: "$['id']" }), "ValidationException"],
    ["a reserved variable", input('{"x":<aws.id>}', { "aws.id": "$.id" }), "ValidationException"],
    [
      "two kinds of input",
      { Targets: [target("a", { Input: "{}", InputPath: "$.detail" })] },
      "ValidationException",
    ],
    ["input that is not JSON", { Targets: [target("a", { Input: "text" })] }, "ValidationException"],
    ["a bus that does not exist", { EventBusName: "none" }, "ResourceNotFoundException"],
    ["a property that is not simulated", { RoleArn: "arn:aws:iam::1:role/x" }, "NotSimulated"],
    [
      "five targets and the bounds of the retry policy",
      {
        Targets: [1, 2, 3, 4, 5].map((n) =>
          target(String(n), { RetryPolicy: { MaximumRetryAttempts: 185, MaximumEventAgeInSeconds: 60 } }),
        ),
      },
      "accepted",
    ],
  ] as const)("with %s", (_sentence, rule, answer) => {
    expect(refusalOf(() => watched({}, rule))).toBe(answer);
  });
});
