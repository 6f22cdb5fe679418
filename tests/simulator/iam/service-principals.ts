import type { OnBehalf } from "../types.ts";
import { context, LateContext, principalContext, requestContext } from "./context.ts";
import { decide } from "./decide.ts";
import { accountOf, regionOf } from "./patterns.ts";
import { compileGuard } from "./policy.ts";
import type { ContextInput, Guard, PolicySource, Verdict } from "./types.ts";

/** What a service of AWS wants to do in its own name. */
export interface ServiceRequest {
  readonly who: OnBehalf;
  readonly action: string;
  readonly resource: string;
  /** Condition keys beside those that follow from `who`. */
  readonly keys?: ContextInput;
}

/** Keys that AWS derives from the ARN of what a service acts for. */
function sourceKeys({ sourceArn }: OnBehalf): ContextInput {
  const account = sourceArn === undefined ? undefined : accountOf(sourceArn);
  return { "aws:SourceArn": sourceArn, "aws:SourceAccount": account, "aws:SourceOwner": account };
}

/**
 * Judges a service principal, which needs nothing but the resource's policy to allow it. The one judge of queues,
 * topics, keys and trust policies.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 */
export function judgeService(
  kind: Guard["kind"],
  policy: PolicySource | undefined,
  { who, action, resource, keys }: ServiceRequest,
): Verdict {
  const principal = { kind: "service", name: who.principal } as const;
  const request = {
    principal,
    action,
    resource,
    context: new LateContext(() =>
      context(
        principalContext(principal, undefined),
        requestContext({ resource }, regionOf(resource) ?? ""),
        sourceKeys(who),
        keys,
      ),
    ),
  };
  return decide(request, {
    identity: [],
    resource: compileGuard({ kind, policy }),
    resourceMustAllow: kind === "key",
    crossAccount: false,
  });
}

/** Whether a trust policy lets a service assume its role. Scheduler says for which account it asks; Lambda does not. */
export function trustsService(
  trust: Readonly<Record<string, unknown>>,
  service: string,
  role: { readonly arn: string; readonly account: string },
): boolean {
  if (trust["Statement"] === undefined) return false;
  const keys = service === "scheduler.amazonaws.com" ? { "aws:SourceAccount": role.account } : {};
  const request = { who: { principal: service }, action: "sts:AssumeRole", resource: role.arn, keys };
  return judgeService("trust", trust, request).allowed;
}
