import { describe, expect, test } from "vitest";
import { decideFailedCopies, decideReconciliation } from "../../handlers/prune-copies/decide-reconcile.ts";
import type { Settings } from "../../shared/settings/schema.ts";
import { fleetOf } from "../../shared/survey/fleet.ts";
import type { Survey } from "../../shared/survey.ts";
import { instance, otherKey } from "../shared/builders.ts";
import { backupOf, copyOf, primary, settings, survey, surveyedAt } from "../shared/survey-builders.ts";

function reconcile(seen: Survey, using: Settings = settings()) {
  return decideReconciliation(seen, fleetOf(seen, using), using);
}

const ago = (minutes: number) => new Date(surveyedAt.getTime() - minutes * 60_000);
const yesterday = { at: "2026-02-28T02:00:00Z" };
const slot = new Date("2026-03-01T02:00:00Z");
const declaration = { id: "d-1", declaredAt: new Date("2026-03-01T02:30:00.000Z"), mode: "disaster" };
const declared = { "rds-dr:declaration": "d-1 2026-03-01T02:30:00.000Z disaster orders" };

test("with everything in order nothing is to be done", () => {
  expect(reconcile(survey())).toEqual([]);
});

describe("(a) a slot without a backup", () => {
  const request = { kind: "request-backup", because: "slot-without-backup", instanceId: "orders", slot };
  const missing = (changes: Partial<Survey> = {}) => survey({ copies: [copyOf(yesterday)], ...changes });

  test("asks for it", () => {
    expect(reconcile(missing())).toEqual([request]);
  });

  test.each([
    ["is given 15 minutes first", "2026-03-01T02:14:59.999Z", []],
    ["is due when the 15 minutes are over", "2026-03-01T02:15:00.000Z", [request]],
    ["is due until 15 minutes before the next", "2026-03-02T01:45:00.000Z", [request]],
    ["is left to the next slot from then on", "2026-03-02T01:45:00.001Z", []],
  ])("%s", (_, now, expected) => {
    expect(reconcile(missing({ now: new Date(now) }))).toEqual(expected);
  });

  test.each([
    [
      "a backup under way",
      primary({ backups: [backupOf({}, { status: "creating", createdAt: undefined })] }),
    ],
    ["an instance that is busy", primary({ instances: [instance({ DBInstanceStatus: "modifying" })] })],
    ["an instance that is stopped", primary({ instances: [instance({ DBInstanceStatus: "stopped" })] })],
  ])("is not asked for beside %s", (_, region) => {
    expect(reconcile(missing({ primary: region }))).toEqual([]);
  });

  test("is asked for again when its backup failed", () => {
    const failed = backupOf({}, { status: "failed" });
    const found = reconcile(missing({ primary: primary({ backups: [failed] }) }));
    expect(found).toEqual([
      request,
      { kind: "delete-failed-backup", because: "backup-failed", backup: failed, isAskedAgain: true },
    ]);
  });

  test("is not asked for while backups are paused", () => {
    expect(reconcile(missing(), settings({ paused: true }))).toEqual([]);
  });

  test("is nobody's business while the primary does not answer", () => {
    expect(reconcile(missing({ primary: undefined }))).toEqual([]);
  });

  test.each([
    ["a rate is late when the newest backup is older than it by 15 minutes", 6 * 60 + 15.001, 1],
    ["a rate is in time to the minute", 6 * 60 + 15, 0],
  ])("%s", (_, minutes, count) => {
    const rate = settings({ backups: { schedule: "rate(6 hours)" } });
    const seen = survey({ copies: [copyOf({ at: ago(minutes).toISOString() })] });
    expect(reconcile(seen, rate)).toHaveLength(count);
  });
});

describe("(c) a backup without a copy", () => {
  const waiting = (...backups: ReturnType<typeof backupOf>[]) =>
    survey({ copies: [copyOf(yesterday)], primary: primary({ backups }) });

  test("is asked for", () => {
    const backup = backupOf({});
    expect(reconcile(waiting(backup))).toEqual([
      { kind: "request-copy", because: "backup-without-copy", backup },
    ]);
  });

  test.each([
    ["is left to its own event for ten minutes", 9.999, 0],
    ["is asked for after exactly ten", 10, 1],
  ])("%s", (_, minutes, count) => {
    expect(reconcile(waiting(backupOf({}, { createdAt: ago(minutes) })))).toHaveLength(count);
  });

  test("is asked for again when its copy has failed", () => {
    const failed = copyOf({}, { status: "failed" });
    const seen = survey({ copies: [failed], primary: primary({ backups: [backupOf({})] }) });
    expect(decideFailedCopies(seen)).toEqual([failed]);
    expect(reconcile(seen).map(({ kind }) => kind)).toEqual(["request-copy"]);
  });

  test.each([
    ["is asked for as long as a copy would be kept", "2026-02-22T02:56:00Z", 1],
    [
      "is not asked for when its copy would go at once, and be asked for anew every hour",
      "2026-02-22T02:54:00Z",
      0,
    ],
  ])("of the old primary, during a disaster, %s", (_, at, count) => {
    const chosen = { "rds-dr:declaration": "d-1 2026-02-20T12:00:00.000Z disaster orders" };
    const before = copyOf({ at: "2026-02-20T02:00:00Z", tags: chosen });
    const stopped = primary({
      backups: [backupOf({ at })],
      instances: [instance({ DBInstanceStatus: "stopped" })],
    });
    const asked = reconcile(survey({ copies: [before], primary: stopped }));
    expect(asked.filter(({ kind }) => kind === "request-copy")).toHaveLength(count);
  });

  test("is not asked for while it is being copied", () => {
    const creating = copyOf({}, { status: "creating", createdAt: undefined });
    expect(reconcile(survey({ copies: [creating], primary: primary({ backups: [backupOf({})] }) }))).toEqual(
      [],
    );
  });

  test("is asked for although a copy of an earlier backup of its name is there", () => {
    const earlier = copyOf({}, { originalCreatedAt: new Date("2026-03-01T02:01:00Z") });
    const seen = survey({ copies: [earlier], primary: primary({ backups: [backupOf({})] }) });
    expect(reconcile(seen).map(({ kind }) => kind)).toEqual(["request-copy"]);
  });

  test("is asked for once an instance, the newest", () => {
    const newest = backupOf({});
    const seen = survey({ copies: [], primary: primary({ backups: [backupOf(yesterday), newest] }) });
    expect(reconcile(seen)).toEqual([
      { kind: "request-copy", because: "backup-without-copy", backup: newest },
    ]);
  });

  test("is not asked for while the data key cannot be used", () => {
    const key = { ...survey().key, enabled: false, state: "Disabled" };
    expect(reconcile({ ...waiting(backupOf({})), key })).toEqual([]);
  });

  describe("among others", () => {
    const ids = ["fresh", "late", "new"];
    const instances = ids.map((id) => instance({ DBInstanceIdentifier: id }));
    const seen = survey({
      copies: [copyOf({ ...yesterday, of: "fresh" }), copyOf({ of: "late", at: "2026-02-27T02:00:00Z" })],
      primary: primary({ instances, backups: ids.map((of) => backupOf({ of })) }),
    });
    const asked = (copiesInProgress: number) =>
      reconcile({ ...seen, copiesInProgress }).map((one) =>
        one.kind === "request-copy" ? one.backup.instanceId : one.kind,
      );

    test("comes by its RPO debt: no recovery point first, then the oldest", () => {
      expect(asked(0)).toEqual(["new", "late", "fresh"]);
    });

    test("comes as far as there are free copy slots", () => {
      expect(asked(18)).toEqual(["new", "late"]);
      expect(asked(20)).toEqual([]);
      expect(asked(21)).toEqual([]);
    });
  });
});

describe("(d), (g) a backup that nothing needs", () => {
  const cleanUp = (because: string, copyId: string, backupId: string) => ({
    kind: "request-clean-up",
    because,
    copyId,
    backupId,
  });
  const own = copyOf({});
  const backup = backupOf({});

  test("is cleaned up when its own copy is proven", () => {
    const seen = survey({ copies: [own], primary: primary({ backups: [backup] }) });
    expect(reconcile(seen)).toEqual([cleanUp("backup-still-there", own.id, backup.id)]);
  });

  test.each([
    ["is left to the copy's own event for ten minutes", 9.999, 0],
    ["is cleaned up after exactly ten", 10, 1],
  ])("%s", (_, minutes, count) => {
    const copies = [copyOf({}, { createdAt: ago(minutes) })];
    expect(reconcile(survey({ copies, primary: primary({ backups: [backup] }) }))).toHaveLength(count);
  });

  test("stays when its copy is under another key", () => {
    const copies = [copyOf({}, { kmsKeyArn: otherKey })];
    expect(reconcile(survey({ copies, primary: primary({ backups: [backup] }) }))).toEqual([]);
  });

  test("is superseded by a proven newer copy", () => {
    const older = backupOf(yesterday);
    const seen = survey({ copies: [own], primary: primary({ backups: [older] }) });
    expect(reconcile(seen)).toEqual([cleanUp("superseded", own.id, older.id)]);
  });

  test("is not superseded while it is being copied, which deleting it would end", () => {
    const creating = copyOf(yesterday, { status: "creating", createdAt: undefined });
    const seen = survey({ copies: [own, creating], primary: primary({ backups: [backupOf(yesterday)] }) });
    expect(reconcile(seen)).toEqual([]);
  });

  test("is not superseded by a copy of the same instant or of another instance", () => {
    const backups = [
      backupOf({}, { id: "another", arn: "arn:another" }),
      backupOf({ of: "billing", ...yesterday }),
    ];
    const instances = [
      instance(),
      instance({ DBInstanceIdentifier: "billing", DBInstanceStatus: "modifying" }),
    ];
    const seen = survey({ copies: [own], primary: primary({ backups, instances }) });
    expect(reconcile(seen).filter(({ kind }) => kind === "request-clean-up")).toEqual([]);
  });

  test("stays while a declaration is open for its instance", () => {
    const copies = [
      own,
      copyOf(yesterday, { tags: new Map([...copyOf(yesterday).tags, ...Object.entries(declared)]) }),
    ];
    const seen = survey({ copies, primary: primary({ backups: [backup] }) });
    expect(reconcile(seen).map(({ kind }) => kind)).toEqual(["resume-recovery"]);
  });

  test("is never cleaned up on the strength of a copy that served a disaster", () => {
    const served = copyOf({ tags: { ...declared, "rds-dr:outcome": "restored" } });
    expect(reconcile(survey({ copies: [served], primary: primary({ backups: [backup] }) }))).toEqual([]);
  });
});

describe("(e) a failed copy", () => {
  test("is deleted unless it is held", () => {
    const held = copyOf({ of: "billing", tags: { "rds-dr:hold": "" } }, { status: "failed" });
    const failed = copyOf({}, { status: "failed" });
    expect(decideFailedCopies(survey({ copies: [held, failed] }))).toEqual([failed]);
  });
});

describe("(h) a declaration that is not finished", () => {
  const chosen = (of: string, tags: Record<string, string> = declared) => copyOf({ of, tags });

  test("is resumed once, also while the primary does not answer", () => {
    const seen = survey({ copies: [chosen("orders"), chosen("billing")], primary: undefined });
    expect(reconcile(seen)).toEqual([
      { kind: "resume-recovery", because: "declaration-unfinished", declaration },
    ]);
  });

  test("is resumed while what was restored is still to be modified", () => {
    const serving = { ...declared, "rds-dr:outcome": "serving:2026-03-01T02:50:00.000Z" };
    expect(reconcile(survey({ copies: [chosen("orders", serving)], primary: undefined }))).toHaveLength(1);
  });

  test("is over when each of its copies has come to an end", () => {
    const seen = survey({
      copies: [chosen("orders", { ...declared, "rds-dr:outcome": "restored" })],
      primary: undefined,
    });
    expect(reconcile(seen)).toEqual([]);
  });
});
