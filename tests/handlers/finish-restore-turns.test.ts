import { describe, expect, test } from "vitest";
import { follow, lookAt, whoseTurn } from "../../handlers/finish-restore/decide.ts";
import { chosenBy, copyOf, minutesAfter, settings } from "./recovery-builders.ts";

/** Restores of d1 by instance: its tier and its outcome; none has an instance yet. */
type Waiting = Readonly<Record<string, readonly [tier: number, outcome: string]>>;

function turns(waiting: Waiting, instances: number, minutes = 25): string[] {
  const copies = Object.entries(waiting).map(([id, [tier, outcome]]) =>
    copyOf(id, { tags: { ...chosenBy("d1", id, outcome), tier: String(tier) } }),
  );
  const now = minutesAfter(minutes);
  const looked = follow(copies, [], "dev").map((followed) => ({
    followed,
    finding: lookAt(followed, settings, now),
  }));
  const room = { instances, gib: 100_000 };
  return [...whoseTurn(looked, room, settings, now)].map(({ copy }) => copy.instanceId);
}

describe("of restores in line", () => {
  const inLine = "pending:in-line @d1";
  test.each<[string, Waiting, number, string[]]>([
    ["the lowest tier has its turn first", { a: [3, inLine], b: [1, inLine], c: [2, inLine] }, 2, ["b", "c"]],
    ["none has it without room", { a: [1, inLine] }, 0, []],
    ["none takes the room of a lower tier that is under way", { a: [2, inLine], b: [1, "pending"] }, 1, []],
    ["a higher tier under way takes none from a lower one", { a: [1, inLine], b: [2, "pending"] }, 1, ["a"]],
    ["what waits for capacity holds nobody up", { a: [2, inLine], b: [1, "pending:no-room"] }, 1, ["a"]],
    ["what was refused for good holds nobody up", { a: [2, inLine], b: [1, "refused:x"] }, 1, ["a"]],
  ])("%s", (_, waiting, room, expected) => {
    expect(turns(waiting, room)).toEqual(expected);
  });

  test("a lower tier without any trace keeps its place for an hour", () => {
    const waiting: Waiting = { a: [2, inLine], b: [1, "pending"] };
    expect(turns(waiting, 1, 55)).toEqual([]);
    expect(turns(waiting, 1, 60)).toEqual(["a"]);
  });

  test.each([
    [4.99, "wait"],
    [5, "in-line"],
    [6.5, "wait"],
    [10, "in-line"],
  ])("after %d minutes one is looked at as %s", (minutes, kind) => {
    const copy = copyOf("a", { tags: chosenBy("d1", "a", inLine) });
    const [followed] = follow([copy], [], "dev");
    expect(followed && lookAt(followed, settings, minutesAfter(minutes)).kind).toBe(kind);
  });
});
