import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { inTime, waitMilliseconds } from "../../handlers/plan-recovery/pace.ts";
import { RetryableError } from "../../shared/errors.ts";

describe("a call to RDS", () => {
  test.each([
    ["the first two hundred at once", 199, 0, 0],
    ["the next ones ten a second", 200, 0, 0],
    ["the next ones ten a second", 201, 0, 100],
    ["the next ones ten a second", 250, 1_000, 4_000],
    ["one that comes late without a wait", 250, 5_000, 0],
  ])("is made in its turn: %s", (_, made, elapsed, expected) => {
    expect(waitMilliseconds(made, elapsed)).toBe(expected);
  });
});

describe("a run that tags", () => {
  const begunAt = new Date("2026-03-10T02:00:00.000Z");
  beforeEach(() => {
    vi.useFakeTimers({ now: begunAt });
  });
  afterEach(() => {
    vi.useRealTimers();
  });
  const clock = { now: () => new Date() };

  test("makes a thousand calls in 80 seconds", async () => {
    const { turn } = inTime(clock);
    let made = 0;
    const calls = Promise.all(Array.from({ length: 1_000 }, () => turn?.().then(() => made++)));
    await vi.advanceTimersByTimeAsync(0);
    expect(made).toBe(201);
    await vi.advanceTimersByTimeAsync(79_800);
    expect(made).toBe(999);
    await vi.advanceTimersByTimeAsync(100);
    await calls;
    expect(made).toBe(1_000);
  });

  test("leaves what it has no time for to the next one, from two and a half minutes on", async () => {
    const { turn } = inTime(clock);
    vi.setSystemTime(begunAt.getTime() + 150_000 - 1);
    await expect(turn?.()).resolves.toBeUndefined();
    vi.setSystemTime(begunAt.getTime() + 150_000);
    await expect(turn?.()).rejects.toThrow(RetryableError);
  });
});
