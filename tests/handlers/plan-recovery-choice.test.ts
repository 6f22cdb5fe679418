import { describe, expect, test } from "vitest";
import { otherKey } from "../shared/builders.ts";
import { declared, old, outline, plan } from "./planned.ts";
import { copyOf, minutesAfter, restored } from "./recovery-builders.ts";

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
