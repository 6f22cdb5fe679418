import type { Clock, Journal, JournalEntry } from "./types.ts";

/** The journal of a world: everything that happened, in order, stamped with the virtual time. */
export function createJournal(clock: Pick<Clock, "now">): Journal {
  const entries: JournalEntry[] = [];
  const listeners: ((entry: JournalEntry) => void)[] = [];
  return {
    entries,
    write(region, kind, data) {
      const entry: JournalEntry = { at: clock.now(), region, kind, data };
      entries.push(entry);
      for (const listener of listeners) {
        listener(entry);
      }
    },
    follow(listener) {
      listeners.push(listener);
    },
  };
}
