import type { Settings } from "./settings/schema.ts";

/** The tier of an instance of which nobody says one. */
const ordinary = 2;

/**
 * The tier that an instance is restored in: the settings' word, else its tag `tier` when that is a whole number,
 * else 2.
 */
export function tierOf(
  instanceId: string,
  tag: string | undefined,
  { overrides }: Pick<Settings, "overrides">,
): number {
  const tagged = /^\d{1,3}$/.test(tag ?? "") ? Number(tag) : ordinary;
  return overrides[instanceId]?.tier ?? tagged;
}
