import type { DBInstance } from "@aws-sdk/client-rds";
import { deployedSettings } from "../../rehearsal/settings.ts";
import type { KnobOverrides } from "../knobs.ts";
import { readRegionFixture } from "../services/rds/region-fixture.ts";
import { createWorld } from "../world.ts";
import type { SimulatedWorld } from "../world-types.ts";
import { checkQuotaRegions } from "./knob-options.ts";

/** The account that the world plays, where the settings name none. */
export const ACCOUNT = "111122223333";
const drFixture = new URL("../../fixtures/dr-region.json", import.meta.url);

/** What a world is opened from. */
export interface Opening {
  readonly assembly: string;
  readonly fleet: readonly DBInstance[];
  readonly start: Date;
  readonly seed?: number;
  readonly knobs?: KnobOverrides;
}

/** Makes the world with its fleet and deploys the templates; operations that it lacks are refused, not fatal. */
export function openWorld(opening: Opening): {
  world: SimulatedWorld;
  settings: ReturnType<typeof deployedSettings>;
} {
  const { assembly, fleet, start, seed = 1, knobs = {} } = opening;
  const settings = deployedSettings(assembly);
  const { primary, dr } = settings.regions;
  const regions = [primary, dr];
  checkQuotaRegions(knobs, regions);
  const world = createWorld({ seed, start, account: settings.account ?? ACCOUNT, regions, knobs });
  world.gate.tolerant = true;
  world.region(primary).rds.loadFleet(fleet);
  world.region(dr).rds.loadRegion(readRegionFixture(drFixture, dr));
  world.deploy(assembly);
  return { world, settings };
}
