import { expect, test } from "vitest";
import { run, some } from "./support.ts";

/** Mishaps of the services between the steps, drawn by chance: everything is repeated until it is done. */
test.each([
  ["one event in five is not taken", "event-refused", { putEventsFailureProbability: 0.2 }],
  [
    "environments run out of memory at their work",
    "signal: killed",
    { environmentMemoryMegabytes: [80, 380], warmSeconds: 0 },
  ],
])("the objectives hold while %s", async (_mishap, sign, knobs) => {
  let mishaps = 0;
  const { failings, outcome } = await run({
    ...{ fleet: some("orders", "crm", "wiki"), days: 1, knobs },
    onEntry: ({ kind, data }) => {
      const failed = kind === "invocation" ? JSON.stringify(data["error"] ?? "") : kind;
      mishaps += failed.includes(sign) ? 1 : 0;
    },
  });
  expect(mishaps).toBeGreaterThanOrEqual(3);
  expect(failings).toEqual([]);
  expect(outcome.instances.map(({ outcome: end }) => end)).toEqual(["restored", "restored", "restored"]);
  expect(outcome.deadLetters).toBe(0);
});
