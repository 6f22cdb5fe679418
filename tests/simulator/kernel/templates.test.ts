// biome-ignore-all lint/suspicious/noTemplateCurlyInString: that is how Fn::Sub is written
import { describe, expect, test } from "vitest";
import { creationOrder } from "../templates/order.ts";
import { type Lookups, resolve } from "../templates/resolve.ts";
import { AwsError, type ResourceProvider, type Shape } from "../types.ts";
import { deployTemplate, kernelWorld } from "./doubles.ts";

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

/** A world whose RDS makes `AWS::RDS::Thing`s and keeps what it was given. */
function world() {
  const made: Shape[] = [];
  const thing: ResourceProvider = ({ properties, logicalId, region }) => {
    if (properties["Bad"]) {
      throw new AwsError("InvalidParameterValue", "that is bad");
    }
    made.push({ logicalId, region: region.name, ...properties });
    return { ref: `ref-${logicalId}`, attributes: { Arn: `arn-${logicalId}` } };
  };
  return { made, ...kernelWorld({ resources: { "AWS::RDS::Thing": thing } }) };
}

const THING = "AWS::RDS::Thing";
const TRUST = {
  Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
};

describe("a deployment", () => {
  test("makes resources in order, with references, parameters, conditions and outputs resolved", () => {
    const { world: simulated, made } = world();
    const { stacks, resources } = deployTemplate(simulated, {
      Parameters: {
        BootstrapVersion: { Type: "AWS::SSM::Parameter::Value<String>" },
        Size: { Type: "Number", Default: 3 },
      },
      Conditions: {
        West: { "Fn::Equals": [{ Ref: "AWS::Region" }, "us-west-2"] },
        East: { "Fn::Not": [{ Condition: "West" }] },
      },
      Resources: {
        Second: {
          Type: THING,
          Properties: {
            of: { "Fn::GetAtt": ["First", "Arn"] },
            size: { Ref: "Size" },
            account: { Ref: "AWS::AccountId" },
          },
        },
        First: { Type: THING, DeletionPolicy: "Retain" },
        Left: { Type: THING, Condition: "West" },
        Kept: { Type: THING, Condition: "East" },
        Note: { Type: "AWS::CDK::Metadata", Properties: { Analytics: "x" } },
      },
      Outputs: { Name: { Value: { Ref: "Second" } } },
      Rules: {},
    });
    expect(made).toEqual([
      { logicalId: "First", region: "us-east-1" },
      { logicalId: "Second", region: "us-east-1", of: "arn-First", size: 3, account: "111122223333" },
      { logicalId: "Kept", region: "us-east-1" },
    ]);
    expect(stacks).toMatchObject([{ name: "stack", outputs: { Name: "ref-Second" } }]);
    expect(resources.map(({ logicalId, standing }) => [logicalId, standing])).toContainEqual([
      "Note",
      "inert",
    ]);
  });

  test.each<[string, Shape, string]>([
    [
      "a type that nobody simulates",
      { A: { Type: "AWS::EC2::VPC" } },
      "not simulated: the resource type AWS::EC2::VPC",
    ],
    [
      "a resource that AWS refuses",
      { A: { Type: THING, Properties: { Bad: true } } },
      "stack/A (AWS::RDS::Thing) CREATE_FAILED: that is bad (InvalidParameterValue)",
    ],
    [
      "a reference to nothing",
      { A: { Type: THING, Properties: { x: { Ref: "Z" } } } },
      "Unresolved resource dependencies [Z]",
    ],
    [
      "an attribute that nobody simulates",
      { A: { Type: THING, Properties: { x: { "Fn::GetAtt": ["B", "Size"] } } }, B: { Type: THING } },
      "not simulated: Fn::GetAtt B.Size",
    ],
    [
      "a policy that names a role which does not exist",
      {
        A: {
          Type: "AWS::KMS::Key",
          Properties: {
            KeyPolicy: { Statement: [{ Principal: { AWS: ["arn:aws:iam::111122223333:role/none"] } }] },
          },
        },
      },
      'Invalid principal in policy: "AWS":"arn:aws:iam::111122223333:role/none"',
    ],
    [
      "a bus policy that names a role which does not exist",
      {
        A: {
          Type: "AWS::Events::EventBusPolicy",
          Properties: { Statement: { Principal: { AWS: "arn:aws:iam::111122223333:role/none" } } },
        },
      },
      'Invalid principal in policy: "AWS":"arn:aws:iam::111122223333:role/none"',
    ],
    [
      "a role name that is too long",
      {
        A: {
          Type: "AWS::IAM::Role",
          Properties: { RoleName: "r".repeat(65), AssumeRolePolicyDocument: TRUST },
        },
      },
      "less than or equal to 64",
    ],
  ])("refuses %s", (_name, Resources, message) => {
    expect(() => deployTemplate(world().world, { Resources })).toThrow(message);
  });

  test("refuses more than 500 resources in a stack, and allows 500", () => {
    const things = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`T${index}`, { Type: THING }]));
    expect(deployTemplate(world().world, { Resources: things(500) }).resources).toHaveLength(500);
    expect(() => deployTemplate(world().world, { Resources: things(501) })).toThrow(
      "Number of resources, 501",
    );
  });

  test("collects roles with their policies, and refuses the same name in a second region", () => {
    const { world: simulated } = world();
    const Resources = {
      Role: {
        Type: "AWS::IAM::Role",
        Properties: {
          RoleName: "r",
          AssumeRolePolicyDocument: TRUST,
          Policies: [{ PolicyName: "in", PolicyDocument: { Statement: [] } }],
        },
      },
      Policy: {
        Type: "AWS::IAM::Policy",
        Properties: {
          PolicyName: "out",
          Roles: [{ Ref: "Role" }],
          PolicyDocument: {
            Statement: [
              { Effect: "Allow", Action: "iam:PassRole", Resource: { "Fn::GetAtt": ["Role", "Arn"] } },
            ],
          },
        },
      },
    };
    deployTemplate(simulated, { Resources });
    expect(simulated.iam.role("r")).toMatchObject({
      arn: "arn:aws:iam::111122223333:role/r",
      stack: "stack",
      logicalId: "Role",
      policies: [
        { name: "in" },
        { name: "out", document: { Statement: [{ Resource: "arn:aws:iam::111122223333:role/r" }] } },
      ],
    });
    expect(() => deployTemplate(simulated, { Resources }, { region: "us-west-2" })).toThrow(
      "Role with name r already exists",
    );
  });

  test("holds a role's inline policies to 10,240 characters in all", () => {
    const padded = (Sid: string) => ({ Statement: { Sid, Effect: "Allow", Action: "*", Resource: "*" } });
    const policy = (length: number) => padded("x".repeat(length - JSON.stringify(padded("")).length));
    const deploy = (length: number) =>
      deployTemplate(world().world, {
        Resources: {
          R: {
            Type: "AWS::IAM::Role",
            Properties: {
              RoleName: "r",
              AssumeRolePolicyDocument: TRUST,
              Policies: [{ PolicyName: "p", PolicyDocument: policy(length) }],
            },
          },
        },
      });
    expect(deploy(10_240).resources).toHaveLength(1);
    expect(() => deploy(10_241)).toThrow("Maximum policy size of 10240 bytes exceeded for role r");
  });

  test("refuses policies that IAM would not accept", () => {
    const deploy = (PolicyDocument: unknown) =>
      deployTemplate(world().world, {
        Resources: {
          R: {
            Type: "AWS::IAM::Role",
            Properties: {
              RoleName: "r",
              AssumeRolePolicyDocument: TRUST,
              Policies: [{ PolicyName: "p", PolicyDocument }],
            },
          },
        },
      });
    const allow = { Effect: "Allow", Action: "rds:DescribeDBInstances", Resource: "*" };
    expect(deploy({ Version: "2012-10-17", Statement: [allow] }).resources).toHaveLength(1);
    for (const [document, text] of [
      [{ Version: "2012-10-17", Statement: [{ ...allow, Effect: "allow" }] }, "Invalid effect: allow"],
      [{ Version: "2012-10-17", Statement: [{ ...allow, Resource: "snapshot:*" }] }, "must be in ARN format"],
      [
        { Version: "2012-10-17", Statement: [{ ...allow, Principal: "*" }] },
        "should not specify a principal",
      ],
      [{ Version: "2012-10-18", Statement: [allow] }, "must contain a valid version string"],
    ] as const) {
      expect(() => deploy(document)).toThrow(text);
      expect(() => deploy(document)).toThrow("MalformedPolicyDocument");
    }
  });

  test("is refused in a lost region, and works in the other one", () => {
    const { world: simulated } = world();
    simulated.lose("us-east-1");
    const template = { Resources: { A: { Type: THING } } };
    expect(() => deployTemplate(simulated, template)).toThrow("us-east-1 does not answer");
    expect(deployTemplate(simulated, template, { region: "us-west-2" }).resources).toHaveLength(1);
  });
});
