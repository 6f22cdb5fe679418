import { describe, expect, it, test } from "vitest";
import { ACCOUNT, allow, queueArn, REGION, refusalOf, testWorld } from "../events/support.ts";
import type { Shape } from "../types.ts";

const BASE = {
  ...{ AlarmName: "a", Namespace: "N", MetricName: "M", Dimensions: [{ Name: "D", Value: "d" }] },
  ...{ Statistic: "Maximum", Period: 60, EvaluationPeriods: 1, Threshold: 1 },
  ...{ ComparisonOperator: "GreaterThanOrEqualToThreshold", TreatMissingData: "notBreaching" },
};

function alarmed(properties: Shape = {}) {
  const aws = testWorld();
  aws.make("AWS::CloudWatch::Alarm", { ...BASE, ...properties });
  const put = (value: number) => aws.region.monitoring.putMetric("N", "M", { D: "d" }, value);
  const state = () => aws.region.monitoring.alarmState("a");
  return { ...aws, put, state };
}

const minutes = (count: number) => count * 60;

describe("a fresh alarm", () => {
  test.each([
    ["notBreaching", "OK"],
    ["breaching", "ALARM"],
    ["missing", "INSUFFICIENT_DATA"],
    ["ignore", "INSUFFICIENT_DATA"],
  ])("has insufficient data, and then what it takes for %s data: %s", (TreatMissingData, expected) => {
    const { clock, state } = alarmed({ TreatMissingData });
    expect(state()).toBe("INSUFFICIENT_DATA");
    clock.advance(59);
    expect(state()).toBe("INSUFFICIENT_DATA");
    clock.advance(11);
    expect(state()).toBe(expected);
  });
});

describe("an alarm", () => {
  it("alarms at the end of the minute of the breach, and is over when the data leave its range", () => {
    const { clock, put, state } = alarmed();
    clock.advance(minutes(2) + 30);
    put(1);
    clock.advance(34);
    expect(state()).toBe("OK");
    clock.advance(1);
    expect(state()).toBe("ALARM");
    // One period, and two more that AWS looks back for real datapoints before it fills in missing ones.
    clock.advance(minutes(3) - 1);
    expect(state()).toBe("ALARM");
    clock.advance(1);
    expect(state()).toBe("OK");
  });

  it("is evaluated for data that came while it was being evaluated for the minute before", () => {
    const { clock, put, state } = alarmed();
    clock.advance(62);
    put(1);
    clock.advance(65);
    expect(state()).toBe("ALARM");
  });

  it("takes real data instead of filling in", () => {
    const { clock, put, state } = alarmed();
    put(1);
    clock.advance(70);
    expect(state()).toBe("ALARM");
    put(0);
    clock.advance(60);
    expect(state()).toBe("OK");
  });

  test.each([
    ["GreaterThanOrEqualToThreshold", [false, true, true]],
    ["GreaterThanThreshold", [false, false, true]],
    ["LessThanOrEqualToThreshold", [true, true, false]],
    ["LessThanThreshold", [true, false, false]],
  ])("compares by %s, at the threshold too", (ComparisonOperator, expected) => {
    const outcomes = [4.9, 5, 5.1].map((value) => {
      const { clock, put, state } = alarmed({ ComparisonOperator, Threshold: 5 });
      put(value);
      clock.advance(70);
      return state() === "ALARM";
    });
    expect(outcomes).toEqual(expected);
  });

  test.each([
    ["Sum", 12],
    ["Average", 4],
    ["Minimum", 1],
    ["Maximum", 8],
    ["SampleCount", 3],
  ])("compares the %s of a period", (Statistic, value) => {
    const over = (Threshold: number) => {
      const { clock, put, state } = alarmed({ Statistic, Threshold });
      for (const each of [1, 3, 8]) {
        put(each);
      }
      clock.advance(70);
      return state();
    };
    expect([over(value), over(value + 0.001)]).toEqual(["ALARM", "OK"]);
  });

  it("needs as many datapoints as it says", () => {
    const { clock, put, state } = alarmed({ EvaluationPeriods: 3, DatapointsToAlarm: 2 });
    clock.advance(10);
    const states = [0, 1, 0, 1, 0, 0].map((value) => {
      put(value);
      clock.advance(60);
      return state();
    });
    expect(states).toEqual(["OK", "OK", "OK", "ALARM", "OK", "OK"]);
  });

  it("of a heartbeat alarms when an hourly sign fails to come", () => {
    const { clock, put, state } = alarmed({
      ...{ Statistic: "Sum", Period: 3600, TreatMissingData: "breaching" },
      ComparisonOperator: "LessThanThreshold",
    });
    for (let hour = 0; hour < 5; hour += 1) {
      put(1);
      clock.advance(3600);
    }
    // The last sign was an hour ago; two more periods are searched before gaps count as breaching.
    clock.advance(minutes(2) + 2 * 3600 - 60);
    expect(state()).toBe("OK");
    clock.advance(minutes(1));
    expect(state()).toBe("ALARM");
    put(1);
    clock.advance(minutes(2));
    expect(state()).toBe("OK");
  });
});

describe("a change of state", () => {
  function subscribed(properties: Shape = {}) {
    const aws = alarmed({
      ...{ AlarmActions: [`arn:aws:sns:${REGION}:${ACCOUNT}:alerts`], AlarmDescription: "see the runbook" },
      ...properties,
    });
    aws.make("AWS::SNS::Topic", { TopicName: "alerts" });
    aws.make("AWS::SQS::Queue", { QueueName: "jobs" });
    const PolicyDocument = allow("events.amazonaws.com", "sqs:SendMessage");
    const Queues = [`https://sqs.${REGION}.amazonaws.com/${ACCOUNT}/jobs`];
    aws.make("AWS::SQS::QueuePolicy", { Queues, PolicyDocument });
    aws.make("AWS::Events::Rule", {
      Name: "alarms",
      EventPattern: { source: ["aws.cloudwatch"], "detail-type": ["CloudWatch Alarm State Change"] },
      Targets: [{ Id: "T", Arn: queueArn("jobs") }],
    });
    return aws;
  }

  it("is an event with the documented detail, and a journal entry", () => {
    const { clock, put, region, noted } = subscribed();
    put(3);
    clock.advance(70);
    expect(noted("alarm").map(({ data }) => data)).toMatchObject([
      { name: "a", from: "INSUFFICIENT_DATA", to: "ALARM" },
    ]);
    const [message] = region.sqs.messages(queueArn("jobs"));
    expect(JSON.parse(message?.body ?? "")).toMatchObject({
      ...{ source: "aws.cloudwatch", resources: [`arn:aws:cloudwatch:${REGION}:${ACCOUNT}:alarm:a`] },
      time: "2026-03-01T02:01:05Z",
      detail: {
        alarmName: "a",
        state: {
          value: "ALARM",
          timestamp: "2026-03-01T02:01:05.000+0000",
          reason:
            "Threshold Crossed: 1 out of the last 1 datapoints [3.0 (01/03/26 02:00:00)] was greater than or equal to the threshold (1.0) (minimum 1 datapoint for OK -> ALARM transition).",
        },
        previousState: { value: "INSUFFICIENT_DATA", reason: "Unchecked: Initial alarm creation" },
        configuration: {
          description: "see the runbook",
          metrics: [
            {
              metricStat: {
                metric: { namespace: "N", name: "M", dimensions: { D: "d" } },
                period: 60,
                stat: "Maximum",
              },
              returnData: true,
            },
          ],
        },
      },
    });
  });

  it("is a message in CloudWatch's form for each action of the new state", () => {
    const { clock, put, noted } = subscribed();
    clock.advance(70);
    expect(noted("mail")).toEqual([]);
    put(3);
    clock.advance(70);
    const [mail] = noted("mail");
    expect(mail?.data["subject"]).toBe('ALARM: "a" in EU (Frankfurt)');
    expect(JSON.parse(String(mail?.data["message"]))).toMatchObject({
      ...{
        AlarmName: "a",
        NewStateValue: "ALARM",
        OldStateValue: "OK",
        AWSAccountId: ACCOUNT,
        Region: "EU (Frankfurt)",
      },
      Trigger: {
        MetricName: "M",
        Statistic: "MAXIMUM",
        Dimensions: [{ name: "D", value: "d" }],
        Threshold: 1,
      },
    });
  });

  it("does not act while actions are disabled", () => {
    const { clock, put, noted } = subscribed({ ActionsEnabled: false });
    put(3);
    clock.advance(70);
    expect([noted("alarm").length, noted("mail").length]).toEqual([1, 0]);
  });

  it("by hand lasts until the next evaluation", () => {
    const { clock, call, state, noted } = alarmed();
    clock.advance(70);
    call("monitoring", "SetAlarmState", { AlarmName: "a", StateValue: "ALARM", StateReason: "to see" });
    expect(state()).toBe("ALARM");
    clock.advance(60);
    expect(state()).toBe("OK");
    expect(noted("alarm")).toHaveLength(3);
    const unknown = { AlarmName: "b", StateValue: "OK", StateReason: "x" };
    expect(refusalOf(() => call("monitoring", "SetAlarmState", unknown))).toBe("ResourceNotFound");
  });
});

describe("an alarm's deployment", () => {
  test.each([
    ["metric maths", { Metrics: [] }, "NotSimulated"],
    ["a percentile", { ExtendedStatistic: "p99" }, "NotSimulated"],
    ["an anomaly band", { ComparisonOperator: "GreaterThanUpperThreshold" }, "NotSimulated"],
    ["a high-resolution period", { Period: 10 }, "NotSimulated"],
    ["an odd period", { Period: 90 }, "ValidationError"],
    ["more datapoints than periods", { DatapointsToAlarm: 2 }, "ValidationError"],
    ["an unknown statistic", { Statistic: "Median" }, "ValidationError"],
    ["an unknown treatment of missing data", { TreatMissingData: "zero" }, "ValidationError"],
    ["more than a day of short periods", { Period: 300, EvaluationPeriods: 289 }, "ValidationError"],
    ["a day of short periods", { Period: 300, EvaluationPeriods: 288 }, "accepted"],
    ["an action that is no topic", { AlarmActions: ["arn:aws:lambda:x:1:function:f"] }, "NotSimulated"],
  ])("with %s", (_sentence, properties, answer) => {
    expect(refusalOf(() => alarmed(properties))).toBe(answer);
  });

  it("of a composite alarm is refused by name", () => {
    expect(refusalOf(() => testWorld().make("AWS::CloudWatch::CompositeAlarm", {}))).toBe("NotSimulated");
  });
});
