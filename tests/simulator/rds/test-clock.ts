import type { Clock } from "../types.ts";
import { start } from "./times.ts";

interface Planned {
  readonly when: number;
  readonly order: number;
  readonly run: () => void;
}

/** A clock that runs due timers in order, synchronously. */
export class TestClock implements Clock {
  #now = start;
  #order = 0;
  #planned: Planned[] = [];

  now(): number {
    return this.#now;
  }

  at(when: number, _what: string, run: () => void) {
    this.#order += 1;
    const entry = { when: Math.max(when, this.#now), order: this.#order, run };
    this.#planned.push(entry);
    return {
      cancel: () => {
        this.#planned = this.#planned.filter((other) => other !== entry);
      },
    };
  }

  after(milliseconds: number, what: string, run: () => void) {
    return this.at(this.#now + milliseconds, what, run);
  }

  /** Runs everything that is due within the time. */
  advance(milliseconds: number): void {
    const end = this.#now + milliseconds;
    for (;;) {
      const [next] = this.#planned
        .filter((entry) => entry.when <= end)
        .sort((one, other) => one.when - other.when || one.order - other.order);
      if (!next) break;
      this.#planned = this.#planned.filter((entry) => entry !== next);
      this.#now = next.when;
      next.run();
    }
    this.#now = end;
  }
}
