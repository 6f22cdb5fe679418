import { Effect, PolicyStatement } from "aws-cdk-lib/aws-iam";

/** What a step may do, written beside the step that needs it. */
export interface Grant {
  /** Alphanumeric; names the statement in the policy and keeps it apart from others. */
  readonly sid: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly conditions?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
  /** Why a resource holds a star, in words that a stranger accepts. */
  readonly wildcard?: string;
}

/**
 * AWS's own documents disagree on whether these are needed, so the policies hold the union of the readings.
 * Their statements' ids begin so; each names its source. They are exempt from "granted but never used".
 */
export const unionPrefix = "Union";

/** The statement of a grant. */
export function statementOf({ sid, actions, resources, conditions }: Grant): PolicyStatement {
  return new PolicyStatement({
    sid,
    effect: Effect.ALLOW,
    actions: [...actions],
    resources: [...resources],
    ...(conditions && { conditions }),
  });
}
