import type { Clock } from "../types.ts";

/** "Lambda starts processing five batches at a time" (Lambda guide, SQS scaling). */
const AT_FIRST = 5;
/** "… by up to 300 more instances per minute". */
const MORE_PER_SECOND = 5;

/** How an invocation ended, as far as a mapping's concurrency is concerned. */
export type Ending = "served" | "failed" | "throttled";

/** What a mapping's concurrency depends on. */
export interface ScalingRules {
  readonly clock: Pick<Clock, "now">;
  /** MaximumConcurrency, or what a mapping without it may reach. */
  readonly most: number;
  /** FIFO queues are served by message groups, and need no ramp. */
  readonly ramp: boolean;
  /** Errors of the function halve the concurrency; not so with ReportBatchItemFailures. */
  readonly backOffOnErrors: boolean;
  /** What a failure leaves of the concurrency, and what a success brings back. */
  readonly backOffFactor: number;
  readonly recovery: number;
}

/**
 * How many batches a mapping processes at a time: five at first, more while there is more to do, fewer while
 * invocations fail ("Lambda gradually backs off, reducing the amount of concurrency allocated", Lambda guide,
 * SQS error handling). The guide gives no rate: knobs say what a failure leaves, and what each success brings back until
 * it is where it began.
 */
export class Scaling {
  readonly #rules: ScalingRules;
  #allowed: number;
  #grownAt: number;
  /** Since a failure, until successes have brought it back to where it began. */
  #backedOff = false;

  constructor(rules: ScalingRules) {
    this.#rules = rules;
    this.#allowed = this.#first();
    this.#grownAt = rules.clock.now();
  }

  /** The batches that may be processed at a time now. */
  get allowed(): number {
    return Math.floor(this.#allowed);
  }

  /** The batches that may be processed at a time at the most. */
  get most(): number {
    return this.#rules.most;
  }

  /** All are busy and more is waiting: grows by what the time since the last growth allows, unless it backed off. */
  grow(): void {
    const now = this.#rules.clock.now();
    const seconds = Math.min(1, (now - this.#grownAt) / 1000);
    this.#grownAt = now;
    if (!this.#backedOff) {
      this.#allowed = Math.min(this.#rules.most, this.#allowed + seconds * MORE_PER_SECOND);
    }
  }

  /** Nothing is waiting or being served: back to where it began, unless it is lower for the failures' sake. */
  rest(): void {
    this.#allowed = Math.min(this.#allowed, this.#first());
    this.#grownAt = this.#rules.clock.now();
  }

  ended(how: Ending): void {
    if (how === "served") {
      this.#allowed = Math.max(this.#allowed, Math.min(this.#first(), this.#allowed + this.#rules.recovery));
      this.#backedOff &&= this.#allowed < this.#first();
    } else if (how === "throttled" || this.#rules.backOffOnErrors) {
      this.#allowed = Math.max(1, this.#allowed * this.#rules.backOffFactor);
      this.#backedOff = true;
      this.#grownAt = this.#rules.clock.now();
    }
  }

  #first(): number {
    return this.#rules.ramp ? Math.min(AT_FIRST, this.#rules.most) : this.#rules.most;
  }
}
