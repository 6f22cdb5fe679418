import { UsageError } from "../../command-line.ts";
import { type KnobFact, refusalOf } from "../knobs/fact.ts";
import { DEFAULT_QUOTAS, KNOB_FACTS, type KnobOverrides } from "../knobs.ts";

/** Hooks are no facts: nobody sets them by hand. */
const FACTS: ReadonlyMap<string, KnobFact> = new Map(
  KNOB_FACTS.filter(({ kind }) => kind !== "hook").map((fact) => [fact.name, fact]),
);
const QUOTAS = Object.keys(DEFAULT_QUOTAS);

/**
 * Reads the values of `--knob`, such as `pageCap=2`, `eventTags=map`, `eventDelaySeconds=[60,7200]` and
 * `quotas.us-west-2.instances=2`; throws one UsageError with everything that is wrong with them.
 */
export function readKnobs(given: readonly string[]): KnobOverrides {
  const chosen: Record<string, unknown> = {};
  const quotas: Record<string, Record<string, number>> = {};
  const faults: string[] = [];
  const taken = new Set<string>();
  for (const text of given) {
    const [, name, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
    if (name === undefined || value === undefined) {
      faults.push(`--knob takes NAME=VALUE, got '${text}'`);
      continue;
    }
    if (taken.has(name)) faults.push(`the knob ${name} is given twice`);
    taken.add(name);
    const [head, region, quota, ...rest] = name.split(".");
    const fact = FACTS.get(name);
    if (fact !== undefined) {
      const read = readValue(fact, value);
      const refusal = refusalOf(fact, read);
      if (refusal === undefined) chosen[name] = read;
      else faults.push(refusal);
    } else if (head !== "quotas") {
      faults.push(
        `there is no knob ${name}; the knobs are ${[...FACTS.keys()].join(", ")} and quotas.REGION.NAME`,
      );
    } else if (!region || !quota || !QUOTAS.includes(quota) || rest.length > 0) {
      faults.push(
        `there is no quota ${name}; the quotas are quotas.REGION.${QUOTAS.join(", quotas.REGION.")}`,
      );
    } else if (!/^\d+$/.test(value)) {
      faults.push(`${name} takes a whole number, not ${JSON.stringify(value)}`);
    } else {
      quotas[region] = { ...quotas[region], [quota]: Number(value) };
    }
  }
  if (faults.length > 0) throw new UsageError(faults.join("\n"));
  return Object.keys(quotas).length === 0 ? chosen : { ...chosen, quotas };
}

/** Readings are words as they stand; everything else is JSON. */
function readValue({ kind }: KnobFact, text: string): unknown {
  if (kind === "reading") return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** Refuses quotas of a region that the environment has not. */
export function checkQuotaRegions({ quotas = {} }: KnobOverrides, regions: readonly string[]): void {
  const unknown = Object.keys(quotas).filter((region) => !regions.includes(region));
  if (unknown.length === 0) return;
  throw new UsageError(
    `quotas of ${unknown.join(" and ")}: the environment's regions are ${regions.join(" and ")}`,
  );
}
