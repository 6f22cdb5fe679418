import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, inject } from "vitest";
import { deployedSettings } from "../../rehearsal/settings.ts";
import { loadFleet } from "../fleet.ts";
import type { KnobOverrides } from "../knobs.ts";
import { drRegionFixture } from "../services/rds/region-fixture.ts";
import type { Shape } from "../types.ts";
import { createWorld } from "../world.ts";

/** The resources of a template. */
export type Resources = Record<string, { Type: string; Properties: Shape }>;
/** Both templates, ready to be changed. */
export interface Templates {
  readonly primary: Resources;
  readonly dr: Resources;
  /** The parameters of the DR stack. */
  readonly drParameters: Record<string, { Default?: unknown }>;
}

interface PlantedTemplate {
  readonly Resources: Resources;
  readonly Parameters?: Templates["drParameters"];
}

const copies: string[] = [];
afterAll(() => {
  for (const copy of copies) rmSync(copy, { recursive: true, force: true });
});

/** The assembly as it was synthesised. */
export const original = inject("assembly");
/** The regions that it is deployed in. */
export const { regions } = deployedSettings(original);
const fleet = loadFleet(new URL("../../fixtures/fleets/shop.json", import.meta.url).pathname);

/** A copy of the assembly that shares its assets, with the templates changed. */
export function planted(plant: (templates: Templates) => void): string {
  const copy = mkdtempSync(join(tmpdir(), "rds-dr-trap-"));
  copies.push(copy);
  const templates = new Map<string, PlantedTemplate>();
  for (const entry of readdirSync(original)) {
    if (entry.endsWith(".template.json")) {
      templates.set(entry, JSON.parse(readFileSync(join(original, entry), "utf8")));
    } else {
      symlinkSync(join(original, entry), join(copy, entry));
    }
  }
  const of = (end: string) => [...templates].find(([name]) => name.includes(end))?.[1];
  const dr = of("-dr.");
  plant({
    primary: of("-primary.")?.Resources ?? {},
    dr: dr?.Resources ?? {},
    drParameters: dr?.Parameters ?? {},
  });
  for (const [name, template] of templates) writeFileSync(join(copy, name), JSON.stringify(template));
  return copy;
}

/** Deploys into a fresh account with the sample fleet. */
export function deploy(assembly: string, knobs: KnobOverrides = {}) {
  const world = createWorld({
    seed: 1,
    start: new Date("2026-03-01T00:00:00Z"),
    account: "111122223333",
    regions: [regions.primary, regions.dr],
    knobs,
  });
  world.region(regions.primary).rds.loadFleet(fleet);
  world.region(regions.dr).rds.loadRegion(drRegionFixture(regions.dr));
  return world.deploy(assembly);
}

/** The properties of the first resource of a type, or of the first for which the test holds. */
export function first(
  resources: Resources,
  type: string,
  is: (properties: Shape) => boolean = () => true,
): Shape {
  const found = Object.values(resources).find(({ Type, Properties }) => Type === type && is(Properties));
  if (found === undefined) throw new Error(`the assembly has no such ${type}`);
  return found.Properties;
}

/** Whether an alarm watches a metric of the namespace. */
export const watches =
  (namespace: string) =>
  ({ Namespace }: Shape) =>
    Namespace === namespace;
/** The dimensions of an alarm. */
export const names = (properties: Shape) => properties["Dimensions"] as { Name: string; Value: unknown }[];
/** The targets of a rule. */
export const targets = (rule: Shape) => rule["Targets"] as Shape[];
/** The ARN of a queue that does not exist. */
export const nowhere = (region: string) => `arn:aws:sqs:${region}:111122223333:nowhere`;
/** Whether a statement lets somebody send. */
export const sends = (statement: Shape) => statement["Action"] === "sqs:SendMessage";
