import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DrDeclared } from "../../shared/events/dr-events.ts";
import { InstanceId, Instant } from "../../shared/events/envelope.ts";
import { BackupCreated, BackupRequested, CopyRequested } from "../../shared/events/primary-events.ts";
import { at } from "./builders.ts";

const envelope = (event: string, detail: unknown) => ({
  event,
  id: "1",
  time: at(0).toISOString(),
  source: "x",
  detail,
});

describe("an instance identifier", () => {
  test.each(["a", "orders", "catalog-2024-01-15", "a".repeat(63)])("%s is one", (id) => {
    expect(InstanceId.safeParse(id).success).toBe(true);
  });

  test.each(["", "Orders", "1orders", "-orders", "orders-", "or--ders", "orders_1", "a".repeat(64)])(
    "%s is none",
    (id) => {
      expect(InstanceId.safeParse(id).success).toBe(false);
    },
  );
});

describe("an instant", () => {
  test("is read back as it was written", () => {
    fc.assert(
      fc.property(fc.date({ min: new Date(0), max: new Date("9999-12-31"), noInvalidDate: true }), (date) => {
        expect(Instant.parse(date.toISOString())).toEqual(date);
      }),
    );
  });

  test("may be as EventBridge writes it, or with an offset", () => {
    const instant = new Date("2026-03-01T02:00:00Z");
    for (const text of ["2026-03-01T02:00:00Z", "2026-03-01T03:00:00+01:00"])
      expect(Instant.parse(text)).toEqual(instant);
  });

  test.each(["tomorrow", "5", "2026-03-01", "2026-03-01T02:00:00", "2026-02-30T02:00:00Z"])(
    "is not %s, which is refused in words",
    (text) => {
      expect(Instant.safeParse(text).error?.issues[0]?.message).toBe("not an ISO-8601 instant");
    },
  );
});

describe("a request for a backup", () => {
  test("by hand needs the instance only", () => {
    const parsed = BackupRequested.parse(envelope("backup-requested", { instanceId: "orders" }));
    expect(parsed.detail).toEqual({ instanceId: "orders", origin: "operator" });
    expect(parsed.time).toEqual(at(0));
  });

  test("by schedule carries slot and tags", () => {
    const describedAs = [{ Key: "rds-dr:kind", Value: "backup" }];
    const detail = {
      version: 1,
      instanceId: "orders",
      slot: at(0).toISOString(),
      origin: "schedule",
      describedAs,
    };
    expect(BackupRequested.parse(envelope("backup-requested", detail)).detail).toMatchObject({
      slot: at(0),
      describedAs,
    });
  });

  test("of another version is refused", () => {
    const detail = { version: 2, instanceId: "orders" };
    expect(BackupRequested.safeParse(envelope("backup-requested", detail)).success).toBe(false);
  });

  test("that waits brings its wait along", () => {
    const wait = { since: at(0).toISOString(), looks: 2 };
    const parsed = BackupRequested.parse({ ...envelope("backup-requested", { instanceId: "orders" }), wait });
    expect(parsed.wait).toEqual({ since: at(0), looks: 2 });
  });
});

test("one contract does not take another's message", () => {
  const created = envelope("backup-created", { backupId: "x" });
  expect(BackupCreated.safeParse(created).success).toBe(true);
  expect(CopyRequested.safeParse(created).success).toBe(false);
});

describe("a declaration", () => {
  const given = { mode: "disaster", reason: "us-east-1 is gone" };

  test("needs mode and reason only", () => {
    expect(DrDeclared.parse(given)).toEqual(given);
  });

  test.each([
    ["no reason", { mode: "disaster" }],
    ["an empty reason", { ...given, reason: "" }],
    ["a mode that is unknown", { ...given, mode: "desaster" }],
    ["an unknown field", { ...given, instance: "orders" }],
    ["an unknown override", { ...given, overrides: { orders: { class: "db.r6g.large" } } }],
    ["no instance in its list", { ...given, instances: [] }],
    ["a drill of 1,441 minutes", { ...given, endDrillAfterMinutes: 1441 }],
  ])("with %s is refused", (_, detail) => {
    expect(DrDeclared.safeParse(detail).success).toBe(false);
  });

  test("may end a drill after 1,440 minutes at the most", () => {
    expect(DrDeclared.safeParse({ ...given, endDrillAfterMinutes: 1440 }).success).toBe(true);
  });
});
