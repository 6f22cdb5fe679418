import type { InstanceOutcome, Outcome } from "./outcome.ts";

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

/** Whether people knew of an instance's trouble on the worst day: told of it before, and not told since that it is over. */
function warned(outcome: Outcome, id: string, before: Date): boolean {
  const earlier = outcome.alerts.filter(({ at, kind }) => new Date(at) < before && !unforgiving.has(kind));
  return earlier.some(
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

/** Everything that fails the run, as sentences; empty when it held. Instances people were warned of do not count. */
export function failings(outcome: Outcome, standards: Standards): string[] {
  const ofInstances = outcome.instances
    .filter(({ id }) => !warned(outcome, id, standards.judgedAt))
    .flatMap((instance) => failingsOf(instance, standards));
  const unannounced = standards.unannouncedAlarms.map((name) => `alarm ${name} went off and nobody was told`);
  const unfinished =
    standards.declared && !standards.completed ? ["the completion of the recovery was never announced"] : [];
  return [...ofInstances, ...unannounced, ...unfinished, ...Object.keys(outcome.denials)];
}
