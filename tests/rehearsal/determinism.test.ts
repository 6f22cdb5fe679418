import { createHash } from "node:crypto";
import { expect, test } from "vitest";
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
