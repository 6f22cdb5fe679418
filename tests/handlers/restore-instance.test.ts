import { describe, expect, test } from "vitest";
import { decideExisting, decideRestore } from "../../handlers/restore-instance/decide.ts";
import type { Snapshot } from "../../shared/rds/snapshots.ts";
import {
  chosen,
  chosenBy,
  copyOf,
  declaredAt,
  minutesAfter,
  request,
  restored,
} from "./recovery-builders.ts";

describe("a request", () => {
  test("for a copy that the declaration chose is carried out", () => {
    expect(decideRestore(chosen, request, 0, "dev")).toEqual({ kind: "restore", copy: chosen });
  });

  const tagged = (tags: Record<string, string>) => copyOf("orders", { tags });
  test.each<[string, Snapshot | undefined, object]>([
    ["for a copy that is gone fails", undefined, { kind: "fail", because: "copy-gone" }],
    [
      "for a copy that is not ours fails",
      tagged({ ...chosenBy("d1", "orders"), "rds-dr:environment": "prod" }),
      { kind: "fail", because: "copy-not-ours" },
    ],
    [
      "that a later declaration took over is left",
      tagged(chosenBy("d2", "orders-r2", "pending", minutesAfter(60))),
      { kind: "nothing", because: "superseded" },
    ],
    [
      "whose tag still speaks of an earlier declaration waits for it",
      tagged(chosenBy("d0", "orders", "failed:x", minutesAfter(-60))),
      { kind: "wait", because: "copy-not-tagged-yet" },
    ],
    [
      "whose tag is not to be seen yet waits for it",
      tagged({}),
      { kind: "wait", because: "copy-not-tagged-yet" },
    ],
    [
      "that failed already is not tried again",
      tagged(chosenBy("d1", "orders", "refused:KMSKeyNotAccessible")),
      { kind: "nothing", because: "already-decided" },
    ],
    [
      "that was carried out already is not tried again",
      tagged(chosenBy("d1", "orders", "restored:2026-03-10T02:25:00Z")),
      { kind: "nothing", because: "already-decided" },
    ],
    [
      "for a copy that is not available waits",
      { ...chosen, status: "creating" },
      { kind: "wait", because: "copy-not-available" },
    ],
    ["for a failed copy fails", { ...chosen, status: "failed" }, { kind: "fail", because: "copy-failed" }],
  ])("%s", (_, copy, expected) => {
    expect(decideRestore(copy, request, 0, "dev")).toMatchObject(expected);
  });

  test("waits for its tag three looks long, and no longer", () => {
    const untagged = copyOf("orders");
    expect(decideRestore(untagged, request, 2, "dev").kind).toBe("wait");
    expect(decideRestore(untagged, request, 3, "dev")).toEqual({ kind: "nothing", because: "not-tagged" });
  });
});

describe("a name that is taken", () => {
  test.each<[string, Parameters<typeof restored>[0], string]>([
    ["by this restore is done", {}, "nothing"],
    [
      "by this restore is done though it came up broken",
      { DBInstanceStatus: "incompatible-restore" },
      "nothing",
    ],
    [
      "by another declaration's restore of the same copy is done",
      { tags: { "rds-dr:declaration": "d0" } },
      "nothing",
    ],
    [
      "by another declaration's restore of another copy fails",
      { tags: { "rds-dr:declaration": "d0", "rds-dr:recovery-point": "other" } },
      "fail",
    ],
    [
      "by a closed declaration's restore fails",
      { tags: { "rds-dr:declaration": "d0", "rds-dr:closed": declaredAt.toISOString() } },
      "fail",
    ],
    ["by a restore of another instance fails", { tags: { "rds-dr:instance": "crm" } }, "fail"],
    ["by another environment's restore fails", { tags: { "rds-dr:environment": "prod" } }, "fail"],
  ])("%s", (_, changes, kind) => {
    expect(decideExisting(restored(changes), request, "dev").kind).toBe(kind);
  });

  test("by a foreign instance fails", () => {
    expect(decideExisting({ DBInstanceIdentifier: "orders" }, request, "dev")).toEqual({
      kind: "fail",
      because: "name-taken",
    });
  });

  test("by something that cannot be seen is looked at again", () => {
    expect(decideExisting(undefined, request, "dev")).toEqual({ kind: "look-again" });
  });
});
