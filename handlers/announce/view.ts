import type { BatchTools } from "../../shared/batch-step.ts";
import { judgeConditions } from "../../shared/conditions/judge.ts";
import type { Findings } from "../../shared/conditions/offender.ts";
import { type ConditionName, standingConditions } from "../../shared/conditions.ts";
import { errorText } from "../../shared/errors.ts";
import { survey } from "../../shared/survey.ts";

/** The present state of both regions, looked at only when an alarm of the DR region or a reminder asks for it. */
export interface View {
  readonly findings: Findings;
  readonly primaryAnswers: boolean;
}

async function look(tools: BatchTools): Promise<View> {
  const seen = await survey(tools);
  return { findings: judgeConditions(seen, tools.settings), primaryAnswers: seen.primary !== undefined };
}

/** Whether a condition is judged here; the primary region knows its own only by the alarm. */
export function isJudged(
  name: ConditionName | undefined,
  { region, settings }: BatchTools,
): name is keyof Findings {
  return name !== undefined && region === settings.regions.dr && standingConditions[name].region === "dr";
}

/** Looks for the offenders. An alarm is told without them rather than not at all. */
async function tryToLook(tools: BatchTools): Promise<View | undefined> {
  try {
    return await look(tools);
  } catch (error) {
    tools.log.warn("offenders of an alarm could not be listed", { error_text: errorText(error) });
    return undefined;
  }
}

/** One look at the most in a batch, taken when the first asks for it. */
export function looker(tools: BatchTools): () => Promise<View | undefined> {
  let view: Promise<View | undefined> | undefined;
  return () => {
    view ??= tryToLook(tools);
    return view;
  };
}
