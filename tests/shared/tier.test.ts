import { expect, test } from "vitest";
import { tierOf } from "../../shared/tier.ts";

test.each([
  [undefined, 2],
  ["", 2],
  ["1", 1],
  ["3", 3],
  ["1a", 2],
  ["1.5", 2],
  ["-1", 2],
  ["gold", 2],
])("the tag tier=%s means tier %i", (tag, tier) => {
  expect(tierOf("orders", tag, { overrides: {} })).toBe(tier);
});

test("the settings win over the tag", () => {
  expect(tierOf("orders", "1", { overrides: { orders: { tier: 3 } } })).toBe(3);
});
