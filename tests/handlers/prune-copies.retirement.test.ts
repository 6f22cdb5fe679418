import { describe, expect, test } from "vitest";
import { decideReconciliation } from "../../handlers/prune-copies/decide-reconcile.ts";
import { fleetOf } from "../../shared/survey/fleet.ts";
import type { Survey } from "../../shared/survey.ts";
import { instance } from "../shared/builders.ts";
import { copyOf, primary, settings, survey } from "../shared/survey-builders.ts";

const reconcile = (seen: Survey) => decideReconciliation(seen, fleetOf(seen, settings()), settings());
const yesterday = { at: "2026-02-28T02:00:00Z" };

describe("an instance that leaves the fleet", () => {
  test.each([
    ["is marked when it is gone", [], "gone"],
    ["is marked when it is no longer covered", [instance({ TagList: [] })], "not-covered"],
  ])("%s", (_, instances, because) => {
    const newest = copyOf({});
    const seen = survey({ copies: [copyOf(yesterday), newest], primary: primary({ instances }) });
    expect(reconcile(seen)).toEqual([{ kind: "mark-retired", because, instanceId: "orders", copy: newest }]);
  });

  test("is marked once", () => {
    const copies = [copyOf({ tags: { "rds-dr:outcome": "retired:2026-03-01T02:00:00Z" } })];
    expect(reconcile(survey({ copies, primary: primary({ instances: [] }) }))).toEqual([]);
  });

  const uncovered = { "rds-dr:outcome": "uncovered:2026-03-01T02:00:00Z" };
  const unprotected = primary({ instances: [instance({ TagList: [] })] });

  test("is no news where nobody ever protected it and an operator had its backups made", () => {
    const copies = [copyOf({ tags: uncovered }), copyOf({ ...yesterday, tags: uncovered })];
    expect(reconcile(survey({ copies, primary: unprotected }))).toEqual([]);
  });

  test("is news where it was protected before the backup that an operator had made", () => {
    const before = copyOf(yesterday);
    const seen = survey({ copies: [copyOf({ tags: uncovered }), before], primary: unprotected });
    expect(reconcile(seen)).toMatchObject([{ kind: "mark-retired", because: "not-covered", copy: before }]);
  });

  test("is no news again after an operator had another backup made of it", () => {
    const told = copyOf({ ...yesterday, tags: { "rds-dr:outcome": "retired:2026-02-28T12:00:00Z" } });
    const seen = survey({ copies: [copyOf({ tags: uncovered }), told], primary: unprotected });
    expect(reconcile(seen)).toEqual([]);
  });

  test("is not taken for gone because the primary does not answer", () => {
    expect(reconcile(survey({ primary: undefined }))).toEqual([]);
  });
});
