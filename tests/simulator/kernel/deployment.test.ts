// biome-ignore-all lint/suspicious/noTemplateCurlyInString: that is how Fn::Sub is written
import { describe, expect, test } from "vitest";
import { AwsError, type ResourceProvider, type Shape } from "../types.ts";
import { deployTemplate, kernelWorld } from "./doubles.ts";

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
      "subnets that the region does not have, all at once",
      {
        One: { Type: "AWS::EC2::Subnet::Id", Default: "subnet-1" },
        Two: { Type: "AWS::EC2::Subnet::Id", Default: "subnet-2" },
      },
      "parameter value subnet-1 for parameter name One does not exist, parameter value subnet-2 for parameter name Two does not exist",
    ],
    [
      "a parameter of a type that nobody looks for",
      { Vpc: { Type: "AWS::EC2::VPC::Id", Default: "vpc-1" } },
      "not simulated: the parameter Vpc of type AWS::EC2::VPC::Id",
    ],
  ])("refuses %s", (_name, Parameters, message) => {
    expect(() => deployTemplate(world().world, { Parameters, Resources: {} })).toThrow(message);
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
      "a property that nobody simulates",
      { A: { Type: "AWS::KMS::Key", Properties: { MultiRegion: true } } },
      "not simulated: the property MultiRegion of AWS::KMS::Key",
    ],
    [
      "a reference to nothing",
      { A: { Type: THING, Properties: { x: { Ref: "Z" } } } },
      "Unresolved resource dependencies [Z]",
    ],
    [
      "a null",
      { A: { Type: THING, Properties: { pattern: { detail: { error: [null] } } } } },
      "[stack/Resources/A/Properties/pattern/detail/error/0] 'null' values are not allowed in templates",
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
