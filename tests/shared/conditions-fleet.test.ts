import type { DBInstance } from "@aws-sdk/client-rds";
import { describe, expect, test } from "vitest";
import { spanText } from "../../shared/conditions/offender.ts";
import { wordAlarm, wordOver } from "../../shared/conditions/wording.ts";
import { account, instance } from "./builders.ts";
import { names, standing, texts } from "./standing.ts";
import { backupOf, copyOf, primary, settings, survey, surveyedAt } from "./survey-builders.ts";

const ago = (minutes: number) => new Date(surveyedAt.getTime() - minutes * 60_000);
const yesterday = { at: "2026-02-28T02:00:00Z" };

describe("a slot", () => {
  const missed = survey({ copies: [copyOf(yesterday)] });
  const both = [instance(), instance({ DBInstanceIdentifier: "billing" })];

  test("is missed when no instance has a backup for it", () => {
    expect(texts("slots-missed", missed)).toEqual([
      "no instance had a backup for the slot 2026-03-01 02:00 UTC at 2026-03-01 03:00 UTC; they are being made up for",
    ]);
  });

  test.each([
    [
      "when one of two has its backup",
      { primary: primary({ instances: both, backups: [backupOf({ of: "billing" })] }) },
    ],
    [
      "when every instance is busy",
      { primary: primary({ instances: [instance({ DBInstanceStatus: "modifying" })] }) },
    ],
    ["within its first 15 minutes", { now: new Date("2026-03-01T02:14:59Z") }],
    ["within the last 15 minutes before the next", { now: new Date("2026-03-02T01:45:01Z") }],
    ["while the primary does not answer", { primary: undefined }],
    ["before the first backup ever", { copies: [] }],
  ])("is not missed %s", (_, changes) => {
    expect(texts("slots-missed", { ...missed, ...changes })).toEqual([]);
  });

  test("is not missed while backups are paused", () => {
    expect(texts("slots-missed", missed, settings({ paused: true }))).toEqual([]);
  });
});

describe("the fleet", () => {
  const fleet = (...instances: ReturnType<typeof instance>[]) =>
    survey({ primary: primary({ instances: [instance(), ...instances] }) });
  const other = (changes: Parameters<typeof instance>[0]) =>
    instance({ DBInstanceIdentifier: "other", ...changes });

  test("names a stopped instance, since when, until when and its recovery point", () => {
    const stopped = other({
      DBInstanceStatus: "stopped",
      AutomaticRestartTime: new Date("2026-03-06T09:30:00Z"),
    });
    expect(standing(fleet(stopped))).toEqual({
      "instances-stopped": [
        "other: is stopped since 2026-02-27 09:30 UTC; RDS starts it again on 2026-03-06 09:30 UTC; it has no recovery point",
      ],
    });
  });

  test.each([
    [
      "an Aurora member that carries the tag",
      { Engine: "aurora-postgresql", DBClusterIdentifier: "analytics" },
      1,
    ],
    ["an RDS Custom instance that carries the tag", { Engine: "custom-oracle-ee" }, 1],
    ["a tagged replica of an unprotected source", { ReadReplicaSourceDBInstanceIdentifier: "nobody" }, 1],
    ["not a tagged replica of a protected source", { ReadReplicaSourceDBInstanceIdentifier: "orders" }, 0],
    [
      "not one whose source is given by ARN",
      { ReadReplicaSourceDBInstanceIdentifier: `arn:aws:rds:us-east-1:${account}:db:orders` },
      0,
    ],
    [
      "not an Aurora member that is excluded",
      { DBInstanceIdentifier: "kept-out", Engine: "aurora-mysql", DBClusterIdentifier: "a" },
      0,
    ],
    [
      "not an Aurora member without the tag",
      { Engine: "aurora-mysql", DBClusterIdentifier: "a", TagList: [] },
      0,
    ],
  ])("names as not covered %s", (_, changes, count) => {
    const excluding = settings({
      instances: { tag: { key: "dr", value: "protected" }, excluded: ["kept-out"] },
    });
    expect(texts("instances-not-covered", fleet(other(changes)), excluding)).toHaveLength(count);
  });

  test("names a listed instance that does not exist, unless it has copies", () => {
    const listed = settings({ instances: { listed: ["orders", "ordres"] } });
    expect(texts("instances-not-covered", survey(), listed)).toEqual([
      "ordres: is in instances.listed, but there is no such instance in us-east-1",
    ]);
    expect(
      texts(
        "instances-not-covered",
        survey({ primary: primary({ instances: [] }) }),
        settings({ instances: { listed: ["orders"] } }),
      ),
    ).toEqual([]);
  });

  test("is silent about what the primary alone knows while it does not answer", () => {
    expect(standing(survey({ primary: undefined, primaryTrouble: "TimeoutError: socket hang up" }))).toEqual({
      "primary-unreachable": [
        "us-east-1: RDS or EventBridge could not be looked at (TimeoutError: socket hang up)",
      ],
    });
  });
});

describe("a declaration", () => {
  const declaredAt = (minutes: number) => ago(minutes).toISOString();
  const chosen = (minutes: number, more = {}) =>
    survey({
      copies: [
        copyOf({ tags: { "rds-dr:declaration": `d-1 ${declaredAt(minutes)} disaster orders`, ...more } }),
      ],
    });

  test.each([
    ["is not late exactly at the RTO", chosen(240), []],
    ["is late a minute after it", chosen(241), ["recovery-unfinished"]],
    [
      "is late while a refused restore has no end",
      chosen(241, { "rds-dr:outcome": "refused:no-capacity" }),
      ["recovery-unfinished"],
    ],
    [
      "is in time once the instance serves",
      chosen(9999, { "rds-dr:outcome": "serving:2026-03-01T02:50:00.000Z" }),
      [],
    ],
    [
      "is no news once the restore has failed for good",
      chosen(9999, { "rds-dr:outcome": "failed:no-capacity" }),
      [],
    ],
    ["is over once the instance is restored", chosen(9999, { "rds-dr:outcome": "restored" }), []],
  ])("%s", (_, seen, expected) => {
    expect(names(seen)).toEqual(expected);
  });

  const restored = (more: Record<string, string> = {}, changes: Partial<DBInstance> = {}) => {
    const own = {
      "rds-dr:environment": "dev",
      "rds-dr:instance": "orders",
      "rds-dr:declaration": "d-1",
      "rds-dr:declared-at": "2026-03-01T02:30:00.000Z",
      "rds-dr:mode": "disaster",
      ...more,
    };
    const TagList = Object.entries(own).map(([Key, Value]) => ({ Key, Value }));
    return survey({
      copies: [copyOf({ at: "2026-02-20T02:00:00Z" })],
      drInstances: [instance({ TagList, ...changes })],
      primary: undefined,
    });
  };

  test("holds the objective of what it brought back, and says that it is unprotected", () => {
    expect(standing(restored())["recovered-unprotected"]).toEqual([
      "orders: runs in us-west-2 since declaration 'd-1' of 2026-03-01 02:30 UTC, without backups in another region",
    ]);
    expect(names(restored())).not.toContain("objectives-missed");
  });

  test.each([
    ["creating", false],
    ["backing-up", true],
    ["modifying", true],
  ])("speaks of an instance that is '%s': %s", (DBInstanceStatus, speaks) => {
    expect(names(restored({}, { DBInstanceStatus })).includes("recovered-unprotected")).toBe(speaks);
  });

  test("is over when it is closed", () => {
    expect(names(restored({ "rds-dr:closed": "2026-03-02" }))).toEqual([
      "objectives-missed",
      "primary-unreachable",
    ]);
  });

  test("of a drill leaves the objective on and protects nothing", () => {
    expect(names(restored({ "rds-dr:mode": "drill" }))).toEqual(["objectives-missed", "primary-unreachable"]);
  });
});

describe("the words", () => {
  test("of an alarm say what, whom, what to do and where to read on", () => {
    const notice = wordAlarm("not-ready", [
      { instance: "orders", text: "orders: option group missing" },
      { text: "a rule" },
    ]);
    expect(notice).toMatchObject({ kind: "not-ready", subject: "not ready: orders", instances: ["orders"] });
    expect(notice.message).toContain("- orders: option group missing\n- a rule\n");
    expect(notice.message).toContain("Runbook: docs/runbooks/not-ready.md");
  });

  test("of an alarm promise nothing of offenders that nobody can tell now", () => {
    const notice = wordAlarm("instances-stopped", undefined);
    expect(notice.subject).toBe("instances stopped");
    expect(notice.message).toContain("cannot be told while the primary region cannot be looked at");
    expect(notice.message).not.toContain("the alarm goes off");
  });

  test("of an end have a kind of their own", () => {
    expect(wordOver("copies-stuck")).toMatchObject({
      kind: "copies-stuck-over",
      subject: "over: copies stuck",
    });
  });

  test.each([
    [90, "90 minutes"],
    [120, "2 hours"],
    [1920, "32 hours"],
    [4320, "3 days"],
  ])("of %d minutes are %s", (minutes, words) => {
    expect(spanText(minutes)).toBe(words);
  });
});
