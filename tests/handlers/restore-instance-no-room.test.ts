import { describe, expect, test } from "vitest";
import {
  howToWait,
  isNewWait,
  noRoomAlert,
  waitingForRoom,
  waitingInLine,
} from "../../handlers/restore-instance/no-room.ts";
import { decodeOutcome, encodeOutcome, isFinal } from "../../shared/declaration.ts";
import { declaredAt } from "./recovery-builders.ts";

const request = {
  version: 1,
  declaration: { id: "d1", declaredAt, mode: "disaster" },
  instanceId: "orders",
  copyId: "copy",
  restoreAs: "orders",
} as const;

function alertOf(name: string, text: string) {
  return noRoomAlert(request, "db.r6g.xlarge", Object.assign(new Error(text), { name }), "us-west-2");
}

describe("a restore without room", () => {
  test.each([
    [
      "InstanceQuotaExceeded",
      "orders waits for room: the quota of DB instances in us-west-2",
      "Service Quotas",
    ],
    [
      "StorageQuotaExceeded",
      "orders waits for room: the quota of total storage of DB instances in us-west-2",
      "Service Quotas",
    ],
    [
      "InsufficientDBInstanceCapacity",
      "orders waits for room: the capacity of us-west-2 for db.r6g.xlarge",
      "instanceClass",
    ],
  ])("(%s) is told with what is used up, in AWS's words, and with what helps", (name, subject, remedy) => {
    const alert = alertOf(name, "no more of it");
    expect(alert).toMatchObject({ kind: "restore-waiting", subject, instances: ["orders"] });
    expect(alert.message).toContain(`AWS says: ${name}: no more of it`);
    expect(alert.message).toContain(remedy);
  });

  const refusedWith = (name: string) => Object.assign(new Error(""), { name });
  test.each([
    ["InstanceQuotaExceeded", "pending", "pending:in-line"],
    ["StorageQuotaExceeded", "pending", "pending:in-line"],
    ["InstanceQuotaExceeded", "pending:in-line", "pending:no-room"],
    ["InstanceQuotaExceeded", "pending:no-room", "pending:no-room"],
    ["InsufficientDBInstanceCapacity", "pending", "pending:no-room"],
    ["InsufficientDBInstanceCapacity", "pending:in-line", "pending:no-room"],
  ])("(%s) that is %s waits as %s", (code, present, waiting) => {
    expect(encodeOutcome(howToWait(refusedWith(code), decodeOutcome(present)))).toBe(waiting);
  });

  test("is told once: the copy remembers, and its restore stays pending", () => {
    const remembered = decodeOutcome(encodeOutcome(waitingForRoom));
    expect(isNewWait(decodeOutcome("pending"))).toBe(true);
    expect(isNewWait(remembered)).toBe(false);
    expect(isNewWait(waitingInLine)).toBe(false);
    expect(remembered.kind).toBe("pending");
    expect(isFinal(remembered)).toBe(false);
  });
});
