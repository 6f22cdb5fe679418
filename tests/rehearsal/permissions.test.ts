/**
 * Every permission is there because a scenario fails without it. The days of trouble need them all; what they ask
 * is recorded and put again to the policies without each action in turn, and some are taken away for real.
 */
import { beforeAll, describe, expect, inject, test } from "vitest";
import { type ActionUse, unused } from "../simulator/iam/usage.ts";
import { Recording } from "../simulator/permissions/replay.ts";
import type { JournalEntry } from "../simulator/types.ts";
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
  used = rehearsal.world.permissions.used();
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

describe("asked again without", () => {
  test.each(all)("$action of $role ($sid): denied by name", (permission) => {
    const refusals = recording.refusedWithout(permission);
    expect(refusals).not.toEqual([]);
    for (const { role, action, resource, text } of refusals) {
      expect(role).toBe(permission.role);
      expect(text).toContain(`assumed-role/${role}/`);
      expect(text).toContain(`is not authorized to perform: ${action} on resource: ${resource}`);
    }
  });
});

const ofRole = (step: string, action: string, sid: string) => {
  const found = all.find(
    (one) => one.role.startsWith(`rds-dr-dev-${step}`) && one.sid === sid && one.action === action,
  );
  if (found === undefined) throw new Error(`no ${sid} with ${action} of ${step}`);
  return found;
};

/** One of each role, and what the call itself is refused with. */
const sample = [
  {
    ...ofRole("plan-backups", "rds:DescribeDBInstances", "ReadInstances"),
    refused: "DescribeDBInstances:AccessDenied",
  },
  {
    ...ofRole("create-backup", "rds:AddTagsToResource", "TagBackup"),
    refused: "CreateDBSnapshot:AccessDenied",
  },
  {
    ...ofRole("copy-backup", "kms:CreateGrant", "GrantDataKey"),
    refused: "CopyDBSnapshot:KMSKeyNotAccessibleFault",
  },
  { ...ofRole("scheduler-us-west-2", "sqs:SendMessage", "Send"), refused: undefined },
  {
    ...ofRole("clean-up-primary", "rds:DeleteDBSnapshot", "DeleteBackup"),
    refused: "DeleteDBSnapshot:AccessDenied",
  },
  { ...ofRole("prune-copies", "logs:PutLogEvents", "WriteLog"), refused: undefined },
  {
    ...ofRole("plan-recovery", "rds:AddTagsToResource", "TagCopy"),
    refused: "AddTagsToResource:AccessDenied",
  },
  {
    ...ofRole("restore-instance", "kms:CreateGrant", "GrantCopyKey"),
    refused: "RestoreDBInstanceFromDBSnapshot:KMSKeyNotAccessibleFault",
  },
  {
    ...ofRole("finish-restore", "iam:PassRole", "PassMonitoringRole"),
    refused: "ModifyDBInstance:AccessDenied",
  },
  { ...ofRole("announce-us-west-2", "sns:Publish", "PublishAlerts"), refused: "Publish:AuthorizationError" },
];

/** Names of backups and copies differ between scenarios by their slots. */
const ofAnySlot = (text: string): string => text.replaceAll(/\d{4}-\d{2}-\d{2}-\d{4}/g, "<slot>");

describe("taken away for real", () => {
  const fleet = () => some("orders", "wiki");

  test("nothing: the small fleet passes", async () => {
    const { failings } = await run({ fleet: fleet(), days: 1 });
    expect(failings).toEqual([]);
  });

  test.each(sample)("$action of $role ($sid): the run fails as the replay says", async (permission) => {
    const assembly = editable();
    takePermission(assembly, permission);
    const { failings, outcome } = await run({ assembly, fleet: fleet(), days: 1, tampered: true });
    const denials = failings.filter((failing) => failing.startsWith("AccessDenied: ")).map(ofAnySlot);
    const foretold = recording
      .refusedWithout(permission)
      .map(({ role, action, resource }) => `AccessDenied: ${role} may not ${action} on ${resource}`)
      .map(ofAnySlot);
    expect(denials.filter((denial) => foretold.some((one) => denial.startsWith(one)))).not.toEqual([]);
    if (permission.refused !== undefined) expect(outcome.refusedCalls).toHaveProperty([permission.refused]);
  });

  test("what a mapping needs: the deployment fails, and the journal says who may not what", async () => {
    const assembly = editable();
    takePermission(assembly, ofRole("copy-backup", "sqs:GetQueueAttributes", "Consume"));
    const entries: JournalEntry[] = [];
    await expect(run({ assembly, fleet: fleet(), onEntry: (entry) => entries.push(entry) })).rejects.toThrow(
      "The provided execution role does not have permissions to call GetQueueAttributes on SQS",
    );
    expect(entries.find(({ kind }) => kind === "denied")?.data).toEqual({
      caller: "rds-dr-dev-copy-backup-us-east-1",
      action: "sqs:GetQueueAttributes",
      resource: "arn:aws:sqs:us-east-1:111122223333:rds-dr-dev-copy-backup",
      why: "no-identity-allow",
    });
  });
});
