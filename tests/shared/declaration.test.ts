import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  copiesOf,
  decodeDeclaration,
  decodeOutcome,
  encodeDeclaration,
  encodeOutcome,
  isFinal,
  isUnfinished,
  type Outcome,
  openDeclarations,
  outcomeOf,
  tagValueLengthMax,
} from "../../shared/declaration.ts";
import { restoreName } from "../../shared/restore/restore-name.ts";
import { chosenBy, copyOf, declaredAt, minutesAfter, restored } from "../handlers/recovery-builders.ts";

const legalTagValue = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;
const plain = { id: "d1", declaredAt, mode: "disaster", restoreAs: "orders" } as const;

describe("a declaration's tag", () => {
  test("reads as its four words when nothing is overridden", () => {
    expect(encodeDeclaration(plain)).toBe("d1 2026-03-10T02:00:00.000Z disaster orders");
    expect(encodeDeclaration({ ...plain, override: {} })).toBe(encodeDeclaration(plain));
  });

  test("comes back as it was written, whatever is overridden", () => {
    const override = fc.record(
      {
        instanceClass: fc.stringMatching(/^db\.[a-z0-9.-]+$/),
        securityGroups: fc.array(fc.stringMatching(/^sg-[0-9a-f]{8,17}$/), { minLength: 1 }),
        multiAz: fc.boolean(),
        deletionProtection: fc.boolean(),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(override, (given) => {
        const text = encodeDeclaration({ ...plain, override: given });
        expect(text).toMatch(legalTagValue);
        expect(decodeDeclaration(text)?.override ?? {}).toEqual(given);
      }),
    );
  });

  test("has room for an ordinary override beside the longest names", () => {
    const override = {
      instanceClass: "db.r6g.2xlarge",
      multiAz: false,
      deletionProtection: false,
      securityGroups: ["sg-0a1b2c3d4e5f60718"],
    };
    const longest = { ...plain, id: "7d1c31b0-0c0a-4c0e-9d0e-8a7b6c5d4e3f", restoreAs: "x".repeat(63) };
    const text = encodeDeclaration({ ...longest, override });
    expect(text.length).toBeLessThanOrEqual(tagValueLengthMax);
    expect(decodeDeclaration(text)).toEqual({ ...longest, override });
  });

  test.each([
    ["nothing", undefined],
    ["an empty text", ""],
    ["another mode", "d1 2026-03-10T02:00:00.000Z war orders"],
    ["no instant", "d1 yesterday disaster orders"],
    ["no name to restore as", "d1 2026-03-10T02:00:00.000Z disaster"],
  ])("is none when it is %s", (_, text) => {
    expect(decodeDeclaration(text)).toBeUndefined();
  });

  test("whose override was edited by hand counts without it", () => {
    expect(decodeDeclaration(`${encodeDeclaration(plain)} !!!`)).toEqual({ ...plain, override: undefined });
  });
});

describe("an outcome", () => {
  const servingAt = minutesAfter(25);
  test.each<[string, Outcome]>([
    ["pending", { kind: "pending" }],
    ["refused:DBSubnetGroupNotFound", { kind: "refused", because: "DBSubnetGroupNotFound" }],
    ["failed:incompatible-restore", { kind: "failed", because: "incompatible-restore" }],
    ["serving:2026-03-10T02:25:00.000Z", { kind: "serving", servingAt }],
    [
      "modified:2026-03-10T02:25:00.000Z 2026-03-10T02:27:00.000Z",
      { kind: "modified", servingAt, modifiedAt: minutesAfter(27) },
    ],
    ["restored:2026-03-10T02:25:00.000Z", { kind: "restored", servingAt }],
    ["closed:2026-03-10T02:25:00.000Z", { kind: "closed", at: servingAt }],
    ["retired:2026-03-10T02:25:00.000Z", { kind: "retired", at: servingAt }],
    ["uncovered:2026-03-10T02:25:00.000Z", { kind: "uncovered", at: servingAt }],
    ["restored", { kind: "restored", servingAt: undefined }],
    ["closed", { kind: "closed", at: undefined }],
  ])("is written as %s and read back", (text, outcome) => {
    expect(encodeOutcome(outcome)).toBe(text);
    expect(decodeOutcome(text)).toEqual(outcome);
    expect(text).toMatch(legalTagValue);
    const own = encodeOutcome(outcome, "d1");
    expect(own).toBe(`${text} @d1`);
    expect(decodeOutcome(own, "d1")).toEqual(outcome);
    expect(own).toMatch(legalTagValue);
  });

  test("of another declaration than the copy carries is pending", () => {
    const failedOf = (id: string) =>
      outcomeOf(copyOf("orders", { tags: chosenBy("d2", "orders-r2", `failed:copy-gone @${id}`) }));
    expect(failedOf("d1")).toEqual({ kind: "pending" });
    expect(failedOf("d2")).toEqual({ kind: "failed", because: "copy-gone" });
  });

  test("fits its tag with the longest reason and the longest declarationId", () => {
    const longest = encodeOutcome({ kind: "failed", because: "x".repeat(500) }, "d".repeat(64));
    expect(longest.length).toBeLessThanOrEqual(tagValueLengthMax);
  });

  test.each([undefined, "", "serving", "serving:soon", "modified:2026-03-10T02:25:00.000Z", "done:yes"])(
    "that reads %s is pending",
    (text) => {
      expect(decodeOutcome(text)).toEqual({ kind: "pending" });
    },
  );

  test("is final when it is restored, failed or closed, and only then", () => {
    const kinds = ["pending", "refused:x", "serving:2026-03-10T02:25:00Z", "restored:2026-03-10T02:25:00Z"];
    expect(kinds.map((text) => isFinal(decodeOutcome(text)))).toEqual([false, false, false, true]);
    expect(isFinal({ kind: "failed", because: "x" })).toBe(true);
    expect(isFinal({ kind: "closed", at: declaredAt })).toBe(true);
  });

  test("that is not final keeps its copy followed", () => {
    const outcomes = ["pending", "serving:2026-03-10T02:25:00Z", "restored", "failed:x"];
    const copies = outcomes.map((outcome) => copyOf("orders", { tags: chosenBy("d1", "orders", outcome) }));
    expect(copies.map(isUnfinished)).toEqual([true, true, false, false]);
    expect(isUnfinished(copyOf("orders"))).toBe(false);
  });

  test("has a reason that is legal in a tag, whatever it is", () => {
    expect(encodeOutcome({ kind: "failed", because: "can't: 100% gone!" })).toBe("failed:can-t-100-gone-");
  });
});

describe("a declaration", () => {
  const unfinished = copyOf("orders", { tags: chosenBy("d1", "orders") });
  const finished = copyOf("crm", { tags: chosenBy("d1", "crm", "failed:copy-gone") });

  test("is open and unfinished while one of its copies has no final outcome", () => {
    expect(openDeclarations([unfinished, finished], [], "dev")).toEqual([
      { id: "d1", declaredAt, mode: "disaster", instanceIds: new Set(["orders"]), isUnfinished: true },
    ]);
  });

  test("is open and finished while a restored instance lacks rds-dr:closed", () => {
    const [open] = openDeclarations([finished], [restored()], "dev");
    expect(open).toMatchObject({ id: "d1", isUnfinished: false, instanceIds: new Set(["orders"]) });
    const closed = restored({ tags: { "rds-dr:closed": minutesAfter(600).toISOString() } });
    expect(openDeclarations([finished], [closed], "dev")).toEqual([]);
  });

  test("of another environment is none of ours", () => {
    const foreign = restored({ tags: { "rds-dr:environment": "prod" } });
    expect(openDeclarations([unfinished], [foreign], "prod2")).toEqual([]);
    expect(copiesOf("d1", [unfinished], "prod")).toEqual([]);
  });

  test("comes in the order in which it was declared", () => {
    const later = copyOf("crm", { tags: chosenBy("a-later", "crm", "pending", minutesAfter(60)) });
    expect(openDeclarations([later, unfinished], [], "dev").map(({ id }) => id)).toEqual(["d1", "a-later"]);
  });
});

describe("the name of a restore", () => {
  test("takes its suffix as it is where that fits", () => {
    expect(restoreName("orders", "-dr")).toBe("orders-dr");
    expect(restoreName("x".repeat(60), "-dr")).toBe(`${"x".repeat(60)}-dr`);
  });

  test("is a legal identifier for every legal one, and different for different ones", () => {
    const legal = /^(?!.*--)[a-z][a-z0-9-]{0,61}[a-z0-9]$/;
    // Every third character is a hyphen now and then, and lengths reach RDS's 63.
    const id = fc.stringMatching(/^[a-z]([a-z0-9]{2}|-[a-z0-9]){25,31}$/);
    fc.assert(
      fc.property(id, id, (a, b) => {
        expect(restoreName(a, "-r2")).toMatch(legal);
        if (a !== b) expect(restoreName(a, "-dr")).not.toBe(restoreName(b, "-dr"));
      }),
    );
  });
});
