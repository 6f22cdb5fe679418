import { expect, test } from "vitest";
import { kernelWorld, START } from "../kernel/doubles.ts";
import { Pace } from "./pace.ts";

function paced(speed: number) {
  const { world } = kernelWorld();
  const real = { at: 1000, now: () => real.at };
  const problems: unknown[] = [];
  const pace = new Pace(world, { speed, real, report: (error) => problems.push(error) });
  const passed = () => world.clock.now() - START.getTime();
  return { world, real, pace, problems, passed };
}

test("at speed 1 virtual time is what real time is", async () => {
  const { real, pace, passed } = paced(1);
  real.at += 1500;
  expect(await pace.turn(passed)).toBe(1500);
});

test("at speed 60 a second is a minute, and what was due has run", async () => {
  const { world, real, pace, passed } = paced(60);
  const ran: number[] = [];
  world.clock.after(60_000, "a minute later", () => ran.push(passed()));
  real.at += 1000;
  expect(await pace.turn(passed)).toBe(60_000);
  expect(ran).toEqual([60_000]);
});

test("at speed 0 only advancing moves the clock", async () => {
  const { real, pace, passed } = paced(0);
  real.at += 1_000_000;
  expect(await pace.turn(passed)).toBe(0);
  await pace.turn(() => pace.advance(90_000));
  expect(passed()).toBe(90_000);
});

test("a change of speed counts from now on", async () => {
  const { real, pace, passed } = paced(1);
  real.at += 1000;
  await pace.turn(() => {
    pace.speed = 10;
  });
  real.at += 1000;
  expect(await pace.turn(passed)).toBe(11_000);
});

test("after an advance time goes on from there", async () => {
  const { real, pace, passed } = paced(1);
  await pace.turn(() => pace.advance(3_600_000));
  real.at += 1000;
  expect(await pace.turn(passed)).toBe(3_601_000);
});

test("turns are taken one after the other, and a failed one does not end the row", async () => {
  const { pace } = paced(0);
  const order: string[] = [];
  const first = pace.turn(async () => {
    await new Promise((resolve) => setImmediate(resolve));
    order.push("first");
    throw new Error("broken");
  });
  const second = pace.turn(() => order.push("second"));
  await expect(first).rejects.toThrow("broken");
  await second;
  expect(order).toEqual(["first", "second"]);
});

test("a failure inside the world is reported, and time reaches its end all the same", async () => {
  const { world, pace, problems, passed } = paced(0);
  world.clock.after(1000, "something breaks", () => world.fail(new Error("broken")));
  await pace.turn(() => pace.advance(60_000));
  expect(problems).toEqual([new Error("broken")]);
  expect(passed()).toBe(60_000);
});
