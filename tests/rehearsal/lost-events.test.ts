import { expect, test } from "vitest";
import { run } from "./support.ts";

test("with every second RDS event lost, everything is still restored, and nothing untrue is said", async () => {
  const { outcome, failings } = await run({ scenario: "lost-events", days: 10 });
  expect(outcome.eventsLost).toMatchObject({
    "RDS-EVENT-0042": expect.any(Number),
    "RDS-EVENT-0060": expect.any(Number),
  });
  expect(failings).toEqual([]);
  expect(outcome.deadLetters).toBe(0);
  const beforeTheLoss = outcome.alerts.filter(({ at }) => at < "2026-03-11T00:30");
  expect(new Set(beforeTheLoss.map(({ kind }) => kind))).toEqual(
    new Set(["instances-stopped", "instances-stopped-over", "instances-not-covered", "reminder"]),
  );
}, 180_000);
