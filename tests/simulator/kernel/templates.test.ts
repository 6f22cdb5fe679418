// biome-ignore-all lint/suspicious/noTemplateCurlyInString: that is how Fn::Sub is written
import { describe, expect, test } from "vitest";
import { creationOrder } from "../templates/order.ts";
import { type Lookups, resolve } from "../templates/resolve.ts";

const LOOKUPS: Lookups = {
  ref: (name) => ({ "AWS::Region": "us-west-2", Queue: "https://queue", List: ["a", "b"] })[name],
  attribute: (id, name) => `${id}#${name}`,
  condition: (name) => name === "Yes",
  mapping: (map, first, second) => `${map}/${first}/${second}`,
};

describe("intrinsics", () => {
  test.each<[string, unknown, unknown]>([
    ["Ref of a pseudo parameter", { Ref: "AWS::Region" }, "us-west-2"],
    ["Ref of a list", { Ref: "List" }, ["a", "b"]],
    ["Fn::GetAtt as a list", { "Fn::GetAtt": ["Queue", "Arn"] }, "Queue#Arn"],
    [
      "Fn::GetAtt as text, with a dot in the attribute",
      { "Fn::GetAtt": "Db.Endpoint.Address" },
      "Db#Endpoint.Address",
    ],
    [
      "Fn::Join over resolved parts",
      { "Fn::Join": [":", ["a", { Ref: "AWS::Region" }, 3]] },
      "a:us-west-2:3",
    ],
    ["Fn::Join over a reference to a list", { "Fn::Join": ["-", { Ref: "List" }] }, "a-b"],
    [
      "Fn::Sub with references and attributes",
      { "Fn::Sub": "${AWS::Region}/${Queue}/${Queue.Arn}" },
      "us-west-2/https://queue/Queue#Arn",
    ],
    [
      "Fn::Sub with its own variables",
      { "Fn::Sub": ["${A}-${B}", { A: "1", B: { Ref: "AWS::Region" } }] },
      "1-us-west-2",
    ],
    ["Fn::Sub with a literal", { "Fn::Sub": "${!NotMine} $x" }, "${NotMine} $x"],
    ["Fn::Select", { "Fn::Select": [1, ["a", "b"]] }, "b"],
    ["Fn::Select of Fn::Split", { "Fn::Select": ["2", { "Fn::Split": [":", "a:b:c"] }] }, "c"],
    ["Fn::If, then", { "Fn::If": ["Yes", { Ref: "AWS::Region" }, "x"] }, "us-west-2"],
    ["Fn::If, otherwise", { "Fn::If": ["No", "x", "y"] }, "y"],
    [
      "Fn::And, Fn::Or and Fn::Not",
      {
        "Fn::Or": [
          { Condition: "No" },
          { "Fn::And": [{ Condition: "Yes" }, { "Fn::Not": [{ Condition: "No" }] }] },
        ],
      },
      true,
    ],
    ["Fn::Equals of a number and its digits", { "Fn::Equals": [3, "3"] }, true],
    ["Fn::FindInMap", { "Fn::FindInMap": ["M", { Ref: "AWS::Region" }, "k"] }, "M/us-west-2/k"],
    ["Fn::Base64", { "Fn::Base64": "hello" }, "aGVsbG8="],
    ["AWS::NoValue in a structure", { a: 1, b: { Ref: "AWS::NoValue" } }, { a: 1 }],
    ["AWS::NoValue in a list, by Fn::If", [1, { "Fn::If": ["No", 2, { Ref: "AWS::NoValue" }] }], [1]],
    [
      "a structure that only looks like one",
      { Ref: "AWS::Region", Other: 1 },
      { Ref: "AWS::Region", Other: 1 },
    ],
  ])("resolve %s", (_name, value, wanted) => {
    expect(resolve(value, LOOKUPS)).toEqual(wanted);
  });

  test.each<[string, unknown, string]>([
    ["Fn::ImportValue", { "Fn::ImportValue": "x" }, "not simulated: the intrinsic Fn::ImportValue"],
    ["Fn::Transform", { "Fn::Transform": {} }, "not simulated: the intrinsic Fn::Transform"],
    ["a dynamic reference", "{{resolve:ssm:/a}}", "not simulated: the dynamic reference {{resolve:ssm:/a}}"],
    ["Fn::Select beyond the list", { "Fn::Select": [2, ["a"]] }, "nonexistent value at index 2"],
    ["Fn::Equals of structures", { "Fn::Equals": [{ a: 1 }, { b: 1 }] }, "must have string arguments"],
    ["Fn::And of one condition", { "Fn::And": [{ Condition: "Yes" }] }, "between 2 and 10 conditions"],
    [
      "Fn::Or of eleven",
      { "Fn::Or": Array.from({ length: 11 }, () => ({ Condition: "Yes" })) },
      "between 2 and 10 conditions",
    ],
    ["Fn::GetAtt of three parts", { "Fn::GetAtt": ["A", "B", "C"] }, "Fn::GetAtt needs a list of 2"],
    ["Fn::If of two parts", { "Fn::If": ["Yes", 1] }, "Fn::If needs a list of 3"],
    ["Fn::Join of structures", { "Fn::Join": ["", [{ a: 1 }]] }, "must have string arguments"],
  ])("refuse %s", (_name, value, message) => {
    expect(() => resolve(value, LOOKUPS)).toThrow(message);
  });
});

describe("the order of creation", () => {
  test("follows references and DependsOn, and is the template's own otherwise", () => {
    const order = creationOrder({
      A: { Type: "T", Properties: { x: { "Fn::Sub": "${C.Arn}" } } },
      B: { Type: "T", DependsOn: "D" },
      C: { Type: "T" },
      D: { Type: "T", Properties: { y: [{ "Fn::GetAtt": ["A", "Arn"] }] } },
    });
    expect(order).toEqual(["C", "A", "D", "B"]);
  });

  test("names the resources of a cycle", () => {
    const cycle = { A: { Type: "T", DependsOn: ["B"] }, B: { Type: "T", Properties: { a: { Ref: "A" } } } };
    expect(() => creationOrder(cycle)).toThrow("Circular dependency between resources: [A -> B -> A]");
  });

  test("refuses a dependency on nothing", () => {
    expect(() => creationOrder({ A: { Type: "T", DependsOn: "Z" } })).toThrow(
      "Unresolved resource dependency [Z]",
    );
  });
});
