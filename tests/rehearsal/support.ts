import { rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { DBInstance } from "@aws-sdk/client-rds";
import { afterAll, inject } from "vitest";
import { loadFleet } from "../simulator/fleet.ts";
import { copyOf } from "./assembly.ts";
import { type Rehearsal, type RehearsalPlan, rehearse } from "./run.ts";

/** The sample fleet. */
export const shop: readonly DBInstance[] = loadFleet(
  fileURLToPath(new URL("../fixtures/fleets/shop.json", import.meta.url)),
);

/** The named instances of the sample fleet. */
export function some(...ids: string[]): readonly DBInstance[] {
  return shop.filter(({ DBInstanceIdentifier }) => ids.includes(DBInstanceIdentifier ?? ""));
}

/** Rehearses on the assembly that all tests share, or on the one given. */
export function run(plan: Partial<RehearsalPlan>): Promise<Rehearsal> {
  return rehearse({
    assembly: inject("assembly"),
    fleet: shop,
    days: 3,
    seed: 1,
    scenario: "lost-region",
    quotas: {},
    // An assembly of a test's own was edited, as people or mishaps change what was deployed well.
    tampered: plan.assembly !== undefined,
    ...plan,
  });
}

const edited: string[] = [];

/** A copy of the shared assembly for a test that edits it; removed when the file's tests are through. */
export function editable(): string {
  const copy = copyOf(inject("assembly"));
  edited.push(copy);
  return copy;
}

/** Removes the copies; to be called once in each file that uses `editable`. */
export function cleanUpCopies(): void {
  afterAll(() => {
    for (const copy of edited) rmSync(copy, { recursive: true, force: true });
  });
}
