import { describe, expect, it, test } from "vitest";
import { ACCOUNT, queueArn, REGION, refusalOf, testWorld } from "../events/support.ts";
import type { Shape } from "../types.ts";

const LINE = (values: Shape) =>
  JSON.stringify({
    level: "INFO",
    _aws: {
      Timestamp: 1,
      CloudWatchMetrics: [
        { Namespace: "rds-dr", Dimensions: [["Environment"]], Metrics: [{ Name: "Copies", Unit: "Count" }] },
      ],
    },
    Environment: "dev",
    ...values,
  });

describe("metrics", () => {
  it("are put, listed and read by period", () => {
    const { call, clock } = testWorld();
    const Dimensions = [{ Name: "D", Value: "d" }];
    const put = (value: Shape) =>
      call("monitoring", "PutMetricData", {
        Namespace: "N",
        MetricData: [{ MetricName: "M", Dimensions, ...value }],
      });
    put({ Value: 1 });
    put({ Values: [2, 3], Counts: [2, 1] });
    clock.advance(300);
    put({ StatisticValues: { Sum: 10, SampleCount: 4, Minimum: 1, Maximum: 5 } });
    put({ Value: 100, Timestamp: new Date("2026-03-01T01:59:59Z") });
    const span = { StartTime: new Date("2026-03-01T02:00:00Z"), EndTime: new Date("2026-03-01T02:10:00Z") };
    const query = (Stat: string) => ({
      Id: Stat.toLowerCase(),
      MetricStat: { Metric: { Namespace: "N", MetricName: "M", Dimensions }, Period: 300, Stat },
    });
    const MetricDataQueries = ["Sum", "Average", "Maximum"].map(query);
    expect(call("monitoring", "GetMetricData", { ...span, MetricDataQueries })).toMatchObject({
      MetricDataResults: [
        {
          Id: "sum",
          Values: [10, 8],
          Timestamps: [new Date("2026-03-01T02:05:00Z"), new Date("2026-03-01T02:00:00Z")],
        },
        { Id: "average", Values: [2.5, 2] },
        { Id: "maximum", Values: [5, 3], StatusCode: "Complete" },
      ],
    });
    expect(call("monitoring", "ListMetrics", { Namespace: "N" })).toEqual({
      Metrics: [{ Namespace: "N", MetricName: "M", Dimensions }],
    });
    const expression = { ...span, MetricDataQueries: [{ Id: "e", Expression: "a+b" }] };
    expect(refusalOf(() => call("monitoring", "GetMetricData", expression))).toBe("NotSimulated");
    expect(refusalOf(() => call("monitoring", "PutMetricData", { Namespace: "AWS/X" }))).toBe(
      "InvalidParameterValue",
    );
    expect(refusalOf(() => call("monitoring", "PutDashboard"))).toBe("NotSimulated");
  });

  it("of a queue alarm while it has messages, and no longer", () => {
    const { make, region, clock } = testWorld();
    make("AWS::SQS::Queue", { QueueName: "jobs" });
    const alarm = {
      ...{ Namespace: "AWS/SQS", Dimensions: [{ Name: "QueueName", Value: "jobs" }], Statistic: "Maximum" },
      ...{
        EvaluationPeriods: 1,
        ComparisonOperator: "GreaterThanOrEqualToThreshold",
        TreatMissingData: "notBreaching",
      },
    };
    const visible = {
      AlarmName: "visible",
      MetricName: "ApproximateNumberOfMessagesVisible",
      Period: 60,
      Threshold: 1,
    };
    const old = {
      AlarmName: "old",
      MetricName: "ApproximateAgeOfOldestMessage",
      Period: 60,
      Threshold: 3600,
    };
    make("AWS::CloudWatch::Alarm", { ...alarm, ...visible });
    make("AWS::CloudWatch::Alarm", { ...alarm, ...old });
    clock.advance(3600);
    region.sqs.deliver("me", queueArn("jobs"), { body: "a" });
    clock.advance(70);
    expect(region.monitoring.alarmState("visible")).toBe("ALARM");
    clock.advance(3600 - 70);
    expect(region.monitoring.alarmState("old")).toBe("OK");
    clock.advance(70);
    expect(region.monitoring.alarmState("old")).toBe("ALARM");
    const [message] = region.sqs.take(queueArn("jobs"), 1);
    region.sqs.remove(queueArn("jobs"), message?.receiptHandle ?? "");
    clock.advance(130);
    expect(region.monitoring.alarmState("visible")).toBe("OK");
    expect(region.monitoring.alarmState("old")).toBe("OK");
  });

  it("that rest cost nothing: 40 alarms take a hundred timers in 30 days", () => {
    const { make, region, clock } = testWorld();
    for (let index = 0; index < 20; index += 1) {
      make("AWS::SQS::Queue", { QueueName: `q${index}` });
      for (const MetricName of ["ApproximateNumberOfMessagesVisible", "ApproximateAgeOfOldestMessage"]) {
        make("AWS::CloudWatch::Alarm", {
          ...{ AlarmName: `${MetricName}-${index}`, Namespace: "AWS/SQS", MetricName, Statistic: "Maximum" },
          ...{
            Dimensions: [{ Name: "QueueName", Value: `q${index}` }],
            Period: 300,
            EvaluationPeriods: 1,
            Threshold: 1,
          },
          ...{ ComparisonOperator: "GreaterThanOrEqualToThreshold", TreatMissingData: "notBreaching" },
        });
      }
      region.sqs.deliver("me", queueArn(`q${index}`), { body: "a" });
      const [message] = region.sqs.take(queueArn(`q${index}`), 1);
      region.sqs.remove(queueArn(`q${index}`), message?.receiptHandle ?? "");
    }
    clock.advance(3600);
    const before = clock.ran;
    clock.advance(30 * 86_400);
    expect(before).toBeLessThan(1000);
    expect(clock.ran - before).toBeLessThan(100);
  });
});

describe("logs", () => {
  it("turn embedded metrics into metrics", () => {
    const { region, call, make } = testWorld();
    make("AWS::Logs::LogGroup", { LogGroupName: "/aws/lambda/f", RetentionInDays: 30 });
    region.logs.write("/aws/lambda/f", "s", LINE({ Copies: 3 }));
    region.logs.write("/aws/lambda/f", "s", LINE({ Copies: [1, 2] }));
    region.logs.write("/aws/lambda/f", "s", "{ not JSON");
    const answer = call("monitoring", "GetMetricStatistics", {
      ...{
        Namespace: "rds-dr",
        MetricName: "Copies",
        Dimensions: [{ Name: "Environment", Value: "dev" }],
        Period: 60,
      },
      ...{ StartTime: new Date("2026-03-01T02:00:00Z"), EndTime: new Date("2026-03-01T02:01:00Z") },
      Statistics: ["Sum", "SampleCount"],
    });
    expect(answer["Datapoints"]).toMatchObject([{ Sum: 6, SampleCount: 3 }]);
  });

  it("keep the latest lines, and every warning and error", () => {
    const { region } = testWorld();
    for (let index = 0; index < 10_000; index += 1) {
      const level = index % 1000 === 0 ? "ERROR" : index % 1000 === 1 ? "WARN" : "INFO";
      region.logs.write("g", "s", JSON.stringify({ level, index }));
    }
    const lines = region.logs.lines("g");
    expect(lines.length).toBeLessThan(2100);
    expect(lines.filter(({ level }) => level !== "INFO")).toHaveLength(20);
    expect(lines.at(-1)?.message).toContain("9999");
  });

  test.each([
    ["", ["one two", '{"level":"ERROR","n":3}', '{"level":"INFO","n":5}']],
    ["two one", ["one two"]],
    ["?two ?ERROR", ["one two", '{"level":"ERROR","n":3}']],
    ['-one "level"', ['{"level":"ERROR","n":3}', '{"level":"INFO","n":5}']],
    ['{ $.level = "ERROR" }', ['{"level":"ERROR","n":3}']],
    ["{ $.n > 3 }", ['{"level":"INFO","n":5}']],
    ['{ $.level = "*O*" && $.n <= 3 || $.n = 5 }', ['{"level":"ERROR","n":3}', '{"level":"INFO","n":5}']],
  ])("are filtered by %s", (filterPattern, expected) => {
    const { region, call } = testWorld();
    for (const line of ["one two", '{"level":"ERROR","n":3}', '{"level":"INFO","n":5}']) {
      region.logs.write("g", "s", line);
    }
    const { events } = call("logs", "FilterLogEvents", { logGroupName: "g", filterPattern });
    expect((events as { message: string }[]).map(({ message }) => message)).toEqual(expected);
  });

  it("are listed by group, and refuse what is not simulated", () => {
    const { call, make } = testWorld();
    make("AWS::Logs::LogGroup", { LogGroupName: "/aws/lambda/f", RetentionInDays: 30 });
    expect(call("logs", "DescribeLogGroups", { logGroupNamePrefix: "/aws" })).toMatchObject({
      logGroups: [
        {
          logGroupName: "/aws/lambda/f",
          retentionInDays: 30,
          arn: `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:/aws/lambda/f:*`,
        },
      ],
    });
    expect(refusalOf(() => call("logs", "FilterLogEvents", { logGroupName: "none" }))).toBe(
      "ResourceNotFoundException",
    );
    expect(refusalOf(() => make("AWS::Logs::LogGroup", { LogGroupName: "g", RetentionInDays: 31 }))).toBe(
      "InvalidParameterException",
    );
    expect(refusalOf(() => make("AWS::Logs::MetricFilter", {}))).toBe("NotSimulated");
    expect(refusalOf(() => call("logs", "StartQuery"))).toBe("NotSimulated");
  });
});
