import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { backupId, nameOfArn, nextAttemptId } from "../../shared/naming.ts";

const prefix = "lambda-dr-snapshot";
const instanceIds = fc.stringMatching(/^[a-z][a-z0-9-]{0,61}[a-z0-9]$/).filter((id) => !id.includes("--"));
const minutes = fc.integer({ min: 0, max: 60 * 24 * 365 * 50 }).map((minute) => new Date(minute * 60_000));

describe("a backup's name", () => {
  test("is prefix, instance, day and time of day in UTC", () => {
    expect(backupId(prefix, "orders", new Date("2026-03-01T02:00:30Z"))).toBe(
      "lambda-dr-snapshot-orders-2026-03-01-0200",
    );
  });

  test("keeps an instance name that looks like a date", () => {
    expect(backupId(prefix, "catalog-2024-01-15", new Date("2026-03-01T23:59:00Z"))).toBe(
      "lambda-dr-snapshot-catalog-2024-01-15-2026-03-01-2359",
    );
  });

  test("is legal in RDS for every legal instance name, even when tried again", () => {
    fc.assert(
      fc.property(instanceIds, minutes, (id, slot) => {
        const name = nextAttemptId(backupId(prefix, id, slot));
        expect(name).toMatch(/^[a-z][a-z0-9-]*[a-z0-9]$/);
        expect(name).not.toContain("--");
        expect(name.length).toBeLessThanOrEqual(255);
      }),
    );
  });

  test("differs when instance or minute differ", () => {
    fc.assert(
      fc.property(instanceIds, minutes, instanceIds, minutes, (id, slot, otherId, otherSlot) => {
        const same = id === otherId && slot.getTime() === otherSlot.getTime();
        expect(backupId(prefix, id, slot) === backupId(prefix, otherId, otherSlot)).toBe(same);
      }),
    );
  });
});

describe("a further attempt", () => {
  test("counts from 2", () => {
    const first = backupId(prefix, "orders", new Date("2026-03-01T02:00:00Z"));
    expect([first, nextAttemptId(first), nextAttemptId(nextAttemptId(first))]).toEqual([
      first,
      `${first}-r2`,
      `${first}-r3`,
    ]);
  });

  test("counts on behind 9", () => {
    expect(nextAttemptId("x-r9")).toBe("x-r10");
  });
});

describe("an ARN", () => {
  test("ends with the name of the resource", () => {
    expect(nameOfArn("arn:aws:rds:us-east-1:111122223333:db:orders-1")).toBe("orders-1");
  });

  test("of an automated snapshot keeps the colon in its name", () => {
    expect(nameOfArn("arn:aws:rds:us-east-1:111122223333:snapshot:rds:orders-1")).toBe("rds:orders-1");
  });
});
