import { existsSync, readFileSync } from "node:fs";
import { builtinModules, createRequire } from "node:module";
import { dirname, join } from "node:path";
import { consoleClass } from "./console.ts";
import { virtualFiles } from "./files.ts";
import { closed, type Sources } from "./globals.ts";

const realRequire = createRequire(import.meta.url);

/** Modules that do no input or output and know neither time nor chance. */
const PURE = new Set([
  "assert",
  "assert/strict",
  "async_hooks",
  "buffer",
  "constants",
  "diagnostics_channel",
  "events",
  "path",
  "path/posix",
  "punycode",
  "querystring",
  "stream",
  "stream/promises",
  "stream/web",
  "string_decoder",
  "url",
  "util",
  "util/types",
]);

/** What a sandbox has already made of itself and offers as modules too. */
export interface Offered {
  readonly process: object;
  readonly console: Record<string, unknown>;
  readonly timers: Record<string, unknown>;
  readonly timerPromises: Record<string, unknown>;
  readonly crypto: Record<string, unknown>;
  readonly performance: unknown;
  readonly http: Record<string, unknown>;
  readonly https: Record<string, unknown>;
}

/** The Node.js modules of a sandbox by name; those that do I/O load, and throw by name when used. */
export function virtualModules(
  directory: string,
  offered: Offered,
  sources: Sources,
): (name: string) => unknown {
  const files = virtualFiles(directory, sources);
  const made = new Map<string, unknown>([
    ["fs", files.module],
    ["fs/promises", files.promises],
    ["http", offered.http],
    ["https", offered.https],
    ["crypto", offered.crypto],
    ["process", offered.process],
    ["console", { ...offered.console, Console: consoleClass(), default: offered.console }],
    ["timers", { ...offered.timers, promises: offered.timerPromises }],
    ["timers/promises", offered.timerPromises],
    ["perf_hooks", { performance: offered.performance }],
    ["os", virtualOs(sources)],
    ["zlib", virtualZlib(sources)],
  ]);
  return (specifier) => {
    const name = specifier.startsWith("node:") ? specifier.slice("node:".length) : specifier;
    if (PURE.has(name)) {
      return realRequire(`node:${name}`);
    }
    if (!made.has(name)) {
      if (!builtinModules.includes(name)) {
        throw Object.assign(new Error(`Cannot find module '${specifier}'`), { code: "MODULE_NOT_FOUND" });
      }
      made.set(name, closed(`node:${name}`, {}, realRequire(`node:${name}`), sources));
    }
    return made.get(name);
  };
}

/** Finds a relative module of the asset itself. */
export function locateRelative(from: string, specifier: string): string | undefined {
  const base = join(dirname(from), specifier);
  return [base, `${base}.js`, `${base}.cjs`, `${base}.json`, join(base, "index.js")].find(
    (file) => existsSync(file) && !file.endsWith("/") && /\.(js|cjs|json)$/.test(file),
  );
}

/** Reads a JSON module. */
export function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, "utf8"));
}

function virtualOs(sources: Sources): Record<string, unknown> {
  const os = {
    EOL: "\n",
    arch: () => "arm64",
    platform: () => "linux",
    type: () => "Linux",
    release: () => "6.1.0-lambda",
    homedir: () => "/home/sbx_user1051",
    hostname: () => "localhost",
    tmpdir: () => "/tmp",
    endianness: () => "LE",
    cpus: () => [],
    totalmem: () => 5e8,
    freemem: () => 4e8,
  };
  return closed("node:os", os, realRequire("node:os") as Record<string, unknown>, sources);
}

/** zlib without its thread pool, which no virtual clock could wait for. */
function virtualZlib(sources: Sources): Record<string, unknown> {
  const real = realRequire("node:zlib") as Record<string, unknown>;
  const open = Object.fromEntries(
    Object.entries(real).filter(
      ([name, value]) => typeof value !== "function" || name.endsWith("Sync") || name === "crc32",
    ),
  );
  return closed("node:zlib", open, real, sources);
}
