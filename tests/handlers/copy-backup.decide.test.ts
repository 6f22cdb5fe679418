import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { chooseParked, decideCopy, decideParked, isCopyOf } from "../../handlers/copy-backup/decide.ts";
import type { ParkedBackup } from "../../handlers/copy-backup/parked.ts";
import { addMinutes } from "../../shared/clock.ts";
import { at, backup, copy, currentKey, tags } from "../shared/builders.ts";

const rules = {
  environment: "dev",
  instances: { listed: [], excluded: [] },
  optionGroups: { "orders-audit": "orders-audit-dr" },
};

describe("a backup", () => {
  test("that is ours and available is copied with its tags, as a copy", () => {
    const decision = decideCopy(backup({ tags: tags("backup", { team: "checkout" }) }), rules);
    expect(decision).toMatchObject({ kind: "copy", optionGroup: { kind: "default" } });
    const given = decision.kind === "copy" ? new Map(decision.tags) : new Map();
    expect(given).toEqual(tags("copy", { team: "checkout" }));
  });

  test("is copied without the tags that AWS reserves", () => {
    const reserved = {
      "aws:cloudformation:stack-name": "shop",
      "rds:x": "1",
      origin: "rds:orders-1",
      mine: "rds-dr",
    };
    const decision = decideCopy(backup({ tags: tags("backup", reserved) }), rules);
    const given = decision.kind === "copy" ? new Map(decision.tags) : new Map();
    expect(given).toEqual(tags("copy", { mine: "rds-dr" }));
  });

  test.each([
    ["that is gone", undefined, { kind: "nothing", because: "gone" }],
    ["without our tags", backup({ tags: new Map() }), { kind: "ignore", because: "not-ours" }],
    [
      "of another environment",
      backup({ tags: tags("backup", { "rds-dr:environment": "prod" }) }),
      { kind: "ignore", because: "not-ours" },
    ],
    ["that is a copy itself", backup({ tags: tags("copy") }), { kind: "ignore", because: "not-ours" }],
    ["in creation", backup({ status: "creating" }), { kind: "ignore", because: "not-available-yet" }],
    ["that failed", backup({ status: "failed" }), { kind: "ignore", because: "failed" }],
  ])("%s is not copied", (_, found, expected) => {
    expect(decideCopy(found, rules)).toEqual(expected);
  });

  test.each([
    [undefined, { kind: "default" }],
    ["default:mysql-8-0", { kind: "default" }],
    ["orders-audit", { kind: "mapped", from: "orders-audit", to: "orders-audit-dr" }],
    ["crm-tde", { kind: "unmapped", from: "crm-tde" }],
  ])("with the option group %s is copied all the same", (optionGroup, expected) => {
    expect(decideCopy(backup({ optionGroup }), rules)).toMatchObject({ kind: "copy", optionGroup: expected });
  });
});

describe("a name that is taken in the DR region", () => {
  test.each([
    ["by the copy of this backup is this copy", {}, true],
    ["by the copy in creation is this copy", { status: "creating", originalCreatedAt: undefined }, true],
    ["by a failed copy is not", { status: "failed" }, false],
    ["by a copy of another snapshot is not", { sourceArn: backup({ id: "other" }).arn }, false],
    ["by an untagged copy is not", { tags: new Map() }, false],
    ["by a copy of an earlier backup of that name is not", { originalCreatedAt: at(4) }, false],
  ])("%s", (_, changes, expected) => {
    expect(isCopyOf(copy(changes), backup(), "dev")).toBe(expected);
  });
});

function parked(instanceId: string, minute: number): ParkedBackup {
  const backupId = `${instanceId}-${minute}`;
  return {
    backupId,
    backupArn: backup({ id: backupId }).arn,
    instanceId,
    takenAt: at(minute),
    parkedAt: at(minute),
  };
}

describe("the parked backup that is copied next", () => {
  const settings = { retention: { days: 7, minimumCopies: 2 }, overrides: {} };

  test("is the newest of the instance whose oldest has waited longest", () => {
    const [two, eight, five] = [parked("orders", 0), parked("orders", 360), parked("billing", 180)];
    expect(chooseParked([eight, five, two], settings, at(400)).next).toBe(eight);
  });

  test("is none when nothing is parked", () => {
    expect(chooseParked([], settings, at(0))).toEqual({ next: undefined, expired: [] });
  });

  test("is not one as old as retention, a millisecond younger is", () => {
    const one = parked("orders", 0);
    const end = addMinutes(at(0), 7 * 1440);
    expect(chooseParked([one], settings, end)).toEqual({ next: undefined, expired: [one] });
    expect(chooseParked([one], settings, new Date(end.getTime() - 1))).toEqual({ next: one, expired: [] });
  });

  test("may be kept longer by the instance's own retention", () => {
    const one = parked("orders", 0);
    const longer = { ...settings, overrides: { orders: { retentionDays: 8 } } };
    expect(chooseParked([one], longer, addMinutes(at(0), 7 * 1440)).next).toBe(one);
  });

  test("does not depend on the order of the queue, and none is forgotten", () => {
    const one = fc
      .tuple(fc.constantFrom("orders", "billing", "wiki"), fc.nat(20_000))
      .map(([instanceId, minute]) => parked(instanceId, minute));
    const several = fc.uniqueArray(one, { selector: ({ backupId }) => backupId });
    const shuffled = several.chain((all) =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
    );
    fc.assert(
      fc.property(shuffled, fc.nat(30_000), ([all, otherwise], minute) => {
        const choice = chooseParked(all, settings, at(minute));
        expect(chooseParked(otherwise, settings, at(minute)).next).toEqual(choice.next);
        expect(choice.next === undefined).toBe(choice.expired.length === all.length);
      }),
    );
  });
});

describe("a parked backup", () => {
  const one = { ...parked("orders", 0), backupArn: backup().arn, takenAt: at(0) };
  const newer = {
    originalCreatedAt: at(1445),
    databaseTime: at(1441),
    sourceArn: backup({ id: "newer" }).arn,
  };
  const newerTags = tags("copy", { "rds-dr:requested-at": at(1440).toISOString() });

  test.each([
    ["without copies is copied", [], { kind: "copy" }],
    ["whose copy is there is dropped", [copy()], { kind: "drop", because: "copied-already" }],
    [
      "whose copy is in creation is dropped",
      [copy({ status: "creating" })],
      { kind: "drop", because: "copied-already" },
    ],
    ["whose copy failed is copied", [copy({ status: "failed" })], { kind: "copy" }],
    [
      "with a newer available copy is superseded",
      [copy({ ...newer, tags: newerTags })],
      { kind: "drop", because: "superseded" },
    ],
    [
      "with a newer copy in creation is copied",
      [copy({ ...newer, tags: newerTags, status: "creating" })],
      { kind: "copy" },
    ],
    [
      "with a newer snapshot that is not ours is copied",
      [copy({ ...newer, tags: new Map() })],
      { kind: "copy" },
    ],
    [
      "with a newer copy of another instance is copied",
      [copy({ ...newer, tags: newerTags, instanceId: "billing" })],
      { kind: "copy" },
    ],
    [
      "with a copy as old as itself is copied",
      [copy({ sourceArn: backup({ id: "twin" }).arn, kmsKeyArn: currentKey })],
      { kind: "copy" },
    ],
  ])("%s", (_, copies, expected) => {
    expect(decideParked(one, copies, "dev")).toEqual(expected);
  });
});
