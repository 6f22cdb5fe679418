import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import type { Snapshot } from "../../shared/rds/snapshots.ts";
import { decideRetention, isHeld, isMarkedSince, type RetentionGuards } from "../../shared/retention.ts";
import { copy, currentKey, otherKey, tags } from "./builders.ts";

const guards: RetentionGuards = { environment: "dev", enabledKeys: new Set([currentKey]) };
const policy = { days: 3, minimumCopies: 2 };
const day = (number: number) => new Date(Date.UTC(2026, 2, number));
const now = day(10);

function takenOn(born: Date, changes: Partial<Snapshot> = {}): Snapshot {
  return copy({ id: `copy-${born.toISOString()}`, originalCreatedAt: born, ...changes });
}

/** The reason for each copy, by the day it was taken on. */
function reasons(copies: readonly Snapshot[], using = guards, at = now) {
  const decisions = decideRetention(copies, policy, using, at);
  return Object.fromEntries(
    decisions.map(({ copy: one, because }) => [one.originalCreatedAt?.getUTCDate(), because]),
  );
}

/** Three newer copies, so that the one looked at is not among the newest. */
const newer = [8, 9, 10].map((number) => takenOn(day(number)));

describe("retention", () => {
  test("keeps what is exactly as old as it says and the newest two, and deletes the rest", () => {
    const copies = [1, 5, 6, 7].map((number) => takenOn(day(number)));
    expect(reasons(copies)).toEqual({ 7: "within-retention", 6: "among-newest", 5: "expired", 1: "expired" });
  });

  test("deletes a copy that is a millisecond older than it says", () => {
    const late = takenOn(new Date(day(7).getTime() - 1));
    expect(decideRetention([late, ...newer], policy, guards, now).at(-1)).toEqual({
      kind: "delete",
      because: "expired",
      copy: late,
    });
  });

  test("keeps the newest usable ones while newer ones are being created or have failed", () => {
    const copies = [
      takenOn(day(1)),
      takenOn(day(2)),
      takenOn(day(3), { status: "failed" }),
      takenOn(day(4), { status: "creating" }),
    ];
    expect(reasons(copies)).toEqual({
      4: "not-available",
      3: "not-available",
      2: "among-newest",
      1: "among-newest",
    });
  });

  test("keeps usable copies although newer ones stand under a key that cannot be used, and those as well", () => {
    const unusable = { kmsKeyArn: otherKey };
    const copies = [
      takenOn(day(1)),
      takenOn(day(2)),
      takenOn(day(3)),
      takenOn(day(4), unusable),
      takenOn(day(5), unusable),
      takenOn(day(6), unusable),
    ];
    expect(reasons(copies)).toEqual({
      6: "among-newest",
      5: "among-newest",
      4: "expired",
      3: "among-newest",
      2: "among-newest",
      1: "expired",
    });
  });

  test("leaves alone what is not ours", () => {
    const foreign = takenOn(day(1), { tags: new Map() });
    const elsewhere = takenOn(day(2), { tags: tags("copy", { "rds-dr:environment": "prod" }) });
    expect(decideRetention([foreign, elsewhere, ...newer], policy, guards, now)).toHaveLength(newer.length);
  });

  test.each([
    ["an empty hold keeps for ever", "", "held"],
    ["a hold that is true keeps for ever", "true", "held"],
    ["a hold that cannot be read keeps for ever", "until the audit", "held"],
    ["a hold that names a ticket keeps for ever", "audit-7", "held"],
    ["a hold that names a year alone keeps for ever", "2020", "held"],
    ["a hold until a day that does not exist keeps for ever", "2026-02-31", "held"],
    ["a hold until an instant of such a day keeps for ever", "2026-02-31T10:00:00Z", "held"],
    ["a hold until a month that does not exist keeps for ever", "2026-13-01", "held"],
    ["a hold until an hour that does not exist keeps for ever", "2026-02-28T25:00:00Z", "held"],
    ["a hold until later keeps", "2026-03-10T00:00:00.001Z", "held"],
    ["a hold until this instant is over", "2026-03-10T00:00:00Z", "expired"],
    ["a hold until today, as a date, is over", "2026-03-10", "expired"],
  ])("%s", (_, hold, because) => {
    const held = takenOn(day(1), { tags: tags("copy", { "rds-dr:hold": hold }) });
    expect(reasons([held, ...newer])[1]).toBe(because);
  });

  test("a copy without the tag is not held", () => {
    expect(isHeld(copy(), now)).toBe(false);
  });
});

describe("retention while a declaration is open", () => {
  const open = { ...guards, openSince: day(2) };
  const declared = { "rds-dr:declaration": "d-1 2026-03-02T00:00:00.000Z disaster orders" };

  test("keeps every copy from before it, and prunes those from after it as ever", () => {
    const copies = [
      takenOn(day(1)),
      takenOn(day(2)),
      takenOn(new Date(day(2).getTime() + 1)),
      takenOn(day(4)),
      ...newer,
    ];
    const kept = decideRetention(copies, policy, open, now).filter(
      ({ because }) => because === "declaration-open",
    );
    expect(kept.map(({ copy: one }) => one.originalCreatedAt)).toEqual([day(2), day(1)]);
    expect(decideRetention(copies, policy, open, now).filter(({ kind }) => kind === "delete")).toHaveLength(
      2,
    );
  });

  test("keeps the chosen copy whenever it was taken", () => {
    const chosen = takenOn(day(4), { tags: tags("copy", { ...declared, "rds-dr:outcome": "restored" }) });
    expect(reasons([chosen, ...newer], open)[4]).toBe("declaration-open");
  });

  test("keeps a chosen copy until its restore has come to an end", () => {
    const chosen = takenOn(day(4), { tags: tags("copy", declared) });
    const ended = takenOn(day(4), { tags: tags("copy", { ...declared, "rds-dr:outcome": "restored" }) });
    const pending = takenOn(day(4), { tags: tags("copy", { ...declared, "rds-dr:outcome": "pending" }) });
    expect(reasons([chosen, ...newer])[4]).toBe("declaration-open");
    expect(reasons([pending, ...newer])[4]).toBe("declaration-open");
    expect(reasons([ended, ...newer])[4]).toBe("expired");
  });
});

describe("retention as a law", () => {
  const point = fc.record({
    minute: fc.nat(40 * 1440),
    status: fc.constantFrom("available", "available", "available", "creating", "failed"),
    key: fc.constantFrom(currentKey, currentKey, otherKey),
  });
  const points = fc.array(point, { maxLength: 20 }).map((drawn) =>
    drawn.map(({ minute, status, key }, index) => {
      const born = new Date(day(1).getTime() + minute * 60_000);
      return takenOn(born, { id: `copy-${index}`, status, kmsKeyArn: key });
    }),
  );
  const policies = fc.record({
    days: fc.integer({ min: 1, max: 30 }),
    minimumCopies: fc.integer({ min: 1, max: 5 }),
  });
  const later = new Date(Date.UTC(2026, 3, 15));
  const isUsable = (one: Snapshot) => one.status === "available" && one.kmsKeyArn === currentKey;
  const kept = (copies: readonly Snapshot[], using: typeof policy) =>
    decideRetention(copies, using, guards, later).flatMap(({ kind, copy: one }) =>
      kind === "keep" ? [one] : [],
    );

  it("accounts for every copy exactly once", () => {
    fc.assert(
      fc.property(points, policies, (copies, using) => {
        const decided = decideRetention(copies, using, guards, later).map(({ copy: one }) => one.id);
        expect(decided.toSorted()).toEqual(copies.map(({ id }) => id).toSorted());
      }),
    );
  });

  it("never goes below the newest usable copies", () => {
    fc.assert(
      fc.property(points, policies, (copies, using) => {
        const usable = copies.filter(isUsable).map((one) => one.originalCreatedAt?.getTime() ?? 0);
        const newest = usable.toSorted((a, b) => b - a).slice(0, using.minimumCopies);
        const survivors = kept(copies, using)
          .filter(isUsable)
          .map((one) => one.originalCreatedAt?.getTime() ?? 0);
        expect(survivors.toSorted((a, b) => b - a).slice(0, newest.length)).toEqual(newest);
      }),
    );
  });

  it("changes nothing on a second pass", () => {
    fc.assert(
      fc.property(points, policies, (copies, using) => {
        const once = kept(copies, using);
        expect(kept(once, using)).toEqual(once);
      }),
    );
  });

  it("never deletes more when more is to be kept", () => {
    fc.assert(
      fc.property(points, policies, fc.nat(5), fc.nat(3), (copies, using, days, more) => {
        const wider = { days: using.days + days, minimumCopies: using.minimumCopies + more };
        const ids = new Set(kept(copies, wider).map(({ id }) => id));
        expect(kept(copies, using).every(({ id }) => ids.has(id))).toBe(true);
      }),
    );
  });
});

test("a judgement is old when the copy was held, declared or settled after it", () => {
  const declared = { "rds-dr:declaration": "d1 2026-03-01T02:00:00Z disaster orders" };
  const changed = (before: Record<string, string>, after: Record<string, string>) =>
    isMarkedSince(copy({ tags: tags("copy", before) }), copy({ tags: tags("copy", after) }));
  expect(changed({}, { tier: "1" })).toBe(false);
  expect(changed({ "rds-dr:hold": "2026-02-01" }, { "rds-dr:hold": "2026-02-01" })).toBe(false);
  expect(changed({}, { "rds-dr:hold": "" })).toBe(true);
  expect(changed({}, declared)).toBe(true);
  expect(changed(declared, { ...declared, "rds-dr:outcome": "closed" })).toBe(true);
});
