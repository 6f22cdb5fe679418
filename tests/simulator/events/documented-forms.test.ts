import { beforeAll, describe, expect, test } from "vitest";
import { loadFleet } from "../fleet.ts";
import type { AwsEvent, Call, ServiceName, Shape } from "../types.ts";
import { createWorld } from "../world.ts";
import {
  alarmEvent,
  type DocumentedForm,
  instanceEvent,
  rdsNotification,
  snapshotEvent,
  topicEnvelope,
} from "./documented-forms.ts";
import { allow } from "./support.ts";

const KINDS: readonly (readonly [kind: string, form: RegExp])[] = [
  ["a time in seconds", /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/],
  ["a time in milliseconds", /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/],
  ["a time with its offset", /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000$/],
  ["a time with a blank", /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}$/],
  ["an identifier", /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/],
  ["an account", /^\d{12}$/],
  ["an event of RDS", /^(https?:.*#)?RDS-EVENT-\d{4}$/],
  [
    "a reason",
    /^Threshold Crossed: 1 out of the last 1 datapoints \[[\d.]+ \(\d\d\/\d\d\/\d\d [\d:]+\)\] was (not )?greater than the threshold \(50\.0\) \(minimum 1 datapoint for (OK -> ALARM|ALARM -> OK) transition\)\.$/,
  ],
];

/** What a value is like: names and kinds, without what differs from one occurrence to the next. */
function formOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(formOf).slice(0, 1);
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, formOf(each)]));
  }
  if (typeof value !== "string") return typeof value;
  if (value.startsWith("arn:")) {
    const [, , service, , , kind] = value.split(":");
    return service === "sns" ? "an ARN of a topic" : `an ARN of ${service} ${kind}`;
  }
  return KINDS.find(([, form]) => form.test(value))?.[0] ?? "text";
}

const region = "us-east-1";
const account = "123456789012";

/** A queue that hears of snapshots through a topic, and an alarm on one metric. */
function furnish(here: ReturnType<ReturnType<typeof createWorld>["region"]>): { queue: string } {
  const services = [here.sns, here.sqs, here.monitoring, here.rds];
  const make = (type: string, properties: Shape) => {
    const provider = services.map(({ resources }) => resources[type]).find((each) => each !== undefined);
    provider?.({ region: here, stackName: "Test", logicalId: type.replaceAll(":", ""), type, properties });
  };
  const topic = `arn:aws:sns:${region}:${account}:told`;
  const queue = `arn:aws:sqs:${region}:${account}:told`;
  const queueUrl = `https://sqs.${region}.amazonaws.com/${account}/told`;
  const fromRds = allow("events.rds.amazonaws.com", "sns:Publish");
  const fromTopic = allow("sns.amazonaws.com", "sqs:SendMessage");
  make("AWS::SNS::Topic", { TopicName: "told" });
  make("AWS::SNS::TopicPolicy", { Topics: [topic], PolicyDocument: fromRds });
  make("AWS::SQS::Queue", { QueueName: "told" });
  make("AWS::SQS::QueuePolicy", { Queues: [queueUrl], PolicyDocument: fromTopic });
  make("AWS::SNS::Subscription", { TopicArn: topic, Protocol: "sqs", Endpoint: queue });
  make("AWS::RDS::EventSubscription", { SnsTopicArn: topic, SourceType: "db-snapshot" });
  make("AWS::CloudWatch::Alarm", {
    ...{ AlarmName: "ServerCpuTooHigh", AlarmDescription: "too high!", Namespace: "AWS/EC2", Period: 300 },
    ...{ MetricName: "CPUUtilization", Dimensions: [{ Name: "InstanceId", Value: "i-1" }], Threshold: 50 },
    ...{ Statistic: "Average", EvaluationPeriods: 1, TreatMissingData: "ignore" },
    ComparisonOperator: "GreaterThanThreshold",
  });
  return { queue };
}

/** A day in which one of each happens. */
async function aDay() {
  const world = createWorld({
    ...{ seed: 1, start: new Date("2026-03-01T02:00:00Z"), account, regions: [region, "us-west-2"] },
    knobs: { automatedBackups: "off" },
  });
  const here = world.region(region);
  here.rds.loadFleet(loadFleet(new URL("../../fixtures/fleets/shop.json", import.meta.url).pathname));
  const emitted: AwsEvent[] = [];
  const { emit } = here.events;
  here.events.emit = (event) => {
    emitted.push(event);
    emit.call(here.events, event);
  };
  const { queue } = furnish(here);
  const caller = {
    kind: "operator",
    name: "operator",
    arn: `arn:aws:iam::${account}:user/operator`,
  } as const;
  const ask = async (service: ServiceName, operation: string, input: Shape) => {
    const call: Call = { service, operation, input, region, caller };
    expect(await world.complete(world.gate.submit(call, 0))).toMatchObject({ kind: "output" });
  };
  const pass = (minutes: number) => world.run({ until: world.clock.now() + minutes * 60_000 });
  const measure = (value: number) =>
    here.monitoring.putMetric("AWS/EC2", "CPUUtilization", { InstanceId: "i-1" }, value);
  await ask("rds", "CreateDBSnapshot", { DBSnapshotIdentifier: "mine", DBInstanceIdentifier: "wiki" });
  measure(0.0666);
  await pass(180);
  await ask("rds", "DeleteDBSnapshot", { DBSnapshotIdentifier: "mine" });
  measure(99.501);
  await pass(60);
  await ask("rds", "StopDBInstance", { DBInstanceIdentifier: "wiki" });
  measure(0.0666);
  await pass(60);
  const told = here.sqs.take(queue, 10).map(({ body }) => JSON.parse(body) as Record<string, unknown>);
  return { emitted, told };
}

describe("what the simulated AWS sends has the form of the page", () => {
  let day: Awaited<ReturnType<typeof aDay>>;
  beforeAll(async () => {
    day = await aDay();
  });
  const eventOf = (is: (detail: Shape) => boolean) => day.emitted.find(({ detail }) => is(detail));

  test.each<[DocumentedForm["page"], string, DocumentedForm, (detail: Shape) => boolean]>([
    [snapshotEvent.page, "a deleted snapshot", snapshotEvent, ({ EventID }) => EventID === "RDS-EVENT-0041"],
    [instanceEvent.page, "a stopped instance", instanceEvent, ({ EventID }) => EventID === "RDS-EVENT-0087"],
    [
      alarmEvent.page,
      "an alarm",
      alarmEvent,
      ({ alarmName, previousState }) =>
        alarmName === "ServerCpuTooHigh" && (previousState as Shape)["value"] === "OK",
    ],
  ])("%s: %s", (_page, _what, { sample }, is) => {
    expect(formOf(eventOf(is))).toEqual(formOf(sample));
  });

  test("and the very words of the page, where it has any", () => {
    const words = (event: unknown) => {
      const { EventCategories, SourceType, Message, EventID } = (event as { detail: Shape }).detail;
      return { EventCategories, SourceType, Message, EventID };
    };
    for (const { sample } of [snapshotEvent, instanceEvent]) {
      const { EventID } = words(sample);
      expect(words(eventOf((detail) => detail["EventID"] === EventID))).toEqual(words(sample));
    }
  });

  test(`the data of an alarm's reason, ${alarmEvent.page}`, () => {
    const dataOf = (event: unknown): unknown =>
      JSON.parse(String((event as { detail: { state: Shape } }).detail.state["reasonData"]));
    const went = eventOf(
      ({ alarmName, state }) => alarmName !== undefined && (state as Shape)["value"] === "ALARM",
    );
    // CloudWatch adds evaluatedDatapoints by now.
    expect(formOf(dataOf(went))).toMatchObject(formOf(dataOf(alarmEvent.sample)) as object);
  });

  test(topicEnvelope.page, () => {
    expect(formOf(day.told.find(({ MessageAttributes }) => MessageAttributes === undefined))).toEqual(
      formOf(topicEnvelope.sample),
    );
  });

  test(rdsNotification.page, () => {
    const about = day.told.find(({ MessageAttributes }) => MessageAttributes !== undefined);
    const message: unknown = JSON.parse(String(about?.["Message"]));
    expect(formOf(message)).toEqual(formOf(rdsNotification.sample));
    expect(about?.["Subject"]).toBe("RDS Notification Message");
    expect(about?.["MessageAttributes"]).toEqual({
      EventID: { Type: "String", Value: expect.stringMatching(/^RDS-EVENT-\d{4}$/) },
      Resource: { Type: "String", Value: `arn:aws:rds:${region}:${account}:snapshot:mine` },
    });
  });
});
