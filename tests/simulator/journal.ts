import type { Clock, Journal, JournalEntry } from "./types.ts";

/**
 * Kinds of entries that tell of an API call: `call` came to its service or was refused at the gate, `refused` was
 * refused before it could be read as a call, `unanswered` met a lost region or a broken connection.
 */
export const CALL_KINDS: readonly string[] = ["call", "refused", "unanswered"];

/**
 * The journal of a world: everything that happened, in order, stamped with the virtual time. Runs of many days
 * keep nothing: their followers see each entry once, and what they do not count is gone.
 */
export function createJournal(clock: Pick<Clock, "now">, { keep = true } = {}): Journal {
  const entries: JournalEntry[] = [];
  const listeners: ((entry: JournalEntry) => void)[] = [];
  return {
    entries,
    write(region, kind, data) {
      const entry: JournalEntry = { at: clock.now(), region, kind, data };
      if (keep) entries.push(entry);
      for (const listener of listeners) {
        listener(entry);
      }
    },
    follow(listener) {
      listeners.push(listener);
    },
  };
}
