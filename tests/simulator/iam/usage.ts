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

const key = (role: string, policy: string, index: number, action: string): string =>
  JSON.stringify([role, policy, index, action]);

/** A fresh count. */
export function usage(): Usage {
  const tallies = new Map<string, Tally>();
  const line = (role: string, policy: string, statement: number, action: string) => {
    const tally = tallies.get(key(role, policy, statement, action));
    const doubt = tally !== undefined && !tally.certain ? { uncertain: tally.uncertain ?? "" } : {};
    return { role, policy, statement, action, uses: tally?.uses ?? 0, ...doubt };
  };
  return {
    mark(role, by, uncertain) {
      const name = key(role, by.policy, by.index, by.action);
      const tally = tallies.get(name) ?? { uses: 0, certain: false };
      tally.uses += 1;
      tally.certain ||= uncertain === undefined;
      if (uncertain !== undefined) tally.uncertain ??= uncertain;
      tallies.set(name, tally);
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
