import { EventEmitter } from "node:events";
import { TASK_ROOT } from "./files.ts";
import type { Sources } from "./globals.ts";

/** The Node.js release that the functions' runtime stands for. */
export const NODE_VERSION = "24.11.0";

/** What a sandbox's process needs of its environment. */
export interface ProcessOptions {
  readonly environment: Readonly<Record<string, string>>;
  readonly sources: Sources;
  write(line: string): void;
  exit(code: number): void;
}

/** A sandbox's process: what it has is what bundles look for. */
export interface VirtualProcess extends EventEmitter {
  readonly env: Record<string, string>;
}

/** The process object of a sandbox. */
export function virtualProcess(options: ProcessOptions): VirtualProcess {
  const { sources } = options;
  const elapsed = () => Math.max(0, sources.now() - sources.startedAt());
  const hrtime = Object.assign(
    (before?: [number, number]): [number, number] => {
      const nanoseconds = Math.round(elapsed() * 1e6);
      const [seconds, rest] = [Math.floor(nanoseconds / 1e9), nanoseconds % 1e9];
      if (before === undefined) {
        return [seconds, rest];
      }
      const borrow = rest < before[1] ? 1 : 0;
      return [seconds - before[0] - borrow, rest - before[1] + borrow * 1e9];
    },
    { bigint: () => BigInt(Math.round(elapsed() * 1e6)) },
  );
  const exit = (code?: number): never => {
    options.exit(code ?? 0);
    // Nothing after process.exit runs; the environment is gone by now.
    throw new Error(`process.exit(${code ?? 0})`);
  };
  return Object.assign(new EventEmitter(), {
    env: { ...options.environment },
    argv: ["/var/lang/bin/node", "/var/runtime/index.mjs"],
    execArgv: [],
    execPath: "/var/lang/bin/node",
    pid: 2,
    ppid: 1,
    platform: "linux",
    arch: "arm64",
    version: `v${NODE_VERSION}`,
    versions: { ...process.versions, node: NODE_VERSION },
    release: { name: "node" },
    title: "node",
    exitCode: undefined,
    features: {},
    config: {},
    stdout: stream(options.write, 1),
    stderr: stream(options.write, 2),
    cwd: () => TASK_ROOT,
    nextTick: process.nextTick.bind(process),
    hrtime,
    uptime: () => elapsed() / 1000,
    memoryUsage: Object.assign(
      () => ({ rss: 8e7, heapTotal: 4e7, heapUsed: 3e7, external: 2e6, arrayBuffers: 1e5 }),
      { rss: () => 8e7 },
    ),
    emitWarning: () => {},
    getuid: () => 993,
    umask: () => 0o22,
    exit,
    abort: () => exit(134),
  });
}

/** A standard stream; each complete line is one line of the log, as the runtime cuts them. */
function stream(write: (line: string) => void, fd: number): EventEmitter {
  let rest = "";
  return Object.assign(new EventEmitter(), {
    fd,
    isTTY: false,
    writable: true,
    columns: 80,
    write(chunk: string | Uint8Array, ...callbacks: unknown[]): boolean {
      rest += typeof chunk === "string" ? chunk : Buffer.from(chunk).toString("utf8");
      const lines = rest.split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        write(line);
      }
      const callback = callbacks.at(-1);
      if (typeof callback === "function") {
        process.nextTick(callback as () => void);
      }
      return true;
    },
    end: () => {},
  });
}
