import { describe, expect, it, test } from "vitest";
import { compileInput } from "../services/events/input.ts";
import type { AwsEvent } from "../types.ts";

// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
const event: AwsEvent = {
  ...{
    version: "0",
    id: "7bf73129",
    "detail-type": "EC2 Instance State-change Notification",
    source: "aws.ec2",
  },
  ...{ account: "123456789012", time: "2015-11-11T21:29:54Z", region: "us-east-1" },
  resources: ["arn:aws:ec2:us-east-1:123456789012:instance/i-abcd1111", "arn:second"],
  detail: {
    "instance-id": "i-0123456789",
    state: "RUNNING",
    count: 3,
    on: true,
    nothing: null,
    tags: { a: "1" },
    list: [1, "x"],
    items: [{ id: "a" }, { id: "b" }, { name: "c" }],
    quote: 'say "hi"',
  },
};
const context = { event, ruleArn: "arn:rule", ruleName: "rule", ingestionTime: "2015-11-11T21:29:55Z" };

const paths = {
  ...{
    instance: "$.detail.instance-id",
    state: "$.detail.state",
    count: "$.detail.count",
    on: "$.detail.on",
  },
  ...{ nothing: "$.detail.nothing", tags: "$.detail.tags", list: "$.detail.list", quote: "$.detail.quote" },
  ...{
    second: "$.resources[1]",
    none: "$.detail.none",
    type: "$.detail-type",
    deep: "$.detail.state.deeper",
  },
  ...{ ids: "$.detail.items[*].id", values: "$.detail.tags.*", nobody: "$.detail.nobody[*].id" },
};

const transform = (InputTemplate: string) =>
  compileInput({ InputTransformer: { InputPathsMap: paths, InputTemplate } }, "T")(context);

const transformed = (template: string): unknown => JSON.parse(transform(template) ?? "");

describe("an input transformer", () => {
  test.each([
    ["quotes text that stands without quotes", '{"a":<instance>}', '{"a":"i-0123456789"}'],
    [
      "puts text into quotes that are there",
      '{"a":"<instance> is <state>"}',
      '{"a":"i-0123456789 is RUNNING"}',
    ],
    ["leaves numbers and truth values bare", '{"a":<count>,"b":<on>}', '{"a":3,"b":true}'],
    ["writes numbers within quotes", '{"a":"<count>"}', '{"a":"3"}'],
    ["puts objects and lists as JSON", '{"a":<tags>,"b":<list>}', '{"a":{"a":"1"},"b":[1,"x"]}'],
    ["takes the quotes off objects in text", '"<tags> of <instance>"', '"{a:1} of i-0123456789"'],
    ["takes the quotes off lists in text", '"<list> <ids>"', '"[1,x] [a,b]"'],
    ["gives nothing for an object within quotes of JSON", '{"a":"<tags>"}', undefined],
    ["gives nothing for a list within quotes of JSON", '{"a":"of <ids>"}', undefined],
    ["escapes quotes in text", '{"a":<quote>,"b":"<quote>"}', '{"a":"say \\"hi\\"","b":"say \\"hi\\""}'],
    [
      "finds list elements and names with hyphens",
      '{"a":<second>,"b":<type>}',
      `{"a":"arn:second","b":"${event["detail-type"]}"}`,
    ],
    [
      "leaves empty text where a path finds nothing",
      '{"a":<none>,"b":"<none>","c":<deep>}',
      '{"a":"","b":"","c":""}',
    ],
    [
      "lists what a wildcard finds, in elements and in members",
      '{"a":<ids>,"b":<values>,"c":<nobody>}',
      '{"a":["a","b"],"b":["1"],"c":[]}',
    ],
    ["leaves empty text for null", '{"a":<nothing>}', '{"a":""}'],
    [
      "knows the rule",
      '{"a":<aws.events.rule-arn>,"b":"<aws.events.rule-name>"}',
      '{"a":"arn:rule","b":"rule"}',
    ],
    ["knows the ingestion time", '{"a":<aws.events.event.ingestion-time>}', '{"a":"2015-11-11T21:29:55Z"}'],
    ["makes a line of text", '"<instance> is <state>"', '"i-0123456789 is RUNNING"'],
    ["makes several lines of text", '"a <instance>"\n"b <state>"', '"a i-0123456789"\n"b RUNNING"'],
    ["does not take an escaped quote for the end", '{"a":"\\"<state>\\""}', '{"a":"\\"RUNNING\\""}'],
  ])("%s", (_sentence, template, result) => {
    expect(transform(template)).toBe(result);
  });

  it("puts the whole event, or its envelope", () => {
    expect(transformed('{"a":<aws.events.event.json>}')).toEqual({ a: event });
    const { detail: _detail, "detail-type": detailType, ...envelope } = event;
    expect(transformed('{"a":<aws.events.event>}')).toEqual({ a: { ...envelope, detailType } });
  });
});

// LocalStack's recording of AWS, test_put_events_with_input_transformer_missing_keys.
test("a placeholder without a path is refused in AWS's words", () => {
  expect(() => transform('"<instance> <unheard-of>"')).toThrow(
    "InputTemplate for target T contains invalid placeholder unheard-of.",
  );
});

describe("other inputs", () => {
  it("are the event, a part of it, or a constant", () => {
    expect(compileInput({}, "T")(context)).toBe(JSON.stringify(event));
    expect(compileInput({ InputPath: "$.detail.tags" }, "T")(context)).toBe('{"a":"1"}');
    expect(compileInput({ InputPath: "$" }, "T")(context)).toBe(JSON.stringify(event));
    expect(compileInput({ InputPath: "$.resources[*]" }, "T")(context)).toBe(JSON.stringify(event.resources));
    expect(compileInput({ InputPath: "$.detail.none" }, "T")(context)).toBe("null");
    expect(compileInput({ Input: '{"b": 1}' }, "T")(context)).toBe('{"b": 1}');
  });
});
