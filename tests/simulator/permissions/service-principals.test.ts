/** What the deployed policies of topics and their keys let services do, and who is denied what without them. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, inject, test } from "vitest";
import { resourcesOf } from "../../rehearsal/assembly.ts";
import { cleanUpCopies, editable } from "../../rehearsal/support.ts";
import { drRegionFixture } from "../services/rds/region-fixture.ts";
import type { SimulatedSns } from "../services/sns/index.ts";
import { createWorld } from "../world.ts";
import type { DeployOptions, SimulatedWorld, WorldOptions } from "../world-types.ts";

cleanUpCopies();

const ACCOUNT = "111122223333";
const regions = ["us-east-1", "us-west-2"] as const;
const CLOUDWATCH = "cloudwatch.amazonaws.com";
const RDS = "events.rds.amazonaws.com";

/** Each topic of both regions, the service that publishes to it, and for what. */
const topics = regions.flatMap((region) =>
  [
    { name: "alerts", principal: CLOUDWATCH, source: "cloudwatch", rest: "alarm:rds-dr-dev-x" },
    { name: "rds-availability", principal: RDS, source: "rds", rest: "es:rds-dr-dev-availability" },
    { name: "rds-backup", principal: RDS, source: "rds", rest: "es:rds-dr-dev-backup" },
  ].map(({ name, principal, source, rest }) => ({
    ...{ region, name, principal, arn: `arn:aws:sns:${region}:${ACCOUNT}:rds-dr-dev-${name}` },
    sourceArn: `arn:aws:${source}:${region}:${ACCOUNT}:${rest}`,
  })),
);

/** With `checks: "none"`, what the simulation itself would find is deployed all the same, as AWS would. */
async function deployed(
  assembly: string,
  { checks, knobs = {} }: DeployOptions & Pick<WorldOptions, "knobs"> = {},
): Promise<SimulatedWorld> {
  const start = new Date("2026-03-01T02:00:00Z");
  const world = createWorld({ seed: 1, start, account: ACCOUNT, regions, knobs });
  const [, dr] = regions;
  world.region(dr).rds.loadRegion(drRegionFixture(dr));
  world.deploy(assembly, checks === undefined ? {} : { checks });
  await world.run({ until: start });
  return world;
}

/** What keeps a service's message from a topic; undefined when it arrives. */
function obstacle(world: SimulatedWorld, topic: (typeof topics)[number]): string | undefined {
  const { region, arn, principal, sourceArn } = topic;
  const sns = world.region(region).sns as SimulatedSns;
  return sns.publishAs({ principal, sourceArn }, arn, { subject: "s", message: "m" });
}

interface Documents {
  readonly Properties: Record<string, { Statement: { Sid?: string }[] }>;
}

/** The assembly without the statements of this Sid in the policies of one type of resource. */
function without(type: string, sid: string): string {
  const assembly = editable();
  for (const { template, logicalId } of resourcesOf(assembly, [type])) {
    const file = join(assembly, template);
    const whole = JSON.parse(readFileSync(file, "utf8")) as { Resources: Record<string, Documents> };
    const { KeyPolicy, PolicyDocument } = whole.Resources[logicalId]?.Properties ?? {};
    for (const document of [KeyPolicy, PolicyDocument]) {
      if (document !== undefined) document.Statement = document.Statement.filter(({ Sid }) => Sid !== sid);
    }
    writeFileSync(file, JSON.stringify(whole));
  }
  return assembly;
}

const denials = ({ journal }: SimulatedWorld) =>
  journal.entries.filter(({ kind }) => kind === "denied").map(({ data }) => data);

describe("a service that publishes", () => {
  test("reaches each topic by the deployed policies, and the topics of the other service by none", async () => {
    const world = await deployed(inject("assembly"));
    expect(topics.map((topic) => obstacle(world, topic))).toEqual(topics.map(() => undefined));
    expect(denials(world)).toEqual([]);
    const swapped = topics.map((topic) => ({
      ...topic,
      principal: topic.principal === RDS ? CLOUDWATCH : RDS,
    }));
    expect(swapped.map((topic) => obstacle(world, topic))).toEqual(topics.map(() => "topic-policy"));
  });

  test("is denied another account's sources", async () => {
    const world = await deployed(inject("assembly"));
    const foreign = topics.map((topic) => ({
      ...topic,
      sourceArn: topic.sourceArn.replace(ACCOUNT, "444455556666"),
    }));
    expect(foreign.map((topic) => obstacle(world, topic))).toEqual(topics.map(() => "topic-policy"));
  });

  test.each([
    {
      ...{ what: "the key", type: "AWS::KMS::Key", sid: "ServicesPublish", because: "key-policy" },
      ...{ action: "kms:GenerateDataKey", resource: /^arn:aws:kms:[\w-]+:\d+:key\// },
    },
    {
      ...{ what: "the topic", type: "AWS::SNS::TopicPolicy", sid: "ServicePublishes" },
      ...{ because: "topic-policy", action: "sns:Publish", resource: /^arn:aws:sns:[\w-]+:\d+:rds-dr-dev-/ },
    },
  ])("is denied $what by name without $sid", async ({ type, sid, because, action, resource }) => {
    const assembly = without(type, sid);
    const silently = { subscriptionNeedsTopicPolicy: "silently" };
    await expect(deployed(assembly, { knobs: silently })).rejects.toThrow(`rds-dr-dev-alerts: ${because}`);
    const world = await deployed(assembly, { checks: "none", knobs: silently });
    for (const topic of topics) {
      const before = denials(world).length;
      expect(obstacle(world, topic)).toBe(because);
      expect(denials(world).slice(before)).toEqual([
        {
          ...{ caller: topic.principal, action, why: "no-resource-allow" },
          resource: expect.stringMatching(resource) as string,
        },
      ]);
    }
    // RDS tries the topic when it is told to publish there.
    await expect(deployed(assembly)).rejects.toThrow(
      /EventSubscription.* CREATE_FAILED: .*SNSNoAuthorization/,
    );
  });
});
