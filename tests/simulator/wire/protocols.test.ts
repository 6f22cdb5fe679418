/** Requests in a protocol that their service does not speak here: refused in words, and the world goes on. */
import { beforeAll, expect, inject, test } from "vitest";
import { some } from "../../rehearsal/support.ts";
import { digestOf } from "../server/digest.ts";
import { openWorld } from "../server/open.ts";
import type { SimulatedWorld } from "../world-types.ts";
import { sendRaw } from "./raw.ts";

let world: SimulatedWorld;
beforeAll(() => {
  const start = new Date("2026-03-01T01:30:00Z");
  world = openWorld({ assembly: inject("assembly"), fleet: some("orders"), start }).world;
});

const FORM = { "content-type": "application/x-www-form-urlencoded" };
const JSON_1_0 = { "content-type": "application/x-amz-json-1.0" };
const XML = { "content-type": "application/xml" };
const describeAlarms = "/service/GraniteServiceVersion20100801/operation/DescribeAlarms";

test.each([
  [
    "CBOR, as clients of CloudWatch prefer it, by the names of operation and protocol",
    {
      ...({ service: "monitoring", url: describeAlarms, body: Uint8Array.of(0xa0) } as const),
      headers: { "content-type": "application/cbor", "smithy-protocol": "rpc-v2-cbor" },
    },
    501,
    '{"__type":"com.amazonaws.monitoring#NotSimulated","message":"not simulated: monitoring:DescribeAlarms in the protocol rpc-v2-cbor"}',
  ],
  [
    "CBOR without its header",
    {
      ...({ service: "monitoring", url: describeAlarms, body: Uint8Array.of(0xa0) } as const),
      headers: { "content-type": "application/cbor" },
    },
    501,
    "not simulated: monitoring:DescribeAlarms in the protocol of application/cbor",
  ],
  [
    "a form for a service that takes JSON alone",
    { service: "kms", headers: FORM, body: "Action=ListKeys&Version=2014-11-01" } as const,
    400,
    '{"__type":"UnknownOperationException","message":"The request names no operation in X-Amz-Target"}',
  ],
  [
    "JSON for a service that takes forms alone",
    {
      ...({ service: "rds", body: "{}" } as const),
      headers: { ...JSON_1_0, "x-amz-target": "AmazonRDSv19.DescribeDBInstances" },
    },
    400,
    "<Code>MissingAction</Code>",
  ],
  [
    "XML for a service that takes none",
    { service: "events", headers: XML, body: "<PutEvents/>" } as const,
    400,
    '"__type":"UnknownOperationException"',
  ],
  [
    "an operation of another service",
    { service: "sqs", headers: { ...JSON_1_0, "x-amz-target": "AWSEvents.PutEvents" }, body: "{}" } as const,
    400,
    "The operation PutEvents is not known to sqs",
  ],
])("refuses %s", async (_what, sent, status, text) => {
  const before = digestOf(world);
  const reply = await sendRaw(world, sent);
  expect(reply.status).toBe(status);
  expect(reply.body).toContain(text);
  expect(digestOf(world)).toBe(before);
});

test.each([
  ["rds", "DescribeDBInstances", "2012-01-15"],
  ["sns", "ListTopics", "2012-01-15"],
  ["monitoring", "DescribeAlarms", "2012-01-15"],
  ["rds", "DescribeDBInstances", undefined],
] as const)("refuses %s:%s of version %s, which its API has not", async (service, action, version) => {
  const body = new URLSearchParams({
    Action: action,
    ...(version === undefined ? {} : { Version: version }),
  });
  const reply = await sendRaw(world, { service, headers: FORM, body: body.toString() });
  const named = `Could not find operation ${action} for version ${version ?? "NO_VERSION_SPECIFIED"}`;
  expect(reply.status).toBe(400);
  expect(reply.body).toContain(`<Code>InvalidAction</Code><Message>${named}</Message>`);
});

test("takes the older form where its service takes JSON too", async () => {
  const form = { service: "sqs", headers: FORM, body: "Action=ListQueues&Version=2012-11-05" } as const;
  const json = { ...JSON_1_0, "x-amz-target": "AmazonSQS.ListQueues" };
  const asJson = { service: "sqs", headers: json, body: "{}" } as const;
  const texts = [await sendRaw(world, form), await sendRaw(world, asJson)];
  for (const { status, body } of texts) {
    expect(status).toBe(200);
    expect(body).toContain("rds-dr-dev-create-backup");
  }
});
