import type { Clock, Timer } from "./types.ts";

interface Entry {
  readonly when: number;
  readonly rank: number;
  readonly sequence: number;
  readonly what: string;
  readonly run: () => void;
  cancelled: boolean;
}

/** Where a run stops: at an instant, or as soon as something holds. */
export interface RunOptions {
  readonly until: Date | number;
}

/**
 * The virtual clock: a heap ordered by (time, rank, sequence). One entry runs at a time, and all promise work that
 * it started has finished before the next one runs.
 */
export class EventLoop implements Clock {
  #now: number;
  #sequence = 0;
  #failure: { error: unknown } | undefined;
  #running = false;
  readonly #heap: Entry[] = [];

  constructor(start: Date | number) {
    this.#now = start instanceof Date ? start.getTime() : start;
  }

  now(): number {
    return this.#now;
  }

  /** @param rank which of those at one instant goes first, 0 before all others; of the same rank the one that was set first */
  at(when: number, what: string, run: () => void, rank = 0): Timer {
    if (!Number.isFinite(when)) {
      throw new RangeError(`a timer needs an instant, got ${when}: ${what}`);
    }
    const entry: Entry = {
      when: Math.max(when, this.#now),
      rank,
      sequence: this.#sequence++,
      what,
      run,
      cancelled: false,
    };
    push(this.#heap, entry);
    return {
      cancel: () => {
        entry.cancelled = true;
      },
    };
  }

  after(milliseconds: number, what: string, run: () => void, rank = 0): Timer {
    return this.at(this.#now + Math.max(0, milliseconds), what, run, rank);
  }

  /** Stops the run with this error; the first one wins. */
  fail(error: unknown): void {
    this.#failure ??= { error };
  }

  /** Runs everything that is due up to and including the instant, which then is now. */
  async run({ until }: RunOptions): Promise<void> {
    const end = until instanceof Date ? until.getTime() : until;
    await this.#loop(() => {
      const next = this.#peek();
      return next !== undefined && next.when <= end;
    });
    this.#now = Math.max(this.#now, end);
  }

  /** Runs until the predicate holds (looked at between timers); false when nothing is left to run before that. */
  async runUntil(predicate: () => boolean, limit = Number.POSITIVE_INFINITY): Promise<boolean> {
    await this.#loop(() => {
      const next = this.#peek();
      return !predicate() && next !== undefined && next.when <= limit;
    });
    return predicate();
  }

  /** Runs until the promise settles, and hands on what it settled to. */
  async complete<T>(promise: Promise<T>): Promise<T> {
    let settled = false;
    const mark = () => {
      settled = true;
    };
    promise.then(mark, mark);
    if (!(await this.runUntil(() => settled))) {
      throw new Error("the virtual clock ran dry before the promise settled");
    }
    return promise;
  }

  /** When the next timer is due and what it is, for progress displays and tests. */
  next(): { readonly when: number; readonly what: string } | undefined {
    return this.#peek();
  }

  async #loop(more: () => boolean): Promise<void> {
    if (this.#running) {
      throw new Error("the virtual clock is running already");
    }
    this.#running = true;
    try {
      await this.#drain();
      while (more()) {
        const entry = pop(this.#heap);
        if (entry === undefined) {
          return;
        }
        this.#now = entry.when;
        entry.run();
        await this.#drain();
      }
    } finally {
      this.#running = false;
    }
  }

  /** One real macrotask: by then every promise and nextTick is through, for nothing real is ever pending. */
  async #drain(): Promise<void> {
    await new Promise<void>((resolve) => setImmediate(resolve));
    if (this.#failure !== undefined) {
      const { error } = this.#failure;
      this.#failure = undefined;
      throw error;
    }
  }

  #peek(): Entry | undefined {
    while (this.#heap[0]?.cancelled) {
      pop(this.#heap);
    }
    return this.#heap[0];
  }
}

function before(a: Entry, b: Entry): boolean {
  if (a.when !== b.when) return a.when < b.when;
  return a.rank < b.rank || (a.rank === b.rank && a.sequence < b.sequence);
}

function push(heap: Entry[], entry: Entry): void {
  let index = heap.length;
  while (index > 0) {
    const parent = (index - 1) >> 1;
    const above = heap[parent] as Entry;
    if (before(above, entry)) {
      break;
    }
    heap[index] = above;
    index = parent;
  }
  heap[index] = entry;
}

function pop(heap: Entry[]): Entry | undefined {
  const top = heap[0];
  const last = heap.pop();
  if (top === undefined || last === undefined || heap.length === 0) {
    return top;
  }
  let index = 0;
  for (;;) {
    let child = 2 * index + 1;
    if (child >= heap.length) {
      break;
    }
    if (child + 1 < heap.length && before(heap[child + 1] as Entry, heap[child] as Entry)) {
      child += 1;
    }
    if (before(last, heap[child] as Entry)) {
      break;
    }
    heap[index] = heap[child] as Entry;
    index = child;
  }
  heap[index] = last;
  return top;
}

/** A clock whose timers wait while their region is lost, and fire when it returns, in the order set. */
export function regionalClock(base: Clock, isLost: () => boolean): { clock: Clock; resume: () => void } {
  let held: { what: string; run: () => void; cancelled: boolean }[] = [];
  const at = (when: number, what: string, run: () => void): Timer => {
    const entry = { what, run, cancelled: false };
    const timer = base.at(when, what, () => {
      if (isLost()) {
        held.push(entry);
      } else {
        run();
      }
    });
    return {
      cancel: () => {
        entry.cancelled = true;
        timer.cancel();
      },
    };
  };
  const clock: Clock = {
    now: () => base.now(),
    at,
    after: (milliseconds, what, run) => at(base.now() + Math.max(0, milliseconds), what, run),
  };
  const resume = () => {
    const due = held.filter((entry) => !entry.cancelled);
    held = [];
    for (const { what, run } of due) {
      at(base.now(), what, run);
    }
  };
  return { clock, resume };
}
