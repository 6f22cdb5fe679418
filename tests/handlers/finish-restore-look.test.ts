import { expect, test } from "vitest";
import { inGoes, timeFor } from "../../handlers/finish-restore/look.ts";
import { declaredAt } from "./recovery-builders.ts";

test.each([
  [0, true],
  [69.9, true],
  [70, false],
])("a look that is at it for %d seconds begins more work: %s", (seconds, may) => {
  const mayBegin = timeFor({ now: () => new Date(declaredAt.getTime() + seconds * 1000) }, declaredAt);
  mayBegin();
  expect(mayBegin()).toBe(may);
});

test("a look whose listing took all its time still does one piece of work, so that none is ever in vain", () => {
  const mayBegin = timeFor({ now: () => new Date(declaredAt.getTime() + 100_000) }, declaredAt);
  expect([mayBegin(), mayBegin(), mayBegin()]).toEqual([true, false, false]);
});

test.each([
  [0, []],
  [50, [50]],
  [101, [50, 50, 1]],
])("%d restores are told in goes of %j", (count, sizes) => {
  const restores = Array.from({ length: count }, (_, at) => at);
  expect(inGoes(restores).map(({ length }) => length)).toEqual(sizes);
  expect(inGoes(restores).flat()).toEqual(restores);
});
