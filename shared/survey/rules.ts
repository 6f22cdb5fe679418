import { type EventBridgeClient, ListRulesCommand } from "@aws-sdk/client-eventbridge";
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
      { name: rule("announce", "operator"), bus },
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

/** The states of a bus's rules that begin with a name, page by page. */
async function statesOf(
  events: EventBridgeClient,
  prefix: string,
  bus: string | undefined,
): Promise<Map<string, string>> {
  const states = new Map<string, string>();
  let NextToken: string | undefined;
  do {
    const on = bus === undefined ? {} : { EventBusName: bus };
    const page = await events.send(new ListRulesCommand({ NamePrefix: prefix, ...on, NextToken }));
    for (const { Name, State } of page.Rules ?? []) states.set(Name ?? "", State ?? "");
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return states;
}

/** Looks at the rules of a region, a listing a bus; empty when all that begin with `prefix` are there and enabled. */
export async function findRuleFaults(
  events: EventBridgeClient,
  prefix: string,
  rules: readonly ExpectedRule[],
): Promise<RuleFault[]> {
  const buses = [...new Set(rules.map(({ bus }) => bus))];
  const listings = await together(buses.map((bus) => statesOf(events, prefix, bus)));
  return rules.flatMap(({ name, bus }): RuleFault[] => {
    const state = listings[buses.indexOf(bus)]?.get(name);
    if (state === undefined) return [{ name, state: "missing" }];
    return state === "DISABLED" ? [{ name, state: "disabled" }] : [];
  });
}
