import { describe, expect, test } from "vitest";
import { decideClosing, knownDeclarations } from "../../handlers/plan-recovery/close.ts";
import { chosenBy, copyOf, minutesAfter, restored } from "./recovery-builders.ts";

describe("closing a declaration", () => {
  const pending = copyOf("crm", { tags: chosenBy("d1", "crm") });
  const done = copyOf("orders", { tags: chosenBy("d1", "orders", "restored:2026-03-10T02:25:00Z") });

  test("closes its instances, and the copies whose restore was still followed", () => {
    const { instances, copies, served, standing } = decideClosing("d1", [pending, done], [restored()], "dev");
    expect(instances.map(({ id }) => id)).toEqual(["orders"]);
    expect(copies).toEqual([pending]);
    expect(served).toEqual([done]);
    expect([...standing]).toEqual(["orders"]);
  });

  test("leaves alone what is closed already, and what is another's", () => {
    const done = copyOf("orders", { tags: chosenBy("d1", "orders", "closed:2026-03-10T02:25:00Z") });
    const closed = restored({ tags: { "rds-dr:closed": minutesAfter(1).toISOString() } });
    const other = restored({ DBInstanceIdentifier: "crm", tags: { "rds-dr:declaration": "d0" } });
    expect(decideClosing("d1", [done], [closed, other], "dev")).toEqual({
      instances: [],
      copies: [],
      served: [],
      standing: new Set(["orders"]),
    });
  });

  test("knows every declaration that a tag speaks of", () => {
    const other = restored({ DBInstanceIdentifier: "crm", tags: { "rds-dr:declaration": "d0" } });
    expect(knownDeclarations([pending, copyOf("wiki")], [other], "dev")).toEqual(["d0", "d1"]);
  });
});
