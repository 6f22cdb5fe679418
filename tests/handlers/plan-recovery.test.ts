import { describe, expect, test } from "vitest";
import { decideRecovery } from "../../handlers/plan-recovery/decide.ts";
import { currentKey, otherKey } from "../shared/builders.ts";
import { declared, old, outline, plan } from "./planned.ts";
import { chosenBy, copyOf, declaredAt, minutesAfter, restored, settings } from "./recovery-builders.ts";

const recent = copyOf("orders", { id: "recent" });

describe("the copy of an instance", () => {
  test("is the newest usable one", () => {
    expect(outline({ copies: [old, recent] })).toEqual(["orders from recent as orders"]);
  });

  test.each([
    ["failed", { status: "failed" }],
    ["still being copied", { status: "creating" }],
    ["under a key that is not enabled", { kmsKeyArn: otherKey }],
    ["not encrypted", { encrypted: false }],
  ])("is never one that is %s", (_, changes) => {
    const unusable = copyOf("orders", { id: "recent", ...changes });
    expect(outline({ copies: [old, unusable] })).toEqual(["orders from old as orders"]);
    expect(outline({ copies: [unusable] })).toEqual(["orders: no-usable-copy"]);
  });

  test.each([
    ["at the instant of the declaration is chosen", minutesAfter(0), "recent"],
    ["a millisecond after the declaration is not", minutesAfter(1 / 60_000), "old"],
  ])("taken %s", (_, taken, expected) => {
    const copies = [old, copyOf("orders", { id: "recent", taken })];
    expect(outline({ copies })).toEqual([`orders from ${expected} as orders`]);
  });

  test("is judged by the latest of its times, so that nothing newer than asOf slips in", () => {
    const straddling = copyOf("orders", {
      id: "straddling",
      taken: minutesAfter(-1),
      originalCreatedAt: minutesAfter(1),
    });
    expect(outline({ copies: [old, straddling] })).toEqual(["orders from old as orders"]);
  });

  test.each([
    ["its own time", minutesAfter(-1530), ["orders from old as orders"]],
    ["an earlier time", minutesAfter(-1531), ["orders: no-copy-so-old"]],
    ["a later time than the declaration", minutesAfter(120), ["orders from late as orders"]],
  ])("answers an asOf of %s", (_, asOf, expected) => {
    const copies = [old, recent, copyOf("orders", { id: "late", taken: minutesAfter(60) })];
    expect(outline({ copies, declared: { ...declared, asOf } })).toEqual(expected);
  });

  test("that is not ours is not looked at", () => {
    const foreign = copyOf("orders", { tags: { "rds-dr:environment": "prod" } });
    expect(outline({ copies: [foreign] })).toEqual(["orders: no-copy"]);
  });
});

describe("the scope of a declaration", () => {
  const copies = [recent, copyOf("crm", { id: "c" })];

  test("is everything listed or copied, and what has no copy is said", () => {
    const listed = { ...settings, instances: { listed: ["orders", "wiki"], excluded: [] } };
    expect(outline({ copies, settings: listed })).toEqual([
      "crm from c as crm",
      "orders from recent as orders",
      "wiki: no-copy",
    ]);
  });

  test("is what it names, and no more", () => {
    const named = { ...declared, instances: ["crm", "crm"] };
    expect(outline({ copies, declared: named })).toEqual(["crm from c as crm"]);
  });

  test("is ordered by tier: override, else tag, else 2; then by name", () => {
    const tiered = [
      copyOf("d", { tags: { tier: "3" } }),
      copyOf("c", { tags: { tier: "soon" } }),
      copyOf("b"),
      copyOf("a", { tags: { tier: "1" } }),
      copyOf("e", { tags: { tier: "3" } }),
    ];
    const { restores } = plan({
      copies: tiered,
      settings: { ...settings, instances: { listed: [], excluded: [] }, overrides: { e: { tier: 1 } } },
    });
    expect(restores.map(({ instanceId, tier }) => [instanceId, tier])).toEqual([
      ["a", 1],
      ["e", 1],
      ["b", 2],
      ["c", 2],
      ["d", 3],
    ]);
  });
});

describe("the name of a restore", () => {
  const foreign = { DBInstanceIdentifier: "orders", DBInstanceStatus: "available" };

  test("has -dr when a foreign instance has the own one", () => {
    expect(outline({ copies: [recent], instances: [foreign] })).toEqual(["orders from recent as orders-dr"]);
  });

  test("that is taken twice is reported, and nothing is restored", () => {
    const both = [foreign, { DBInstanceIdentifier: "orders-dr" }];
    expect(outline({ copies: [recent], instances: both })).toEqual(["orders: name-taken"]);
  });

  test("never is the name of another protected instance", () => {
    const copies = [recent, copyOf("orders-dr", { id: "x" })];
    expect(outline({ copies, instances: [foreign] })).toEqual([
      "orders-dr from x as orders-dr",
      "orders: name-taken",
    ]);
  });

  test("is not the one of an instance whose declaration is closed", () => {
    const kept = restored({ tags: { "rds-dr:closed": minutesAfter(-10).toISOString() } });
    expect(outline({ copies: [recent], instances: [kept] })).toEqual(["orders from recent as orders-dr"]);
  });
});

describe("a declaration that is delivered again", () => {
  const eventId = "d1";

  test("keeps the copy that it tagged, though a newer one is usable by now", () => {
    const tagged = copyOf("orders", {
      id: "old",
      taken: minutesAfter(-1530),
      tags: chosenBy("d1", "orders-dr"),
    });
    const { restores } = plan({ eventId, copies: [tagged, recent] });
    expect(restores).toMatchObject([{ copy: { id: "old" }, restoreAs: "orders-dr", isTagged: true }]);
  });

  test("counts from its first event when an operator published it twice", () => {
    const tagged = copyOf("orders", { tags: chosenBy("mine", "orders") });
    const again = plan({
      declared: { ...declared, declarationId: "mine" },
      eventId: "e9",
      eventTime: minutesAfter(30),
      copies: [tagged],
    });
    expect(again.declaration).toEqual({ id: "mine", declaredAt, mode: "disaster" });
  });

  test.each([
    ["pending", [restored()], "being-restored"],
    ["serving:2026-03-10T02:25:00Z", [restored()], "already-restored"],
    ["restored:2026-03-10T02:25:00Z", [restored()], "already-restored"],
    ["serving:2026-03-10T02:25:00Z", [], "gone-since"],
    ["restored:2026-03-10T02:25:00Z", [], "gone-since"],
    ["restored:2026-03-10T02:25:00Z", [restored({ DBInstanceStatus: "deleting" })], "gone-since"],
    ["refused:KMSKeyNotAccessible", [], "failed-before"],
    ["failed:incompatible-restore", [], "failed-before"],
    ["closed:2026-03-10T02:25:00Z", [], "closed-before"],
  ])("restores nothing twice: %s", (outcome, instances, because) => {
    const tagged = copyOf("orders", { tags: chosenBy("d1", "orders", outcome) });
    const decision = plan({ eventId, copies: [tagged], instances });
    expect(decision).toMatchObject({ kind: "plan-recovery", restores: [], leftOut: [{ because }] });
  });

  test("after it was closed does nothing", () => {
    const kept = restored({ tags: { "rds-dr:closed": minutesAfter(600).toISOString() } });
    const decision = decideRecovery({
      declared,
      eventId,
      eventTime: declaredAt,
      copies: [recent],
      instances: [kept],
      enabledKeys: new Set([currentKey]),
      settings,
    });
    expect(decision).toMatchObject({ kind: "refuse", because: "closed-before" });
  });
});

describe("a second declaration while one is open", () => {
  const copies = (outcome: string) => [
    copyOf("orders", { id: "chosen", tags: chosenBy("d1", "orders", outcome) }),
  ];
  const later = { eventTime: minutesAfter(60) };

  test("leaves alone what is back, and says that it was declared already", () => {
    const decision = plan({
      ...later,
      copies: copies("restored:2026-03-10T02:25:00Z"),
      instances: [restored()],
    });
    expect(decision).toMatchObject({ kind: "already-declared", restores: [], open: [{ id: "d1" }] });
    expect(decision.leftOut).toEqual([
      { instanceId: "orders", because: "already-restored", detail: "orders" },
    ]);
  });

  test("leaves alone what is coming up", () => {
    const creating = restored({ DBInstanceStatus: "creating", Endpoint: undefined });
    const decision = plan({ ...later, copies: copies("pending"), instances: [creating] });
    expect(decision.leftOut).toMatchObject([{ because: "being-restored" }]);
  });

  test("restores as -r2 what came up broken, and -r3 after that", () => {
    const broken = restored({ DBInstanceStatus: "incompatible-restore" });
    const first = { ...later, copies: copies("failed:incompatible-restore"), instances: [broken] };
    expect(outline(first)).toEqual(["orders from chosen as orders-r2"]);
    const second = restored({ DBInstanceIdentifier: "orders-r2", DBInstanceStatus: "failed" });
    expect(outline({ ...first, instances: [broken, second] })).toEqual(["orders from chosen as orders-r3"]);
  });

  test("restores as -r2 what is gone though it was back", () => {
    const other = restored({ DBInstanceIdentifier: "crm", tags: { "rds-dr:instance": "crm" } });
    const gone = { ...later, copies: copies("restored:2026-03-10T02:25:00Z"), instances: [other] };
    expect(plan(gone).kind).toBe("already-declared");
    expect(outline(gone)).toEqual(["orders from chosen as orders-r2"]);
  });

  test.each([
    ["less than 15 minutes ago", minutesAfter(15 - 1 / 60_000), ["orders: being-restored"]],
    ["15 minutes ago", minutesAfter(15), ["orders from chosen as orders-r2"]],
  ])("restores what was asked for %s without a trace: %o", (_, eventTime, expected) => {
    expect(outline({ eventTime, copies: copies("pending") })).toEqual(expected);
  });

  test.each([
    [
      "an override of it",
      { overrides: { orders: { instanceClass: "db.r6i.xlarge" } } },
      " from chosen as orders-r2",
    ],
    ["an asOf", { asOf: declaredAt }, " from chosen as orders-r2"],
    ["nothing that is other", {}, ": being-restored"],
    ["an override of another one", { overrides: { crm: { multiAz: false } } }, ": being-restored"],
  ])("with %s takes over a restore of which people know that it waits", (_, more, expected) => {
    const situation = { eventTime: minutesAfter(4), declared: { ...declared, ...more } };
    expect(outline({ ...situation, copies: copies("pending:no-room") })).toEqual([`orders${expected}`]);
    expect(outline({ ...situation, copies: copies("pending") })).toEqual(["orders: being-restored"]);
  });

  test("never chooses a copy taken after the first one, unless asOf says so", () => {
    const broken = restored({ DBInstanceStatus: "failed" });
    const all = [...copies("failed:failed"), copyOf("orders", { id: "late", taken: minutesAfter(30) })];
    const situation = { eventTime: minutesAfter(60), copies: all, instances: [broken] };
    expect(outline(situation)).toEqual(["orders from chosen as orders-r2"]);
    const asOf = { ...declared, asOf: minutesAfter(60) };
    expect(outline({ ...situation, declared: asOf })).toEqual(["orders from late as orders-r2"]);
  });

  test.each([
    ["moved back to the primary region", "restored:2026-03-10T02:25:00Z"],
    ["never brought up by the first one", "failed:incompatible-restore"],
  ])(
    "chooses the newest copy of an instance that was %s, though the first one stays open for others",
    (_, outcome) => {
      const crm = restored({ DBInstanceIdentifier: "crm", tags: { "rds-dr:instance": "crm" } });
      const late = copyOf("orders", { id: "late", taken: minutesAfter(7_000) });
      const situation = {
        eventTime: minutesAfter(7_200),
        copies: [...copies(outcome), late],
        instances: [crm],
      };
      expect(plan(situation).kind).toBe("already-declared");
      expect(outline(situation)).toEqual(["orders from late as orders-r2"]);
    },
  );

  test("ends the following of the copy that it takes over from", () => {
    const pending = copyOf("orders", {
      id: "first",
      taken: minutesAfter(-200),
      tags: chosenBy("d1", "orders"),
    });
    const { restores, superseded } = plan({ ...later, copies: [pending, recent] });
    expect(restores).toMatchObject([{ copy: { id: "recent" }, restoreAs: "orders-r2" }]);
    expect(superseded.map(({ id }) => id)).toEqual(["first"]);
  });

  test("restores what the first did not name under its own name, from its newest copy", () => {
    const crm = copyOf("crm", { id: "c", taken: minutesAfter(30) });
    const situation = { ...later, copies: [...copies("pending"), crm], instances: [restored()] };
    expect(outline(situation)).toEqual(["crm from c as crm", "orders: already-restored"]);
  });

  test("of other instances is one like any other", () => {
    const crm = copyOf("crm", { id: "c" });
    const named = { ...declared, instances: ["crm"] };
    expect(plan({ ...later, declared: named, copies: [...copies("pending"), crm] }).kind).toBe(
      "plan-recovery",
    );
  });
});
