import { promisify } from "node:util";
import type { Clock } from "../types.ts";
import { runsNow } from "./rejections.ts";

type State = "running" | "frozen" | "dead";

/** A handle as Node's setTimeout returns it. */
export class Timeout {
  readonly #id: number;
  readonly #timers: SandboxTimers;

  constructor(id: number, timers: SandboxTimers) {
    this.#id = id;
    this.#timers = timers;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  hasRef(): boolean {
    return true;
  }

  refresh(): this {
    this.#timers.refresh(this.#id);
    return this;
  }

  close(): this {
    this.#timers.clear(this.#id);
    return this;
  }

  [Symbol.toPrimitive](): number {
    return this.#id;
  }

  [Symbol.dispose](): void {
    this.#timers.clear(this.#id);
  }
}

interface Pending {
  readonly milliseconds: number;
  readonly repeat: boolean;
  readonly run: () => void;
  cancel: () => void;
}

/**
 * All that can happen later in one execution environment. A frozen environment's timers wait until it is
 * thawed, as in Lambda; a dead one's never fire.
 */
export class SandboxTimers {
  #state: State = "running";
  #nextId = 1;
  #epoch = 0;
  readonly #clock: () => Clock;
  readonly #what: () => string;
  readonly #crash: (error: unknown, how: "thrown" | "rejected") => void;
  readonly #pending = new Map<number, Pending>();
  #held: (() => void)[] = [];

  /** @param clock of the world that the environment is in, asked whenever it is needed; `what` likewise. */
  constructor(
    clock: () => Clock,
    what: () => string,
    crash: (error: unknown, how: "thrown" | "rejected") => void,
  ) {
    this.#clock = clock;
    this.#what = what;
    this.#crash = crash;
  }

  /** Nobody handled a rejection. */
  rejected(reason: unknown): void {
    if (this.alive) {
      this.#crash(reason, "rejected");
    }
  }

  get alive(): boolean {
    return this.#state !== "dead";
  }

  /** Something of the environment's own that happens later: held while frozen, dropped when dead. */
  later(milliseconds: number, run: () => void): () => void {
    const epoch = this.#epoch;
    const timer = this.#clock().after(milliseconds, this.#what(), () => {
      if (epoch === this.#epoch) {
        this.#fire(run);
      }
    });
    return () => timer.cancel();
  }

  set(
    run: (...values: unknown[]) => void,
    milliseconds: unknown,
    repeat: boolean,
    values: unknown[],
  ): Timeout {
    if (typeof run !== "function") {
      throw new TypeError('The "callback" argument must be of type function.');
    }
    const id = this.#nextId++;
    const wait = Number(milliseconds);
    this.#arm(id, Number.isFinite(wait) && wait >= 1 ? Math.trunc(wait) : 1, repeat, () => run(...values));
    return new Timeout(id, this);
  }

  immediate(run: (...values: unknown[]) => void, values: unknown[]): Timeout {
    const id = this.#nextId++;
    this.#arm(id, 0, false, () => run(...values));
    return new Timeout(id, this);
  }

  clear(handle: unknown): void {
    const id = Number(handle);
    this.#pending.get(id)?.cancel();
    this.#pending.delete(id);
  }

  refresh(id: number): void {
    const pending = this.#pending.get(id);
    if (pending !== undefined) {
      pending.cancel();
      this.#arm(id, pending.milliseconds, pending.repeat, pending.run);
    }
  }

  freeze(): void {
    if (this.#state === "running") {
      this.#state = "frozen";
    }
  }

  thaw(): void {
    if (this.#state !== "frozen") {
      return;
    }
    this.#state = "running";
    const due = this.#held;
    this.#held = [];
    for (const run of due) {
      this.later(0, run);
    }
  }

  /** Drops all that is pending; the environment stays as it is. */
  clearAll(): void {
    this.#epoch += 1;
    this.#held = [];
    for (const pending of this.#pending.values()) {
      pending.cancel();
    }
    this.#pending.clear();
  }

  kill(): void {
    this.#state = "dead";
    this.clearAll();
  }

  #arm(id: number, milliseconds: number, repeat: boolean, run: () => void): void {
    const cancel = this.later(milliseconds, () => {
      if (!this.#pending.has(id)) {
        return;
      }
      if (repeat) {
        this.#arm(id, milliseconds, repeat, run);
      } else {
        this.#pending.delete(id);
      }
      run();
    });
    this.#pending.set(id, { milliseconds, repeat, run, cancel });
  }

  #fire(run: () => void): void {
    if (this.#state === "dead") {
      return;
    }
    if (this.#state === "frozen") {
      this.#held.push(run);
      return;
    }
    runsNow(this);
    try {
      run();
    } catch (error) {
      this.#crash(error, "thrown");
    }
  }
}

/** The timer functions of a sandbox, as globals and as node:timers. */
export function timerFunctions(timers: SandboxTimers) {
  type Callback = (...values: unknown[]) => void;
  const promises = timerPromises(timers);
  return {
    setTimeout: Object.assign(
      (run: Callback, milliseconds?: number, ...values: unknown[]) =>
        timers.set(run, milliseconds, false, values),
      { [promisify.custom]: promises.setTimeout },
    ),
    setInterval: (run: Callback, milliseconds?: number, ...values: unknown[]) =>
      timers.set(run, milliseconds, true, values),
    setImmediate: Object.assign((run: Callback, ...values: unknown[]) => timers.immediate(run, values), {
      [promisify.custom]: promises.setImmediate,
    }),
    clearTimeout: (handle: unknown) => timers.clear(handle),
    clearInterval: (handle: unknown) => timers.clear(handle),
    clearImmediate: (handle: unknown) => timers.clear(handle),
  };
}

/** node:timers/promises of a sandbox. */
export function timerPromises(timers: SandboxTimers) {
  const wait = <T>(milliseconds?: number, value?: T) =>
    new Promise<T | undefined>((resolve) => {
      timers.set(() => resolve(value), milliseconds, false, []);
    });
  return {
    setTimeout: wait,
    setImmediate: <T>(value?: T) =>
      new Promise<T | undefined>((resolve) => {
        timers.immediate(() => resolve(value), []);
      }),
    scheduler: { wait: (milliseconds: number) => wait(milliseconds) },
  };
}
