/**
 * Every permission is there because a scenario fails without it: the days of trouble need them all. That they fail
 * without each of them is in taken-away-1 and taken-away-2.
 */
import { beforeAll, describe, expect, inject, test } from "vitest";
import { type ActionUse, unused } from "../simulator/iam/usage.ts";
import { Recording } from "../simulator/permissions/replay.ts";
import type { Rehearsal } from "./run.ts";
import { cleanUpCopies, editable, run, some } from "./support.ts";
import { permissionsOf, takePermission } from "./template-permissions.ts";
import { troubles } from "./troubles.ts";

cleanUpCopies();

/** Marks statements that hold the union of what AWS's documents say. */
const isUnion = (sid: string | undefined) => sid?.startsWith("Union") === true;

const all = permissionsOf(inject("assembly"));
const recording = new Recording();
let rehearsal: Rehearsal;
let used: readonly ActionUse[];

beforeAll(async () => {
  rehearsal = await run({
    ...troubles,
    onWorld(world) {
      recording.follow(world);
      troubles.onWorld?.(world);
    },
  });
  used = rehearsal.outcome.permissions;
});

describe("on the days of trouble", () => {
  test("nobody is denied anything", () => {
    expect(rehearsal.outcome.denials).toEqual({});
  });

  test("every action of every statement is needed, but for what is marked as uncertain", () => {
    expect(used.length).toBe(all.length);
    expect(unused(used).map(({ role, sid, action }) => `${role} ${sid} ${action}`)).toEqual([]);
  });

  test("what is marked as uncertain is demanded in the strict reading, and by nothing that is certain", () => {
    const marked = used.filter(({ sid }) => isUnion(sid));
    expect(marked.length).toBeGreaterThan(0);
    for (const line of marked) {
      expect(line.uses).toBeGreaterThan(0);
      expect(line.uncertain).toMatch(/\w{10}/);
    }
  });

  test("a star as resource stands only where nothing but a star is ever asked for", () => {
    const stars = all.filter(({ resources }) => resources.includes("*"));
    for (const star of stars) expect(recording.resources(star)).toEqual(["*"]);
    expect(new Set(stars.map(({ action }) => action))).toEqual(
      new Set(["rds:DescribeAccountAttributes", "events:ListRules"]),
    );
  });
});

test("a run without a permission fails by the denial's name, and the call by AWS's code", async () => {
  const [tag] = all.filter(({ role, sid }) => role.includes("create-backup") && sid === "TagBackup");
  if (tag === undefined) throw new Error("nobody may tag backups");
  const assembly = editable();
  takePermission(assembly, tag);
  const { failings, outcome } = await run({ assembly, fleet: some("orders", "wiki"), days: 1 });
  expect(failings).toContainEqual(
    expect.stringMatching(
      /^AccessDenied: rds-dr-dev-create-backup-us-east-1 may not rds:AddTagsToResource on arn:aws:rds:us-east-1:111122223333:snapshot:lambda-dr-snapshot-orders-\S+ \(no-identity-allow\)$/,
    ),
  );
  expect(outcome.refusedCalls).toHaveProperty(["CreateDBSnapshot:AccessDenied"]);
});
