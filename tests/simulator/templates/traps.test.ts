/** Each trap of real deployments, planted into a copy of the real templates: the deployment is refused by name. */
import { SourceType } from "@aws-sdk/client-rds";
import { describe, expect, test } from "vitest";
import type { Shape } from "../types.ts";
import { deploy, first, planted, regions, sends, type Templates, targets } from "./planting.ts";

describe("a trap of real deployments", () => {
  test.each<[string, (templates: Templates) => void, string]>([
    [
      "a source type that is none",
      ({ dr }) => {
        first(dr, "AWS::RDS::EventSubscription")["SourceType"] = "SNAPSHOT";
      },
      "SourceType SNAPSHOT is none of",
    ],
    [
      "a category of another source type",
      ({ dr }) => {
        first(dr, "AWS::RDS::EventSubscription")["EventCategories"] = ["copying"];
      },
      "SubscriptionCategoryNotFound",
    ],
    [
      "source identifiers in the DR region, where the instances are not",
      ({ dr }) => {
        first(dr, "AWS::RDS::EventSubscription")["SourceIds"] = ["orders"];
      },
      "SourceNotFound",
    ],
    [
      "a security group that the DR region does not have",
      ({ drParameters }) => {
        const [parameter] = Object.entries(drParameters).filter(([name]) => /^SecurityGroup/.test(name));
        if (parameter !== undefined) parameter[1].Default = "sg-0d1a2b3c4d5e6f709";
      },
      "Parameter validation failed: parameter value sg-0d1a2b3c4d5e6f709 for parameter name SecurityGroup0d1a2b3c4d5e6f708 does not exist. Rollback requested by user.",
    ],
    [
      "a schedule with a field too few",
      ({ primary }) => {
        first(primary, "AWS::Scheduler::Schedule")["ScheduleExpression"] = "cron(0 2 * * *)";
      },
      "Invalid Schedule Expression",
    ],
    [
      "a rate in a unit that is none",
      ({ dr }) => {
        first(dr, "AWS::Scheduler::Schedule")["ScheduleExpression"] = "rate(60 seconds)";
      },
      "Invalid Schedule Expression",
    ],
    [
      "an event pattern that is none",
      ({ dr }) => {
        first(dr, "AWS::Events::Rule")["EventPattern"] = { source: "rds-dr" };
      },
      'Event pattern is not valid. Reason: "source" must be an object or an array',
    ],
    [
      "an event pattern with an operator that is none",
      ({ primary }) => {
        first(primary, "AWS::Events::Rule")["EventPattern"] = { source: [{ "starts-with": "rds" }] };
      },
      "Unrecognized match type starts-with",
    ],
    [
      "an input template with a variable that nothing defines",
      ({ dr }) => {
        const [target] = targets(first(dr, "AWS::Events::Rule"));
        target!["InputTransformer"] = { InputPathsMap: { id: "$.id" }, InputTemplate: '{"id":<identity>}' };
      },
      "contains invalid placeholder identity.",
    ],
    [
      "a flexible window without its length",
      ({ dr }) => {
        first(dr, "AWS::Scheduler::Schedule")["FlexibleTimeWindow"] = { Mode: "FLEXIBLE" };
      },
      "MaximumWindowInMinutes must be given",
    ],
    [
      "a function with less memory than Lambda has",
      ({ dr }) => {
        first(dr, "AWS::Lambda::Function")["MemorySize"] = 64;
      },
      "'memorySize' failed to satisfy constraint",
    ],
    [
      "a null",
      ({ dr }) => {
        first(dr, "AWS::Events::Rule")["EventPattern"] = { detail: { errorCode: [null] } };
      },
      "'null' values are not allowed in templates",
    ],
    [
      "a time zone that does not exist",
      ({ primary }) => {
        first(primary, "AWS::Scheduler::Schedule")["ScheduleExpressionTimezone"] = "Europe/Zurch";
      },
      "Zurch",
    ],
    [
      "a visibility timeout below the function's",
      ({ dr }) => {
        const mapped = ({ QueueName }: Shape) => /prune-copies$/.test(String(QueueName));
        first(dr, "AWS::SQS::Queue", mapped)["VisibilityTimeout"] = 5;
      },
      "Queue visibility timeout: 5 seconds is less than Function timeout",
    ],
    [
      "a concurrency of one",
      ({ dr }) => {
        first(dr, "AWS::Lambda::EventSourceMapping")["ScalingConfig"] = { MaximumConcurrency: 1 };
      },
      "Member must have value between 2 and 1000",
    ],
    [
      "a mapping that reports no batch item failures",
      ({ dr }) => {
        delete first(dr, "AWS::Lambda::EventSourceMapping")["FunctionResponseTypes"];
      },
      "does not report batch item failures",
    ],
    [
      "a queue policy that lets no rule send",
      ({ dr }) => {
        const policy = first(dr, "AWS::SQS::QueuePolicy")["PolicyDocument"] as { Statement: Shape[] };
        policy.Statement = policy.Statement.filter((statement) => !sends(statement));
      },
      "the queue's policy does not let it",
    ],
    [
      "a queue policy that leaves the dead letters out",
      ({ dr }) => {
        const policy = first(dr, "AWS::SQS::QueuePolicy")["PolicyDocument"] as { Statement: Shape[] };
        policy.Statement = policy.Statement.filter(({ Sid }) => Sid !== "RulesSendToDeadLetters");
      },
      "dead-letters: the queue's policy does not let it",
    ],
    [
      "a rule's dead letters in a FIFO queue",
      ({ dr }) => {
        const arn = `arn:aws:sqs:${regions.dr}:111122223333:rds-dr-dev-clean-up-primary-waits.fifo`;
        targets(first(dr, "AWS::Events::Rule"))[0]!["DeadLetterConfig"] = { Arn: arn };
      },
      "must be a standard queue of this region",
    ],
    [
      "standard dead letters of a FIFO queue",
      ({ dr }) => {
        const fifo = first(dr, "AWS::SQS::Queue", ({ FifoQueue }) => FifoQueue === true);
        const redriven = ({ RedrivePolicy, FifoQueue }: Shape) =>
          RedrivePolicy !== undefined && FifoQueue !== true;
        const standard = first(dr, "AWS::SQS::Queue", redriven);
        const waits = first(
          dr,
          "AWS::SQS::Queue",
          ({ RedrivePolicy, FifoQueue }) => RedrivePolicy !== undefined && FifoQueue === true,
        );
        expect(fifo).toBeDefined();
        waits["RedrivePolicy"] = standard["RedrivePolicy"];
      },
      "Dead-letter queue of a FIFO queue must be a FIFO queue",
    ],
    [
      "a log group that nobody declares",
      ({ dr }) => {
        const logging = first(dr, "AWS::Lambda::Function")["LoggingConfig"] as Shape;
        logging["LogGroup"] = "/aws/lambda/rds-dr-dev-nowhere";
      },
      "logs to /aws/lambda/rds-dr-dev-nowhere, which the stack does not declare",
    ],
    [
      "a log group that never expires",
      ({ dr }) => {
        delete first(dr, "AWS::Logs::LogGroup")["RetentionInDays"];
      },
      "never expires",
    ],
    [
      "a key policy that locks everybody out",
      ({ dr }) => {
        const { Statement } = first(dr, "AWS::KMS::Key")["KeyPolicy"] as { Statement: Shape[] };
        Statement.splice(0, 1);
      },
      "AWS::KMS::Key) CREATE_FAILED",
    ],
    [
      "a role's name that the other region has",
      ({ primary, dr }) => {
        const name = first(primary, "AWS::IAM::Role")["RoleName"];
        first(dr, "AWS::IAM::Role")["RoleName"] = name;
      },
      "EntityAlreadyExists",
    ],
    [
      "a role's name twice in one region",
      ({ dr }) => {
        const roles = Object.values(dr).filter(({ Type }) => Type === "AWS::IAM::Role");
        roles[1]!.Properties["RoleName"] = roles[0]!.Properties["RoleName"];
      },
      "EntityAlreadyExists",
    ],
    [
      "501 resources",
      ({ dr }) => {
        for (let index = Object.keys(dr).length; index <= 500; index += 1) {
          dr[`More${index}`] = { Type: "AWS::CloudWatch::Dashboard", Properties: {} };
        }
      },
      "Number of resources, 501, is greater than 500",
    ],
    [
      "inline policies of more than 10,240 characters",
      ({ dr }) => {
        const role = first(dr, "AWS::IAM::Role");
        const arns = Array.from(
          { length: 200 },
          (_, index) => `arn:aws:rds:us-west-2:111122223333:db:${index}-database`,
        );
        const statement = { Effect: "Allow", Action: "rds:DescribeDBInstances", Resource: arns };
        const document = { Version: "2012-10-17", Statement: [statement] };
        role["Policies"] = [{ PolicyName: "large", PolicyDocument: document }];
      },
      "Maximum policy size of 10240 bytes exceeded",
    ],
  ])("%s", (_what, plant, refusal) => {
    expect(() => deploy(planted(plant))).toThrow(refusal);
  });

  test("reserved concurrency where the account's limit is still 10", () => {
    const assembly = planted(({ dr }) => {
      first(dr, "AWS::Lambda::Function")["ReservedConcurrentExecutions"] = 2;
    });
    expect(() => deploy(assembly, { functionConcurrency: 10 })).toThrow(
      "decreases account's UnreservedConcurrentExecution below its minimum value",
    );
    expect(deploy(assembly).stacks).toHaveLength(2);
  });

  test("a schedule's role that may not send", () => {
    const assembly = planted(({ primary }) => {
      for (const { Type, Properties } of Object.values(primary)) {
        if (Type === "AWS::IAM::Role" && String(Properties["RoleName"]).includes("scheduler")) {
          delete Properties["Policies"];
        }
        if (Type === "AWS::IAM::Policy" && JSON.stringify(Properties["Roles"]).includes("Scheduler")) {
          Properties["Roles"] = [];
        }
      }
    });
    expect(() => deploy(assembly)).toThrow(/may not send to .*: arn:aws:iam::111122223333:role\/.*scheduler/);
  });
});

describe("RDS's source types", () => {
  test("are those of the client's own model", () => {
    expect(Object.values(SourceType)).toHaveLength(11);
    const assembly = (type: string) =>
      planted(({ dr }) => {
        const subscription = first(dr, "AWS::RDS::EventSubscription");
        subscription["SourceType"] = type;
        subscription["EventCategories"] = [];
      });
    for (const type of Object.values(SourceType)) expect(deploy(assembly(type)).stacks).toHaveLength(2);
  });
});
