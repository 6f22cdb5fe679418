import type { CompiledPolicy } from "./policy.ts";
import { UNION_MARK } from "./table/uncertain.ts";
import type { StatementReference } from "./types.ts";

/** How often one action of one statement of one role was what allowed (or denied) something. */
export interface ActionUse {
  readonly role: string;
  readonly policy: string;
  /** Position of the statement in its policy. */
  readonly statement: number;
  readonly sid?: string;
  readonly effect: "Allow" | "Deny";
  /** The element of Action as written, or `NotAction`. */
  readonly action: string;
  readonly uses: number;
  /** Source of the doubt, when what used it was a check that AWS's documents leave uncertain. */
  readonly uncertain?: string;
}

interface Tally {
  uses: number;
  certain: boolean;
  uncertain?: string;
}

/** Counts what roles' statements are used for. */
export interface Usage {
  mark(role: string, by: StatementReference, uncertain: string | undefined): void;
  /** One line an action of every statement, in the order of the templates. */
  report(policies: ReadonlyMap<string, readonly CompiledPolicy[]>): ActionUse[];
}

/** A fresh count. */
export function usage(): Usage {
  // By reference, for it is one object a statement and action; a role that was made anew has references of its own.
  const tallies = new Map<string, Map<StatementReference, Tally>>();
  const line = (role: string, policy: string, statement: number, action: string) => {
    const found = [...(tallies.get(role) ?? [])]
      .filter(([by]) => by.policy === policy && by.index === statement && by.action === action)
      .map(([, tally]) => tally);
    const uses = found.reduce((sum, tally) => sum + tally.uses, 0);
    const isDoubtful = uses > 0 && !found.some(({ certain }) => certain);
    const doubt = isDoubtful ? { uncertain: found[0]?.uncertain ?? "" } : {};
    return { role, policy, statement, action, uses, ...doubt };
  };
  return {
    mark(role, by, uncertain) {
      const ofRole = tallies.get(role) ?? new Map<StatementReference, Tally>();
      tallies.set(role, ofRole);
      const tally = ofRole.get(by) ?? { uses: 0, certain: false };
      ofRole.set(by, tally);
      tally.uses += 1;
      tally.certain ||= uncertain === undefined;
      if (uncertain !== undefined) tally.uncertain ??= uncertain;
    },
    report(policies) {
      return [...policies].flatMap(([role, compiled]) =>
        compiled.flatMap((policy) =>
          policy.statements.flatMap(({ actions, effect, sid }, index) =>
            actions.map((action) => ({
              ...line(role, policy.name, index, action),
              effect,
              ...(sid === undefined ? {} : { sid }),
            })),
          ),
        ),
      );
    },
  };
}

/** Actions of Allow statements that nothing used; those of statements marked as a union of readings are spared. */
export function unused(report: readonly ActionUse[]): ActionUse[] {
  return report.filter(
    ({ effect, uses, sid }) => effect === "Allow" && uses === 0 && sid?.startsWith(UNION_MARK) !== true,
  );
}
