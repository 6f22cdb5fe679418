import type { DBInstance } from "@aws-sdk/client-rds";
import type { JournalEntry } from "../simulator/types.ts";
import { type AlertSent, type Outcome, percentiles } from "./outcome.ts";

/** A restore as the DR region's RDS took it. */
export interface Restore {
  readonly instance: string;
  readonly snapshot: string;
  readonly requestedAt: number;
}

/** Statuses of an instance that serves its clients (with an endpoint). */
const serving = /^(available|backing-up|storage-optimization|configuring-.*)$/;

interface CallData {
  readonly operation: string;
  readonly listing: boolean;
  readonly outcome: string;
  readonly parameters: Readonly<Record<string, string>>;
}

interface DenialData {
  readonly caller: string;
  readonly action: string;
  readonly resource: string;
  readonly why: string;
}

interface StateData {
  readonly what: "instance" | "snapshot" | "copy";
  readonly id: string;
  readonly status: string;
  readonly instance?: string;
  readonly arn?: string;
  readonly sourceArn?: string;
  readonly endpoint?: string;
}

interface MailData {
  readonly topic: string;
  readonly subject?: string;
  readonly message: string;
  readonly attributes?: Readonly<Record<string, string>>;
}

/** Counts what happens in the simulated AWS, entry by entry. Handlers are never asked. */
export class Measure {
  readonly calls: Record<string, Record<string, number>> = {};
  readonly refusedCalls: Record<string, number> = {};
  readonly denials: Record<string, number> = {};
  readonly eventsLost: Record<string, number> = {};
  readonly alerts: AlertSent[] = [];
  readonly restores: Restore[] = [];
  /** Backup ARN → what the instance was when the backup was taken. */
  readonly instanceAtBackup = new Map<string, DBInstance>();
  /** Instance → number of backups taken; of copies completed. */
  readonly backups = new Map<string, number>();
  readonly copies = new Map<string, number>();
  /** DR instance → when it first served, with an endpoint. */
  readonly servingSince = new Map<string, number>();
  /** Alarms of ours in ALARM at some time → when first. */
  readonly alarms = new Map<string, number>();
  deadLetters = 0;
  completedAt: number | undefined;
  declaredAt: number | undefined;
  readonly #dr: string;
  readonly #sourceInstance: (id: string) => DBInstance | undefined;
  readonly #availableAt = new Map<string, number>();
  readonly #copyRequested: number[] = [];
  readonly #copyFinishedAt = new Map<string, number>();
  readonly #cleanedUp: number[] = [];

  /** `sourceInstance` looks an instance of the primary region up as it is now. */
  constructor(dr: string, sourceInstance: (id: string) => DBInstance | undefined) {
    this.#dr = dr;
    this.#sourceInstance = sourceInstance;
  }

  /** Takes one journal entry in. */
  observe(entry: JournalEntry): void {
    if (entry.kind === "call") this.#call(entry, entry.data as unknown as CallData);
    else if (entry.kind === "rds-state") this.#state(entry, entry.data as unknown as StateData);
    else if (entry.kind === "mail") this.#mail(entry, entry.data as unknown as MailData);
    else if (entry.kind === "denied") this.#denied(entry.data as unknown as DenialData);
    else if (entry.kind === "dead-letter") this.deadLetters += 1;
    else if (entry.kind === "event-lost") this.#count(this.eventsLost, String(entry.data["eventId"]));
    else if (entry.kind === "alarm" && entry.data["to"] === "ALARM") {
      const name = String(entry.data["name"]);
      if (!this.alarms.has(name)) this.alarms.set(name, entry.at);
    } else if (entry.kind === "event" && entry.data["detailType"] === "recovery-completed")
      this.completedAt ??= entry.at;
  }

  /** The part of the outcome that is counts and times. */
  totals(): Pick<
    Outcome,
    "calls" | "refusedCalls" | "denials" | "delaysSeconds" | "eventsLost" | "alerts" | "deadLetters"
  > {
    const declaredAt = this.declaredAt;
    const toRestore =
      declaredAt === undefined
        ? []
        : this.restores.map(({ requestedAt }) => (requestedAt - declaredAt) / 1000);
    return {
      calls: this.calls,
      refusedCalls: this.refusedCalls,
      denials: this.denials,
      delaysSeconds: {
        availableToCopyRequested: percentiles(this.#copyRequested),
        copyFinishedToCleanedUp: percentiles(this.#cleanedUp),
        declaredToRestoreRequested: percentiles(toRestore),
      },
      eventsLost: this.eventsLost,
      alerts: this.alerts,
      deadLetters: this.deadLetters,
    };
  }

  #count(counts: Record<string, number>, name: string): void {
    counts[name] = (counts[name] ?? 0) + 1;
  }

  #call(entry: JournalEntry, { operation, listing, outcome, parameters }: CallData): void {
    const regional = this.calls[entry.region] ?? {};
    this.calls[entry.region] = regional;
    this.#count(regional, listing ? `${operation}(list)` : operation);
    if (outcome !== "ok") {
      this.#count(this.refusedCalls, `${operation}:${outcome}`);
      return;
    }
    const snapshot = parameters["DBSnapshotIdentifier"] ?? "";
    if (operation === "CopyDBSnapshot")
      this.#since(
        this.#availableAt,
        parameters["SourceDBSnapshotIdentifier"] ?? "",
        entry.at,
        this.#copyRequested,
      );
    if (operation === "DeleteDBSnapshot" && entry.region !== this.#dr)
      this.#since(this.#copyFinishedAt, snapshot, entry.at, this.#cleanedUp);
    if (operation === "RestoreDBInstanceFromDBSnapshot") {
      this.restores.push({
        instance: parameters["DBInstanceIdentifier"] ?? "",
        snapshot,
        requestedAt: entry.at,
      });
    }
  }

  #denied({ caller, action, resource, why }: DenialData): void {
    this.#count(this.denials, `AccessDenied: ${caller} may not ${action} on ${resource} (${why})`);
  }

  #since(begun: Map<string, number>, key: string, at: number, into: number[]): void {
    const begin = begun.get(key);
    if (begin === undefined) return;
    begun.delete(key);
    into.push((at - begin) / 1000);
  }

  #state(entry: JournalEntry, state: StateData): void {
    if (state.what === "snapshot" && entry.region !== this.#dr) this.#backup(entry.at, state);
    if (state.what === "copy" && entry.region === this.#dr && state.status === "available") {
      this.copies.set(state.instance ?? "", (this.copies.get(state.instance ?? "") ?? 0) + 1);
      this.#copyFinishedAt.set((state.sourceArn ?? "").split(":").slice(6).join(":"), entry.at);
    }
    const serves = state.what === "instance" && serving.test(state.status) && state.endpoint !== undefined;
    if (serves && entry.region === this.#dr && !this.servingSince.has(state.id))
      this.servingSince.set(state.id, entry.at);
  }

  #backup(at: number, { arn = "", instance = "", status }: StateData): void {
    if (status === "creating") {
      const source = this.#sourceInstance(instance);
      if (source !== undefined) this.instanceAtBackup.set(arn, structuredClone(source));
    }
    if (status !== "available") return;
    this.backups.set(instance, (this.backups.get(instance) ?? 0) + 1);
    this.#availableAt.set(arn, at);
  }

  #mail(entry: JournalEntry, { topic, subject, message, attributes }: MailData): void {
    if (!topic.endsWith("-alerts")) return;
    const named = (attributes?.["instances"] ?? "").split(/[\s,]+/).filter((id) => id !== "");
    this.alerts.push({
      at: new Date(entry.at).toISOString(),
      region: entry.region,
      kind: attributes?.["kind"] ?? "cloudwatch-alarm",
      subject: subject ?? "",
      message,
      instances: named,
    });
  }
}
