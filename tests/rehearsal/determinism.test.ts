import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import type { RehearsalPlan } from "./run.ts";
import { run, some } from "./support.ts";

/** A digest of everything that happened in a short rehearsal. */
async function digestOf(plan: Partial<RehearsalPlan>): Promise<string> {
  const hash = createHash("sha256");
  await run({
    fleet: some("orders", "crm"),
    days: 1,
    onEntry: (entry) => void hash.update(JSON.stringify(entry)),
    ...plan,
  });
  return hash.digest("hex");
}

test("the same seed is the same run, entry for entry; another seed is another", async () => {
  const first = await digestOf({ seed: 7 });
  expect(await digestOf({ seed: 7 })).toBe(first);
  expect(await digestOf({ seed: 8 })).not.toBe(first);
});

test("the API throttle of RDS leaves an ordinary run as it is", async () => {
  expect(await digestOf({ knobs: { rdsRequestBurst: 0 } })).toBe(await digestOf({}));
});

// The first recycled run begins with the bundles that the runs before left loaded, the second with its.
test.each([
  ["ordinary", {}],
  ["lost-events", {}],
  ["lost-region", {}],
  // Every invocation is a cold start.
  ["lost-region", { warmSeconds: 0 }],
] as const)(
  "in '%s' with %o, bundles that stay loaded make the very same run as bundles loaded anew at each cold start",
  async (scenario, knobs) => {
    const plan = { scenario, fleet: some("orders", "crm", "reports", "billing"), days: 2 };
    const loaded = await digestOf({ ...plan, knobs: { ...knobs, coldStarts: "loaded" } });
    expect(await digestOf({ ...plan, knobs })).toBe(loaded);
    expect(await digestOf({ ...plan, knobs })).toBe(loaded);
  },
);
