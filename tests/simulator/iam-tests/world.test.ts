import { beforeEach, describe, expect, test } from "vitest";
import { assembleWorld } from "../assemble.ts";
import type { Authorizer } from "../iam/authorizer.ts";
import type { Facts } from "../iam/facts.ts";
import { worldAuthorizer, worldFacts } from "../iam/world.ts";
import { createEvents } from "../services/events/index.ts";
import { createKms } from "../services/kms/index.ts";
import { createLogs } from "../services/logs/index.ts";
import { createMonitoring } from "../services/monitoring/index.ts";
import { createRds } from "../services/rds/index.ts";
import { createSns } from "../services/sns/index.ts";
import { createSqs } from "../services/sqs/index.ts";
import type { Shape } from "../types.ts";
import type { FunctionHost, SimulatedWorld } from "../world-types.ts";
import { ACCOUNT, allow, arnOf, call, D, deny, document, outcome, P } from "./support.ts";

/** Permissions need neither Scheduler nor Lambda. */
const absent: FunctionHost = {
  handle: () => ({}),
  resources: {},
  invoke: () => Promise.resolve({ ok: false, payload: undefined }),
  stop: () => {},
  resume: () => {},
  close: () => {},
};

const KEY = arnOf("kms", P, "key/11111111-2222-3333-4444-555555555555");
const TOPIC = arnOf("sns", D, "alerts");
const QUEUE = arnOf("sqs", D, "q");
const BUS = arnOf("events", D, "event-bus/rds-dr-dev");

function make(world: SimulatedWorld, type: string, properties: Shape): unknown {
  const region = world.region(D);
  const owners = [region.kms, region.sns, region.sqs, region.events, world.iam];
  const provider = owners.map(({ resources }) => resources[type]).find((each) => each !== undefined);
  return provider?.({ region, stackName: "stack", logicalId: type.replaceAll(":", ""), type, properties })
    .ref;
}

let world: SimulatedWorld;
let facts: Facts;
let authorizer: Authorizer;

beforeEach(() => {
  world = assembleWorld(
    { seed: 1, start: new Date("2026-03-01T02:00:00Z"), account: ACCOUNT, regions: [P, D] },
    {
      rds: createRds,
      kms: createKms,
      sns: (within, region) => createSns(within, region.name),
      sqs: (within, region) => createSqs(within, region.name),
      events: (within, region) => createEvents(within, region.name),
      monitoring: (within, region) => createMonitoring(within, region.name),
      logs: (within, region) => createLogs(within, region.name),
      scheduler: () => absent,
      lambda: () => absent,
    },
  );
  facts = worldFacts(world);
  authorizer = worldAuthorizer(world);
});

describe("what a simulated world tells of itself", () => {
  test("tags and keys of snapshots, in whichever region their ARN says", async () => {
    createFleet();
    const backup = {
      DBInstanceIdentifier: "shop",
      DBSnapshotIdentifier: "backup",
      Tags: [{ Key: "kind", Value: "backup" }],
    };
    await world.region(P).rds.handle(call("rds", "CreateDBSnapshot", backup, P, "operator"));
    const arn = arnOf("rds", P, "snapshot:backup");
    expect(facts.snapshot(D, arn)).toEqual({ arn, kmsKeyId: KEY, tags: { kind: "backup" } });
    expect(facts.resourceTags(arn)).toEqual({ kind: "backup" });
    expect(facts.resourceTags(arnOf("rds", P, "db:shop"))).toEqual({ team: "web" });
    expect(facts.snapshot(D, "backup")).toBeUndefined();
    expect(facts.resourceTags(arnOf("rds", "eu-west-1", "snapshot:backup"))).toBeUndefined();
  });

  test("keys by id, ARN and alias, with AWS's own policy for the keys that AWS manages", () => {
    const id = make(world, "AWS::KMS::Key", {});
    make(world, "AWS::KMS::Alias", { AliasName: "alias/rds-dr-dev", TargetKeyId: id });
    const arn = arnOf("kms", D, `key/${id}`);
    for (const reference of [String(id), arn, "alias/rds-dr-dev", arnOf("kms", D, "alias/rds-dr-dev")]) {
      expect(facts.keyByReference(D, reference)).toMatchObject({ arn, aliases: ["alias/rds-dr-dev"] });
    }
    expect(facts.keyByReference(P, "alias/rds-dr-dev")).toBeUndefined();
    expect(facts.keyByReference(D, "alias/aws/rds")).toMatchObject({
      manager: "AWS",
      policy: {
        Statement: [{ Principal: { AWS: "*" } }, { Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` } }],
      },
    });
  });

  test("policies of topics, queues and buses, and the key of a topic", () => {
    make(world, "AWS::SNS::Topic", { TopicName: "alerts", KmsMasterKeyId: "alias/topics" });
    const policy = document(
      allow("sqs:SendMessage", QUEUE, { Principal: { Service: "events.amazonaws.com" } }),
    );
    const url = make(world, "AWS::SQS::Queue", { QueueName: "q" });
    make(world, "AWS::SQS::QueuePolicy", { Queues: [url], PolicyDocument: policy });
    make(world, "AWS::Events::EventBus", { Name: "rds-dr-dev" });
    const statement = deny("events:PutEvents", BUS, { Principal: "*" });
    make(world, "AWS::Events::EventBusPolicy", {
      EventBusName: "rds-dr-dev",
      StatementId: "Deny",
      Statement: statement,
    });

    expect(facts.topicKey(TOPIC)).toBe("alias/topics");
    expect(facts.topicPolicy(TOPIC)).toContain("__default_statement_ID");
    expect(facts.queuePolicy(QUEUE)).toEqual(policy);
    expect(facts.busPolicy(BUS)).toContain('"Effect":"Deny"');
    expect(facts.busPolicy(arnOf("events", D, "event-bus/default"))).toBeUndefined();
    expect(facts.topicKey(`${TOPIC}-else`)).toBeUndefined();
  });
});

describe("its gate, enforced", () => {
  const send = (name: string) =>
    call(
      "sqs",
      "SendMessage",
      { QueueUrl: `https://sqs.${D}.amazonaws.com/${ACCOUNT}/${name}`, MessageBody: "{}" },
      D,
    );

  test("refuses what the deployed role may not do", async () => {
    make(world, "AWS::SQS::Queue", { QueueName: "q" });
    make(world, "AWS::IAM::Role", {
      RoleName: "step",
      AssumeRolePolicyDocument: document({
        Effect: "Allow",
        Action: "sts:AssumeRole",
        Principal: { Service: "lambda.amazonaws.com" },
      }),
      Policies: [{ PolicyName: "own", PolicyDocument: document(allow("sqs:SendMessage", QUEUE)) }],
    });
    world.gate.authorize = (asked) => authorizer.authorize(asked);
    expect(await world.gate.submit(send("q"), 0)).toMatchObject({ kind: "output" });
    expect(await world.gate.submit(send("else"), 0)).toMatchObject({
      kind: "error",
      error: { code: "AccessDenied", status: 403 },
    });
    expect(authorizer.used()).toMatchObject([{ role: "step", action: "sqs:SendMessage", uses: 1 }]);
  });

  test("lets nobody publish by a topic's default policy alone", () => {
    make(world, "AWS::SNS::Topic", { TopicName: "alerts" });
    make(world, "AWS::IAM::Role", { RoleName: "step", AssumeRolePolicyDocument: {} });
    expect(outcome(authorizer, call("sns", "Publish", { TopicArn: TOPIC, Message: "m" }, D))).toContain(
      "AuthorizationError 403",
    );
  });

  test("knows the tags of a role, by which policies may tell whose it is", () => {
    const team = { StringEquals: { "aws:PrincipalTag/team": "web" } };
    const [always, whose] = [{ Principal: "*" }, { Principal: "*", Condition: team }];
    const asked = (name: string) => outcome(authorizer, call("sqs", "SendMessage", send("q").input, D, name));
    for (const [RoleName, Value] of [
      ["ours", "web"],
      ["theirs", "crm"],
    ]) {
      make(world, "AWS::IAM::Role", {
        ...{ RoleName, AssumeRolePolicyDocument: {}, Tags: [{ Key: "team", Value }] },
        Policies: [{ PolicyName: "own", PolicyDocument: document(allow("sqs:SendMessage", QUEUE)) }],
      });
    }
    const url = make(world, "AWS::SQS::Queue", { QueueName: "q" });
    const PolicyDocument = document(allow("sqs:*", QUEUE, always), deny("sqs:*", QUEUE, whose));
    make(world, "AWS::SQS::QueuePolicy", { Queues: [url], PolicyDocument });
    expect(asked("theirs")).toBe("ok");
    expect(asked("ours")).toContain("explicit deny in a resource-based policy");
  });

  test("refuses a role with a permissions boundary rather than letting it do more than it may", () => {
    const PermissionsBoundary = "arn:aws:iam::aws:policy/ReadOnlyAccess";
    expect(() => make(world, "AWS::IAM::Role", { RoleName: "step", PermissionsBoundary })).toThrow(
      "not simulated: the permissions boundary of role step",
    );
  });

  test("knows no documents of managed policies", () => {
    make(world, "AWS::IAM::Role", {
      RoleName: "step",
      ManagedPolicyArns: ["arn:aws:iam::aws:policy/AdministratorAccess"],
    });
    expect(() => authorizer.authorize(send("q"))).toThrow("not simulated: managed policy");
  });
});

function createFleet(): void {
  const rds = world.region(P).rds as ReturnType<typeof createRds>;
  rds.loadFleet([
    {
      ...{
        DBInstanceIdentifier: "shop",
        DBInstanceStatus: "available",
        Engine: "mysql",
        EngineVersion: "8.0.40",
      },
      ...{ DBInstanceArn: arnOf("rds", P, "db:shop"), DbiResourceId: "db-SHOP", AllocatedStorage: 20 },
      ...{ StorageEncrypted: true, KmsKeyId: KEY, TagList: [{ Key: "team", Value: "web" }] },
    },
  ]);
}
