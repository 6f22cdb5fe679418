import { AwsError, type Call, type ServiceName } from "../types.ts";
import type { Check, Principal, RefusalReason } from "./types.ts";

/**
 * How each service answers a caller who may not: code, status, and its own spelling of the action. Query services
 * answer 403; JSON services 400; SQS kept the query protocol's answer.
 */
interface Manner {
  readonly code: string;
  readonly status: number;
  readonly spell?: (action: string) => string;
}

const MANNERS: Readonly<Record<ServiceName, Manner>> = {
  rds: { code: "AccessDenied", status: 403 },
  monitoring: { code: "AccessDenied", status: 403 },
  sns: { code: "AuthorizationError", status: 403, spell: (action) => action.replace(/^sns:/, "SNS:") },
  sqs: { code: "AccessDenied", status: 403, spell: (action) => action.toLowerCase() },
  events: { code: "AccessDeniedException", status: 400 },
  kms: { code: "AccessDeniedException", status: 400 },
  logs: { code: "AccessDeniedException", status: 400 },
  scheduler: { code: "AccessDeniedException", status: 403 },
  lambda: { code: "AccessDeniedException", status: 403 },
};

/** Services whose refusals name the resource `*`; the others leave it out. */
const NAMES_EVERYTHING = new Set<ServiceName>(["lambda", "kms"]);

const who = (principal: Principal): string => {
  if (principal.kind === "service") return principal.name;
  return principal.kind === "role" ? principal.sessionArn : principal.arn;
};

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html */
function why(reason: RefusalReason, action: string): string {
  switch (reason) {
    case "explicit-deny-identity":
      return "with an explicit deny in an identity-based policy";
    case "explicit-deny-resource":
      return "with an explicit deny in a resource-based policy";
    case "no-identity-allow":
      return `because no identity-based policy allows the ${action} action`;
    case "no-resource-allow":
      return `because no resource-based policy allows the ${action} action`;
    case "no-row":
      return `because the authorisation table of the simulated AWS has no row for ${action}`;
  }
}

/** The sentence in which AWS refuses. */
export function denialText(
  principal: Principal,
  action: string,
  resource: string | undefined,
  reason: RefusalReason,
): string {
  const on = resource === undefined ? "" : ` on resource: ${resource}`;
  return `User: ${who(principal)} is not authorized to perform: ${action}${on} ${why(reason, action)}`;
}

/** The error that a refused call gets. */
export function denial(call: Call, principal: Principal, check: Check, reason: RefusalReason): AwsError {
  if (check.refusal !== undefined) {
    const { code, message, status } = check.refusal;
    return new AwsError(code, message, status);
  }
  const { code, status, spell } = MANNERS[call.service];
  const action = spell?.(check.action) ?? check.action;
  const resource = check.resource === "*" && !NAMES_EVERYTHING.has(call.service) ? undefined : check.resource;
  return new AwsError(code, denialText(principal, action, resource, reason), status);
}
