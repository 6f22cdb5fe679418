/** What a world says when permissions decide: denials in the journal, lost log lines, and who may declare. */
import { expect, inject, test } from "vitest";
import { synthesise } from "../../stacks/synthesise.ts";
import { LogStream } from "../lambda/log-stream.ts";
import { drRegionFixture } from "../services/rds/region-fixture.ts";
import { allowsService } from "../services/sqs/policy.ts";
import type { Call, Caller } from "../types.ts";
import { createWorld } from "../world.ts";
import type { SimulatedWorld } from "../world-types.ts";

const [P, D] = ["us-east-1", "us-west-2"] as const;
const ACCOUNT = "111122223333";
const start = new Date("2026-03-01T02:00:00Z");

function world(): SimulatedWorld {
  const aws = createWorld({ seed: 1, start, account: ACCOUNT, regions: [P, D], existingRoles: ["dba"] });
  aws.region(D).rds.loadRegion(drRegionFixture(D));
  return aws;
}

const denials = (of: SimulatedWorld): Readonly<Record<string, unknown>>[] =>
  of.journal.entries.filter(({ kind }) => kind === "denied").map(({ region, data }) => ({ region, ...data }));

const asRole = (name: string): Caller => ({
  kind: "role",
  name,
  arn: `arn:aws:iam::${ACCOUNT}:role/${name}`,
});

async function deployed(): Promise<SimulatedWorld> {
  const aws = world();
  aws.deploy(inject("assembly"));
  await aws.run({ until: start });
  return aws;
}

async function codeOf(aws: SimulatedWorld, call: Call): Promise<string> {
  const outcome = await aws.complete(aws.gate.submit(call, 0));
  return outcome.kind === "error" ? outcome.error.code : outcome.kind;
}

test("a denied call is refused as AWS does, and the journal says who may not do what to which, and why", async () => {
  const aws = await deployed();
  const input = { DBInstanceIdentifier: "orders", SkipFinalSnapshot: true };
  const caller = asRole("rds-dr-dev-prune-copies-us-west-2");
  const call: Call = { service: "rds", operation: "DeleteDBInstance", input, region: D, caller };
  expect(await codeOf(aws, call)).toBe("AccessDenied");
  expect(denials(aws)).toEqual([
    {
      region: D,
      caller: "rds-dr-dev-prune-copies-us-west-2",
      action: "rds:DeleteDBInstance",
      resource: `arn:aws:rds:${D}:${ACCOUNT}:db:orders`,
      why: "no-identity-allow",
    },
  ]);
});

test("no step can declare a disaster, for its role puts events as ourselves only", async () => {
  const aws = await deployed();
  const puts = (role: string, Source: string) => {
    const detail = JSON.stringify({ mode: "disaster", reason: "a test" });
    const entry = { EventBusName: "rds-dr-dev", Source, DetailType: "dr-declared", Detail: detail };
    const call = {
      service: "events",
      operation: "PutEvents",
      input: { Entries: [entry] },
      region: D,
    } as const;
    return codeOf(aws, { ...call, caller: asRole(role) });
  };
  const steps = ["clean-up-primary", "prune-copies", "plan-recovery", "restore-instance", "finish-restore"];
  for (const step of steps) {
    expect(await puts(`rds-dr-dev-${step}-us-west-2`, "operator")).toMatch(/^AccessDenied/);
    // As ourselves it passes, and is answered as an order that nobody may give so.
    expect(await puts(`rds-dr-dev-${step}-us-west-2`, "rds-dr")).toBe("output");
  }
  await aws.run({ until: new Date(start.getTime() + 600_000) });
  const planned = aws.journal.entries.filter(({ data }) => data["detailType"] === "recovery-planned");
  expect(planned).toEqual([]);
  const answers = aws.journal.entries
    .filter(({ kind, region }) => kind === "mail" && region === D)
    .map(({ data }) => String(data["message"]));
  const refused = answers.flatMap((message) => message.match(/is the source of rds-dr itself/g) ?? []);
  expect(refused).toHaveLength(steps.length);
});

test("an operation that the table does not have is denied to roles", async () => {
  const aws = await deployed();
  const caller = asRole("rds-dr-dev-prune-copies-us-west-2");
  const call: Call = { service: "rds", operation: "RebootDBInstance", input: {}, region: D, caller };
  expect(await codeOf(aws, call)).toBe("AccessDenied");
  expect(denials(aws)).toMatchObject([{ action: "rds:RebootDBInstance", why: "no-row" }]);
});

test("a service that a policy does not let in is denied in the journal", () => {
  const aws = world();
  const who = { principal: "events.amazonaws.com", sourceArn: `arn:aws:events:${D}:${ACCOUNT}:rule/r` };
  const resource = `arn:aws:sqs:${D}:${ACCOUNT}:q`;
  expect(allowsService(aws, undefined, { who, action: "sqs:SendMessage", resource })).toBe(false);
  expect(denials(aws)).toEqual([
    { region: D, caller: who.principal, action: "sqs:SendMessage", resource, why: "no-resource-allow" },
  ]);
});

test("log lines that the function's role may not write are lost, and nothing else is", async () => {
  const aws = await deployed();
  const region = aws.region(D);
  const roleName = "rds-dr-dev-prune-copies-us-west-2";
  const stream = (logGroup: string) =>
    new LogStream(
      { world: aws, region },
      { logGroup, roleName, roleArn: asRole(roleName).arn, region: D },
      "2026/03/01/[$LATEST]0",
    );
  const own = "/aws/lambda/rds-dr-dev-prune-copies";
  const [kept, lost] = [stream(own), stream("/aws/lambda/rds-dr-dev-announce")];
  for (const each of [kept, lost]) {
    each.open();
    each.write("a line");
  }
  expect(denials(aws).map(({ action, resource }) => ({ action, resource }))).toEqual([
    {
      action: "logs:CreateLogStream",
      resource: `arn:aws:logs:${D}:${ACCOUNT}:log-group:/aws/lambda/rds-dr-dev-announce:log-stream:2026/03/01/[$LATEST]0`,
    },
  ]);
  const filter = (logGroupName: string) =>
    region.logs.handle({
      ...{ service: "logs", operation: "FilterLogEvents", region: D },
      ...{ input: { logGroupName }, caller: asRole(roleName) },
    });
  expect(await filter(own)).toMatchObject({ events: [{ message: "a line" }] });
});

test("where declarers are named, the bus takes an operator's events from them and from the role alone", async () => {
  const { outdir } = synthesise({ declarers: [`arn:aws:iam::${ACCOUNT}:role/dba`] });
  const aws = world();
  aws.deploy(outdir);
  const put = (caller: Caller, DetailType: string) =>
    codeOf(aws, {
      ...{ service: "events", operation: "PutEvents", region: D, caller },
      input: { Entries: [{ EventBusName: "rds-dr-dev", Source: "x", DetailType, Detail: "{}" }] },
    });
  const operator: Caller = {
    kind: "operator",
    name: "operator",
    arn: `arn:aws:iam::${ACCOUNT}:user/operator`,
  };
  const declare = asRole("rds-dr-dev-declare");
  expect(await put(operator, "dr-declared")).toBe("AccessDeniedException");
  expect(await put(asRole("rds-dr-dev-prune-copies-us-west-2"), "dr-declared")).toBe("AccessDeniedException");
  expect(await put(operator, "anything")).toBe("output");
  expect(await put(declare, "dr-declared")).toBe("output");
  expect(await put(declare, "anything")).toBe("AccessDeniedException");
  expect(denials(aws).map(({ caller, why }) => `${caller} ${why}`)).toEqual([
    `${operator.arn} explicit-deny-resource`,
    "rds-dr-dev-prune-copies-us-west-2 explicit-deny-resource",
    "rds-dr-dev-declare no-identity-allow",
  ]);
});
