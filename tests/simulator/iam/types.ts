import type { Applicable } from "./decide.ts";

/** A policy document as it stands in a template or a resource attribute: parsed JSON, not yet trusted. */
export type PolicySource = string | Readonly<Record<string, unknown>>;

/** An inline policy of a role. */
export interface RolePolicy {
  readonly name: string;
  readonly document: PolicySource;
}

/** A role as CloudFormation made it. */
export interface RoleRecord {
  readonly name: string;
  readonly arn: string;
  /** AssumeRolePolicyDocument. */
  readonly trust: PolicySource;
  readonly policies: readonly RolePolicy[];
  /** AWS managed policies by ARN: their documents are nowhere in a template, so a role that has any is refused. */
  readonly managed?: readonly string[];
  readonly tags?: Readonly<Record<string, string>>;
}

/** Condition keys of one request, as their documentation spells them; undefined and empty lists mean absent. */
export type ContextInput = Readonly<
  Record<string, string | boolean | number | readonly string[] | undefined>
>;

/** Condition keys of one request, lower-cased, for names of condition keys are not case-sensitive. */
export type Context = Pick<ReadonlyMap<string, readonly string[]>, "get" | "has">;

/** Who asks, in the forms that policies can name. */
export type Principal =
  | { readonly kind: "role"; readonly account: string; readonly arn: string; readonly sessionArn: string }
  | { readonly kind: "user"; readonly account: string; readonly arn: string }
  | { readonly kind: "service"; readonly name: string };

/** One question to the policies: may this principal do that to this resource, under these keys? */
export interface Request {
  readonly principal: Principal;
  readonly action: string;
  readonly resource: string;
  readonly context: Context;
}

/** The statement (and which of its actions) that decided. */
export interface StatementReference {
  readonly policy: string;
  readonly index: number;
  readonly sid?: string;
  /** The element of Action that matched, or `NotAction`. */
  readonly action: string;
}

/** Why a request is refused, in the terms in which AWS words it. */
export type RefusalReason =
  | "explicit-deny-identity"
  | "explicit-deny-resource"
  | "no-identity-allow"
  | "no-resource-allow"
  | "no-row";

/** The answer to one request, with the statement that allowed or denied it. */
export type Verdict =
  | {
      readonly allowed: true;
      readonly because: "identity-policy" | "resource-policy";
      readonly by: StatementReference;
    }
  | { readonly allowed: false; readonly because: RefusalReason; readonly by?: StatementReference };

/** A question with everything that answered it as it was then, so that it can be put again to other policies. */
export interface Judgement {
  /** Region in which it was asked. */
  readonly region: string;
  readonly role: RoleRecord | undefined;
  readonly request: Request;
  readonly policies: Applicable;
  readonly verdict: Verdict;
}

/** A resource policy that takes part, and how AWS combines it with identity policies. */
export interface Guard {
  /** A key policy must allow or delegate; every other resource policy may only add to identity policies. */
  readonly kind: "key" | "queue" | "topic" | "bus" | "trust";
  readonly policy: PolicySource | undefined;
}

/** One authorisation that an API call needs. A call passes when all of its checks pass. */
export interface Check {
  readonly action: string;
  readonly resource: string;
  readonly context?: ContextInput;
  /** The service that acts for the caller (forward access session), e.g. `rds.amazonaws.com`. */
  readonly via?: string;
  /** Region of the request when it is not the call's own. */
  readonly region?: string;
  readonly guard?: Guard;
  /** How the service words the refusal when it is not its own action that is refused. */
  readonly refusal?: { readonly code: string; readonly message: string; readonly status: number };
  /** AWS's documents disagree or are silent; the strict reading is demanded. Names the source. */
  readonly uncertain?: string;
}
