/** In which words malformed input is refused, protocol by protocol, and what RDS checks beyond its model. */
import { beforeAll, describe, expect, inject, test } from "vitest";
import { some } from "../../rehearsal/support.ts";
import { openWorld } from "../server/open.ts";
import type { ServiceName } from "../types.ts";
import type { SimulatedWorld } from "../world-types.ts";
import { sendRaw } from "./raw.ts";
import { WIRE_SERVICES } from "./schemas.ts";

let world: SimulatedWorld;
beforeAll(() => {
  const start = new Date("2026-03-01T01:30:00Z");
  world = openWorld({ assembly: inject("assembly"), fleet: some("orders"), start }).world;
});

const FORM = { "content-type": "application/x-www-form-urlencoded; charset=utf-8" };

/** `<status> <code>: <message>` of what a form is answered. */
async function ofForm(service: ServiceName, body: string): Promise<string> {
  const version = WIRE_SERVICES[service].version;
  const reply = await sendRaw(world, { service, headers: FORM, body: `Version=${version}&${body}` });
  const [, code, message] = /<Code>(.*?)<\/Code><Message>(.*?)<\/Message>/s.exec(reply.body) ?? [];
  const plain = message?.replace(/&#(\d+);/g, (_sign, number) => String.fromCharCode(Number(number)));
  return `${reply.status} ${code}: ${plain}`;
}

async function ofJson(service: ServiceName, operation: string, body: unknown): Promise<string> {
  const { jsonVersion, target } = WIRE_SERVICES[service];
  const type = { "content-type": `application/x-amz-json-${jsonVersion}` };
  const headers = { ...type, "x-amz-target": `${target}.${operation}` };
  const reply = await sendRaw(world, { service, headers, body: JSON.stringify(body) });
  const { __type, message, Message } = JSON.parse(reply.body) as Record<string, unknown>;
  return `${reply.status} ${String(__type).split("#").at(-1)}: ${message ?? Message}`;
}

async function ofRest(service: ServiceName, method: string, url: string, body = ""): Promise<string> {
  const headers = { "content-type": "application/json" };
  const reply = await sendRaw(world, { service, method, url, headers, body });
  const { message, Message } = JSON.parse(reply.body) as Record<string, unknown>;
  return `${reply.status} ${reply.headers["x-amzn-errortype"]}: ${message ?? Message}`;
}

const CORAL = "1 validation error detected: Value null at";
const NOT_NULL = "failed to satisfy constraint: Member must not be null";
const functionLog = "/aws/lambda/rds-dr-dev-create-backup";
const queue = "https://sqs.us-east-1.amazonaws.com/111122223333/rds-dr-dev-create-backup";

test.each([
  [
    "400 MissingParameter: The request must contain the parameter DBSnapshotIdentifier.",
    () => ofForm("rds", "Action=CreateDBSnapshot&DBInstanceIdentifier=orders"),
  ],
  [
    "400 MalformedInput: MaxRecords: STRING_VALUE can not be converted to a number",
    () => ofForm("rds", "Action=DescribeDBInstances&MaxRecords=many"),
  ],
  [
    "400 UnknownParameter: The parameter Colour is not recognized",
    () => ofForm("rds", "Action=DescribeDBInstances&Colour=red"),
  ],
  [`400 ValidationError: ${CORAL} 'topicArn' ${NOT_NULL}`, () => ofForm("sns", "Action=GetTopicAttributes")],
  [
    `400 InvalidParameterException: ${CORAL} 'logGroupName' ${NOT_NULL}`,
    () => ofJson("logs", "FilterLogEvents", {}),
  ],
  [
    "400 ValidationError: 1 validation error detected: Value 'FOO' at 'stateValue' failed to satisfy constraint: Member must satisfy enum value set: [OK, ALARM, INSUFFICIENT_DATA]",
    () => ofForm("monitoring", "Action=DescribeAlarms&StateValue=FOO"),
  ],
  [
    "400 InvalidParameter: Invalid parameter: TopicArn or TargetArn Reason: no value for required parameter",
    () => ofForm("sns", "Action=Publish&Message=m"),
  ],
  [
    "400 InvalidParameter: Invalid parameter: TopicArn Reason: An ARN must have at least 6 elements, not 1",
    () => ofForm("sns", "Action=GetTopicAttributes&TopicArn=nope"),
  ],
  [
    "400 InvalidParameter: Invalid parameter: TopicArn",
    () => ofForm("sns", "Action=Publish&Message=m&TopicArn=arn:aws:sns:us-west-2:111122223333:t"),
  ],
  [
    "400 InvalidParameterException: The specified nextToken is invalid.",
    () => ofJson("logs", "FilterLogEvents", { logGroupName: functionLog, nextToken: "zz" }),
  ],
  [
    "400 ValidationException: 1 validation error detected: Value '0' at 'maxItems' failed to satisfy constraint: Member must have value greater than or equal to 1",
    () => ofRest("lambda", "GET", "/2015-03-31/functions?MaxItems=0"),
  ],
  [
    "400 MissingParameter: The request must contain the parameter QueueUrl.",
    () => ofJson("sqs", "SendMessage", { MessageBody: "m" }),
  ],
  [
    "400 SerializationException: NUMBER_VALUE can not be converted to a String",
    () => ofJson("sqs", "SendMessage", { QueueUrl: queue, MessageBody: 7 }),
  ],
  [`400 ValidationException: ${CORAL} 'entries' ${NOT_NULL}`, () => ofJson("events", "PutEvents", {})],
  [
    "400 SerializationException: START_OBJECT can not be converted to a list",
    () => ofJson("events", "PutEvents", { Entries: {} }),
  ],
  [
    "400 SerializationException: Unrecognized member: Entries.1.Detale",
    () => ofJson("events", "PutEvents", { Entries: [{ Detale: "{}" }] }),
  ],
  [
    "400 SerializationException: STRING_VALUE can not be converted to an Integer",
    () => ofRest("lambda", "GET", "/2015-03-31/functions?MaxItems=many"),
  ],
  [
    "404 UnknownOperationException: There is no operation GET /2015-03-31/moons",
    () => ofRest("lambda", "GET", "/2015-03-31/moons"),
  ],
])("%s", async (wanted, sent) => {
  expect(await sent()).toBe(wanted);
});

describe("RDS refuses", () => {
  const create = (rest: string) => `Action=CreateDBSnapshot&DBInstanceIdentifier=orders&${rest}`;
  const arn = "arn:aws:rds:us-east-1:111122223333:db:orders";
  const tag = (key: string, value = "v") =>
    `Action=AddTagsToResource&ResourceName=${arn}&Tags.Tag.1.Key=${encodeURIComponent(key)}&Tags.Tag.1.Value=${encodeURIComponent(value)}`;
  const many = Array.from({ length: 51 }, (_, index) => `Tags.Tag.${index + 1}.Key=k${index}`).join("&");
  const notAnIdentifier = "The parameter DBSnapshotIdentifier is not a valid identifier.";
  const range = (value: number) => `Invalid value ${value} for MaxRecords. Must be between 20 and 100`;

  test.each([
    ["an identifier that begins with a digit", create("DBSnapshotIdentifier=1st"), notAnIdentifier],
    ["an identifier with two hyphens", create("DBSnapshotIdentifier=a--b"), notAnIdentifier],
    ["an identifier that ends with a hyphen", create("DBSnapshotIdentifier=a-"), notAnIdentifier],
    ["an automated snapshot's identifier", create("DBSnapshotIdentifier=rds:a"), notAnIdentifier],
    ["a tag of AWS", tag("aws:x"), "Tag keys cannot start with the reserved prefix"],
    ["a value that begins like RDS's own", tag("x", "rds:x"), "reserved prefix"],
    ["a tag value with other characters", tag("x", "y|z"), "Tag values contain invalid characters: y|z"],
    ["a tag key that is too long", tag("k".repeat(129)), "Tag keys must be between 1 and 128 characters"],
    [
      "more than 50 tags",
      `Action=AddTagsToResource&ResourceName=${arn}&${many}`,
      "The number of tags exceeds the maximum of 50",
    ],
    ["a page below 20", "Action=DescribeDBInstances&MaxRecords=19", range(19)],
    ["a page above 100", "Action=DescribeDBSnapshots&MaxRecords=101", range(101)],
  ])("%s", async (_what, body, text) => {
    const told = await ofForm("rds", body);
    expect(told).toMatch(/^400 InvalidParameterValue: /);
    expect(told).toContain(text);
  });
});
