import { createLogUpdate } from "log-update";
import type { Settings } from "../../shared/settings/schema.ts";
import { CALL_KINDS } from "../simulator/journal.ts";
import type { JournalEntry } from "../simulator/types.ts";
import type { Options } from "./options.ts";
import { heads, layOut, lineOf } from "./timeline.ts";

const hour = 3_600_000;
/** The first hours and everything from the loss on are told line by line; the days between, a line a day. */
const detailedHours = 6;

type Shown = Pick<Settings, "regions" | "snapshotPrefix">;

interface DayCounts {
  backups: number;
  copies: number;
  cleanedUp: number;
  pruned: number;
}

const nothing = (): DayCounts => ({ backups: 0, copies: 0, cleanedUp: 0, pruned: 0 });

/** Prints a rehearsal as it runs, and keeps its call log. */
export class Printer {
  readonly #options: Options;
  readonly #settings: Shown;
  readonly #sticky = createLogUpdate(process.stdout);
  readonly #calls: string[] = [];
  #startedAt: number | undefined;
  #lost = false;
  #counts = nothing();
  #day = "";

  constructor(options: Options, settings: Shown) {
    this.#options = options;
    this.#settings = settings;
  }

  /** The command's name for this run and the heads of the columns. */
  begin(): void {
    const { env, fleet, scenario, days, seed, quiet } = this.#options;
    console.log(
      `rehearsal: environment ${env}, fleet ${fleet}, scenario ${scenario}, ${days} ${days === 1 ? "day" : "days"}, seed ${seed}\n`,
    );
    if (!quiet) console.log(heads(this.#settings.regions.primary, this.#settings.regions.dr));
  }

  /** One journal entry: a line, or a part of the day's sum. */
  entry(entry: JournalEntry): void {
    this.#startedAt ??= entry.at;
    if (CALL_KINDS.includes(entry.kind) && this.#options.callLog !== undefined) {
      this.#calls.push(JSON.stringify({ at: new Date(entry.at).toISOString(), ...entry.data }));
    }
    if (entry.kind === "region-lost") {
      this.#flushDay();
      this.#lost = true;
    }
    if (this.#options.quiet) return;
    this.#count(entry);
    const line = lineOf(entry, this.#settings.snapshotPrefix);
    if (line === undefined) return;
    const detailed = this.#lost || entry.at < this.#startedAt + detailedHours * hour;
    if (detailed || line.tone === "loud" || line.tone === "bad")
      this.#print(layOut(line, this.#settings.regions.primary, process.stdout));
  }

  /** Virtual time has passed: the sticky line of a terminal, a line a day elsewhere. */
  progress(now: Date, end: Date): void {
    if (this.#options.quiet || this.#lost) return;
    const day = now.toISOString().slice(0, 10);
    if (this.#day === "") this.#day = day;
    if (day !== this.#day) {
      this.#flushDay();
      this.#day = day;
    }
    if (process.stdout.isTTY)
      this.#sticky(`… ${now.toISOString().slice(0, 16)} of ${end.toISOString().slice(0, 16)}`);
  }

  /** Ends the timeline. */
  end(): void {
    this.#sticky.clear();
  }

  /** Every API call so far, a JSON line each. */
  callLog(): string {
    return this.#calls.map((line) => `${line}\n`).join("");
  }

  #count(entry: JournalEntry): void {
    if (entry.kind === "rds-state" && entry.data["status"] === "available") {
      if (entry.data["what"] === "snapshot") this.#counts.backups += 1;
      if (entry.data["what"] === "copy") this.#counts.copies += 1;
    }
    if (
      entry.kind === "call" &&
      entry.data["operation"] === "DeleteDBSnapshot" &&
      entry.data["outcome"] === "ok"
    ) {
      if (entry.region === this.#settings.regions.primary) this.#counts.cleanedUp += 1;
      else this.#counts.pruned += 1;
    }
  }

  #flushDay(): void {
    const { backups, copies, cleanedUp, pruned } = this.#counts;
    this.#counts = nothing();
    if (this.#options.quiet || this.#day === "") return;
    this.#print(
      `${this.#day}      ${backups} backups, ${copies} copies, ${cleanedUp} cleaned up, ${pruned} copies pruned`,
    );
  }

  #print(line: string): void {
    if (process.stdout.isTTY) this.#sticky.clear();
    console.log(line);
  }
}
