import { judgeConditions } from "../../shared/conditions/judge.ts";
import type { DrCondition } from "../../shared/conditions/offender.ts";
import type { Settings } from "../../shared/settings/schema.ts";
import type { Survey } from "../../shared/survey.ts";
import { settings } from "./survey-builders.ts";

/** The conditions that are true of what was seen, each with its texts. */
export function standing(seen: Survey, using: Settings = settings()): Record<string, string[]> {
  const found = Object.entries(judgeConditions(seen, using)).flatMap(([name, offenders = []]) =>
    offenders.length === 0 ? [] : [[name, offenders.map(({ text }) => text)]],
  );
  return Object.fromEntries(found);
}

/** Their names. */
export function names(seen: Survey, using?: Settings): string[] {
  return Object.keys(standing(seen, using));
}

/** The texts of one of them. */
export function texts(name: DrCondition, seen: Survey, using?: Settings): string[] {
  return standing(seen, using)[name] ?? [];
}
