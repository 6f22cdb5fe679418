import { NotSimulated } from "../types.ts";
import { malformed, object, strings } from "./malformed.ts";
import type { Principal } from "./types.ts";

/**
 * How a Principal element meets a caller. `delegated` is a match by account only: it hands the decision
 * to the account's identity policies and by itself allows nothing.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 */
export type PrincipalMatch = "none" | "delegated" | "direct";

/** Compiled Principal or NotPrincipal element. */
export interface Principals {
  match(principal: Principal): PrincipalMatch;
}

const ACCOUNT = /^\d{12}$/;

interface Named {
  readonly everyone: boolean;
  readonly accounts: ReadonlySet<string>;
  readonly arns: ReadonlySet<string>;
  readonly services: ReadonlySet<string>;
}

function addAws(name: string, accounts: Set<string>, arns: Set<string>): void {
  const root = /^arn:aws[\w-]*:iam::(\d{12}):root$/.exec(name);
  const account = root?.[1] ?? (ACCOUNT.test(name) ? name : undefined);
  if (account !== undefined) {
    accounts.add(account);
    return;
  }
  if (/^AROA|^AIDA/.test(name)) throw new NotSimulated(`principal by unique id ${name}`);
  if (!/^arn:aws[\w-]*:(iam|sts)::\d{12}:(role|user|assumed-role)\/[^*?]+$/.test(name)) {
    throw malformed(`Invalid principal in policy: "AWS":"${name}"`);
  }
  arns.add(name);
}

function read(element: unknown): Named {
  const accounts = new Set<string>();
  const arns = new Set<string>();
  const services = new Set<string>();
  if (element === "*") return { everyone: true, accounts, arns, services };
  let everyone = false;
  for (const [kind, value] of Object.entries(object(element, "Principal"))) {
    if (kind !== "AWS" && kind !== "Service") throw new NotSimulated(`principal type ${kind}`);
    for (const name of strings(value, `Principal ${kind}`)) {
      if (name === "*" && kind === "AWS") everyone = true;
      else if (kind === "AWS") addAws(name, accounts, arns);
      else if (/^[\w-]+(\.[\w-]+)*\.amazonaws\.com(\.cn)?$/.test(name)) services.add(name);
      else throw malformed(`Invalid principal in policy: "SERVICE":"${name}"`);
    }
  }
  return { everyone, accounts, arns, services };
}

/** Compiles a Principal element. */
export function compilePrincipal(element: unknown): Principals {
  const named = read(element);
  return {
    match(principal) {
      if (named.everyone) return "direct";
      if (principal.kind === "service") return named.services.has(principal.name) ? "direct" : "none";
      const session = principal.kind === "role" && named.arns.has(principal.sessionArn);
      if (session || named.arns.has(principal.arn)) return "direct";
      return named.accounts.has(principal.account) ? "delegated" : "none";
    },
  };
}

/**
 * Compiles a NotPrincipal element; `match` tells whether the statement applies to the caller. A role session is
 * spared only when account, role and session are all named.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
 */
export function compileNotPrincipal(element: unknown): Principals {
  const named = read(element);
  return {
    match(principal) {
      if (named.everyone) return "none";
      if (principal.kind === "service") return named.services.has(principal.name) ? "none" : "direct";
      const account = named.accounts.has(principal.account);
      const session = principal.kind !== "role" || named.arns.has(principal.sessionArn);
      return account && named.arns.has(principal.arn) && session ? "none" : "direct";
    },
  };
}
