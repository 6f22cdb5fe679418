import { createHmac } from "node:crypto";
import { createRequire } from "node:module";
import { NotSimulated } from "../types.ts";
import type { timerFunctions } from "./timers.ts";

/** What a sandbox draws its time and chance from. */
export interface Sources {
  now(): number;
  /** When this environment began. */
  startedAt(): number;
  /** Another value in each life of this environment. */
  life(): unknown;
  /** The next number in [0, 1) of this environment. */
  random(): number;
  uuid(): string;
  /** What the latency of the next request like this one is drawn by, in [0, 1). */
  latency(request: string): number;
  /** Fails the run: the bundle reached for something that is not simulated. */
  refuse(what: string): never;
}

/** Date on the virtual clock; `instanceof`, parsing and arithmetic are the real ones. */
export function virtualDate(sources: Sources): DateConstructor {
  const now = () => Math.floor(sources.now());
  const proxy: DateConstructor = new Proxy(Date, {
    construct(target, values, newTarget) {
      const made = values.length === 0 ? [now()] : values;
      return Reflect.construct(target, made, newTarget === proxy ? target : newTarget) as object;
    },
    apply: () => new Date(now()).toString(),
    get: (target, key) => (key === "now" ? now : Reflect.get(target, key)),
  });
  return proxy;
}

/** Math with keyed randomness. */
export function virtualMath(sources: Sources): Math {
  const math = Object.create(Object.prototype, Object.getOwnPropertyDescriptors(Math)) as Math;
  math.random = () => sources.random();
  return math;
}

/** performance on the virtual clock, counted from the environment's start. */
export function virtualPerformance(sources: Sources) {
  return {
    get timeOrigin() {
      return sources.startedAt();
    },
    now: () => sources.now() - sources.startedAt(),
    mark: () => {},
    measure: () => {},
    toJSON: () => ({ timeOrigin: sources.startedAt() }),
  };
}

/** AbortSignal whose timeout runs on the virtual clock. */
export function virtualAbortSignal(timers: ReturnType<typeof timerFunctions>): typeof AbortSignal {
  const timeout = (milliseconds: number) => {
    const controller = new AbortController();
    timers.setTimeout(
      () => controller.abort(new DOMException("The operation was aborted due to timeout", "TimeoutError")),
      milliseconds,
    );
    return controller.signal;
  };
  return new Proxy(AbortSignal, {
    get: (target, key) => (key === "timeout" ? timeout : Reflect.get(target, key, target)),
  });
}

const realCrypto = createRequire(import.meta.url)("node:crypto") as Record<string, unknown>;
const PURE_CRYPTO = [
  "createHash",
  "timingSafeEqual",
  "getHashes",
  "hash",
  "Hash",
  "Hmac",
  "constants",
  "createSecretKey",
  "KeyObject",
] as const;

/** createHmac of node:crypto, to which a key of bytes costs four times as much as a text; every request is signed by it. */
const quickHmac: typeof createHmac = (algorithm, key, options) =>
  key instanceof Uint8Array
    ? createHmac(algorithm, Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString("latin1"), {
        ...options,
        encoding: "latin1",
      })
    : createHmac(algorithm, key, options);

/** node:crypto with keyed randomness; what is neither pure nor keyed is refused when it is used. */
export function virtualCrypto(sources: Sources) {
  const bytes = (size: number) =>
    Buffer.from(Array.from({ length: size }, () => Math.floor(sources.random() * 256)));
  const fill = <T extends ArrayBufferView>(view: T): T => {
    const target = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
    target.set(bytes(target.length));
    return view;
  };
  const web = {
    randomUUID: () => sources.uuid(),
    getRandomValues: fill,
    subtle: refusing("crypto.subtle", sources),
  };
  const pure = Object.fromEntries(PURE_CRYPTO.map((name) => [name, realCrypto[name]]));
  const drawn = {
    createHmac: quickHmac,
    randomUUID: () => sources.uuid(),
    getRandomValues: fill,
    randomFillSync: fill,
    randomBytes(size: number, callback?: (error: null, bytes: Buffer) => void) {
      if (callback === undefined) {
        return bytes(size);
      }
      process.nextTick(callback, null, bytes(size));
      return undefined;
    },
    randomInt(low: number, high?: number) {
      const [from, to] = high === undefined ? [0, low] : [low, high];
      return from + Math.floor(sources.random() * (to - from));
    },
    webcrypto: web,
    subtle: web.subtle,
  };
  return { module: closed("node:crypto", { ...pure, ...drawn }, realCrypto, sources), web };
}

/** A module of which only the given exports work; the others throw by name when they are called. */
export function closed(
  name: string,
  open: Readonly<Record<string, unknown>>,
  real: Readonly<Record<string, unknown>>,
  sources: Sources,
): Record<string, unknown> {
  const module: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(real)) {
    module[key] = typeof value === "function" ? refusing(`${name} ${key}`, sources) : value;
  }
  Object.assign(module, open);
  module["default"] = module;
  return module;
}

/** Something that may be held and passed on, and throws by name when it is called or constructed. */
export function refusing(what: string, sources: Pick<Sources, "refuse">): unknown {
  const target = function refused(): never {
    return sources.refuse(what);
  };
  return new Proxy(target, {
    get: (held, key) => {
      if (typeof key === "symbol" || key === "prototype" || key === "then" || key === "default") {
        return key === "then" || key === "default" ? undefined : Reflect.get(held, key);
      }
      return key === "__esModule" ? undefined : refusing(`${what}.${key}`, sources);
    },
    construct: () => sources.refuse(what),
  });
}

/** The error that names what a bundle reached for. */
export function reachedFor(what: string, who: string): NotSimulated {
  return new NotSimulated(`${what}, which ${who} uses`);
}
