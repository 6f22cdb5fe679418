import { expect, test } from "vitest";
import { generateFleet } from "../simulator/fleet.ts";
import type { JournalEntry } from "../simulator/types.ts";
import { run } from "./support.ts";

const fleet = generateFleet(500, 1);
const quotas = {
  "manual-snapshots": 2000,
  instances: 1000,
  "allocated-storage-gib": 10_000_000,
  "copies-in-progress": 200,
};

test("five hundred instances are each announced once, by looks that end in time, where every call is slow", async () => {
  const failed: JournalEntry[] = [];
  const { outcome, failings } = await run({
    fleet,
    quotas,
    days: 1,
    knobs: { apiLatencyMilliseconds: [100, 2_000] },
    onEntry: (entry) => {
      if (entry.kind === "invocation" && entry.data["ok"] !== true) failed.push(entry);
    },
  });
  expect(failings).toEqual([]);
  const lookFailures = failed.filter(({ data }) => String(data["function"]).endsWith("finish-restore"));
  expect(lookFailures).toEqual([]);
  const told = outcome.alerts.filter(({ kind }) => kind === "instance-restored");
  expect(told.flatMap(({ instances }) => instances).toSorted()).toEqual(
    fleet.map(({ DBInstanceIdentifier }) => DBInstanceIdentifier).toSorted(),
  );
  const completed = outcome.alerts.filter(({ kind }) => kind === "recovery-completed");
  expect(completed.map(({ subject }) => subject)).toEqual([
    "rds-dr dev: recovery completed: 500 restored within RTO",
  ]);
  expect(outcome.deadLetters).toBe(0);
}, 300_000);
