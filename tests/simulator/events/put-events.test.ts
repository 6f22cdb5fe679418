import { describe, expect, it, test } from "vitest";
import type { Shape } from "../types.ts";
import { ACCOUNT, allow, queueArn, queueUrl, REGION, refusalOf, testWorld } from "./support.ts";

const entry = (rest: Shape = {}): Shape => ({
  Source: "ours",
  DetailType: "thing-done",
  Detail: '{"a":1}',
  ...rest,
});

function busWorld() {
  const aws = testWorld();
  aws.make("AWS::Events::EventBus", { Name: "ours" });
  aws.make("AWS::SQS::Queue", { QueueName: "jobs" });
  const PolicyDocument = allow("events.amazonaws.com", "sqs:SendMessage");
  aws.make("AWS::SQS::QueuePolicy", { Queues: [queueUrl("jobs")], PolicyDocument });
  const ref = aws.make("AWS::Events::Rule", {
    ...{ Name: "all", EventBusName: "ours", EventPattern: { source: ["ours"] } },
    Targets: [{ Id: "T", Arn: queueArn("jobs") }],
  });
  const put = (...Entries: Shape[]) => aws.call("events", "PutEvents", { Entries });
  return { ...aws, ref, put, delivered: () => aws.region.sqs.messages(queueArn("jobs")).length };
}

describe("PutEvents", () => {
  it("puts events on a bus given by name or ARN, with ids of their own", () => {
    const { put, clock, delivered, noted } = busWorld();
    const arn = `arn:aws:events:${REGION}:${ACCOUNT}:event-bus/ours`;
    const answer = put(entry({ EventBusName: "ours" }), entry({ EventBusName: arn }), entry());
    const ids = (answer["Entries"] as { EventId: string }[]).map(({ EventId }) => EventId);
    expect(answer["FailedEntryCount"]).toBe(0);
    expect(new Set(ids).size).toBe(3);
    clock.advance(1);
    expect(delivered()).toBe(2);
    expect(noted("event")[0]?.data).toMatchObject({
      bus: "ours",
      source: "ours",
      detail: { a: 1 },
      id: ids[0],
    });
  });

  it("accepts an event for a bus that does not exist, and drops it", () => {
    const { put, clock, delivered, noted } = busWorld();
    expect(put(entry({ EventBusName: "none" }))).toMatchObject({
      FailedEntryCount: 0,
      Entries: [{ EventId: expect.any(String) }],
    });
    clock.advance(1);
    expect(delivered()).toBe(0);
    expect(noted("undelivered")).toHaveLength(1);
  });

  test.each([
    ["a source of AWS", { Source: "aws.rds" }, "NotAuthorizedForSourceException"],
    ["no source", { Source: undefined }, "InvalidArgument"],
    ["no detail type", { DetailType: "" }, "InvalidArgument"],
    ["a detail type of 129 characters", { DetailType: "x".repeat(129) }, "InvalidArgument"],
    ["no detail", { Detail: undefined }, "InvalidArgument"],
    ["detail that is not JSON", { Detail: "{" }, "MalformedDetail"],
    ["detail that is a list", { Detail: "[1]" }, "MalformedDetail"],
  ])("fails an entry with %s alone", (_sentence, rest, code) => {
    const { put, clock, delivered } = busWorld();
    const answer = put(entry({ EventBusName: "ours" }), entry({ EventBusName: "ours", ...rest }));
    expect(answer).toMatchObject({
      FailedEntryCount: 1,
      Entries: [{ EventId: expect.any(String) }, { ErrorCode: code }],
    });
    clock.advance(1);
    expect(delivered()).toBe(1);
  });

  it("refuses by name an endpoint of several regions", () => {
    const { call } = busWorld();
    const put = () => call("events", "PutEvents", { Entries: [entry()], EndpointId: "abcde.veo" });
    expect(refusalOf(put)).toBe("NotSimulated");
  });

  it("fails entries for reasons of its own when the knob says so, and the others go on", () => {
    const { put, world, clock, delivered } = busWorld();
    world.knobs["putEventsFailureProbability"] = 0.5;
    const answers = Array.from({ length: 5 }, () =>
      put(...Array.from({ length: 10 }, () => entry({ EventBusName: "ours" }))),
    );
    const failed = answers.reduce((sum, { FailedEntryCount }) => sum + Number(FailedEntryCount), 0);
    expect(failed).toBeGreaterThan(10);
    expect(failed).toBeLessThan(40);
    const codes = answers.flatMap(({ Entries }) => (Entries as Shape[]).map(({ ErrorCode }) => ErrorCode));
    expect(codes.filter((code) => code === "InternalFailure")).toHaveLength(failed);
    clock.advance(1);
    expect(delivered()).toBe(50 - failed);
  });

  it("takes a detail type of 128 characters", () => {
    expect(busWorld().put(entry({ DetailType: "x".repeat(128) }))["FailedEntryCount"]).toBe(0);
  });

  it("takes ten entries and refuses eleven, or none", () => {
    const { put } = busWorld();
    const entries = Array.from({ length: 11 }, () => entry());
    expect(put(...entries.slice(1))["FailedEntryCount"]).toBe(0);
    expect(refusalOf(() => put(...entries))).toBe("ValidationException");
    expect(refusalOf(() => put())).toBe("ValidationException");
  });

  it("takes less than 256 KB in all, counting source, detail type, detail and time", () => {
    const { put } = busWorld();
    const rest = "ours".length + "thing-done".length + '{"a":""}'.length;
    const sized = (bytes: number) => entry({ Detail: JSON.stringify({ a: "x".repeat(bytes - rest) }) });
    expect(refusalOf(() => put(sized(262_143)))).toBe("accepted");
    expect(refusalOf(() => put(sized(262_144)))).toBe("ValidationException");
    expect(refusalOf(() => put({ ...sized(262_143 - 13), Time: new Date(0) }))).toBe("ValidationException");
  });
});

describe("the other operations", () => {
  it("describe rules and targets by their bus", () => {
    const { call, ref } = busWorld();
    expect(ref).toEqual({
      ref: "ours|all",
      attributes: { Arn: `arn:aws:events:${REGION}:${ACCOUNT}:rule/ours/all` },
    });
    const rule = call("events", "DescribeRule", { Name: "all", EventBusName: "ours" });
    expect(rule).toMatchObject({ Name: "all", State: "ENABLED", EventPattern: '{"source":["ours"]}' });
    expect(refusalOf(() => call("events", "DescribeRule", { Name: "all" }))).toBe(
      "ResourceNotFoundException",
    );
    expect(call("events", "ListRules", {})).toEqual({ Rules: [] });
    expect(call("events", "ListRules", { EventBusName: "ours" })).toMatchObject({ Rules: [{ Name: "all" }] });
    const targets = call("events", "ListTargetsByRule", { Rule: "all", EventBusName: "ours" });
    expect(targets).toEqual({ Targets: [{ Id: "T", Arn: queueArn("jobs") }] });
  });

  it("show a bus with the policy that its statements make", () => {
    const { call, make, region } = busWorld();
    expect(region.events.busPolicy("ours")).toBeUndefined();
    const Statement = { Effect: "Deny", Principal: "*", Action: "events:PutEvents", Resource: "*" };
    make("AWS::Events::EventBusPolicy", { EventBusName: "ours", StatementId: "no", Statement });
    expect(region.events.busPolicy("ours")).toEqual({
      Version: "2012-10-17",
      Statement: [{ Sid: "no", ...Statement }],
    });
    expect(JSON.parse(String(call("events", "DescribeEventBus", { Name: "ours" })["Policy"]))).toMatchObject({
      Statement: [{ Sid: "no" }],
    });
    expect(call("events", "ListEventBuses", {})["EventBuses"]).toHaveLength(2);
  });

  it("test a pattern against a whole event", () => {
    const { call } = busWorld();
    const Event = JSON.stringify({
      ...{ id: "1", account: ACCOUNT, source: "ours", time: "2026-03-01T02:00:00Z", region: REGION },
      ...{ resources: [], "detail-type": "x", detail: { a: 1 } },
    });
    const ask = (pattern: Shape, event = Event) =>
      call("events", "TestEventPattern", { EventPattern: JSON.stringify(pattern), Event: event });
    expect(ask({ detail: { a: [1] } })).toEqual({ Result: true });
    expect(ask({ detail: { a: [2] } })).toEqual({ Result: false });
    expect(refusalOf(() => ask({ detail: { a: 1 } }))).toBe("InvalidEventPatternException");
    expect(refusalOf(() => ask({ a: [1] }, '{"source":"ours"}'))).toBe("ValidationException");
  });

  it("refuse by name what is not simulated", () => {
    expect(refusalOf(() => busWorld().call("events", "PutRule"))).toBe("NotSimulated");
  });
});
