import { describe, expect, test } from "vitest";
import { decideObjective, type ObjectiveFacts } from "../../shared/objectives.ts";

const now = new Date("2026-03-02T08:00:00Z");
const ago = (minutes: number) => new Date(now.getTime() - minutes * 60_000);
const aMillisecondBefore = (instant: Date) => new Date(instant.getTime() - 1);

function judge(facts: Partial<ObjectiveFacts>) {
  return decideObjective(
    { rpoMinutes: 1800, retired: false, declared: false, status: "available", paused: false, ...facts },
    now,
  );
}

describe("an instance with a recovery point", () => {
  test("meets its objective when the point is exactly as old as it", () => {
    expect(judge({ newestTakenAt: new Date("2026-03-01T02:00:00Z") })).toEqual({
      kind: "met",
      ageMinutes: 1800,
    });
  });

  test("misses it by a millisecond", () => {
    expect(judge({ newestTakenAt: aMillisecondBefore(ago(1800)) })).toEqual({
      kind: "missed",
      because: "too-old",
      ageMinutes: 1800 + 1 / 60_000,
    });
  });

  test("meets it although it is stopped", () => {
    expect(judge({ newestTakenAt: ago(10), status: "stopped" }).kind).toBe("met");
  });

  test.each([
    [
      "is held when it was stopped as the point was taken",
      ago(2000),
      { kind: "held", because: "not-running" },
    ],
    [
      "misses it when it was stopped a millisecond later",
      new Date(ago(2000).getTime() + 1),
      { kind: "missed" },
    ],
    ["misses it when nobody knows since when it is stopped", undefined, { kind: "missed" }],
  ])("%s", (_, stoppedAt, expected) => {
    expect(judge({ newestTakenAt: ago(2000), status: "stopped", stoppedAt })).toMatchObject(expected);
  });

  test("misses it although a newer copy is under way", () => {
    expect(judge({ newestTakenAt: ago(2000), underWaySince: ago(5) })).toMatchObject({ because: "too-old" });
  });

  test("misses it while the primary is silent", () => {
    expect(judge({ newestTakenAt: ago(2000), status: undefined })).toMatchObject({ because: "too-old" });
  });
});

describe("an instance that never had a recovery point", () => {
  test.each([
    [
      "is given its RPO for the first copy",
      { underWaySince: ago(1800) },
      { kind: "held", because: "first-copy-under-way" },
    ],
    [
      "misses it a millisecond later",
      { underWaySince: aMillisecondBefore(ago(1800)) },
      { kind: "missed", because: "no-recovery-point" },
    ],
    ["is not judged while stopped", { status: "stopped" }, { kind: "held", because: "not-running" }],
    ["is not judged while backing up", { status: "backing-up" }, { kind: "held", because: "busy" }],
    ["is not judged while being modified", { status: "modifying" }, { kind: "held", because: "busy" }],
    [
      "is not judged while being configured",
      { status: "configuring-log-exports" },
      { kind: "held", because: "busy" },
    ],
    [
      "waits for its first backup",
      { status: "storage-optimization" },
      { kind: "held", because: "first-backup-due" },
    ],
    [
      "misses it while backups are paused",
      { paused: true },
      { kind: "missed", because: "no-recovery-point" },
    ],
    ["misses it when it has failed", { status: "failed" }, { kind: "missed", because: "no-recovery-point" }],
    [
      "misses it when the primary is silent",
      { status: undefined },
      { kind: "missed", because: "no-recovery-point" },
    ],
  ])("%s", (_, facts, expected) => {
    expect(judge(facts)).toEqual(expected);
  });
});

describe("an instance whose objective is off", () => {
  test.each([
    ["because it is retired", { retired: true }, "retired"],
    ["because it is declared to run in the DR region", { declared: true }, "declared"],
  ])("%s", (_, facts, because) => {
    expect(judge({ ...facts, newestTakenAt: ago(9999) })).toEqual({ kind: "held", because });
  });
});
