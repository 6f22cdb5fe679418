import type { QueueSettings } from "./attributes.ts";
import type { Draft } from "./messages.ts";

/** A message that a FIFO queue accepted lately. */
export interface Accepted {
  readonly id: string;
  readonly sequence: number;
  readonly at: number;
}

/** SQS's deduplication interval: a second message of one id is accepted, but not delivered, for five minutes. */
const INTERVAL = 5 * 60_000;

/** What a FIFO queue remembers to tell repeated messages; a standard queue remembers nothing. */
export class Deduplication {
  readonly #settings: QueueSettings;
  readonly #accepted = new Map<string, Accepted>();

  constructor(settings: QueueSettings) {
    this.#settings = settings;
  }

  /** The message that this one repeats. */
  find(draft: Draft, now: number): Accepted | undefined {
    const key = this.#keyOf(draft);
    const earlier = key === undefined ? undefined : this.#accepted.get(key);
    return earlier !== undefined && now - earlier.at < INTERVAL ? earlier : undefined;
  }

  remember(draft: Draft, accepted: Accepted): void {
    const key = this.#keyOf(draft);
    if (key === undefined) {
      return;
    }
    for (const [old, { at }] of this.#accepted) {
      if (accepted.at - at < INTERVAL) {
        break;
      }
      this.#accepted.delete(old);
    }
    this.#accepted.delete(key);
    this.#accepted.set(key, accepted);
  }

  #keyOf({ groupId, deduplicationId }: Draft): string | undefined {
    if (!this.#settings.fifo || deduplicationId === undefined) {
      return undefined;
    }
    return this.#settings.deduplicatesByGroup ? `${groupId} ${deduplicationId}` : deduplicationId;
  }
}
