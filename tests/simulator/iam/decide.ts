import type { CompiledPolicy, Match } from "./policy.ts";
import type { RefusalReason, Request, StatementReference, Verdict } from "./types.ts";

/** The policies that bear on one request. */
export interface Applicable {
  readonly identity: readonly CompiledPolicy[];
  readonly resource?: CompiledPolicy | undefined;
  /** A key: its policy must allow, or delegate to the account's identity policies. */
  readonly resourceMustAllow: boolean;
  /** The resource is another account's: both sides must allow. */
  readonly crossAccount: boolean;
}

const refuse = (because: RefusalReason, by?: StatementReference): Verdict => ({
  allowed: false,
  because,
  ...(by === undefined ? {} : { by }),
});

const denial = (matches: readonly Match[]): Match | undefined =>
  matches.find(({ effect }) => effect === "Deny");

/**
 * Explicit deny, then allow, then the default: deny. Within one account either side may allow; a match of a
 * resource policy by account only delegates to the identity policies.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 * https://docs.aws.amazon.com/kms/latest/developerguide/policy-evaluation.html
 */
export function decide(request: Request, policies: Applicable): Verdict {
  const ofIdentity = policies.identity.flatMap((policy) => policy.matches(request));
  const ofResource = policies.resource?.matches(request) ?? [];

  const deniedByIdentity = denial(ofIdentity);
  if (deniedByIdentity !== undefined) return refuse("explicit-deny-identity", deniedByIdentity.by);
  const deniedByResource = denial(ofResource);
  if (deniedByResource !== undefined) return refuse("explicit-deny-resource", deniedByResource.by);

  // What denies has answered above: only allows are left.
  const identityAllow = ofIdentity[0];
  const resourceAllow = ofResource[0];
  const directAllow = ofResource.find(({ principal }) => principal === "direct");

  const needsResource =
    policies.resourceMustAllow || policies.crossAccount || request.principal.kind === "service";
  if (needsResource && resourceAllow === undefined) return refuse("no-resource-allow");
  if (identityAllow !== undefined) return { allowed: true, because: "identity-policy", by: identityAllow.by };
  if (directAllow !== undefined && !policies.crossAccount) {
    return { allowed: true, because: "resource-policy", by: directAllow.by };
  }
  return refuse(request.principal.kind === "service" ? "no-resource-allow" : "no-identity-allow");
}
