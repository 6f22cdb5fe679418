import type { AlertSent, Forgiven, InstanceOutcome, Outcome } from "./outcome.ts";

/** What a run is judged by. */
export interface Standards {
  readonly rpoMinutes: (instanceId: string) => number;
  readonly rtoMinutes: (instanceId: string) => number;
  /** Whether a declaration was part of the run, so that protected instances have to be back. */
  readonly declared: boolean;
  /** When people must have been warned by, to be forgiven: the loss of the region. */
  readonly judgedAt: Date;
  /** Alarms that went off of which no alert told anybody. */
  readonly unannouncedAlarms: readonly string[];
  /** Whether the completion of the recovery was announced. */
  readonly completed: boolean;
}

/** A missed objective is the trouble itself, and a reminder repeats what has been said: being told so forgives nothing. */
const unforgiving = new Set(["objectives-missed", "reminder"]);

/** The last warning of an instance's trouble that people had before the worst day and were not told the end of. */
function warningOf(alerts: readonly AlertSent[], id: string, before: Date): AlertSent | undefined {
  const earlier = alerts.filter(({ at, kind }) => new Date(at) < before && !unforgiving.has(kind));
  return earlier.findLast(
    ({ kind, instances }, index) =>
      instances.includes(id) && !earlier.slice(index).some((later) => later.kind === `${kind}-over`),
  );
}

function failingsOf(instance: InstanceOutcome, standards: Standards): string[] {
  if (!instance.protected) return [];
  const failings: string[] = [];
  const { id, rpoMinutes, rtoMinutes, outcome } = instance;
  if (rpoMinutes === null) failings.push(`${id} has no recovery point`);
  else if (rpoMinutes > standards.rpoMinutes(id)) {
    failings.push(`${id} misses its RPO: ${Math.round(rpoMinutes)} of ${standards.rpoMinutes(id)} minutes`);
  }
  if (!standards.declared) return failings;
  if (outcome !== "restored") failings.push(`${id} is not back`);
  else if (rtoMinutes === null || rtoMinutes > standards.rtoMinutes(id)) {
    failings.push(
      `${id} misses its RTO: ${rtoMinutes === null ? "never" : Math.round(rtoMinutes)} of ${standards.rtoMinutes(id)} minutes`,
    );
  }
  return failings;
}

/** What is said of a run at its end. */
export interface Verdict {
  /** Everything that fails the run, as sentences; empty when it held. */
  readonly failings: readonly string[];
  /** What misses an objective and is not held against the run. */
  readonly forgiven: readonly Forgiven[];
}

/** Judges a run. Instances that people were warned of in time are forgiven, and named as such. */
export function verdictOf(outcome: Omit<Outcome, "forgiven">, standards: Standards): Verdict {
  const failings: string[] = [];
  const forgiven: Forgiven[] = [];
  for (const instance of outcome.instances) {
    const { id } = instance;
    const misses = failingsOf(instance, standards);
    const warning = warningOf(outcome.alerts, id, standards.judgedAt);
    if (warning === undefined) failings.push(...misses);
    else if (misses.length > 0) {
      const { at, kind, subject } = warning;
      forgiven.push({ id, misses, warning: { at, kind, subject } });
    }
  }
  failings.push(...standards.unannouncedAlarms.map((name) => `alarm ${name} went off and nobody was told`));
  if (standards.declared && !standards.completed) {
    failings.push("the completion of the recovery was never announced");
  }
  failings.push(...Object.keys(outcome.denials));
  return { failings, forgiven };
}

/** The verdict in words; that all objectives are met is said only where they are. */
export function wordVerdict({ failings, forgiven }: Verdict): string {
  const parts: string[] = [];
  if (forgiven.length > 0) {
    const lines = forgiven.flatMap(({ misses, warning: { at, kind, subject } }) =>
      misses.map((miss) => `  ${miss} (told at ${at.slice(0, 16)} by '${kind}': ${subject})`),
    );
    parts.push(`Objectives missed, of which people had been warned:\n${lines.join("\n")}`);
  }
  if (failings.length > 0) {
    parts.push(`The rehearsal FAILED:\n${failings.map((failing) => `  ${failing}`).join("\n")}`);
  } else {
    parts.push(forgiven.length > 0 ? "All other objectives met." : "All objectives met.");
  }
  return parts.join("\n\n");
}
