/**
 * The days of trouble without one permission: each action of each statement of each role in turn is taken out of the
 * template, and the days are run until somebody is denied something.
 */
import { beforeAll, describe, expect, inject, test } from "vitest";
import { Recording } from "../simulator/permissions/replay.ts";
import type { JournalEntry } from "../simulator/types.ts";
import type { SimulatedWorld } from "../simulator/world-types.ts";
import { Measure } from "./measure.ts";
import { cleanUpCopies, editable, run } from "./support.ts";
import { permissionsOf, type TemplatePermission, takePermission } from "./template-permissions.ts";
import { troubles } from "./troubles.ts";

/** What a run is stopped with. */
const stopped = "somebody was denied something";

/** How the days of trouble end. */
interface End {
  /** The sentence by which the run fails; undefined when nobody was denied anything. */
  readonly denial: string | undefined;
  /** The call that was denied, as `<operation>:<code>`; undefined where it was none: a log line, an invocation. */
  readonly refused: string | undefined;
  /** What the run was rejected with. */
  readonly because: string;
}

/** Runs the days of trouble up to the first denial, and to the end of the call that is denied. */
async function untilDenied(assembly: string): Promise<End> {
  const worlds: SimulatedWorld[] = [];
  const measure = new Measure("us-west-2", () => undefined);
  const isDenied = () => Object.keys(measure.denials).length > 0;
  const onEntry = (entry: JournalEntry) => {
    // The world stops before its next timer: the call that is denied is written down until then.
    if (!isDenied() && entry.kind === "denied") for (const world of worlds) world.fail(new Error(stopped));
    if (isDenied() || entry.kind === "denied") measure.observe(entry);
  };
  const onWorld = (world: SimulatedWorld) => {
    worlds.push(world);
    troubles.onWorld?.(world);
  };
  const because = await run({ ...troubles, assembly, onWorld, onEntry }).then(
    () => "nothing: it came to its end",
    (error: unknown) => String(error),
  );
  // Hands the loaded bundles on to the next run.
  for (const world of worlds) world.close();
  const [denial] = Object.keys(measure.denials);
  const [refused] = Object.keys(measure.refusedCalls);
  return { denial, refused, because };
}

/** How a service refuses what it asks for by its own actions. */
const codes: Readonly<Record<string, string>> = {
  rds: "AccessDenied",
  sqs: "AccessDenied",
  cloudwatch: "AccessDenied",
  sns: "AuthorizationError",
  events: "AccessDeniedException",
  kms: "AccessDeniedException",
};

/** Statements that are needed within a call of another name, by step: how that call is refused. */
const within: Readonly<Record<string, string>> = {
  "create-backup TagBackup": "CreateDBSnapshot:AccessDenied",
  "copy-backup TagCopy": "CopyDBSnapshot:AccessDenied",
  "copy-backup ReadDataKey": "CopyDBSnapshot:KMSKeyNotAccessibleFault",
  "copy-backup GrantDataKey": "CopyDBSnapshot:KMSKeyNotAccessibleFault",
  "copy-backup UnionReadSourceKey": "CopyDBSnapshot:KMSKeyNotAccessibleFault",
  "copy-backup UnionGrantSourceKey": "CopyDBSnapshot:KMSKeyNotAccessibleFault",
  "restore-instance TagRestored": "RestoreDBInstanceFromDBSnapshot:AccessDenied",
  "restore-instance ReadCopyKey": "RestoreDBInstanceFromDBSnapshot:KMSKeyNotAccessibleFault",
  "restore-instance GrantCopyKey": "RestoreDBInstanceFromDBSnapshot:KMSKeyNotAccessibleFault",
  "finish-restore PassMonitoringRole": "ModifyDBInstance:AccessDenied",
  "finish-restore UnionManagedPassword": "ModifyDBInstance:AccessDenied",
  "finish-restore UnionPasswordKey": "ModifyDBInstance:KMSKeyNotAccessibleFault",
  "announce EncryptAlerts": "Publish:KMSAccessDenied",
};

/** No call is refused: the deployment is, a schedule's message is not sent, or log lines are lost. */
const uncalled: ReadonlySet<string | undefined> = new Set(["Consume", "Send", "WriteLog"]);

/** How the first call without the permission is refused. */
function refusedWithout({ role, sid, action }: TemplatePermission): string | undefined {
  if (uncalled.has(sid)) return undefined;
  const step = role.replace(/^rds-dr-dev-/, "").replace(/-us-(east|west)-\d$/, "");
  const [service = "", operation] = action.split(":");
  return within[`${step} ${sid}`] ?? `${operation}:${codes[service]}`;
}

/** What the run without the permission is rejected with: Lambda takes no mapping that its role may not poll for. */
const rejection = ({ sid, action }: TemplatePermission): string =>
  sid === "Consume"
    ? `The provided execution role does not have permissions to call ${action.replace("sqs:", "")} on SQS`
    : stopped;

/** Registers a test for each of the permissions: the days of trouble fail without it, and say by what. */
export function failWithout(permissions: readonly TemplatePermission[]): void {
  cleanUpCopies();
  // One copy for all of them, for a bundle in another directory is another bundle, to be compiled anew.
  const assembly = editable();
  const recording = new Recording();
  beforeAll(async () => {
    const onWorld = (world: SimulatedWorld) => {
      recording.follow(world);
      troubles.onWorld?.(world);
    };
    expect((await run({ ...troubles, assembly, onWorld })).outcome.denials).toEqual({});
  });

  describe("the days of trouble fail without", () => {
    test.each(permissions)("$action of $role ($sid)", async (permission) => {
      const [foretold] = recording.refusedWithout(permission);
      const putBack = takePermission(assembly, permission);
      const { denial, refused, because } = await untilDenied(assembly).finally(putBack);
      const { role } = permission;
      expect(denial ?? "nobody is denied anything").toBe(
        `AccessDenied: ${role} may not ${foretold?.action} on ${foretold?.resource} (no-identity-allow)`,
      );
      expect(foretold?.action).toMatch(new RegExp(`^${permission.action.replace("*", "\\w*")}$`));
      expect(foretold?.text).toContain(`assumed-role/${role}/`);
      expect(foretold?.text).toContain(
        `is not authorized to perform: ${foretold?.action} on resource: ${foretold?.resource}`,
      );
      expect(refused?.replace("Batch:", ":")).toBe(refusedWithout(permission));
      expect(because).toContain(rejection(permission));
    });
  });
}

/** Every other permission of the templates that all tests share, from the first or the second on. */
export function everyOther(from: 0 | 1): TemplatePermission[] {
  return permissionsOf(inject("assembly")).filter((_permission, index) => index % 2 === from);
}
