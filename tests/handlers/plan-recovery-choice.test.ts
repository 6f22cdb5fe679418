import { describe, expect, test } from "vitest";
import { decideRecovery } from "../../handlers/plan-recovery/decide.ts";
import type { Situation } from "../../handlers/plan-recovery/plan.ts";
import { currentKey, otherKey } from "../shared/builders.ts";
import { copyOf, declaredAt, minutesAfter, restored, settings } from "./recovery-builders.ts";

const declared = { mode: "disaster", reason: "us-east-1 is gone" } as const;

function plan(changes: Partial<Situation>) {
  const decision = decideRecovery({
    declared,
    eventId: "d2",
    eventTime: declaredAt,
    copies: [],
    instances: [],
    enabledKeys: new Set([currentKey]),
    settings,
    ...changes,
  });
  if (decision.kind === "refuse") throw new Error("refused");
  return decision;
}

/** What is planned, in one line an instance. */
function outline(changes: Partial<Situation>) {
  const { restores, leftOut } = plan(changes);
  return [
    ...restores.map(({ instanceId, copy, restoreAs }) => `${instanceId} from ${copy.id} as ${restoreAs}`),
    ...leftOut.map(({ instanceId, because }) => `${instanceId}: ${because}`),
  ];
}

const old = copyOf("orders", { id: "old", taken: minutesAfter(-1530) });

describe("a copy under a key that AWS refuses to speak of", () => {
  const untold = copyOf("orders", { id: "untold", kmsKeyArn: otherKey });
  const untoldKeys = new Set([otherKey]);

  test("is tried when there is no other one", () => {
    expect(outline({ copies: [untold], untoldKeys })).toEqual(["orders from untold as orders"]);
  });

  test("comes after an older one under a key that is known to be enabled", () => {
    expect(outline({ copies: [untold, old], untoldKeys })).toEqual(["orders from old as orders"]);
  });
});

describe("a copy of the old primary, taken while a disaster declaration was open", () => {
  const closed = { "rds-dr:closed": minutesAfter(-60).toISOString() };
  const before = restored({
    tags: { ...closed, "rds-dr:declared-at": minutesAfter(-200).toISOString() },
    DBInstanceIdentifier: "orders-restored",
  });
  const meanwhile = copyOf("orders", { id: "meanwhile", taken: minutesAfter(-90) });

  test("is passed over for one from before it", () => {
    expect(outline({ copies: [old, meanwhile], instances: [before] })).toEqual(["orders from old as orders"]);
  });

  test("is named when there is no other one", () => {
    expect(outline({ copies: [meanwhile], instances: [before] })).toEqual(["orders: taken-after-disaster"]);
  });

  test("is chosen when asOf says so", () => {
    const asOf = minutesAfter(-80);
    expect(
      outline({ copies: [old, meanwhile], instances: [before], declared: { ...declared, asOf } }),
    ).toEqual(["orders from meanwhile as orders"]);
  });
});

test("retired instances come last, whatever their tier", () => {
  const retired = copyOf("crm", {
    tags: { tier: "1", "rds-dr:outcome": "retired:2026-03-01T00:00:00.000Z" },
  });
  const ordinary = copyOf("orders", { tags: { tier: "3" } });
  const { restores } = plan({ copies: [retired, ordinary] });
  expect(restores.map(({ instanceId }) => instanceId)).toEqual(["orders", "crm"]);
});
