import { spawnSync } from "node:child_process";
import { Match } from "aws-cdk-lib/assertions";
import { describe, expect, test } from "vitest";
import { settingsOf } from "../../stacks/app.ts";
import { dev } from "../../stacks/environments/dev.ts";
import { resourcesOf, synthesise } from "./synthesise.ts";

const ids = (count: number) =>
  Array.from({ length: count }, (_, index) => `instance-${index}-${"x".repeat(40)}`);

describe("a thousand listed instances", () => {
  test("fit: below 500 resources a stack, 1 MB a template and 10,240 characters a role", () => {
    const listed = ids(1000);
    const overrides = Object.fromEntries(
      listed.map((id) => [id, { tier: 1, restore: { instanceClass: "db.r6g.large" } }]),
    );
    const quota = { manualSnapshots: 10_000, instances: 1000 };
    const { primary, dr } = synthesise({
      instances: { listed },
      overrides,
      quotas: { primary: quota, dr: quota },
      rdsEvents: { scope: "listed" },
    });
    for (const template of [primary, dr]) {
      const json = template.toJSON();
      expect(Object.keys(json["Resources"]).length).toBeLessThan(500);
      expect(JSON.stringify(json).length).toBeLessThan(1_000_000);
      for (const { Properties } of resourcesOf(template, "AWS::IAM::Role")) {
        expect(JSON.stringify(Properties.Policies).length).toBeLessThan(10_240);
      }
    }
    const sourceIds = (template: typeof primary) =>
      resourcesOf(template, "AWS::RDS::EventSubscription").map(
        ({ Properties }) => Properties.SourceIds?.length,
      );
    expect(sourceIds(primary)).toEqual([1000, 1000, undefined]);
    expect(sourceIds(dr)).toEqual([undefined, undefined, undefined]);
  });
});

describe("settings show in the templates", () => {
  test("paused switches the schedule of backups off and leaves pruning on", () => {
    const { primary, dr } = synthesise({ paused: true });
    expect(resourcesOf(primary, "AWS::Scheduler::Schedule")[0]?.Properties.State).toBe("DISABLED");
    expect(resourcesOf(dr, "AWS::Scheduler::Schedule")[0]?.Properties.State).toBe("ENABLED");
  });

  test("subnets become a DB subnet group that outlives the stack", () => {
    const subnetIds = ["subnet-0a1b2c3d4e5f60718", "subnet-1a1b2c3d4e5f60718"];
    const { dr } = synthesise({ network: { subnetIds, securityGroups: ["sg-0d1a2b3c4d5e6f708"] } });
    dr.hasResource("AWS::RDS::DBSubnetGroup", {
      DeletionPolicy: "Retain",
      Properties: { DBSubnetGroupName: "rds-dr-dev", SubnetIds: subnetIds },
    });
    // No group that people name has to be looked for.
    expect(JSON.stringify(resourcesOf(dr, "AWS::IAM::Role"))).not.toContain("DescribeDBSubnetGroups");
  });

  test("each security group of the settings is a parameter that CloudFormation looks for, named after its value", () => {
    const { dr } = synthesise({
      restore: { securityGroups: ["sg-0d8f7e6d5c4b3a291"] },
      overrides: { orders: { restore: { securityGroups: ["sg-0d1a2b3c4d5e6f708", "sg-0e1a2b3c"] } } },
    });
    const ofGroups = Object.entries(dr.findParameters("*")).filter(([, { Type }]) => Type.includes("EC2"));
    expect(ofGroups.map(([name, { Type, Default }]) => [name, Type, Default])).toEqual([
      ["SecurityGroup0d1a2b3c4d5e6f708", "AWS::EC2::SecurityGroup::Id", "sg-0d1a2b3c4d5e6f708"],
      ["SecurityGroup0d8f7e6d5c4b3a291", "AWS::EC2::SecurityGroup::Id", "sg-0d8f7e6d5c4b3a291"],
      ["SecurityGroup0e1a2b3c", "AWS::EC2::SecurityGroup::Id", "sg-0e1a2b3c"],
    ]);
    // An unused parameter could be left unlooked at.
    for (const [name] of ofGroups) expect(JSON.stringify(dr.findOutputs("*"))).toContain(`{"Ref":"${name}"}`);
  });

  test("more security groups than a template takes parameters are looked for as far as they go", () => {
    const securityGroups = Array.from({ length: 300 }, (_, at) => `sg-${(0x10000000 + at).toString(16)}`);
    const { dr } = synthesise({ network: { subnetGroup: "dr-private", securityGroups } });
    expect(Object.keys(dr.findParameters("*")).length).toBeLessThan(200);
  });

  test("an existing key gets our alias, and no key is made for data", () => {
    const existingKeyArn = "arn:aws:kms:us-west-2:111122223333:key/0d1a2b3c-0000-4000-8000-000000000000";
    const { dr } = synthesise({ key: { existingKeyArn } });
    dr.resourceCountIs("AWS::KMS::Key", 1);
    dr.hasResourceProperties("AWS::KMS::Alias", {
      AliasName: "alias/rds-dr-dev",
      TargetKeyId: existingKeyArn,
    });
  });

  test("administrators of the key are matched by condition, so that a missing role refuses nothing", () => {
    const administrators = ["arn:aws:iam::111122223333:role/key-admin"];
    const { dr } = synthesise({ key: { administrators } });
    dr.hasResourceProperties("AWS::KMS::Key", {
      KeyPolicy: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Sid: "Administer",
            Principal: { AWS: "*" },
            Condition: {
              StringEquals: { "kms:CallerAccount": { Ref: "AWS::AccountId" } },
              ArnLike: { "aws:PrincipalArn": administrators },
            },
          }),
        ]),
      },
    });
  });

  test("pruning sets the period of the conditions and of the heartbeat", () => {
    const { dr } = synthesise({ pruning: { everyMinutes: 15 } });
    expect(resourcesOf(dr, "AWS::Scheduler::Schedule")[0]?.Properties.ScheduleExpression).toBe(
      "rate(15 minutes)",
    );
    dr.hasResourceProperties("AWS::CloudWatch::Alarm", {
      AlarmName: "rds-dr-dev-prune-not-running",
      Period: 900,
    });
    dr.hasResourceProperties("AWS::CloudWatch::Alarm", { AlarmName: "rds-dr-dev-not-ready", Period: 900 });
  });
});

test("a name that did not choose the environment is told together with the other faults", () => {
  const prod = { ...dev, environment: "dev", retention: { days: 0 } };
  expect(() => settingsOf("prod", { prod })).toThrow(
    /^environment: "dev" is not the name that chose it: write "prod"\nretention\.days: 0 /,
  );
});

describe("the command", () => {
  const run = (context: Record<string, string>) =>
    spawnSync("node", ["stacks/app.ts"], {
      encoding: "utf8",
      env: { ...process.env, CDK_CONTEXT_JSON: JSON.stringify(context) },
    });

  test("tells which environments there are, without a stack trace, when the name is unknown", () => {
    const { status, stderr } = run({ env: "prod" });
    expect(status).toBe(1);
    expect(stderr).toBe(
      '-c env: "prod" is no environment: choose one of dev, or add stacks/environments/prod.ts\n',
    );
  });
});
