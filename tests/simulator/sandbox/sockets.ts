import { EventEmitter } from "node:events";
import type { SandboxTimers } from "./timers.ts";

/** A connection pool as node:https has it: what was idle for too long is gone. */
export class Agent extends EventEmitter {
  readonly options: Record<string, unknown>;
  readonly keepAlive: boolean;
  readonly keepAliveMsecs = 1000;
  readonly maxSockets: number;
  readonly sockets = {};
  readonly requests = {};
  readonly idle = new Map<string, number[]>();
  #life: unknown;

  constructor(options: Record<string, unknown> = {}) {
    super();
    this.options = options;
    this.keepAlive = options["keepAlive"] === true;
    this.maxSockets = Number(options["maxSockets"] ?? Number.POSITIVE_INFINITY);
  }

  /** Takes an idle connection to the host, if one is still open; those of an earlier life are none. */
  take(host: string, now: number, life: unknown): boolean {
    if (life !== this.#life) {
      this.#life = life;
      this.idle.clear();
    }
    const open = (this.idle.get(host) ?? []).filter((until) => until > now);
    const taken = open.pop() !== undefined;
    this.idle.set(host, open);
    return taken;
  }

  release(host: string, until: number): void {
    if (this.keepAlive) {
      this.idle.set(host, [...(this.idle.get(host) ?? []), until]);
    }
  }

  destroy(): void {
    this.idle.clear();
  }
}

/** One connection; what of a real one clients look at and wait for. */
export class Socket extends EventEmitter {
  connecting: boolean;
  destroyed = false;
  readonly encrypted = true;
  readonly #timers: SandboxTimers;
  #idleMilliseconds = 0;
  #cancelIdle: (() => void) | undefined;

  constructor(connecting: boolean, timers: SandboxTimers) {
    super();
    this.connecting = connecting;
    this.#timers = timers;
  }

  setTimeout(milliseconds: number, onTimeout?: () => void): this {
    this.#idleMilliseconds = milliseconds;
    if (onTimeout !== undefined) {
      this.once("timeout", onTimeout);
    }
    this.active();
    return this;
  }

  /** Something moved on the connection: its idle time starts anew. */
  active(): void {
    this.#cancelIdle?.();
    this.#cancelIdle =
      this.#idleMilliseconds > 0
        ? this.#timers.later(this.#idleMilliseconds, () => this.emit("timeout"))
        : undefined;
  }

  quiet(): void {
    this.#cancelIdle?.();
    this.#cancelIdle = undefined;
  }

  setKeepAlive(): this {
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  destroy(): this {
    this.destroyed = true;
    this.quiet();
    return this;
  }
}
