import type { Clock, Region } from "../types.ts";
import type { SimulatedWorld } from "../world-types.ts";
import { lambdaConsole } from "./console.ts";
import {
  reachedFor,
  type Sources,
  virtualAbortSignal,
  virtualCrypto,
  virtualDate,
  virtualMath,
  virtualPerformance,
} from "./globals.ts";
import { virtualHttp } from "./http.ts";
import { type Handler, handlerLoader } from "./loader.ts";
import { virtualModules } from "./modules.ts";
import { networkOf } from "./network.ts";
import { type VirtualProcess, virtualProcess } from "./process.ts";
import { SandboxTimers, timerFunctions, timerPromises } from "./timers.ts";

/** What a sandbox is made from. */
export interface SandboxOptions {
  readonly world: SimulatedWorld;
  readonly region: Region;
  readonly clock: Clock;
  readonly life: Life;
  readonly functionName: string;
  /** The asset's directory. */
  readonly directory: string;
  /** The Handler property of the function. */
  readonly handler: string;
  requestId(): string | undefined;
  writeLine(line: string): void;
  /** The process ended by itself: process.exit, an uncaught exception, or a rejection that nobody handled. */
  ended(reason: {
    readonly exitCode: number;
    readonly error?: unknown;
    readonly how?: "thrown" | "rejected";
  }): void;
}

/** An execution environment's life: its chance is drawn by its name. */
export interface Life {
  readonly id: string;
  /** Milliseconds since the epoch, virtual. */
  readonly startedAt: number;
  readonly environment: Readonly<Record<string, string>>;
}

export type { Handler } from "./loader.ts";

/** One Lambda execution environment: a bundle with its own clock, chance, files and network. */
export interface Sandbox {
  readonly process: VirtualProcess;
  /** Runs the bundle's top level and finds its handler; throws what the bundle throws. */
  load(): Handler;
  /** Something of the runtime's own in this environment, held and dropped with it. */
  later(milliseconds: number, run: () => void): () => void;
  /** Begins another life with the bundle loaded: all that was pending or counted is dropped. */
  renew(life: Life): void;
  freeze(): void;
  thaw(): void;
  kill(): void;
}

/** Lambda's clocks show UTC; so does this process, whatever the machine's time zone is. */
function keepUtc(): void {
  if (process.env["TZ"] !== "UTC") {
    process.env["TZ"] = "UTC";
  }
}

/** Makes a sandbox; nothing of the bundle runs before `load`. */
export function createSandbox(options: SandboxOptions): Sandbox {
  const what = `${options.functionName} (${options.life.id})`;
  const timers = new SandboxTimers(options.clock, what, (error, how) =>
    options.ended({ exitCode: how === "rejected" ? 128 : 129, error, how }),
  );
  keepUtc();
  const { sources, renew } = sourcesOf(options);
  const { process, globals, modules } = surroundingsOf(options, sources, timers);
  return {
    process,
    load: handlerLoader(options, { modules, globals, sources }),
    later: (milliseconds, run) => timers.later(milliseconds, run),
    renew(life) {
      timers.clearAll();
      renew(life);
      for (const name of Object.keys(process.env)) {
        delete process.env[name];
      }
      Object.assign(process.env, life.environment);
    },
    freeze: () => timers.freeze(),
    thaw: () => timers.thaw(),
    kill: () => timers.kill(),
  };
}

/** Everything that the bundle sees in place of the real globals, and its modules. */
function surroundingsOf(options: SandboxOptions, sources: Sources, timers: SandboxTimers) {
  const functions = timerFunctions(timers);
  const process = virtualProcess({
    environment: options.life.environment,
    sources,
    write: options.writeLine,
    exit: (exitCode) => options.ended({ exitCode }),
  });
  const console = lambdaConsole({
    write: options.writeLine,
    now: () => options.clock.now(),
    requestId: options.requestId,
  });
  const crypto = virtualCrypto(sources);
  const performance = virtualPerformance(sources);
  const modules = virtualModules(
    options.directory,
    {
      process,
      console,
      timers: functions,
      timerPromises: timerPromises(timers),
      crypto: crypto.module,
      performance,
      ...virtualHttp({ network: networkOf(options, sources), timers, sources }),
    },
    sources,
  );
  const globals: Record<string, unknown> = {
    ...functions,
    process,
    console,
    performance,
    crypto: crypto.web,
    Date: virtualDate(sources),
    Math: virtualMath(sources),
    AbortSignal: virtualAbortSignal(functions),
    fetch: () => sources.refuse("fetch"),
  };
  return { process, globals, modules };
}

/** What an environment draws its time and chance from, and the way to begin anew. */
function sourcesOf({ world, clock, life, functionName }: SandboxOptions) {
  let { id, startedAt } = life;
  const drawn = new Map<string, number>();
  const next = (kind: string) => {
    const count = drawn.get(kind) ?? 0;
    drawn.set(kind, count + 1);
    return count;
  };
  const sources: Sources = {
    now: () => clock.now(),
    startedAt: () => startedAt,
    random: () => world.random("sandbox", id, next("random")),
    uuid: () => world.uuid("sandbox", id, next("uuid")),
    latency: () => world.random("latency", id, next("latency")),
    refuse: (what) => {
      const error = reachedFor(what, functionName);
      world.fail(error);
      throw error;
    },
  };
  const renew = (other: Life) => {
    ({ id, startedAt } = other);
    drawn.clear();
  };
  return { sources, renew };
}
