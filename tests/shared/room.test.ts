import { expect, test } from "vitest";
import { withRoom } from "../../shared/restore/room.ts";

test.each<[string, { instances: number; gib: number }, number[]]>([
  ["the first, as many as the quota of instances takes", { instances: 2, gib: 5_000 }, [400, 300]],
  [
    "what fits the storage that is left, and passes over what does not",
    { instances: 2, gib: 500 },
    [400, 50],
  ],
  ["up to the last GiB", { instances: 9, gib: 750 }, [400, 300, 50]],
  ["none where nothing is left, or more is used than the quota takes", { instances: -1, gib: 500 }, []],
  ["all where AWS tells no quota", { instances: Infinity, gib: Infinity }, [400, 300, 50]],
])("room has %s", (_, room, expected) => {
  expect(withRoom([400, 300, 50], (gib) => gib, room)).toEqual(expected);
});
