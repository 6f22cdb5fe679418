import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Match, type Template } from "aws-cdk-lib/assertions";
import { beforeAll, describe, expect, test } from "vitest";
import { standingConditions } from "../../shared/conditions.ts";
import { drSteps, primarySteps } from "../../shared/names.ts";
import { named, resourcesOf, type Synthesised, synthesise } from "./synthesise.ts";

let app: Synthesised;

beforeAll(() => {
  app = synthesise();
});

const text = (value: unknown) => JSON.stringify(value);

describe("what RDS says itself", () => {
  test("instances' availability and backups reach their topics in both regions", () => {
    for (const [, template] of app.both) {
      template.hasResourceProperties("AWS::RDS::EventSubscription", {
        SourceType: "db-instance",
        EventCategories: ["availability"],
      });
      template.hasResourceProperties("AWS::RDS::EventSubscription", {
        SourceType: "db-instance",
        EventCategories: ["backup"],
      });
    }
  });

  test("snapshots' creation in the primary region and copies in the DR region reach the backup topic", () => {
    app.primary.hasResourceProperties("AWS::RDS::EventSubscription", {
      SourceType: "db-snapshot",
      EventCategories: ["creation"],
    });
    app.dr.hasResourceProperties("AWS::RDS::EventSubscription", {
      SourceType: "db-snapshot",
      EventCategories: ["notification"],
    });
  });

  test("no subscription names instances where they are found by tag", () => {
    for (const [, template] of app.both) {
      for (const { Properties } of resourcesOf(template, "AWS::RDS::EventSubscription")) {
        expect(Properties.SourceIds).toBeUndefined();
      }
    }
  });

  test("the topics' key lets RDS and CloudWatch encrypt", () => {
    for (const [, template] of app.both) {
      template.hasResourceProperties("AWS::KMS::Key", {
        KeyPolicy: {
          Statement: Match.arrayWith([
            Match.objectLike({
              Principal: { Service: ["cloudwatch.amazonaws.com", "events.rds.amazonaws.com"] },
              Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
            }),
          ]),
        },
      });
    }
  });

  test("each topic is encrypted and has its subscribers", () => {
    for (const [, template] of app.both) {
      for (const topic of ["alerts", "rds-availability", "rds-backup"]) {
        template.hasResourceProperties("AWS::SNS::Topic", {
          TopicName: `rds-dr-dev-${topic}`,
          KmsMasterKeyId: Match.anyValue(),
        });
      }
      template.resourcePropertiesCountIs(
        "AWS::SNS::Subscription",
        { Protocol: "email", Endpoint: "dba@example.com" },
        3,
      );
    }
  });
});

describe("alarms", () => {
  const alarmsOf = (template: Template) =>
    resourcesOf(template, "AWS::CloudWatch::Alarm").map(({ Properties }) => Properties);

  test("silence is an alarm for the heartbeat, leaves each condition as it stands, and is no trouble elsewhere", () => {
    for (const [region, template] of app.both) {
      const conditions = Object.entries(standingConditions).flatMap(([name, condition]) =>
        condition.region === region ? [[`rds-dr-dev-${name}`, "ignore"]] : [],
      );
      const heartbeat = region === "dr" ? [["rds-dr-dev-prune-not-running", "breaching"]] : [];
      const special = alarmsOf(template)
        .map(({ AlarmName, TreatMissingData }) => [AlarmName, TreatMissingData])
        .filter(([, treatment]) => treatment !== "notBreaching");
      expect(special.sort()).toEqual([...conditions, ...heartbeat].sort());
    }
  });

  test("a missed objective is told by the first prune run that sees it, for what is under way is held back there", () => {
    app.dr.hasResourceProperties("AWS::CloudWatch::Alarm", {
      AlarmName: "rds-dr-dev-objectives-missed",
      MetricName: "ObjectivesMissed",
      Namespace: "rds-dr",
      Dimensions: [{ Name: "Environment", Value: "dev" }],
      Period: 3600,
      EvaluationPeriods: 1,
      DatapointsToAlarm: 1,
    });
  });

  test("each alarm names a runbook", () => {
    for (const [, template] of app.both) {
      for (const { AlarmDescription } of alarmsOf(template)) {
        expect(AlarmDescription).toMatch(/ Runbook: docs\/runbooks\/[a-z-]+\.md$/);
      }
    }
  });

  test("only the alarms of announce tell the topic themselves", () => {
    for (const [, template] of app.both) {
      for (const { AlarmName, AlarmActions } of alarmsOf(template)) {
        expect([AlarmName, AlarmActions !== undefined]).toEqual([
          AlarmName,
          AlarmName.startsWith("rds-dr-dev-announce-"),
        ]);
      }
    }
  });

  test("a rule on our bus is measured with the bus's name, one on the default bus without", () => {
    const undelivered = (name: string) =>
      named(resourcesOf(app.dr, "AWS::CloudWatch::Alarm"), "AlarmName", `rds-dr-dev-${name}-undelivered`)[0]
        ?.Properties.Dimensions;
    expect(undelivered("clean-up-primary-on-copy-completed")).toEqual([
      { Name: "RuleName", Value: "rds-dr-dev-clean-up-primary-on-copy-completed" },
    ]);
    expect(undelivered("clean-up-primary-on-clean-up-requested")).toEqual([
      { Name: "EventBusName", Value: "rds-dr-dev" },
      { Name: "RuleName", Value: "rds-dr-dev-clean-up-primary-on-clean-up-requested" },
    ]);
  });
});

describe("what is kept", () => {
  test("the data key outlives the stack and rotates", () => {
    app.dr.hasResource("AWS::KMS::Key", {
      DeletionPolicy: "Retain",
      UpdateReplacePolicy: "Retain",
      Properties: { EnableKeyRotation: true, Description: Match.stringLikeRegexp("copies") },
    });
    app.dr.hasResourceProperties("AWS::KMS::Alias", { AliasName: "alias/rds-dr-dev" });
  });
});

describe("the cloud assembly", () => {
  test("neither stack exports, imports or waits for anything of the other", () => {
    for (const [, template] of app.both) {
      const json = text(template.toJSON());
      expect(json).not.toContain("Fn::ImportValue");
      expect(json).not.toContain("Custom::");
      expect(json).not.toContain('"Export"');
    }
  });

  test("each function's asset holds the bundle and one settings.json", () => {
    const assets = readdirSync(app.outdir).filter((name) => name.startsWith("asset."));
    // Announce stands in both regions with one asset.
    expect(assets).toHaveLength(primarySteps.length + drSteps.length - 1);
    for (const asset of assets) {
      expect(existsSync(join(app.outdir, asset, "index.cjs"))).toBe(true);
      expect(JSON.parse(readFileSync(join(app.outdir, asset, "settings.json"), "utf8")).environment).toBe(
        "dev",
      );
    }
  });
});
