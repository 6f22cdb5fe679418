import { expect, test } from "vitest";
import type { Readings } from "../knobs/rds-readings.ts";
import type { KnobOverrides } from "../knobs.ts";

/** For each uncertain fact: what is looked at in a world with such knobs, and what each reading shows there. */
export type Observations<Facts extends Readonly<Record<string, Readings>>> = {
  readonly [Name in keyof Facts]: {
    readonly see: (knobs: KnobOverrides) => unknown;
    readonly as: Readonly<Record<Facts[Name]["readings"][number], unknown>>;
  };
};

/** Holds that every reading of every fact shows, and that no two of a fact show the same. */
export function holdReadings<Facts extends Readonly<Record<string, Readings>>>(
  facts: Facts,
  observations: Observations<Facts>,
): void {
  const cases = Object.entries<Readings>(facts).flatMap(([name, { readings }]) =>
    readings.map((reading, index) => [name, reading, index] as const),
  );
  test.each(cases)("%s reads %s", async (name, reading, index) => {
    const { see, as } = observations[name as keyof Facts];
    const expected: Readonly<Record<string, unknown>> = as;
    const shown = await see({ [name]: reading });
    expect(shown).toEqual(expected[reading]);
    // The first reading is what a world has that says nothing.
    if (index === 0) expect(await see({})).toEqual(shown);
    for (const other of Object.keys(expected).filter((one) => one !== reading)) {
      expect(shown).not.toEqual(expected[other]);
    }
  });
}
