import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { compile, InvalidPattern, matches } from "../services/events/pattern.ts";
import { ANYTHING_BUT_NAMES, OPERATOR_NAMES } from "../services/events/pattern-values.ts";
import { INVALID_PATTERNS } from "./invalid-patterns.ts";
import { PATTERN_GROUPS } from "./pattern-cases.ts";
import { ANYTHING_BUT_GROUPS } from "./pattern-cases-anything-but.ts";
import { MORE_PATTERN_GROUPS } from "./pattern-cases-more.ts";

const GROUPS = [...PATTERN_GROUPS, ...ANYTHING_BUT_GROUPS, ...MORE_PATTERN_GROUPS];

describe.each(GROUPS)("$operator ($page)", ({ pattern, fits, fails }) => {
  const compiled = compile(pattern);

  test.each(Object.entries(fits))("fits: %s", (_case, event) => {
    expect(matches(compiled, event)).toBe(true);
  });

  test.each(Object.entries(fails))("does not fit: %s", (_case, event) => {
    expect(matches(compiled, event)).toBe(false);
  });
});

describe("the table of patterns", () => {
  const fits = GROUPS.flatMap((group) => Object.keys(group.fits));
  const fails = GROUPS.flatMap((group) => Object.keys(group.fails));

  it("has at least 120 cases, of which at least half do not fit", () => {
    expect(fits.length + fails.length).toBeGreaterThanOrEqual(120);
    expect(fails.length).toBeGreaterThanOrEqual(fits.length);
  });

  const sizes = GROUPS.map(({ operator, fits: yes, fails: no }) => {
    return [operator, Object.keys(yes).length, Object.keys(no).length] as const;
  });

  test.each(sizes)(
    "has three or more cases of %s, %i that fit and at least as many that do not: %i",
    (_operator, yes, no) => {
      expect(yes + no).toBeGreaterThanOrEqual(3);
      expect(no).toBeGreaterThanOrEqual(yes);
    },
  );

  test.each(GROUPS)("has a page of AWS for $operator", ({ page }) => {
    expect(page).toMatch(
      /^https:\/\/(docs\.aws\.amazon\.com\/eventbridge\/latest\/userguide\/eb-[\w-]+\.html|github\.com\/aws\/event-ruler#readme)$/,
    );
  });

  it("has every operator that the matcher knows, and every form of anything-but", () => {
    const patterns = JSON.stringify(GROUPS.map(({ pattern }) => pattern));
    const used = (name: string) => patterns.includes(`{"${name}":`);
    expect(OPERATOR_NAMES.filter((name) => !used(name))).toEqual([]);
    const negated = ANYTHING_BUT_NAMES.filter((name) => !patterns.includes(`{"anything-but":{"${name}":`));
    expect(negated).toEqual([]);
  });
});

describe("an invalid pattern", () => {
  test.each(INVALID_PATTERNS)("%s is refused with the reason", (_sentence, pattern, reason) => {
    expect(() => compile(pattern)).toThrow(InvalidPattern);
    expect(() => compile(pattern)).toThrow(reason);
  });

  it("is also text that is not JSON, or longer than 4,096 characters", () => {
    expect(() => compile("{")).toThrow(/not valid JSON/);
    const fitting = { a: ["x".repeat(4096 - '{"a":[""]}'.length)] };
    expect(() => compile(fitting)).not.toThrow();
    expect(() => compile({ a: [`${fitting.a[0]}x`] })).toThrow(/longer than 4096/);
  });
});

describe("any pattern", () => {
  const leaf = fc.oneof(fc.string(), fc.integer({ min: -1000, max: 1000 }), fc.boolean(), fc.constant(null));

  it("that lists a leaf exactly fits it, and with anything-but the text it does not", () => {
    fc.assert(
      fc.property(leaf, (value) => {
        expect(matches(compile({ detail: { a: [value] } }), { detail: { a: value } })).toBe(true);
        if (typeof value === "string") {
          const but = compile({ detail: { a: [{ "anything-but": value }] } });
          expect(matches(but, { detail: { a: value } })).toBe(false);
        }
      }),
    );
  });

  it("with a wildcard fits what its stars are replaced by", () => {
    const piece = fc.stringMatching(/^[a-z]{0,4}$/);
    fc.assert(
      fc.property(
        fc.array(piece, { minLength: 2, maxLength: 4 }),
        fc.array(piece, { minLength: 4 }),
        (parts, fill) => {
          fc.pre(parts.slice(1, -1).every((part) => part !== ""));
          const text = parts.reduce((sum, part, index) => sum + (fill[index] ?? "") + part);
          expect(matches(compile({ a: [{ wildcard: parts.join("*") }] }), { a: text })).toBe(true);
        },
      ),
    );
  });
});
