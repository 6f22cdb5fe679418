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
import { type Network, type Requests, virtualHttp } from "./http.ts";
import { type Handler, handlerLoader } from "./loader.ts";
import { virtualModules } from "./modules.ts";
import { networkOf } from "./network.ts";
import { type VirtualProcess, virtualProcess } from "./process.ts";
import { SandboxTimers, timerFunctions, timerPromises } from "./timers.ts";

/** The code that a sandbox holds. */
export interface Bundle {
  readonly functionName: string;
  /** The asset's directory. */
  readonly directory: string;
  /** The Handler property of the function. */
  readonly handler: string;
}

/** Where a sandbox lives: the world, and what of it is an execution environment's own. */
export interface Home {
  readonly world: SimulatedWorld;
  readonly region: Region;
  readonly clock: Clock;
  readonly life: Life;
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

/** Where a sandbox is at the moment. */
export interface Abode {
  /** Fails between two lives. */
  home(): Home;
  isAt(home: Home): boolean;
}

/** One Lambda execution environment: a bundle with its own clock, chance, files and network. */
export interface Sandbox {
  readonly process: VirtualProcess;
  /** No request of its life failed or is still open, so that its clients have nothing to remember. */
  readonly untroubled: boolean;
  /** The handler; runs the bundle's top level when that was not run yet, and throws what it throws. */
  load(): Handler;
  /** Something of the runtime's own in this environment, held and dropped with it. */
  later(milliseconds: number, run: () => void): () => void;
  /** Ends this life, and keeps the bundle loaded for another: all that was pending is dropped. */
  rest(): void;
  /** Begins another life, as if the bundle had just been loaded in it. */
  moveTo(home: Home): void;
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
export function createSandbox(bundle: Bundle, first: Home): Sandbox {
  let home: Home | undefined = first;
  let handler: Handler | undefined;
  const requests: Requests = { open: 0, failed: false };
  const here = (): Home => {
    if (home === undefined) throw new Error(`${bundle.functionName} ran between two lives`);
    return home;
  };
  const timers = new SandboxTimers(
    () => here().clock,
    () => `${bundle.functionName} (${here().life.id})`,
    (error, how) => here().ended({ exitCode: how === "rejected" ? 128 : 129, error, how }),
  );
  keepUtc();
  const { sources, loaded, renew } = sourcesOf(bundle, here);
  const network = networkOf({ home: here, isAt: (one) => one === home }, sources, requests);
  const { process, globals, modules } = surroundingsOf(bundle, here, { sources, timers, network });
  const load = handlerLoader(bundle, { modules, globals, sources });
  return {
    process,
    get untroubled() {
      return !requests.failed && requests.open === 0;
    },
    load() {
      if (handler === undefined) {
        handler = load();
        loaded();
      }
      return handler;
    },
    later: (milliseconds, run) => timers.later(milliseconds, run),
    rest() {
      timers.clearAll();
      home = undefined;
    },
    moveTo(next) {
      home = next;
      renew();
      for (const name of Object.keys(process.env)) {
        delete process.env[name];
      }
      Object.assign(process.env, next.life.environment);
    },
    freeze: () => timers.freeze(),
    thaw: () => timers.thaw(),
    kill: () => timers.kill(),
  };
}

/** What of a sandbox its surroundings are made from. */
interface Means {
  readonly sources: Sources;
  readonly timers: SandboxTimers;
  readonly network: Network;
}

/** Everything that the bundle sees in place of the real globals, and its modules. */
function surroundingsOf({ directory }: Bundle, home: () => Home, { sources, timers, network }: Means) {
  const functions = timerFunctions(timers);
  const write = (line: string) => home().writeLine(line);
  const process = virtualProcess({
    environment: home().life.environment,
    sources,
    write,
    exit: (exitCode) => home().ended({ exitCode }),
  });
  const console = lambdaConsole({
    write,
    now: () => home().clock.now(),
    requestId: () => home().requestId(),
  });
  const crypto = virtualCrypto(sources);
  const performance = virtualPerformance(sources);
  const modules = virtualModules(
    directory,
    {
      process,
      console,
      timers: functions,
      timerPromises: timerPromises(timers),
      crypto: crypto.module,
      performance,
      ...virtualHttp({ network, timers, sources }),
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

/**
 * What an environment draws its time and chance from, and the way to begin anew: with as much drawn as loading
 * the bundle had drawn, so that what comes next is drawn as if it had just been loaded.
 */
function sourcesOf({ functionName }: Bundle, home: () => Home) {
  let drawn = new Map<string, number>();
  let drawnByLoading: ReadonlyMap<string, number> = drawn;
  const next = (kind: string) => {
    const count = drawn.get(kind) ?? 0;
    drawn.set(kind, count + 1);
    return count;
  };
  const sources: Sources = {
    now: () => home().clock.now(),
    startedAt: () => home().life.startedAt,
    life: () => home().life,
    random: () => home().world.random("sandbox", home().life.id, next("random")),
    uuid: () => home().world.uuid("sandbox", home().life.id, next("uuid")),
    // Not one after the other: requests of one instant may be made in any order.
    latency: (request) => home().world.random("latency", home().life.id, request, next(request)),
    refuse: (what) => {
      const error = reachedFor(what, functionName);
      home().world.fail(error);
      throw error;
    },
  };
  return {
    sources,
    loaded() {
      drawnByLoading = new Map(drawn);
    },
    renew() {
      drawn = new Map(drawnByLoading);
    },
  };
}
