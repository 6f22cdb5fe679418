import { Match } from "aws-cdk-lib/assertions";
import { beforeAll, describe, expect, test } from "vitest";
import { drSteps, names, primarySteps } from "../../shared/names.ts";
import { expectedRules } from "../../shared/survey/rules.ts";
import { lookSeconds } from "../../shared/waits.ts";
import { named, resourcesById, resourcesOf, type Synthesised, synthesise } from "./synthesise.ts";

let app: Synthesised;

beforeAll(() => {
  app = synthesise();
});

const text = (value: unknown) => JSON.stringify(value);

describe("each step of each region", () => {
  const steps = [
    ...primarySteps.map((step) => ["primary", step] as const),
    ...drSteps.map((step) => ["dr", step] as const),
  ];

  test.each(steps)("%s: %s has a function, a log that expires and a role of its own", (region, step) => {
    const template = app[region];
    const function_ = `rds-dr-dev-${step}`;
    template.hasResourceProperties("AWS::Lambda::Function", {
      FunctionName: function_,
      Runtime: "nodejs24.x",
      Architectures: ["arm64"],
      Handler: "index.handler",
      RecursiveLoop: "Allow",
    });
    template.hasResourceProperties("AWS::Logs::LogGroup", {
      LogGroupName: `/aws/lambda/${function_}`,
      RetentionInDays: 365,
    });
    const place = region === "primary" ? "us-east-1" : "us-west-2";
    template.hasResourceProperties("AWS::IAM::Role", {
      RoleName: `${function_}-${place}`,
      ManagedPolicyArns: Match.absent(),
    });
  });

  test.each(steps)(
    "%s: %s has a queue of several timeouts, dead letters after its attempts, and one policy for both where rules send",
    (region, step) => {
      const queues = resourcesOf(app[region], "AWS::SQS::Queue");
      const [own] = named(queues, "QueueName", `rds-dr-dev-${step}`);
      const [dead] = named(queues, "QueueName", `rds-dr-dev-${step}-dead-letters`);
      const [lambda] = named(
        resourcesOf(app[region], "AWS::Lambda::Function"),
        "FunctionName",
        `rds-dr-dev-${step}`,
      );
      const gathering = step === "announce" ? 45 : 0;
      const soon = ["plan-recovery", "restore-instance", "finish-restore"].includes(step);
      const times = soon ? 3 : 6;
      expect(own?.Properties.VisibilityTimeout).toBe(times * (lambda?.Properties.Timeout ?? 0) + gathering);
      expect(own?.Properties.RedrivePolicy?.maxReceiveCount).toBe(soon ? 10 : 5);
      expect(lambda?.Properties.Environment.Variables["RDS_DR_QUEUE_URL"] !== undefined).toBe(soon);
      expect(own?.Properties.SqsManagedSseEnabled).toBe(true);
      expect(dead?.Properties.MessageRetentionPeriod).toBe(14 * 24 * 3600);
      const id = step.replaceAll("-", "");
      const policies = Object.keys(app[region].findResources("AWS::SQS::QueuePolicy")).filter((key) =>
        key.startsWith(`${id}Queues`),
      );
      const byScheduleOnly = ["plan-backups", "prune-copies"].includes(step);
      expect(policies).toHaveLength(byScheduleOnly ? 0 : 1);
    },
  );

  test("a statement of a queue policy has one resource, for SQS takes no more", () => {
    for (const [, template] of app.both) {
      for (const { Properties } of resourcesOf(template, "AWS::SQS::QueuePolicy")) {
        for (const statement of Properties.PolicyDocument.Statement)
          expect(statement.Resource).not.toBeInstanceOf(Array);
      }
    }
  });

  test("mappings report failures, take at least two at a time, and one message each unless they gather", () => {
    for (const [, template] of app.both) {
      for (const { Properties } of resourcesOf(template, "AWS::Lambda::EventSourceMapping")) {
        expect(Properties.FunctionResponseTypes).toEqual(["ReportBatchItemFailures"]);
        expect(Properties.ScalingConfig.MaximumConcurrency).toBeGreaterThanOrEqual(2);
        const gathers = text(Properties.FunctionName).includes("announce");
        expect(Properties.BatchSize).toBe(gathers ? 500 : 1);
        expect(Properties.MaximumBatchingWindowInSeconds).toBe(gathers ? 45 : undefined);
      }
    }
  });

  test("a step that waits has a delayed queue of its own that its function reads", () => {
    for (const [step, seconds] of Object.entries(lookSeconds)) {
      const template = step === "create-backup" ? app.primary : app.dr;
      template.hasResourceProperties("AWS::SQS::Queue", {
        QueueName: `rds-dr-dev-${step}-waits.fifo`,
        FifoQueue: true,
        DelaySeconds: seconds,
      });
      const mappings = resourcesOf(template, "AWS::Lambda::EventSourceMapping").map((mapping) =>
        text(mapping.Properties.EventSourceArn),
      );
      expect(mappings.filter((arn) => arn.includes(`${step.replaceAll("-", "")}QueuesWaits`))).toHaveLength(
        1,
      );
    }
  });

  test("the parking queue is read by no mapping", () => {
    app.primary.hasResourceProperties("AWS::SQS::Queue", { QueueName: "rds-dr-dev-copy-backup-parked" });
    expect(text(resourcesOf(app.primary, "AWS::Lambda::EventSourceMapping"))).not.toContain("Parked");
  });
});

describe("rules and schedules", () => {
  test("the rules are those that readiness looks for", () => {
    const expected = expectedRules(names("dev"));
    for (const region of ["primary", "dr"] as const) {
      const found = resourcesOf(app[region], "AWS::Events::Rule").map(({ Properties }) => Properties.Name);
      expect(found.sort()).toEqual(expected[region].map(({ name }) => name).sort());
    }
  });

  test("each rule sends to its step's queue and dead letters, and the queues' policy lets it", () => {
    for (const [, template] of app.both) {
      const policies = text(resourcesOf(template, "AWS::SQS::QueuePolicy"));
      for (const [id, rule] of Object.entries(resourcesById(template, "AWS::Events::Rule"))) {
        const [target, ...more] = rule.Properties.Targets;
        expect(more).toEqual([]);
        expect(text(target?.Arn)).toContain("QueuesOwn");
        expect(text(target?.DeadLetterConfig.Arn)).toContain("QueuesDeadLetters");
        expect(policies).toContain(`{"Fn::GetAtt":["${id}","Arn"]}`);
      }
    }
  });

  test.each([
    ["primary", "copy-backup-on-backup-created", "RDS-EVENT-0042", '{"backupId":<backupId>}'],
    ["dr", "clean-up-primary-on-copy-completed", "RDS-EVENT-0060", '{"copyId":<copyId>}'],
  ] as const)("%s: %s matches RDS's event by id and our prefix", (region, rule, id, detail) => {
    const event = rule.split("-on-")[1];
    app[region].hasResourceProperties("AWS::Events::Rule", {
      Name: `rds-dr-dev-${rule}`,
      EventBusName: Match.absent(),
      EventPattern: {
        source: ["aws.rds"],
        "detail-type": ["RDS DB Snapshot Event"],
        detail: {
          EventID: [id],
          SourceType: ["SNAPSHOT"],
          SourceIdentifier: [{ prefix: "lambda-dr-snapshot-" }],
        },
      },
      Targets: [
        {
          InputTransformer: {
            InputTemplate: `{"event":"${event}","id":<id>,"time":<time>,"source":<source>,"detail":${detail}}`,
          },
        },
      ],
    });
  });

  test("operators reach plan-recovery with whatever they publish, and create-backup with backup-requested", () => {
    app.dr.hasResourceProperties("AWS::Events::Rule", {
      Name: "rds-dr-dev-plan-recovery-on-operator",
      EventPattern: {
        $or: [
          { source: [{ "anything-but": ["rds-dr"] }] },
          { "detail-type": ["dr-declared", "declaration-closed", "drill-ended"] },
        ],
      },
    });
    app.primary.hasResourceProperties("AWS::Events::Rule", {
      Name: "rds-dr-dev-announce-on-operator",
      EventPattern: {
        "detail-type": ["dr-declared", "declaration-closed", "drill-ended"],
        source: Match.absent(),
      },
    });
    app.primary.hasResourceProperties("AWS::Events::Rule", {
      Name: "rds-dr-dev-create-backup-on-backup-requested",
      EventPattern: { "detail-type": ["backup-requested"], source: Match.absent() },
    });
  });

  test("an event of ours is passed on as it is", () => {
    app.dr.hasResourceProperties("AWS::Events::Rule", {
      Name: "rds-dr-dev-restore-instance-on-restore-requested",
      EventPattern: { source: ["rds-dr"], "detail-type": ["restore-requested"] },
      Targets: [
        {
          InputTransformer: {
            InputTemplate: '{"event":<event>,"id":<id>,"time":<time>,"source":<source>,"detail":<detail>}',
          },
        },
      ],
    });
  });

  test.each([
    ["primary", "plan-backups", "backup-slot", "cron(0 2 * * ? *)"],
    ["dr", "prune-copies", "prune-due", "rate(60 minutes)"],
  ] as const)("%s: %s runs by schedule and is told the slot", (region, step, event, expression) => {
    const [schedule, ...others] = resourcesOf(app[region], "AWS::Scheduler::Schedule");
    expect(others).toEqual([]);
    expect(schedule?.Properties).toMatchObject({
      Name: `rds-dr-dev-${step}`,
      ScheduleExpression: expression,
      State: "ENABLED",
      FlexibleTimeWindow: { Mode: "OFF" },
    });
    expect(JSON.parse(schedule?.Properties.Target.Input ?? "")).toEqual({
      event,
      id: "<aws.scheduler.execution-id>",
      time: "<aws.scheduler.scheduled-time>",
      source: "aws.scheduler",
      detail: {},
    });
  });
});
