import type { SimulatedWorld } from "../world-types.ts";

/** Real time, as the pace reads it. */
export interface RealTime {
  /** Milliseconds from any origin. */
  now(): number;
}

/** What a pace runs. */
export interface PaceOptions {
  readonly speed: number;
  readonly real?: RealTime;
  /** Told of what went wrong inside the simulated AWS; time goes on. */
  readonly report: (error: unknown) => void;
}

const TICK_MILLISECONDS = 50;
const SLICE_MILLISECONDS = 60_000;
/** How long the world may run on before whoever waits for it gets a turn. */
const TURN_MILLISECONDS = 100;

/**
 * Lets virtual time follow real time, and lets one at a time touch the world: the clock, a request or the
 * control path. When the machine cannot keep up, virtual time falls behind instead of making requests wait.
 */
export class Pace {
  readonly #world: SimulatedWorld;
  readonly #report: (error: unknown) => void;
  readonly #real: RealTime;
  #speed: number;
  #base: { readonly real: number; readonly virtual: number };
  #last: Promise<unknown> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;

  constructor(world: SimulatedWorld, options: PaceOptions) {
    this.#world = world;
    this.#report = options.report;
    this.#real = options.real ?? performance;
    this.#speed = options.speed;
    this.#base = { real: this.#real.now(), virtual: world.clock.now() };
  }

  /** Virtual seconds for each real one. */
  get speed(): number {
    return this.#speed;
  }

  set speed(speed: number) {
    this.#rebase();
    this.#speed = speed;
  }

  /** Takes a turn at the world, at the instant that real time has come to. */
  turn<T>(work: () => Promise<T> | T): Promise<T> {
    const mine = this.#last.then(async () => {
      await this.#catchUp();
      return work();
    });
    this.#last = mine.catch(() => {});
    return mine;
  }

  /** Runs the world until a promise of its settles, for a call whose answer takes virtual time. */
  async complete<T>(promise: Promise<T>): Promise<T> {
    try {
      return await this.#world.complete(promise);
    } catch (error) {
      // Whatever failed inside the world is not the promise's own failure: the caller still gets its answer.
      this.#report(error);
      return promise;
    }
  }

  /** Advances the virtual clock by this much, whatever the speed is; to be called within a turn. */
  async advance(milliseconds: number): Promise<void> {
    await this.#runUntil(this.#world.clock.now() + milliseconds, Number.POSITIVE_INFINITY);
    this.#rebase();
  }

  /** Starts following real time. */
  start(): void {
    const tick = async () => {
      await this.turn(() => {});
      if (this.#timer !== undefined) this.#timer = setTimeout(() => void tick(), TICK_MILLISECONDS);
    };
    this.#timer = setTimeout(() => void tick(), TICK_MILLISECONDS);
  }

  /** Stops following real time, once whoever has a turn is through. */
  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#last;
  }

  #target(): number {
    return this.#base.virtual + (this.#real.now() - this.#base.real) * this.#speed;
  }

  #rebase(): void {
    this.#base = { real: this.#real.now(), virtual: this.#world.clock.now() };
  }

  async #catchUp(): Promise<void> {
    const target = this.#target();
    if (target <= this.#world.clock.now()) return;
    const inTime = await this.#runUntil(target, this.#real.now() + TURN_MILLISECONDS);
    if (!inTime) this.#rebase();
  }

  async #runUntil(end: number, giveUpAt: number): Promise<boolean> {
    while (this.#world.clock.now() < end) {
      const until = Math.min(end, this.#world.clock.now() + SLICE_MILLISECONDS);
      try {
        await this.#world.run({ until });
      } catch (error) {
        this.#report(error);
      }
      if (this.#real.now() > giveUpAt) return this.#world.clock.now() >= end;
    }
    return true;
  }
}
