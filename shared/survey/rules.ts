import { DescribeRuleCommand, type EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { meaningOf } from "../errors.ts";
import type { Names } from "../names.ts";
import { together } from "./together.ts";

/** A rule that the choreography stands on; without `bus` it is on the region's default bus. */
export interface ExpectedRule {
  readonly name: string;
  readonly bus?: string;
}

/** A rule that is not there or switched off: what it would have delivered is lost without a trace. */
export interface RuleFault {
  readonly name: string;
  readonly state: "missing" | "disabled";
}

/** The rules that bring each step its messages, by region. */
export function expectedRules({ rule, bus }: Names): Record<"primary" | "dr", readonly ExpectedRule[]> {
  const announce: ExpectedRule[] = [
    { name: rule("announce", "alert"), bus },
    { name: rule("announce", "reminder-due"), bus },
    { name: rule("announce", "alarm-changed") },
  ];
  return {
    primary: [
      { name: rule("create-backup", "backup-requested"), bus },
      { name: rule("copy-backup", "backup-created") },
      { name: rule("copy-backup", "copy-requested"), bus },
      { name: rule("copy-backup", "copy-finished"), bus },
      ...announce,
    ],
    dr: [
      { name: rule("clean-up-primary", "copy-completed") },
      { name: rule("clean-up-primary", "clean-up-requested"), bus },
      { name: rule("plan-recovery", "operator"), bus },
      { name: rule("restore-instance", "restore-requested"), bus },
      { name: rule("finish-restore", "recovery-planned"), bus },
      ...announce,
    ],
  };
}

/** Looks at each rule of a region; empty when all are there and enabled. */
export async function findRuleFaults(
  events: EventBridgeClient,
  rules: readonly ExpectedRule[],
): Promise<RuleFault[]> {
  const faults = await together(
    rules.map(async ({ name, bus }): Promise<RuleFault[]> => {
      try {
        const rule = await events.send(
          new DescribeRuleCommand({ Name: name, ...(bus === undefined ? {} : { EventBusName: bus }) }),
        );
        return rule.State === "DISABLED" ? [{ name, state: "disabled" }] : [];
      } catch (error) {
        if (meaningOf(error) === "gone") return [{ name, state: "missing" }];
        throw error;
      }
    }),
  );
  return faults.flat();
}
