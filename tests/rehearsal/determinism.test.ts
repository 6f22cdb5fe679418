import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import type { JournalEntry } from "../simulator/types.ts";
import { run, some } from "./support.ts";

/** A digest of everything that happened in a short rehearsal of a seed. */
async function digestOf(seed: number, knobs: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const hash = createHash("sha256");
  await run({
    fleet: some("orders", "crm"),
    days: 1,
    seed,
    knobs,
    onEntry: (entry) => void hash.update(JSON.stringify(entry)),
  });
  return hash.digest("hex");
}

test("the same seed is the same run, entry for entry; another seed is another", async () => {
  const first = await digestOf(7);
  expect(await digestOf(7)).toBe(first);
  expect(await digestOf(8)).not.toBe(first);
});

test("the API throttle of RDS leaves an ordinary run as it is", async () => {
  expect(await digestOf(7, { rdsRequestBurst: 0 })).toBe(await digestOf(7));
});

/** Who called what with which outcome, in any order, and what came of it, times apart. */
async function doings(coldStarts: "loaded" | "recycled"): Promise<{ calls: string[]; outcome: unknown }> {
  const calls: string[] = [];
  const onEntry = ({ kind, region, data }: JournalEntry) => {
    const { operation, caller, parameters, outcome } = data;
    if (kind === "call") calls.push(JSON.stringify([region, operation, caller, parameters, outcome]));
  };
  const fleet = some("orders", "crm", "reports", "billing");
  const { outcome } = await run({ fleet, days: 2, knobs: { coldStarts }, onEntry });
  return {
    calls: calls.sort(),
    outcome: {
      instances: outcome.instances.map(({ id, backups, copies, restoredAs, outcome: came, differences }) => ({
        ...{ id, backups, copies, restoredAs, came, differences },
      })),
      alerts: outcome.alerts.map(({ at: _, ...alert }) => alert),
    },
  };
}

test("a bundle that stays loaded through cold starts does exactly what one loaded anew does", async () => {
  expect(await doings("recycled")).toEqual(await doings("loaded"));
});
