import { describe, expect, test } from "vitest";
import { completedAlert, servedAlert, servedOf } from "../../handlers/finish-restore/announcements.ts";
import { reportOf } from "../../handlers/finish-restore/decide.ts";
import { decodeOutcome } from "../../shared/declaration.ts";
import { monitored, restoreOf, serving } from "./followed.ts";
import { declaredAt, description, minutesAfter, restored, settings } from "./recovery-builders.ts";

describe("the report of a restore", () => {
  const outcome = decodeOutcome(serving);

  test.each([
    [19, false],
    [20, true],
  ])("meets an RTO of %d minutes reached in 20: %s", (rtoMinutes, isMet) => {
    const rules = { ...settings, overrides: { orders: { rtoMinutes } } };
    const report = reportOf(restoreOf(serving, restored()), outcome, rules);
    expect(report).toMatchObject({ rtoMinutes: 20, objectiveMinutes: rtoMinutes, isMet });
  });

  test("counts a minute that has begun", () => {
    const late = { kind: "serving", servingAt: minutesAfter(20.01) } as const;
    expect(reportOf(restoreOf(serving, restored()), late, settings).rtoMinutes).toBe(21);
  });

  test("names endpoint, secret and differences", () => {
    const instance = restored({
      MultiAZ: false,
      MasterUserSecret: { SecretArn: "arn:secret", SecretStatus: "active" },
    });
    const described = description({ managedPassword: true });
    expect(reportOf(restoreOf(serving, instance, described), outcome, settings)).toMatchObject({
      endpoint: "orders.example.us-west-2.rds.amazonaws.com:5432",
      secretArn: "arn:secret",
      differences: ["multiAz: true -> false"],
      failed: undefined,
    });
  });

  const declaration = { id: "d1", declaredAt, mode: "disaster" } as const;

  test("of what still can be applied does not call it a difference", () => {
    const report = reportOf(restoreOf(serving, restored(), monitored), outcome, settings);
    expect(report.differences).toEqual(["monitoring: 30 -> none"]);
    const alert = servedAlert(declaration, [servedOf(report, ["monitoring"])]);
    expect(alert).toMatchObject({
      kind: "instance-restored",
      subject: "restored: orders",
      instances: ["orders"],
    });
    expect(alert.message).toContain(
      "RTO 20 of 240 minutes: objective met; differences: none; still to be applied: monitoring",
    );
  });

  test("of the whole recovery begins with what is not back", () => {
    const back = reportOf(restoreOf(serving, restored()), outcome, settings);
    const failed = reportOf(
      restoreOf("pending", undefined),
      { kind: "failed", because: "copy-gone" },
      settings,
    );
    const alert = completedAlert(
      declaration,
      [back, { ...failed, instanceId: "crm", restoredAs: "crm" }],
      minutesAfter(40),
    );
    expect(alert.subject).toBe("recovery completed: 1 restored within RTO, 1 not");
    const lines = alert.message.split("\n").filter((line) => line.startsWith("- "));
    expect(lines.map((line) => line.slice(0, 22))).toEqual([
      "- crm: NOT restored as",
      "- orders: restored as ",
    ]);
    expect(alert.instances).toEqual(["orders", "crm"]);
  });

  test.each([
    ["2 restored within RTO", [true, true], 0],
    ["2 restored, 1 later than RTO, 1 not", [true, false], 1],
    ["none of 2 restored", [], 2],
  ])("of the whole recovery says in its subject: %s", (expected, met, failed) => {
    const back = reportOf(restoreOf(serving, restored()), outcome, settings);
    const lost = { kind: "failed", because: "copy-gone" } as const;
    const gone = reportOf(restoreOf("pending", undefined), lost, settings);
    const reports = [
      ...met.map((isMet) => ({ ...back, isMet })),
      ...Array.from({ length: failed }, () => gone),
    ];
    expect(completedAlert(declaration, reports, minutesAfter(40)).subject).toBe(
      `recovery completed: ${expected}`,
    );
  });
});
