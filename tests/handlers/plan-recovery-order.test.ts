import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { planned, refusal } from "../../handlers/plan-recovery/answers.ts";
import { correctedDetail } from "../../handlers/plan-recovery/command.ts";
import {
  detailTypeFault,
  latenessFault,
  orderType,
  readClosing,
  readDeclaration,
} from "../../handlers/plan-recovery/order.ts";
import { putEventsCommand } from "../../shared/put-events-command.ts";
import { faultLine } from "../../shared/settings/problems.ts";
import { copyOf, declaredAt, minutesAfter, order } from "./recovery-builders.ts";

const known = new Set(["orders", "crm"]);
const valid = { mode: "disaster", reason: "us-east-1 is gone" };
const destination = { region: "us-west-2", bus: "rds-dr-dev" };

/** The faults of a declaration, one line each. */
function faults(detail: unknown) {
  const read = readDeclaration(order(detail), known);
  return read.kind === "refused" ? read.faults.map(faultLine) : [];
}

describe("a declaration", () => {
  test("needs mode and reason only", () => {
    expect(readDeclaration(order(valid), known)).toEqual({ kind: "understood", detail: valid });
  });

  test("is understood with everything it may have", () => {
    const detail = {
      ...valid,
      declarationId: "storm-1",
      instances: ["orders"],
      asOf: "2026-03-09T00:00:00Z",
      dryRun: true,
      overrides: { orders: { instanceClass: "db.r6g.2xlarge", multiAz: false } },
    };
    expect(faults(detail)).toEqual([]);
  });

  test.each([
    [
      "of a disaster with an end of its drill",
      { ...valid, endDrillAfterMinutes: 60 },
      [
        "endDrillAfterMinutes: 60 is for drills only: leave it out, for nothing of a disaster is ever deleted",
      ],
    ],
    [
      "with asOf in another spelling",
      { ...valid, asOf: "5" },
      [
        'asOf: "5" cannot be used: write an ISO-8601 instant such as "2026-03-01T02:00:00Z", or leave it out for now',
      ],
    ],
    ["without a mode", { reason: "x" }, ['mode: (missing) is required: write "disaster"']],
    ["of another mode", { ...valid, mode: "panic" }, ['mode: "panic" cannot be used: write "disaster"']],
    ["without a reason", { mode: "disaster" }, ["reason: (missing) is required: say in a few words why"]],
    ["with an empty reason", { ...valid, reason: "" }, ['reason: "" cannot be used: say in a few words why']],
    [
      "with a mistyped field",
      { ...valid, reasons: "x" },
      ['reasons: "x" is no field of this order: did you mean reason?'],
    ],
    [
      "with an unknown instance",
      { ...valid, instances: ["order", "crm"] },
      ['instances.0: "order" is no instance that is listed or has copies here: did you mean orders?'],
    ],
    [
      "with an override of an instance that it does not name",
      { ...valid, instances: ["crm"], overrides: { orders: { multiAz: true } } },
      ['overrides.orders: "orders" is not among instances: add it there, or take the override out'],
    ],
    [
      "with an unknown override",
      { ...valid, overrides: { orders: { multiAZ: true } } },
      ["overrides.orders.multiAZ: true is no field of this order: did you mean multiAz?"],
    ],
    [
      "for more than a day of drill",
      { ...valid, endDrillAfterMinutes: 1441 },
      ["endDrillAfterMinutes: 1441 cannot be used: write a number from 1 to 1440, or leave it out"],
    ],
  ])("%s is refused", (_, detail, expected) => {
    expect(faults(detail)).toEqual(expected);
  });

  test("that orders a drill is refused by name", () => {
    expect(faults({ ...valid, mode: "drill" })).toEqual([
      'mode: "drill" drills do not exist yet in this version: write "disaster", which restores for good',
    ]);
  });

  test("has every fault named at once", () => {
    const lines = faults({ mode: "disastre", instances: ["ordres", "Crm"], asOf: "yesterday", dry: true });
    expect(lines.map((line) => line.split(":")[0])).toEqual([
      "mode",
      "reason",
      "instances.1",
      "asOf",
      "dry",
      "instances.0",
    ]);
  });

  test.each([[undefined], [null], ["disaster"], [7], [[]]])("that is %o is refused", (detail) => {
    expect(faults(detail).length).toBeGreaterThan(0);
  });

  test("with an override too long to travel with the copy is refused", () => {
    const group = (at: number) => `sg-0${(at * 7_368_787_013_761).toString(16).padStart(16, "0")}`;
    const long = { securityGroups: Array.from({ length: 20 }, (_, at) => group(at + 1)) };
    const read = readDeclaration(order({ ...valid, overrides: { orders: long } }), known);
    expect(read).toMatchObject({ kind: "refused", faults: [{ path: "overrides.orders" }] });
  });
});

describe("a detail-type", () => {
  test.each([
    ["dr-declare", "did you mean dr-declared?"],
    ["DR-Declared", "did you mean dr-declared?"],
    ["declaration-close", "did you mean declaration-closed?"],
    ["hello", "write dr-declared or declaration-closed"],
    ["drill-ended", "drills do not exist yet in this version: there is none to end"],
  ])("%s is no order", (event, remedy) => {
    expect(orderType(event)).toBeUndefined();
    expect(detailTypeFault(event).problem).toContain(remedy);
  });
});

describe("declaration-closed", () => {
  const closed = (detail: unknown) =>
    readClosing(order(detail, { event: "declaration-closed" }), ["d0", "d1"]);

  test("of a known declaration is understood", () => {
    expect(closed({ declarationId: "d1" })).toEqual({ kind: "understood", detail: { declarationId: "d1" } });
  });

  test.each([
    [
      { declarationId: "d2" },
      ['declarationId: "d2" is no declaration of this environment: known are d0, d1'],
    ],
    [{}, ["declarationId: (missing) names no declaration: known are d0, d1"]],
    [{ declarationId: "d1", id: "d1" }, ['id: "d1" is no field of this order: the fields are declarationId']],
  ])("%o is refused with those that are known", (detail, expected) => {
    const read = closed(detail);
    expect(read.kind === "refused" && read.faults.map(faultLine)).toEqual(expected);
  });
});

describe("the right command", () => {
  test("survives a shell, whatever the reason says", () => {
    const detail = { mode: "disaster", reason: `it's "gone" $HOME` };
    const command = putEventsCommand("dr-declared", detail, destination);
    const shown = execFileSync("sh", ["-c", command.replace(/^aws /, "printf '%s\\n' ")], {
      encoding: "utf8",
    });
    const entries: unknown = JSON.parse(shown.split("\n").at(-2) ?? "");
    expect(entries).toEqual([
      {
        EventBusName: "rds-dr-dev",
        Source: "operator",
        DetailType: "dr-declared",
        Detail: JSON.stringify(detail),
      },
    ]);
  });

  test.each([
    [
      "keeps what was right",
      { ...valid, instances: ["crm"], dryRun: "yes" },
      { ...valid, instances: ["crm"], dryRun: "<dryRun>" },
    ],
    [
      "never widens what was meant to be narrow",
      { ...valid, only: ["crm"] },
      { ...valid, instances: "<instances>" },
    ],
    ["moves a mistyped field", { mode: "disaster", reasn: "x" }, { mode: "disaster", reason: "<reason>" }],
    ["does not turn a drill into a disaster", { ...valid, mode: "drill" }, { ...valid, mode: "<mode>" }],
    ["starts from nothing", 7, { mode: "disaster", reason: "<reason>" }],
  ])("%s", (_, detail, expected) => {
    const read = readDeclaration(order(detail), known);
    const found = read.kind === "refused" ? read.faults : [];
    expect(correctedDetail("dr-declared", detail, found)).toEqual(expected);
  });

  test("for a mistyped detail-type is the same declaration, spelled right", () => {
    const message = order(valid, { event: "dr-declare" });
    const answer = refusal(message, [detailTypeFault("dr-declare")], destination);
    expect(answer.kind).toBe("declaration-refused");
    expect(answer.message).toContain(putEventsCommand("dr-declared", valid, destination));
    expect(answer.message).toContain('detail-type: "dr-declare" is no order that rds-dr knows');
  });
});

test.each([
  [
    "all that is left out",
    [{ instanceId: "wiki", because: "no-copy", detail: "" }],
    "recovery planned: nothing to restore, 1 instance left out",
    "Nothing is restored.\n\nNot restored:\n- wiki: it has no copy in this region",
  ],
  [
    "that there is nothing",
    [],
    "recovery planned: nothing to restore, there are no copies",
    "Nothing is restored: no instance has a copy of this environment in this region.",
  ],
] as const)("a recovery without anything to restore says %s", (_, leftOut, subject, message) => {
  const declaration = { id: "d1", declaredAt, mode: "disaster" } as const;
  const answer = planned(
    { kind: "plan-recovery", declaration, restores: [], leftOut, superseded: [], open: [] },
    { mode: "disaster", reason: "flood" },
  );
  expect(answer.subject).toBe(subject);
  expect(answer.message).toContain(message);
});

test("a planned recovery is announced with each copy, its age, its name, and what is left out", () => {
  const answer = planned(
    {
      kind: "plan-recovery",
      declaration: { id: "d1", declaredAt, mode: "disaster" },
      restores: [
        {
          instanceId: "orders",
          copy: copyOf("orders", { id: "c" }),
          takenAt: minutesAfter(-90),
          restoreAs: "orders-dr",
          tier: 1,
          override: undefined,
          isTagged: false,
        },
      ],
      leftOut: [{ instanceId: "wiki", because: "no-copy", detail: "" }],
      superseded: [],
      open: [],
    },
    { mode: "disaster", reason: "flood", dryRun: true },
  );
  expect(answer).toMatchObject({ kind: "recovery-planned", instances: ["orders", "wiki"] });
  expect(answer.subject).toBe("dry run: 1 instance to restore, 1 not");
  expect(answer.message).toContain(
    "- orders (tier 1): from c, taken 2026-03-10T00:30:00.000Z, 90 minutes before the declaration; restored as orders-dr",
  );
  expect(answer.message).toContain("- wiki: it has no copy in this region");
});

describe("an asOf or an override for what is back already", () => {
  const back = [{ instanceId: "orders", because: "already-restored", detail: "orders" }] as const;
  const missing = [{ instanceId: "orders", because: "no-copy", detail: "" }] as const;
  const other = { overrides: { crm: { multiAz: false } } };
  test.each([
    ["an asOf", back, { asOf: declaredAt }, true],
    ["an override of it", back, { overrides: { orders: { multiAz: false } } }, true],
    ["an override of another one", back, other, false],
    ["neither", back, {}, false],
    ["an asOf for what is not there", missing, { asOf: declaredAt }, false],
  ] as const)("(%s) is answered with what to do first: %#", (_, leftOut, more, expected) => {
    const declaration = { id: "d2", declaredAt, mode: "disaster" } as const;
    const answer = planned(
      { kind: "already-declared", declaration, restores: [], leftOut, superseded: [], open: [] },
      { mode: "disaster", reason: "flood", ...more },
    );
    expect(answer.message.includes("publish declaration-closed")).toBe(expected);
  });
});

describe("an order that comes late", () => {
  test("is taken exactly six hours after it was made", () => {
    expect(latenessFault(declaredAt, minutesAfter(360))).toBeUndefined();
  });

  test("is refused a millisecond later, with what to do", () => {
    const fault = latenessFault(declaredAt, new Date(minutesAfter(360).getTime() + 1));
    expect(fault && faultLine(fault)).toBe(
      'time: "2026-03-10T02:00:00.000Z" is more than 6 hours ago: publish it again if it still holds',
    );
  });
});
