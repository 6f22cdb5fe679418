import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { queueArn, refusalOf, testWorld } from "../events/support.ts";
import { createWorld } from "../index.ts";
import { createKnobs, numberKnob } from "../knobs.ts";
import { account, type LambdaSetup, lambdaWorld, region } from "../lambda/support.ts";
import { type AlarmCondition, evaluate } from "../services/monitoring/evaluation.ts";
import { MINUTE, Series } from "../services/monitoring/series.ts";
import { sendRaw } from "../wire/raw.ts";
import { bundleAssets, removeAssets, START } from "./doubles.ts";

const QUEUE = `https://sqs.${region}.amazonaws.com/${account}/step`;
const SOURCES = {
  step: `
import { GetQueueAttributesCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
const sqs = new SQSClient({});
const QueueUrl = "${QUEUE}";
export const handler = async (event) => {
  const body = event.Records === undefined ? event : JSON.parse(event.Records[0].body);
  if (body.sleep) await new Promise((resolve) => setTimeout(resolve, body.sleep));
  if (body.again) await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: '{"again":true}' }));
  const times = [];
  for (let call = 0; call < (body.calls ?? 0); call += 1) {
    const began = Date.now();
    await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn"] }));
    times.push(Date.now() - began);
  }
  return times;
};`,
};

let assets: Readonly<Record<string, string>> = {};
beforeAll(async () => {
  assets = await bundleAssets(SOURCES);
});
afterAll(() => removeAssets(assets));

const withKnobs = (knobs: NonNullable<LambdaSetup["knobs"]>, more: LambdaSetup = {}) =>
  lambdaWorld(assets["step"] ?? "", { knobs, ...more });

describe("a call", () => {
  const timesOf = async (knobs: NonNullable<LambdaSetup["knobs"]>) => {
    const { invoke } = withKnobs({ apiLatencyMilliseconds: 100, ...knobs });
    return (await invoke({ calls: 2 })).payload;
  };

  test("takes the latency, and half of it again for a connection that is not there yet", async () => {
    expect(await timesOf({})).toEqual([150, 100]);
    expect(await timesOf({ apiLatencyMilliseconds: 0 })).toEqual([0, 0]);
    expect(await timesOf({ apiLatencyMilliseconds: 2_000 })).toEqual([3_000, 2_000]);
  });

  test("connects each time where connections are not kept", async () => {
    expect(await timesOf({ keepAliveSeconds: 0 })).toEqual([150, 150]);
  });

  test.each([
    [{}, 400],
    [{ unknownMembers: "ignore" }, 200],
  ])("with a member that the model has not is answered, with %o, by status %i", async (knobs, status) => {
    const world = createWorld({
      ...{ seed: 1, start: START, account, regions: ["us-east-1", region], knobs },
    });
    const target = "AWSEvents.ListEventBuses";
    const headers = { "content-type": "application/x-amz-json-1.1", "x-amz-target": target };
    const reply = await sendRaw(world, { service: "events", headers, body: '{"Nonsense":1}' });
    expect(reply.status).toBe(status);
  });
});

describe("a function", () => {
  test("takes as long to start as a cold start does", async () => {
    const tookWith = async (coldStartMilliseconds: number) => {
      const { invoke, world } = withKnobs({ coldStartMilliseconds });
      await invoke({});
      return world.clock.now() - START.getTime();
    };
    expect((await tookWith(3_000)) - (await tookWith(500))).toBe(2_500);
  });

  test.each([
    [{}, 16],
    [{ recursionRounds: 8 }, 8],
  ])("with %o feeds itself for %i rounds", async (knobs, rounds) => {
    const { send, until, entries } = withKnobs(knobs);
    send(1, { again: true });
    await until(120);
    expect(entries("invocation")).toHaveLength(rounds);
  });
});

describe("a mapping", () => {
  test("looks at its queue as often as it polls", async () => {
    const { send, until, inFlight } = withKnobs({ mappingPollMilliseconds: 20_000 });
    await until(30);
    send(1, { sleep: 50_000 });
    await until(49);
    expect(inFlight()).toBe(0);
    await until(51);
    expect(inFlight()).toBe(1);
  });

  test.each([
    [{}, 12],
    [{ mappingConcurrency: 5 }, 5],
  ])("with %o and no maximum of its own grows to %i of twelve", async (knobs, most) => {
    const { send, until, inFlight } = withKnobs(knobs);
    send(12, { sleep: 55_000 });
    await until(20);
    expect(inFlight()).toBe(most);
  });
});

test.each([
  [{}, "LimitExceededException"],
  [{ eventPatternCharacters: 4_096 }, "accepted"],
])("a pattern of 2,049 characters is, with %o, %s", (knobs, expected) => {
  const aws = testWorld(knobs);
  aws.make("AWS::SQS::Queue", { QueueName: "jobs" });
  const EventPattern = { a: ["x".repeat(2_049 - '{"a":[""]}'.length)] };
  const Targets = [{ Id: "T", Arn: queueArn("jobs") }];
  const make = () => aws.make("AWS::Events::Rule", { Name: "long", EventPattern, Targets });
  expect(refusalOf(make)).toBe(expected);
});

test.each([
  [{}, "InvalidEventPatternException"],
  [{ wildcardComplexity: 10 }, "accepted"],
])("a wildcard of complexity 9 is, with %o, %s", (knobs, expected) => {
  const aws = testWorld(knobs);
  const EventPattern = JSON.stringify({ a: [{ wildcard: "a*a*a*a*a" }] });
  const Event = JSON.stringify({
    ...{ id: "1", account: "1", source: "s", time: "2026-03-01T02:00:00Z", region: "us-east-1" },
    ...{ resources: [], "detail-type": "t" },
  });
  expect(refusalOf(() => aws.call("events", "TestEventPattern", { EventPattern, Event }))).toBe(expected);
});

test("an alarm looks for data beyond its periods as far as it is told to", () => {
  const series = new Series();
  series.add(0, { sum: 1, count: 1, least: 1, most: 1 });
  const stateWith = (knobs: Readonly<Record<string, unknown>>) => {
    const rangeExtra = numberKnob(createKnobs([], knobs), "alarmRangeExtraPeriods");
    const condition: AlarmCondition = {
      ...{ statistic: "Maximum", periodMilliseconds: MINUTE, periods: 1, datapointsToAlarm: 1, rangeExtra },
      ...{ missing: "missing", threshold: 1, comparison: "GreaterThanOrEqualToThreshold" },
    };
    return evaluate(condition, series, 3 * MINUTE, "OK").state;
  };
  expect([stateWith({}), stateWith({ alarmRangeExtraPeriods: 0 })]).toEqual(["ALARM", "INSUFFICIENT_DATA"]);
});
