/**
 * A rehearsal that passes whatever is deployed proves nothing. Here each part of the templates is taken
 * away in turn: the run fails, or people are told by a named alert.
 */
import { describe, expect, inject, test } from "vitest";
import { AwsError } from "../simulator/types.ts";
import { editBundle, type ResourceName, resourcesOf, type TemplateResource, takeAway } from "./assembly.ts";
import type { Act, Rehearsal } from "./run.ts";
import { cleanUpCopies, editable, run, some } from "./support.ts";

cleanUpCopies();

/** One of each: ordinary, without encryption, stopped (an alarm goes off), busy (a message waits). */
const small = () => some("orders", "wiki", "staging-old", "billing");

/** Two troubles that a healthy system waits out: a copy's event that comes early, and no capacity for an hour. */
const acts: Act[] = [
  {
    at: new Date("2026-03-01T02:06:00Z"),
    what: (world) => {
      const arn = `arn:aws:rds:us-west-2:${world.account}:snapshot:lambda-dr-snapshot-orders-2026-03-01-0200`;
      world.region("us-west-2").events.emit({
        version: "0",
        id: world.uuid("early"),
        "detail-type": "RDS DB Snapshot Event",
        source: "aws.rds",
        account: world.account,
        time: "2026-03-01T02:06:00Z",
        region: "us-west-2",
        resources: [arn],
        detail: {
          EventCategories: ["notification"],
          SourceType: "SNAPSHOT",
          SourceArn: arn,
          Date: "2026-03-01T02:06:00.000Z",
          Message: "Finished copy of snapshot",
          SourceIdentifier: arn.split(":").pop(),
          EventID: "RDS-EVENT-0060",
        },
      });
    },
  },
  {
    at: new Date("2026-03-03T00:59:00Z"),
    what: (world) => {
      const until = Date.parse("2026-03-03T02:15:00Z");
      world.gate.faults.push(({ operation, input }, { at }) =>
        operation === "RestoreDBInstanceFromDBSnapshot" &&
        input["DBInstanceIdentifier"] === "wiki" &&
        at < until
          ? {
              kind: "refuse",
              error: new AwsError("InsufficientDBInstanceCapacity", "no capacity for the class"),
            }
          : undefined,
      );
    },
  },
];

/** The small fleet, two days and the loss, with those troubles. */
const play = (assembly?: string) =>
  run({ fleet: small(), days: 2, acts, ...(assembly === undefined ? {} : { assembly }) });

/** What this small fleet is told of when everything is in its place. */
const usual = new Set([
  "instances-stopped",
  "instances-stopped-over",
  "reminder",
  "primary-unreachable",
  "recovered-unprotected",
  "recovery-planned",
  "restore-waiting",
  "instance-restored",
  "instance-finished",
  "recovery-completed",
]);

function nameOf({ Properties = {}, logicalId }: TemplateResource & ResourceName): string {
  const name = Properties["Name"] ?? Properties["FunctionName"];
  return typeof name === "string" ? name : logicalId;
}

/** Alerts that would not be there if nothing had been taken away. */
function unusual({ outcome }: Rehearsal): string[] {
  return outcome.alerts.filter(({ kind }) => !usual.has(kind)).map(({ subject }) => subject);
}

const parts = resourcesOf(inject("assembly"), [
  "AWS::Events::Rule",
  "AWS::Scheduler::Schedule",
  "AWS::Lambda::EventSourceMapping",
  "AWS::SQS::QueuePolicy",
]).map((resource) => ({
  ...resource,
  title: `${resource.Type} ${nameOf(resource)} of ${resource.template.split(".")[0]}`,
}));

describe("with everything in its place", () => {
  test("the small fleet passes, and nothing unusual is said", async () => {
    const rehearsal = await play();
    expect(rehearsal.failings).toEqual([]);
    expect(unusual(rehearsal)).toEqual([]);
  });
});

describe("taken away", () => {
  test.each(parts)("$title: the run fails or people are told", async (part) => {
    const assembly = editable();
    takeAway(assembly, part);
    const rehearsal = await play(assembly);
    expect([...rehearsal.failings, ...unusual(rehearsal)]).not.toEqual([]);
  });
});

describe("broken", () => {
  test("a copy-backup that throws fails the run", async () => {
    const assembly = editable();
    editBundle(assembly, "rds-dr-dev-copy-backup", (code) => `throw new Error("sabotage");\n${code}`);
    const rehearsal = await play(assembly);
    expect(rehearsal.failings).toContain("orders has no recovery point");
    expect(unusual(rehearsal)).not.toEqual([]);
  });
});
