import { expect, test } from "vitest";
import { isTooComplex, wildcardsByField } from "../services/events/wildcard-complexity.ts";

// MachineComplexityEvaluatorTest.java of github.com/aws/event-ruler; the last two are LocalStack's recordings of AWS.
test.each([
  [["*"], 1],
  [["*ab"], 2],
  [["*aa"], 3],
  [["aa*"], 2],
  [["a*bcb"], 3],
  [["a*b*bb"], 5],
  [["a*b*cd"], 3],
  [["*ab*b*b*"], 7],
  [["*a*a*a*a*a*a*a*a*"], 17],
  [["ab*c", "x*xx"], 3],
  [["*abc", "*abcde"], 4],
  [["a*aaa", "aa*aa"], 7],
  [["abc*", "abcde*"], 3],
  [["ab*cd", "ab*wx", "ab*yz"], 6],
  [["same*", "same*"], 2],
  [["/Users/*/dir/dir/dir/dir/dir/doc.txt"], 7],
  [["*:*:*:*:*:event-bus/*"], 11],
])("wildcards %j have a complexity of %i", (patterns, complexity) => {
  expect(isTooComplex(patterns, complexity)).toBe(false);
  expect(isTooComplex(patterns, complexity - 1)).toBe(true);
});

test("the wildcards of a field are those of every branch and every operator", () => {
  const pattern = {
    source: ["s", { prefix: "p" }],
    $or: [
      { detail: { a: [{ wildcard: "x*" }] } },
      { detail: { a: [{ "anything-but": { wildcard: ["y*"] } }] } },
    ],
    detail: { b: [{ wildcard: "z*" }], wildcard: { c: [{ wildcard: "c*" }] } },
  };
  expect(wildcardsByField(pattern)).toEqual([["x*", "y*"], ["z*"], ["c*"]]);
});
