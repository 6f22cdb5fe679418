import { describe, expect, test } from "vitest";
import { generateFleet } from "../simulator/fleet.ts";
import type { JournalEntry } from "../simulator/types.ts";
import { run } from "./support.ts";

const fleet = generateFleet(200, 1);
const quotas = { "manual-snapshots": 2000, instances: 1000 };

/** Start and end of each copy of one day, in milliseconds. */
function copiesOf(
  entries: readonly JournalEntry[],
  day: string,
): { id: string; begin: number; end: number }[] {
  const begun = new Map<string, number>();
  const copies: { id: string; begin: number; end: number }[] = [];
  for (const { kind, at, data } of entries) {
    if (kind !== "rds-state" || data["what"] !== "copy") continue;
    const id = String(data["id"]);
    if (!id.includes(day)) continue;
    if (data["status"] === "creating" && !begun.has(id)) begun.set(id, at);
    if (data["status"] === "available") copies.push({ id, begin: begun.get(id) ?? at, end: at });
  }
  return copies;
}

/** No schedule of these durations on so many machines ends earlier: the longest alone, or all of them without a pause. */
function listSchedulingBound(durations: readonly number[], slots: number): number {
  const busy = new Array<number>(slots).fill(0);
  for (const duration of durations) {
    const first = busy.indexOf(Math.min(...busy));
    busy[first] = (busy[first] ?? 0) + duration;
  }
  return Math.max(...busy);
}

describe("two hundred instances", () => {
  test("all have, after three days, a recovery point within the RPO, without an alert or a dead letter", async () => {
    const { outcome, failings } = await run({ fleet, quotas, scenario: "ordinary", days: 3 });
    expect(failings).toEqual([]);
    expect(outcome.instances.filter(({ recoveryPoint }) => recoveryPoint !== null)).toHaveLength(200);
    expect(outcome.alerts).toEqual([]);
    expect(outcome.deadLetters).toBe(0);
  }, 600_000);

  test("with five copy slots as well: few refusals, and hardly longer than any schedule takes", async () => {
    const entries: JournalEntry[] = [];
    const plan = {
      fleet,
      scenario: "ordinary" as const,
      days: 3,
      quotas: { ...quotas, "copies-in-progress": 5 },
    };
    const { outcome, failings } = await run({ ...plan, onEntry: (entry) => entries.push(entry) });
    expect(failings).toEqual([]);
    expect(outcome.alerts).toEqual([]);
    expect(outcome.deadLetters).toBe(0);
    const made = outcome.instances.reduce((sum, { copies }) => sum + copies, 0);
    expect(outcome.refusedCalls["CopyDBSnapshot:SnapshotQuotaExceeded"] ?? 0).toBeLessThanOrEqual(3 * made);
    const copies = copiesOf(entries, "2026-03-01");
    expect(copies).toHaveLength(200);
    const makespan =
      Math.max(...copies.map(({ end }) => end)) - Math.min(...copies.map(({ begin }) => begin));
    const bound = listSchedulingBound(
      copies.map(({ begin, end }) => end - begin),
      5,
    );
    expect(makespan / bound).toBeLessThanOrEqual(1.3);
  }, 600_000);
});
