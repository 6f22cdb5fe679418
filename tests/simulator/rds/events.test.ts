import { describe, expect, test } from "vitest";
import type { Shape } from "../types.ts";
import {
  account,
  backUp,
  day,
  hour,
  minute,
  primary,
  refusal,
  type TestWorld,
  worldWithShop,
} from "./support.ts";

const topic = `arn:aws:sns:${primary}:${account}:rds-dr-dev-rds-backup`;

describe("an RDS event on the bus", () => {
  test("has the documented form, its message without a final stop", () => {
    const world = worldWithShop();
    backUp(world, "b", "orders");
    const event = world.primary.emitted.find((one) => one.detail.EventID === "RDS-EVENT-0042");
    const arn = `arn:aws:rds:${primary}:${account}:snapshot:b`;
    expect(event).toMatchObject({
      version: "0",
      "detail-type": "RDS DB Snapshot Event",
      source: "aws.rds",
      account,
      region: primary,
      resources: [arn],
    });
    expect(event?.time).toMatch(/^2026-03-01T02:\d\d:\d\dZ$/);
    expect(event?.detail).toEqual({
      EventCategories: ["creation"],
      SourceType: "SNAPSHOT",
      SourceArn: arn,
      Date: expect.stringMatching(/^2026-03-01T02:\d\d:\d\d\.\d{3}Z$/),
      Message: "Manual snapshot created",
      SourceIdentifier: "b",
      EventID: "RDS-EVENT-0042",
    });
  });

  test("carries tags as a map only when AWS does", () => {
    const world = worldWithShop();
    world.knobs.eventTags = "map";
    backUp(world, "b", "orders", { Tags: [{ Key: "k", Value: "v" }] });
    expect(world.primary.emitted[0]?.detail.Tags).toEqual({ k: "v" });
  });

  test("is dated when the state that it tells of began", () => {
    const world = worldWithShop();
    backUp(world, "b", "orders");
    const available = world.entries.find(
      (entry) => entry.data.status === "available" && entry.data.id === "b",
    );
    const event = world.primary.emitted.find((one) => one.detail.EventID === "RDS-EVENT-0042");
    expect(available?.at).toBe(Date.parse(String(event?.detail.Date)));
  });
});

describe("a lost event", () => {
  test("is in the journal and in DescribeEvents, and nowhere else", () => {
    const world = worldWithShop();
    world.knobs.eventLossProbability = 1;
    backUp(world, "b", "orders");
    expect(world.primary.emitted).toEqual([]);
    const lost = world.entries.filter((entry) => entry.kind === "event-lost");
    expect(lost.map((entry) => entry.data.eventId)).toEqual(
      expect.arrayContaining(["RDS-EVENT-0040", "RDS-EVENT-0042"]),
    );
    const told = world.rds(world.primary, "DescribeEvents", { Duration: 240 });
    expect((told.Events as Shape[]).map((event) => event.Message)).toContain("Manual snapshot created");
  });

  test("is chosen by event and source alone: the same ones at each run", () => {
    const lostOf = () => {
      const world = worldWithShop();
      world.knobs.eventLossProbability = 0.5;
      for (const instance of ["orders", "wiki", "scratch", "crm", "ledger"])
        backUp(world, `b-${instance}`, instance);
      return world.entries.filter((entry) => entry.kind === "event-lost").map((entry) => entry.data);
    };
    const lost = lostOf();
    expect(lost.length).toBeGreaterThan(1);
    expect(lost.length).toBeLessThan(10);
    expect(lostOf()).toEqual(lost);
  });

  test("is every event of a lost region", () => {
    const world = worldWithShop();
    world.rds(world.primary, "CreateDBSnapshot", {
      DBSnapshotIdentifier: "b",
      DBInstanceIdentifier: "orders",
    });
    world.primary.lost = true;
    world.advance(hour);
    expect(world.primary.emitted).toEqual([]);
  });
});

describe("an event subscription", () => {
  function subscribed(properties: Shape = {}): TestWorld {
    const world = worldWithShop();
    world.primary.topics.set(topic, "open");
    make(world, properties);
    return world;
  }

  const make = (world: TestWorld, properties: Shape = {}) =>
    world.make(world.primary, "AWS::RDS::EventSubscription", { SnsTopicArn: topic, ...properties });

  test("begins with a message in plain text and goes on in RDS's own form", () => {
    const world = subscribed({ SourceType: "db-snapshot", EventCategories: ["creation"] });
    expect(() => JSON.parse(world.primary.published[0]?.message ?? "") as unknown).toThrow(SyntaxError);
    backUp(world, "b", "orders");
    const told = world.primary.published.at(-1);
    expect(JSON.parse(told?.message ?? "")).toMatchObject({
      "Event Source": "db-snapshot",
      "Source ID": "b",
      "Event ID": expect.stringMatching(/#RDS-EVENT-0042$/),
      "Event Message": "Manual snapshot created",
    });
    expect(told?.attributes).toMatchObject({ EventID: "RDS-EVENT-0042" });
    expect(told?.who.principal).toBe("events.rds.amazonaws.com");
    expect(told?.who.sourceArn).toMatch(/^arn:aws:rds:us-east-1:111122223333:es:/);
  });

  test("tells of its categories and sources only", () => {
    const categories = subscribed({ SourceType: "db-snapshot", EventCategories: ["deletion"] });
    backUp(categories, "b", "orders");
    expect(categories.primary.published).toHaveLength(1);
    const sources = subscribed({ SourceType: "db-instance", SourceIds: ["staging-old"] });
    sources.advance(6 * day);
    const ids = sources.primary.published
      .slice(1)
      .map((one) => JSON.parse(one.message)["Source ID"] as unknown);
    expect(new Set(ids)).toEqual(new Set(["staging-old"]));
  });

  test.each([
    ["a topic that is not there", { SnsTopicArn: `${topic}x` }, /^SNSTopicArnNotFound 404/],
    ["a FIFO topic", { SnsTopicArn: `${topic}.fifo` }, /^SNSInvalidTopic/],
    ["a source type that is none", { SourceType: "db-instances" }, /^InvalidParameterValue/],
    [
      "a category of another type",
      { SourceType: "db-snapshot", EventCategories: ["backup"] },
      /^SubscriptionCategory/,
    ],
    ["sources without a type", { SourceIds: ["orders"] }, /^InvalidParameterCombination/],
    ["a source that is not there", { SourceType: "db-instance", SourceIds: ["x"] }, /^SourceNotFound 404/],
  ])("fails its deployment for %s", (_, properties, expected) => {
    const world = worldWithShop();
    world.primary.topics.set(topic, "open");
    expect(refusal(() => make(world, properties))).toMatch(expected);
  });

  test("fails its deployment when the topic does not let RDS publish, or is silent for ever", () => {
    const world = worldWithShop();
    world.primary.topics.set(topic, "closed");
    expect(refusal(() => make(world))).toMatch(/^SNSNoAuthorization/);
    world.knobs.subscriptionNeedsTopicPolicy = "silently";
    expect(refusal(() => make(world))).toBe("not refused");
    backUp(world, "b", "orders");
    expect(world.primary.published).toEqual([]);
    expect(world.entries.some((entry) => entry.kind === "rds-notification-refused")).toBe(true);
  });
});

describe("the fleet's own movements", () => {
  test("a stopped instance is started when its time is up", () => {
    const world = worldWithShop();
    world.advance(5 * day + 7 * hour + 29 * minute);
    expect(world.instance(world.primary, "staging-old").DBInstanceStatus).toBe("stopped");
    world.advance(2 * minute);
    expect(world.instance(world.primary, "staging-old")).toMatchObject({
      DBInstanceStatus: "starting",
      AutomaticRestartTime: undefined,
    });
    world.advance(hour);
    expect(world.instance(world.primary, "staging-old").DBInstanceStatus).toBe("available");
    expect(world.eventIds(world.primary, "staging-old")).toEqual(["RDS-EVENT-0154", "RDS-EVENT-0088"]);
  });

  test("backing-up and modifying pass within the half hour", () => {
    const world = worldWithShop();
    world.advance(30 * minute);
    expect(world.instance(world.primary, "billing").DBInstanceStatus).toBe("available");
    expect(world.instance(world.primary, "reports").DBInstanceStatus).toBe("available");
  });

  test("stopping and starting by hand takes minutes, and stopping lasts seven days", () => {
    const world = worldWithShop();
    world.rds(world.primary, "StopDBInstance", { DBInstanceIdentifier: "wiki" });
    world.advance(10 * minute);
    const { AutomaticRestartTime, DBInstanceStatus } = world.instance(world.primary, "wiki");
    expect(DBInstanceStatus).toBe("stopped");
    expect(AutomaticRestartTime?.getTime()).toBeGreaterThan(world.clock.now() + 6.9 * day);
    world.rds(world.primary, "StartDBInstance", { DBInstanceIdentifier: "wiki" });
    world.advance(15 * minute);
    expect(world.statuses(world.primary, "wiki")).toEqual(["stopping", "stopped", "starting", "available"]);
    expect(
      refusal(() => world.rds(world.primary, "StopDBInstance", { DBInstanceIdentifier: "orders" })),
    ).toMatch(/^InvalidDBInstanceState/);
  });
});
