/** Each listing comes whole, page by page, whatever the size of a page. */
import { beforeAll, expect, inject, test } from "vitest";
import { some } from "../../rehearsal/support.ts";
import { openWorld } from "../server/open.ts";
import type { ServiceName, Shape } from "../types.ts";
import type { SimulatedWorld } from "../world-types.ts";

let world: SimulatedWorld;
beforeAll(async () => {
  const start = new Date("2026-03-01T01:30:00Z");
  world = openWorld({ assembly: inject("assembly"), fleet: some("orders", "wiki"), start }).world;
  await world.run({ until: new Date("2026-03-01T03:00:00Z") });
});

async function ask(service: ServiceName, operation: string, input: Shape): Promise<Shape> {
  const arn = "arn:aws:iam::111122223333:user/operator";
  const caller = { kind: "operator", name: "operator", arn } as const;
  const call = { service, operation, input, region: "us-west-2", caller };
  const outcome = await world.complete(world.gate.submit(call, 0));
  if (outcome.kind !== "output") throw new Error(JSON.stringify(outcome));
  return outcome.output;
}

const rows: [ServiceName, string, Shape, size: string, token: string, next: string, list: string][] = [
  ["lambda", "ListFunctions", {}, "MaxItems", "Marker", "NextMarker", "Functions"],
  ["lambda", "ListEventSourceMappings", {}, "MaxItems", "Marker", "NextMarker", "EventSourceMappings"],
  ["sqs", "ListQueues", {}, "MaxResults", "NextToken", "NextToken", "QueueUrls"],
  ["scheduler", "ListSchedules", {}, "MaxResults", "NextToken", "NextToken", "Schedules"],
  ["scheduler", "ListScheduleGroups", {}, "MaxResults", "NextToken", "NextToken", "ScheduleGroups"],
  ["events", "ListEventBuses", {}, "Limit", "NextToken", "NextToken", "EventBuses"],
  ["kms", "ListAliases", {}, "Limit", "Marker", "NextMarker", "Aliases"],
  ["kms", "ListKeys", {}, "Limit", "Marker", "NextMarker", "Keys"],
  ["logs", "DescribeLogGroups", {}, "limit", "nextToken", "nextToken", "logGroups"],
  ["monitoring", "DescribeAlarms", {}, "MaxRecords", "NextToken", "NextToken", "MetricAlarms"],
];

test.each(rows)("%s:%s", async (service, operation, input, size, token, next, list) => {
  const whole = await ask(service, operation, input);
  const collected: unknown[] = [];
  let marker: unknown;
  do {
    const given = marker === undefined ? {} : { [token]: marker };
    const page = await ask(service, operation, { ...input, ...given, [size]: 3 });
    const found = page[list] as unknown[];
    expect(found.length).toBeLessThanOrEqual(3);
    collected.push(...found);
    marker = page[next];
  } while (marker !== undefined);
  expect(collected).toEqual(whole[list]);
  expect(collected.length).toBeGreaterThan(0);
});
