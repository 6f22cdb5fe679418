import { describe, expect, test } from "vitest";
import {
  decideCleanUp,
  decideCopyState,
  decideGate,
  decideSuperseded,
} from "../../handlers/clean-up-primary/decide.ts";
import { at, backup, copy, currentKey, otherKey, tags } from "../shared/builders.ts";

const key = { arn: currentKey, enabled: true, state: "Enabled" };

describe("a copy that is said to be complete", () => {
  test("is, when it is available and ours", () => {
    const complete = copy();
    expect(decideCopyState(complete, "dev")).toEqual({
      kind: "complete",
      copy: complete,
      sourceArn: complete.sourceArn,
    });
  });

  test.each([
    ["and is gone", undefined, { kind: "nothing", because: "copy-gone" }],
    ["and is not ours", copy({ tags: new Map() }), { kind: "ignore", because: "not-ours" }],
    ["and is a backup of ours", copy({ tags: tags("backup") }), { kind: "ignore", because: "not-ours" }],
    ["and failed", copy({ status: "failed" }), { kind: "nothing", because: "copy-failed" }],
    ["and is in creation", copy({ status: "creating" }), { kind: "wait", because: "not-available-yet" }],
    ["and is copying", copy({ status: "copying" }), { kind: "wait", because: "not-available-yet" }],
    ["and names no source", copy({ sourceArn: undefined }), { kind: "ignore", because: "no-source" }],
  ])("%s", (_, found, expected) => {
    expect(decideCopyState(found, "dev")).toEqual(expected);
  });
});

describe("clean-up", () => {
  test("goes on under the current key", () => {
    expect(decideGate(copy(), key, [])).toEqual({ kind: "go" });
  });

  test("rests while the copy serves a declared disaster", () => {
    const declared = tags("copy", { "rds-dr:declaration": `d-1 ${at(90).toISOString()} disaster orders` });
    expect(decideGate(copy({ tags: declared }), key, [])).toEqual({
      kind: "rest",
      because: "declaration-open",
    });
  });

  test.each([
    ["pending", "rest"],
    ["serving:2026-03-01T04:00:00.000Z", "rest"],
    ["restored:2026-03-01T04:00:00.000Z", "rest"],
    ["closed:2026-03-02T04:00:00.000Z", "go"],
    ["failed:DBSubnetGroupNotFound", "go"],
  ])("of a later, untagged copy looks at the declared one, whose outcome is %s: %s", (outcome, kind) => {
    const declaration = `d-1 ${at(90).toISOString()} disaster orders`;
    const chosen = tags("copy", { "rds-dr:declaration": declaration, "rds-dr:outcome": outcome });
    const later = copy({ id: "later" });
    expect(decideGate(later, key, [copy({ tags: chosen }), later]).kind).toBe(kind);
  });

  test("rests when the declaration cannot be read, to be safe", () => {
    const unreadable = tags("copy", { "rds-dr:declaration": "d-1" });
    expect(decideGate(copy({ tags: unreadable }), key, [])).toEqual({
      kind: "rest",
      because: "declaration-open",
    });
  });

  test("goes on during a drill", () => {
    const drill = tags("copy", {
      "rds-dr:declaration": `d-1 ${at(90).toISOString()} drill drill-abc-orders`,
    });
    expect(decideGate(copy({ tags: drill }), key, [])).toEqual({ kind: "go" });
  });

  test.each(["Disabled", "PendingDeletion", "missing"])("is refused while the key is %s", (state) => {
    expect(decideGate(copy(), { ...key, enabled: false, state }, [])).toEqual({
      kind: "refuse",
      because: "key-not-usable",
    });
  });

  test.each([
    ["under an older key", { kmsKeyArn: otherKey }],
    ["without encryption", { encrypted: false, kmsKeyArn: undefined }],
  ])("is refused for a copy %s", (_, changes) => {
    expect(decideGate(copy(changes), key, [])).toEqual({ kind: "refuse", because: "other-key" });
  });
});

describe("the backup of a complete copy", () => {
  test("is deleted when the copy is proven", () => {
    expect(decideCleanUp(copy(), backup(), "dev", currentKey)).toEqual({
      kind: "delete",
      backupId: backup().id,
      because: "copy-proven",
    });
  });

  test("that is gone is done", () => {
    expect(decideCleanUp(copy(), undefined, "dev", currentKey)).toEqual({
      kind: "done",
      because: "backup-gone",
    });
  });

  test("that is not ours is left alone", () => {
    expect(decideCleanUp(copy(), backup({ tags: new Map() }), "dev", currentKey)).toEqual({
      kind: "ignore",
      because: "backup-not-ours",
    });
  });

  test("of another original time is kept", () => {
    expect(decideCleanUp(copy(), backup({ originalCreatedAt: at(6) }), "dev", currentKey)).toEqual({
      kind: "refuse",
      because: "other-original-time",
    });
  });
});

describe("a superseded backup", () => {
  const decide = (changes: Parameters<typeof backup>[0], copyChanges: Parameters<typeof copy>[0] = {}) =>
    decideSuperseded(copy(copyChanges), backup({ id: "earlier", ...changes }), "dev", currentKey);

  test("is deleted when it is older than the proven copy, by a millisecond even", () => {
    expect(decide({ originalCreatedAt: new Date(at(5).getTime() - 1) })).toEqual({
      kind: "delete",
      backupId: "earlier",
      because: "superseded",
    });
  });

  test("is kept when it is exactly as old", () => {
    expect(decide({ originalCreatedAt: at(5) })).toEqual({ kind: "refuse", because: "not-older" });
  });

  test("counts from its request when RDS tells no original time", () => {
    const untimed = { originalCreatedAt: undefined, databaseTime: undefined };
    expect(decide(untimed)).toMatchObject({ kind: "delete" });
    expect(
      decide({ ...untimed, tags: tags("backup", { "rds-dr:requested-at": at(5).toISOString() }) }),
    ).toEqual({
      kind: "refuse",
      because: "not-older",
    });
  });

  test.each([
    ["of another instance", { instanceId: "billing", originalCreatedAt: at(0) }, {}, "other-instance"],
    [
      "beside a copy without a time",
      { originalCreatedAt: at(0) },
      { originalCreatedAt: undefined },
      "not-older",
    ],
    ["beside a copy under an older key", { originalCreatedAt: at(0) }, { kmsKeyArn: otherKey }, "other-key"],
    ["beside a copy in creation", { originalCreatedAt: at(0) }, { status: "creating" }, "not-available"],
  ])("%s is kept", (_, changes, copyChanges, because) => {
    expect(decide(changes, copyChanges)).toEqual({ kind: "refuse", because });
  });

  test("that is gone or not ours is left alone", () => {
    expect(decideSuperseded(copy(), undefined, "dev", currentKey)).toEqual({
      kind: "done",
      because: "backup-gone",
    });
    expect(decide({ tags: new Map() })).toEqual({ kind: "ignore", because: "backup-not-ours" });
  });
});
