import { decide } from "../iam/decide.ts";
import { denialText } from "../iam/denials.ts";
import { compilePolicy } from "../iam/policy.ts";
import type { Judgement, PolicySource, RoleRecord } from "../iam/types.ts";
import type { Shape } from "../types.ts";
import type { SimulatedWorld } from "../world-types.ts";

/** One action of one statement of a role's policy. */
export interface Permission {
  readonly role: string;
  readonly policy: string;
  /** Position of the statement in its policy. */
  readonly statement: number;
  /** The element of Action as written. */
  readonly action: string;
}

/** A request that was allowed, and is refused once a permission is gone. */
export interface Refusal {
  readonly role: string;
  readonly action: string;
  readonly resource: string;
  /** The sentence in which AWS refuses it. */
  readonly text: string;
}

/** Requests that differ only in their tags or times are the same question. */
const perPermissionMax = 100;

const keyOf = ({ role, policy, statement, action }: Permission): string =>
  JSON.stringify([role, policy, statement, action]);

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : [value]);

/** The document with an action taken out of one of its statements; a statement without actions goes whole. */
export function withoutAction(document: PolicySource, statement: number, action: string): PolicySource {
  const source: Shape = typeof document === "string" ? JSON.parse(document) : { ...document };
  const statements = listOf(source["Statement"]).flatMap((each, index) => {
    if (index !== statement) return [each];
    const { Action, ...rest } = { ...Object(each) };
    const left = listOf(Action).filter((one) => one !== action);
    return left.length === 0 ? [] : [{ ...rest, Action: left }];
  });
  return { ...source, Statement: statements };
}

/** What the roles of a world were allowed, kept so that it can be asked again of policies that allow less. */
export class Recording {
  readonly #allowed = new Map<string, Map<string, Judgement>>();

  /** Records a world from now on. */
  follow({ permissions }: Pick<SimulatedWorld, "permissions">): void {
    permissions.follow((judgement) => this.#take(judgement));
  }

  /** The resources that an action of a statement was needed for. */
  resources(permission: Permission): string[] {
    const judgements = [...(this.#allowed.get(keyOf(permission))?.values() ?? [])];
    return [...new Set(judgements.map(({ request }) => request.resource))];
  }

  /** Puts every request that the permission allowed to the role's policies again, now without it. */
  refusedWithout(permission: Permission): Refusal[] {
    const refusals: Refusal[] = [];
    for (const { role, request, policies } of this.#allowed.get(keyOf(permission))?.values() ?? []) {
      if (role === undefined) continue;
      const verdict = decide(request, { ...policies, identity: identityWithout(role, permission) });
      if (verdict.allowed) continue;
      const { principal, action, resource } = request;
      const text = denialText(principal, action, resource, verdict.because);
      refusals.push({ role: role.name, action, resource, text });
    }
    return refusals;
  }

  #take(judgement: Judgement): void {
    const { role, request, policies, verdict } = judgement;
    if (role === undefined || !verdict.allowed || verdict.because !== "identity-policy") return;
    const { policy, index, action } = verdict.by;
    const key = keyOf({ role: role.name, policy, statement: index, action });
    const known = this.#allowed.get(key) ?? new Map<string, Judgement>();
    this.#allowed.set(key, known);
    const via = request.context.get("kms:viaservice") ?? [];
    const question = [request.action, request.resource, policies.resourceMustAllow, ...via].join(" ");
    if (known.size < perPermissionMax && !known.has(question)) known.set(question, judgement);
  }
}

function identityWithout({ policies }: RoleRecord, { policy, statement, action }: Permission) {
  return policies.map(({ name, document }) =>
    compilePolicy(name, name === policy ? withoutAction(document, statement, action) : document, "identity"),
  );
}
