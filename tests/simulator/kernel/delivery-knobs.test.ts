import { describe, expect, test } from "vitest";
import { allow, queueArn, queueUrl, refusalOf, testWorld } from "../events/support.ts";
import { createKnobs, numberKnob } from "../knobs.ts";
import { Scaling } from "../lambda/scaling.ts";
import { AwsError } from "../types.ts";

type Knobs = Readonly<Record<string, unknown>>;

/** A queue that takes from EventBridge and Scheduler, and another for what is dead. */
function withQueues(knobs: Knobs) {
  const aws = testWorld(knobs);
  for (const name of ["jobs", "dead"]) {
    aws.make("AWS::SQS::Queue", { QueueName: name });
    const PolicyDocument = allow("events.amazonaws.com", "sqs:SendMessage");
    aws.make("AWS::SQS::QueuePolicy", { Queues: [queueUrl(name)], PolicyDocument });
  }
  return aws;
}

describe("PutEvents is refused from a size on", () => {
  test.each([
    [{}, 262_144],
    [{ putEventsBytes: 1_048_576 }, 1_048_576],
  ])("with %o, %i bytes", (knobs, bytes) => {
    const aws = testWorld(knobs);
    const put = (size: number) => {
      const rest = { Source: "s", DetailType: "t" };
      const Detail = `{"a":"${"x".repeat(size - '{"a":""}'.length - 2)}"}`;
      return refusalOf(() => aws.call("events", "PutEvents", { Entries: [{ ...rest, Detail }] }));
    };
    expect(put(bytes)).toBe("ValidationException");
    expect(put(bytes - 1)).toBe("accepted");
  });
});

describe("a rule whose target does not answer gives up", () => {
  test.each([
    ["on a custom bus after five attempts or five minutes", {}, "ours", 6, 300],
    ["on the default bus within a day", {}, "default", 186, 86_400],
    [
      "on a custom bus of the classic kind as well",
      { customBusRetries: "185-in-a-day" },
      "ours",
      186,
      86_400,
    ],
  ])("%s", (_sentence, knobs, bus, attemptsMax, secondsMax) => {
    const aws = withQueues(knobs);
    aws.make("AWS::Events::EventBus", { Name: "ours" });
    aws.make("AWS::Events::Rule", {
      ...{ Name: "all", EventBusName: bus, EventPattern: { source: ["s"] } },
      Targets: [{ Id: "T", Arn: queueArn("jobs"), DeadLetterConfig: { Arn: queueArn("dead") } }],
    });
    const send = aws.region.sqs.sendAs.bind(aws.region.sqs);
    let attempts = 0;
    aws.region.sqs.sendAs = (who, arn, message) => {
      if (arn !== queueArn("jobs")) return send(who, arn, message);
      attempts += 1;
      throw new AwsError("InternalError", "try again", 500);
    };
    const began = aws.clock.now();
    aws.call("events", "PutEvents", {
      Entries: [{ EventBusName: bus, Source: "s", DetailType: "t", Detail: "{}" }],
    });
    aws.clock.advance(86_401);
    const [letter] = aws.region.sqs.messages(queueArn("dead"));
    const seconds = ((letter?.sentAt ?? 0) - began) / 1000;
    expect(seconds).toBeGreaterThan(secondsMax / 10);
    expect(seconds).toBeLessThanOrEqual(secondsMax);
    expect(attempts).toBeGreaterThan(attemptsMax / 2);
    expect(attempts).toBeLessThanOrEqual(attemptsMax);
  });
});

describe("a schedule", () => {
  function firstRun(ScheduleExpression: string, knobs: Knobs) {
    const aws = withQueues(knobs);
    aws.make("AWS::Scheduler::Schedule", {
      ...{ Name: "plan", ScheduleExpression, FlexibleTimeWindow: { Mode: "OFF" } },
      Target: {
        Arn: queueArn("jobs"),
        RoleArn: "arn:aws:iam::123456789012:role/scheduler",
        Input: '{"t":"<aws.scheduler.scheduled-time>"}',
      },
    });
    aws.clock.advance(2 * 86_400);
    const [message] = aws.region.sqs.messages(queueArn("jobs"));
    const { t } = JSON.parse(message?.body ?? "{}") as { t: string };
    return { scheduled: t, secondsLate: ((message?.sentAt ?? 0) - Date.parse(t)) / 1000 };
  }

  test.each([
    ["at once", {}, "2026-03-01T02:00:00Z"],
    ["after its first period", { rateScheduleStarts: "after-one-period" }, "2026-03-01T03:00:00Z"],
  ])("with a rate runs first %s", (_sentence, knobs, expected) => {
    expect(firstRun("rate(1 hour)", knobs).scheduled).toBe(expected);
  });

  test.each([
    ["rate(1 minutes)", {}, "ValidationException"],
    ["rate(5 minute)", {}, "ValidationException"],
    ["rate(1 minutes)", { rateUnits: "either" }, "accepted"],
    ["rate(5 minute)", { rateUnits: "either" }, "accepted"],
  ])("with %s is, with %o, %s", (expression, knobs, expected) => {
    expect(refusalOf(() => firstRun(expression, knobs))).toBe(expected);
  });

  test("with other expressions starts as it says, however rates start", () => {
    const { scheduled } = firstRun("cron(30 2 * * ? *)", { rateScheduleStarts: "after-one-period" });
    expect(scheduled).toBe("2026-03-01T02:30:00Z");
  });

  test("runs anywhere in its minute, or at its beginning", () => {
    const late = firstRun("cron(30 2 * * ? *)", {}).secondsLate;
    expect(late).toBeGreaterThan(0);
    expect(late).toBeLessThan(60);
    expect(firstRun("cron(30 2 * * ? *)", { schedulerPrecisionSeconds: 0 }).secondsLate).toBe(0);
  });
});

describe("the batches that a mapping processes at a time", () => {
  /** Allowed at first, after a failure, and after each of two successes. */
  function course(overrides: Knobs) {
    const knobs = createKnobs([], overrides);
    const scaling = new Scaling({
      ...{ clock: { now: () => 0 }, most: 10, ramp: false, backOffOnErrors: true },
      backOffFactor: numberKnob(knobs, "mappingBackOffFactor"),
      recovery: numberKnob(knobs, "mappingRecovery"),
    });
    const seen = [scaling.allowed];
    for (const ending of ["failed", "served", "served"] as const) {
      scaling.ended(ending);
      seen.push(scaling.allowed);
    }
    return seen;
  }

  test.each([
    [{}, [10, 5, 6, 7]],
    [{ mappingBackOffFactor: 0.9 }, [10, 9, 10, 10]],
    [{ mappingBackOffFactor: 0.1 }, [10, 1, 2, 3]],
    [{ mappingRecovery: 0.1 }, [10, 5, 5, 5]],
    [{ mappingRecovery: 5 }, [10, 5, 10, 10]],
  ])("are fewer after a failure and come back with each success: %o", (knobs, expected) => {
    expect(course(knobs)).toEqual(expected);
  });
});

test("an address is unsubscribed above so many mails a second", () => {
  const burst = (count: number, knobs: Knobs) => {
    const aws = testWorld(knobs);
    const TopicArn = String(aws.make("AWS::SNS::Topic", { TopicName: "alerts" }).ref);
    aws.make("AWS::SNS::Subscription", { TopicArn, Protocol: "email", Endpoint: "a@example.com" });
    for (let sent = 0; sent < count; sent += 1) aws.call("sns", "Publish", { TopicArn, Message: "m" });
    return aws.noted("unsubscribed").length;
  };
  expect([burst(10, {}), burst(11, {})]).toEqual([0, 1]);
  expect([burst(100, { mailsPerSecondMax: 100 }), burst(101, { mailsPerSecondMax: 100 })]).toEqual([0, 1]);
});
