import { describe, expect, test } from "vitest";
import { EventLoop, regionalClock } from "../clock.ts";
import { keyedHex, keyedNumber, keyedUuid } from "../random.ts";

describe("the virtual clock", () => {
  test("fires timers in time order, and at one instant in the order set", async () => {
    const loop = new EventLoop(0);
    const fired: string[] = [];
    loop.at(20, "late", () => fired.push("late"));
    loop.at(10, "first", () => fired.push("first"));
    loop.at(10, "second", () => fired.push("second"));
    await loop.run({ until: 20 });
    expect(fired).toEqual(["first", "second", "late"]);
    expect(loop.now()).toBe(20);
  });

  test("fires timers of one instant by their rank before the order set", async () => {
    const loop = new EventLoop(0);
    const fired: string[] = [];
    for (const [name, rank] of [["a", 0.7], ["b", 0.2], ["c"], ["d", 0.2]] as const) {
      loop.at(10, name, () => fired.push(name), rank);
    }
    loop.after(9, "e", () => fired.push("e"), 0.9);
    await loop.run({ until: 10 });
    expect(fired).toEqual(["e", "c", "b", "d", "a"]);
  });

  test("runs what is due at the end of a run, and nothing after it", async () => {
    const loop = new EventLoop(0);
    const fired: number[] = [];
    loop.at(100, "at", () => fired.push(100));
    loop.at(101, "after", () => fired.push(101));
    await loop.run({ until: 100 });
    expect(fired).toEqual([100]);
  });

  test("finishes all promise work of a timer before the next one", async () => {
    const loop = new EventLoop(0);
    const fired: string[] = [];
    const work = async () => {
      for (let index = 0; index < 50; index += 1) {
        await Promise.resolve();
      }
      await new Promise<void>((resolve) => process.nextTick(resolve));
      fired.push("promises");
    };
    loop.at(1, "async", () => void work());
    loop.at(1, "next", () => fired.push("next"));
    await loop.run({ until: 1 });
    expect(fired).toEqual(["promises", "next"]);
  });

  test("stops at the error of a timer and hands it on", async () => {
    const loop = new EventLoop(0);
    loop.at(1, "bad", () => {
      throw new Error("broken");
    });
    loop.at(2, "never", () => expect.unreachable());
    await expect(loop.run({ until: 5 })).rejects.toThrow("broken");
    expect(loop.now()).toBe(1);
  });

  test("runs until something holds, and says when it never does", async () => {
    const loop = new EventLoop(0);
    let ticks = 0;
    const tick = () => {
      ticks += 1;
      loop.after(10, "tick", tick);
    };
    tick();
    expect(await loop.runUntil(() => ticks === 4)).toBe(true);
    expect(loop.now()).toBe(30);
    expect(await loop.runUntil(() => false, 50)).toBe(false);
  });

  test("keeps the order of a thousand timers, cancelled ones left out", async () => {
    const loop = new EventLoop(0);
    const fired: number[] = [];
    const timers = Array.from({ length: 1000 }, (_, index) => {
      const when = (index * 7919) % 1000;
      return loop.at(when, String(when), () => fired.push(when));
    });
    timers
      .filter((_, index) => index % 2 === 0)
      .forEach((timer) => {
        timer.cancel();
      });
    await loop.run({ until: 1000 });
    expect(fired).toHaveLength(500);
    expect(fired).toEqual([...fired].sort((a, b) => a - b));
  });

  test("holds the timers of a lost region until it returns, in the order set", async () => {
    const loop = new EventLoop(0);
    let lost = true;
    const { clock, resume } = regionalClock(loop, () => lost);
    const fired: string[] = [];
    clock.at(10, "a", () => fired.push("a"));
    const cancelled = clock.at(10, "b", () => fired.push("b"));
    clock.at(12, "c", () => fired.push("c"));
    await loop.run({ until: 50 });
    expect(fired).toEqual([]);
    cancelled.cancel();
    lost = false;
    resume();
    await loop.run({ until: 50 });
    expect(fired).toEqual(["a", "c"]);
  });
});

describe("keyed randomness", () => {
  test("depends on the seed and the key only", () => {
    expect(keyedNumber(1, ["a", 2])).toBe(keyedNumber(1, ["a", 2]));
    expect(keyedNumber(1, ["a", 2])).not.toBe(keyedNumber(2, ["a", 2]));
    expect(keyedNumber(1, ["a", 2])).not.toBe(keyedNumber(1, ["a", 3]));
    expect(keyedNumber(1, ["ab", "c"])).not.toBe(keyedNumber(1, ["a", "bc"]));
  });

  test("is spread evenly over [0, 1)", () => {
    const draws = Array.from({ length: 20_000 }, (_, index) => keyedNumber(7, ["draw", index]));
    const tenths = new Array<number>(10).fill(0);
    for (const draw of draws) {
      const tenth = Math.floor(draw * 10);
      tenths[tenth] = (tenths[tenth] ?? 0) + 1;
    }
    expect(tenths.every((count) => count > 1850 && count < 2150)).toBe(true);
  });

  test("writes a key the same for ever, leading zeros and all", () => {
    expect(keyedHex(1, ["z", 31], 40)).toBe("00b18caf5c35e3c1c72aaedab21c8f22a54eac08");
    expect(keyedHex(1, ["z", 31], 5)).toBe("00b18");
    expect(keyedUuid(1, ["z", 31])).toBe("00b18caf-5c35-43c1-872a-aedab21c8f22");
  });

  test("makes version 4 UUIDs that differ by key", () => {
    const ids = Array.from({ length: 1000 }, (_, index) => keyedUuid(1, ["id", index]));
    expect(new Set(ids).size).toBe(1000);
    expect(
      ids.every((id) => /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(id)),
    ).toBe(true);
  });
});
