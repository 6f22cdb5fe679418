import Table from "cli-table3";
import type { InstanceOutcome, Outcome } from "./outcome.ts";

/** Plain tables: the same in a terminal, in a file and in CI. */
function table(head: string[], rows: string[][]): string {
  const plain = new Table({ head, style: { head: [], border: [], compact: true }, wordWrap: true });
  plain.push(...rows);
  return plain.toString();
}

const minutes = (value: number | null) => (value === null ? "-" : `${Math.round(value)}`);

/** Names are up to 63 characters long, and nearly every instance comes back under its own. */
function restoredName({ id, restoredAs, outcome }: InstanceOutcome): string {
  if (restoredAs === null) return outcome === "not-restored" ? "not restored" : "-";
  return restoredAs === id ? "its own name" : restoredAs;
}

function row(instance: InstanceOutcome, objectives: { rpo: number; rto: number }): string[] {
  const { id, because, backups, copies, recoveryPoint, rpoMinutes, rtoMinutes } = instance;
  const against = (value: number | null, objective: number) =>
    value === null ? "-" : `${minutes(value)} of ${objective}`;
  return [
    id,
    instance.protected ? because : `no: ${because}`,
    `${backups}/${copies}`,
    recoveryPoint?.takenAt.slice(0, 16) ?? "-",
    instance.protected ? against(rpoMinutes, objectives.rpo) : "-",
    restoredName(instance),
    instance.protected ? against(rtoMinutes, objectives.rto) : "-",
  ];
}

/** Endpoints of what was restored, by restored name. */
export type Endpoints = ReadonlyMap<string, string>;

/** The tables that end a rehearsal. */
export function report(
  outcome: Outcome,
  objectives: (id: string) => { rpo: number; rto: number },
  endpoints: Endpoints,
): string {
  const shown =
    outcome.instances.length > 30
      ? outcome.instances
          .filter(({ differences, outcome: how }) => differences.length > 0 || how !== "restored")
          .slice(0, 30)
      : outcome.instances;
  const parts = [
    `Instances (${outcome.instances.length})`,
    table(
      ["instance", "protected", "backups/copies", "recovery point", "RPO min", "restored as", "RTO min"],
      shown.map((instance) => row(instance, objectives(instance.id))),
    ),
  ];
  const restored = shown.filter(({ restoredAs }) => restoredAs !== null);
  if (restored.length > 0) {
    const rows = restored.map(({ restoredAs, differences }) => [
      restoredAs ?? "",
      endpoints.get(restoredAs ?? "") ?? "-",
      differences.join("\n") || "none",
    ]);
    parts.push("Restored", table(["instance", "endpoint", "differences source -> restored"], rows));
  }
  parts.push(`Alerts sent (${outcome.alerts.length})`);
  if (outcome.alerts.length > 0) {
    const rows = outcome.alerts.map(({ at, region, kind, subject }) => [
      at.slice(0, 16),
      region,
      kind,
      subject,
    ]);
    parts.push(table(["at", "region", "kind", "subject"], rows));
  }
  const lost = Object.entries(outcome.eventsLost).map(([id, count]) => `${id} x${count}`);
  if (lost.length > 0) parts.push(`RDS events lost: ${lost.join(", ")}`);
  const calls = Object.values(outcome.calls)
    .flatMap((regional) => Object.values(regional))
    .reduce((sum, count) => sum + count, 0);
  parts.push(
    `Dead letters: ${outcome.deadLetters}`,
    `${outcome.virtualDays.toFixed(1)} virtual days, ${calls} API calls, ${outcome.wallSeconds.toFixed(1)} s, peak ${Math.round(outcome.peakMegabytes)} MB`,
  );
  return parts.join("\n");
}
