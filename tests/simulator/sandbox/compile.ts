import { createHash } from "node:crypto";
import { existsSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { compileFunction } from "node:vm";
import { AwsError, NotSimulated } from "../types.ts";

/** Names that a bundle sees in place of the real globals. */
export const SHADOWED = [
  "exports",
  "require",
  "module",
  "__filename",
  "__dirname",
  "globalThis",
  "global",
  "process",
  "console",
  "setTimeout",
  "setInterval",
  "setImmediate",
  "clearTimeout",
  "clearInterval",
  "clearImmediate",
  "Date",
  "Math",
  "performance",
  "crypto",
  "AbortSignal",
  "fetch",
  "navigator",
  "WebSocket",
  "EventSource",
  "BroadcastChannel",
  "MessageChannel",
  "Worker",
] as const;

/** A bundle's code, ready to be run with a sandbox's own globals. */
export type CompiledModule = (...globals: unknown[]) => unknown;

interface Compiled {
  readonly stamp: string;
  readonly code: CompiledModule;
}

const byContent = new Map<string, CompiledModule>();
const byFile = new Map<string, Compiled>();

/** Compiles a CommonJS file once for all its sandboxes; the same content is the same code. */
export function compileModule(file: string): CompiledModule {
  // A file that was edited between two worlds is read again.
  const { mtimeMs, size } = statSync(file);
  const stamp = `${mtimeMs} ${size}`;
  const known = byFile.get(file);
  if (known?.stamp === stamp) {
    return known.code;
  }
  const source = readFileSync(file, "utf8");
  const key = createHash("sha1").update(source).digest("hex");
  let code = byContent.get(key);
  if (code === undefined) {
    // The inner function lets a bundle declare names that are parameters of the outer one.
    code = compileFunction(`return (function () {${source}\n}).call(this);`, [...SHADOWED], {
      filename: file,
    }) as CompiledModule;
    byContent.set(key, code);
  }
  byFile.set(file, { stamp, code });
  return code;
}

/** Finds the file and the export that a function's Handler property names. */
export function locateHandler(directory: string, handler: string): { file: string; path: string[] } {
  const dot = basename(handler).indexOf(".");
  if (dot < 1) {
    throw new AwsError("InvalidParameterValueException", `Bad handler ${handler}`);
  }
  const cut = handler.length - basename(handler).length + dot;
  const [stem, path] = [handler.slice(0, cut), handler.slice(cut + 1).split(".")];
  for (const extension of [".js", ".cjs"]) {
    const file = join(directory, stem + extension);
    if (existsSync(file)) {
      return { file, path };
    }
  }
  if (existsSync(join(directory, `${stem}.mjs`))) {
    throw new NotSimulated(`ES module bundles (${stem}.mjs); bundle the handler as CommonJS`);
  }
  throw new AwsError("Runtime.ImportModuleError", `Error: Cannot find module '${stem}'`);
}
