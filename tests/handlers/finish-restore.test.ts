import type { DBInstance } from "@aws-sdk/client-rds";
import { describe, expect, test } from "vitest";
import { type Followed, lookAt } from "../../handlers/finish-restore/decide.ts";
import { monitored, restoreOf, serving } from "./followed.ts";
import { minutesAfter, restored, settings } from "./recovery-builders.ts";

const look = (followed: Followed, minutes: number) => lookAt(followed, settings, minutesAfter(minutes));
const servingAt = minutesAfter(20);

describe("a restore that was asked for", () => {
  test.each([
    "available",
    "backing-up",
    "storage-optimization",
    "storage-initialization",
    "configuring-enhanced-monitoring",
  ])("serves from the first reading of %s with an endpoint", (DBInstanceStatus) => {
    expect(look(restoreOf("pending", restored({ DBInstanceStatus })), 25)).toEqual({
      kind: "serve",
      servingAt: minutesAfter(25),
      isNews: true,
      next: "finish",
    });
  });

  test.each([
    ["in creation", { DBInstanceStatus: "creating", Endpoint: undefined }],
    ["available without an endpoint", { Endpoint: undefined }],
    ["modifying", { DBInstanceStatus: "modifying" }],
  ])("does not serve while it is %s", (_, changes) => {
    expect(look(restoreOf("pending", restored(changes)), 25)).toEqual({ kind: "wait", because: "restoring" });
  });

  test.each([
    "failed",
    "incompatible-restore",
    "incompatible-network",
    "restore-error",
    "insufficient-capacity",
    "inaccessible-encryption-credentials",
    "inaccessible-encryption-credentials-recoverable",
  ])("failed when it is %s", (status) => {
    const broken = restored({ DBInstanceStatus: status, Endpoint: undefined });
    expect(look(restoreOf("pending", broken), 25)).toEqual({ kind: "fail", because: status, isNews: true });
  });

  test("failed when restore-instance was refused, which has said so already", () => {
    expect(look(restoreOf("refused:DBSubnetGroupNotFound", undefined), 5)).toEqual({
      kind: "fail",
      because: "DBSubnetGroupNotFound",
      isNews: false,
    });
  });

  test.each([
    [14.99, "wait"],
    [15, "ask-again"],
    [16.49, "ask-again"],
    [16.5, "wait"],
    [29.99, "wait"],
    [30, "ask-again"],
  ])("and left no trace after %d minutes: %s", (minutes, kind) => {
    expect(look(restoreOf("pending", undefined), minutes).kind).toBe(kind);
  });

  test("is not mistaken for a foreign instance of its name", () => {
    const foreign = restored({ tags: { "rds-dr:environment": "prod" } });
    expect(restoreOf("pending", foreign).instance).toBeUndefined();
  });
});

describe("a restore that serves", () => {
  const due = restored();

  test("is modified as soon as it is available, and announced first", () => {
    expect(look(restoreOf("pending", due, monitored), 25)).toMatchObject({ isNews: true, next: "modify" });
    expect(look(restoreOf(serving, due, monitored), 25)).toEqual({
      kind: "serve",
      servingAt,
      isNews: false,
      next: "modify",
    });
  });

  test("is announced while it is backing up, and modified later", () => {
    const busy = restored({ DBInstanceStatus: "backing-up" });
    expect(look(restoreOf("pending", busy, monitored), 25)).toMatchObject({ isNews: true, next: "wait" });
    expect(look(restoreOf(serving, busy, monitored), 12 * 60)).toEqual({
      kind: "wait",
      because: "not-modifiable-yet",
    });
  });

  test.each([
    ["modifying", 60],
    ["backing-up", 24 * 60],
  ])("is modified a last time while it is %s, %d minutes after it began to serve", (status, minutes) => {
    const busy = restored({ DBInstanceStatus: status });
    const at = (after: number) => look(restoreOf(serving, busy, monitored), 20 + after);
    expect(at(minutes - 0.01)).toMatchObject({ kind: "wait" });
    expect(at(minutes)).toMatchObject({ kind: "serve", next: "modify" });
  });

  test.each(["storage-initialization", "storage-optimization"])(
    "is modified at once and every 15 minutes while it is in %s, which RDS may take or not",
    (DBInstanceStatus) => {
      const loading = restored({ DBInstanceStatus });
      expect(look(restoreOf("pending", loading, monitored), 20)).toMatchObject({ next: "modify" });
      const kinds = [21, 34.99, 35, 36.5].map(
        (minutes) => look(restoreOf(serving, loading, monitored), minutes).kind,
      );
      expect(kinds).toEqual(["wait", "wait", "serve", "wait"]);
    },
  );

  test("is finished when nothing is left to apply, whatever keeps it busy", () => {
    const busy = restored({ DBInstanceStatus: "backing-up" });
    expect(look(restoreOf(serving, busy), 25)).toEqual({
      kind: "serve",
      servingAt,
      isNews: false,
      next: "finish",
    });
  });

  test("failed when it is gone", () => {
    expect(look(restoreOf(serving, undefined), 25)).toEqual({
      kind: "fail",
      because: "instance-gone",
      isNews: true,
    });
  });

  test.each(["restored:2026-03-10T02:20:00Z", "failed:copy-gone", "closed:2026-03-10T02:20:00Z"])(
    "is not looked at once it is %s",
    (outcome) => {
      expect(look(restoreOf(outcome, undefined), 25)).toEqual({ kind: "final" });
    },
  );
});

describe("a restore that is being modified", () => {
  const modified = `modified:2026-03-10T02:20:00.000Z ${minutesAfter(30).toISOString()}`;
  const applied = restored({
    MonitoringInterval: 30,
    MonitoringRoleArn: "arn:aws:iam::111122223333:role/rds-monitoring",
  });
  const finished = { kind: "serve", servingAt, isNews: false, next: "finish" };
  const waits = { kind: "wait", because: "modifying" };

  test.each<[string, DBInstance, number, object]>([
    ["is finished when it shows", applied, 31, finished],
    ["waits while RDS is at it", { ...applied, DBInstanceStatus: "modifying" }, 31, waits],
    ["waits while values are pending", { ...applied, PendingModifiedValues: { MultiAZ: true } }, 31, waits],
    [
      "does not mind an empty list of pending values",
      { ...applied, PendingModifiedValues: {} },
      31,
      finished,
    ],
    [
      "waits while its secret is made",
      { ...applied, MasterUserSecret: { SecretStatus: "creating" } },
      31,
      waits,
    ],
    ["waits almost 5 minutes for RDS to begin", restored(), 34.99, waits],
    ["is finished without it after 5 minutes", restored(), 35, finished],
    ["waits almost an hour for RDS to end", { ...applied, DBInstanceStatus: "modifying" }, 89.99, waits],
    ["is finished after an hour", { ...applied, DBInstanceStatus: "modifying" }, 90, finished],
  ])("%s", (_, instance, minutes, expected) => {
    expect(look(restoreOf(modified, instance, monitored), minutes)).toEqual(expected);
  });
});
