import type { BatchTools } from "../../shared/batch-step.ts";
import { judgeConditions } from "../../shared/conditions/judge.ts";
import type { Findings } from "../../shared/conditions/offender.ts";
import { type ConditionName, standingConditions } from "../../shared/conditions.ts";
import { errorText } from "../../shared/errors.ts";
import { survey } from "../../shared/survey.ts";

/** Whether a condition is judged here; the primary region knows its own only by the alarm. */
export function isJudged(
  name: ConditionName | undefined,
  { region, settings }: BatchTools,
): name is keyof Findings {
  return name !== undefined && region === settings.regions.dr && standingConditions[name].region === "dr";
}

/** Looks for the offenders in both regions. An alarm is told without them rather than not at all. */
async function tryToLook(tools: BatchTools): Promise<Findings | undefined> {
  try {
    return judgeConditions(await survey(tools), tools.settings);
  } catch (error) {
    tools.log.warn("offenders of an alarm could not be listed", { error_text: errorText(error) });
    return undefined;
  }
}

/** The present offenders; `undefined` when they could not be looked for. */
export type Look = () => Promise<Findings | undefined>;

/** One look at the most in a batch, taken when the first alarm of the DR region, or a reminder, asks for it. */
export function looker(tools: BatchTools): Look {
  let found: Promise<Findings | undefined> | undefined;
  return () => {
    found ??= tryToLook(tools);
    return found;
  };
}
