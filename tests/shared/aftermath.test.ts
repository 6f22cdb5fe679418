import { describe, expect, test } from "vitest";
import { disasterSpans, isAftermath } from "../../shared/restore/aftermath.ts";
import { decideRetention } from "../../shared/retention.ts";
import { chosenBy, copyOf, declaredAt, minutesAfter, restored } from "../handlers/recovery-builders.ts";
import { currentKey } from "./builders.ts";

const closed = { "rds-dr:closed": minutesAfter(600).toISOString() };
const taken = (minutes: number) => copyOf("orders", { id: `at-${minutes}`, taken: minutesAfter(minutes) });
const spans = (
  ...[copies, instances]: [Parameters<typeof disasterSpans>[0], Parameters<typeof disasterSpans>[1]]
) => disasterSpans(copies, instances, "dev").get("orders");

describe("a copy of the old primary", () => {
  test.each([
    [0, false],
    [1, true],
    [600, true],
    [601, false],
  ])(
    "taken %i minutes after a declaration that was closed after 600 is of its aftermath: %s",
    (at, expected) => {
      expect(isAftermath(taken(at), spans([], [restored({ tags: closed })]))).toBe(expected);
    },
  );

  test("is of the aftermath while the restore is under way or serves", () => {
    expect(isAftermath(taken(60), spans([copyOf("orders", { tags: chosenBy("d1", "orders") })], []))).toBe(
      true,
    );
    expect(isAftermath(taken(100_000), spans([], [restored()]))).toBe(true);
  });

  test("is a recovery point again when what the declaration restored is gone", () => {
    const chosen = copyOf("orders", { tags: chosenBy("d1", "orders", "restored:2026-03-10T02:20:00.000Z") });
    expect(isAftermath(taken(60), spans([chosen], []))).toBe(false);
  });

  test("is one as well when the declaration was closed after its instance had been moved back", () => {
    const chosen = copyOf("orders", { tags: chosenBy("d1", "orders", "closed") });
    expect(isAftermath(taken(60), spans([chosen], []))).toBe(false);
  });

  test("is one during a drill and after a restore that failed", () => {
    expect(isAftermath(taken(60), spans([], [restored({ tags: { "rds-dr:mode": "drill" } })]))).toBe(false);
    const failed = copyOf("orders", { tags: chosenBy("d1", "orders", "failed:x") });
    expect(isAftermath(taken(60), spans([failed], []))).toBe(false);
  });
});

test("retention does not count the aftermath among the newest copies", () => {
  const guards = {
    environment: "dev",
    enabledKeys: new Set([currentKey]),
    disasters: [{ instanceId: "orders", from: declaredAt, to: minutesAfter(600) }],
  };
  const copies = [taken(-60), taken(60), taken(120)];
  const decisions = decideRetention(copies, { days: 1, minimumCopies: 1 }, guards, minutesAfter(100_000));
  expect(decisions.map(({ copy: { id }, because }) => `${id} ${because}`)).toEqual([
    "at-120 expired",
    "at-60 expired",
    "at--60 among-newest",
  ]);
});
