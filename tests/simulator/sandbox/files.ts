import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { posix } from "node:path";
import { fileURLToPath } from "node:url";
import type { Sources } from "./globals.ts";
import { refusing } from "./globals.ts";

/** Where a function's own files stand in its execution environment. */
export const TASK_ROOT = "/var/task";

type Encoding = BufferEncoding | { encoding?: BufferEncoding | null } | null | undefined;

/** node:fs and node:fs/promises of a sandbox: the asset's own files, and nothing else. */
export function virtualFiles(directory: string, sources: Sources) {
  const locate = (path: unknown): string | undefined => {
    const text = path instanceof URL ? fileURLToPath(path) : String(path);
    const absolute = posix.resolve(TASK_ROOT, text);
    if (absolute !== TASK_ROOT && !absolute.startsWith(`${TASK_ROOT}/`)) {
      return undefined;
    }
    const real = directory + absolute.slice(TASK_ROOT.length);
    return existsSync(real) ? real : undefined;
  };
  const need = (call: string, path: unknown): string => {
    const real = locate(path);
    if (real === undefined) {
      throw Object.assign(new Error(`ENOENT: no such file or directory, ${call} '${String(path)}'`), {
        code: "ENOENT",
        errno: -2,
        syscall: call,
        path: String(path),
      });
    }
    return real;
  };
  const sync = {
    readFile: (path: unknown, encoding?: Encoding) => {
      const data = readFileSync(need("open", path));
      const name = typeof encoding === "string" ? encoding : encoding?.encoding;
      return name ? data.toString(name) : data;
    },
    stat: (path: unknown) => statSync(need("stat", path)),
    lstat: (path: unknown) => statSync(need("lstat", path)),
    access: (path: unknown) => {
      need("access", path);
    },
    readdir: (path: unknown) => readdirSync(need("scandir", path)),
    realpath: (path: unknown) => {
      need("realpath", path);
      return posix.resolve(TASK_ROOT, String(path));
    },
  };
  const promises: Record<string, unknown> = {};
  const module: Record<string, unknown> = {
    constants: { F_OK: 0, R_OK: 4, W_OK: 2, X_OK: 1 },
    existsSync: (path: unknown) => locate(path) !== undefined,
  };
  for (const [name, run] of Object.entries(sync) as [string, (...values: unknown[]) => unknown][]) {
    promises[name] = async (...values: unknown[]) => run(...values);
    module[`${name}Sync`] = run;
    module[name] = (...values: unknown[]) => callBack(run, values);
  }
  for (const name of [
    "writeFile",
    "appendFile",
    "mkdir",
    "rm",
    "unlink",
    "rename",
    "open",
    "watch",
    "mkdtemp",
  ]) {
    promises[name] = refusing(`node:fs/promises ${name}`, sources);
    module[name] = refusing(`node:fs ${name}`, sources);
    module[`${name}Sync`] = refusing(`node:fs ${name}Sync`, sources);
  }
  for (const name of ["createReadStream", "createWriteStream"]) {
    module[name] = refusing(`node:fs ${name}`, sources);
  }
  promises["default"] = promises;
  promises["constants"] = module["constants"];
  module["promises"] = promises;
  module["default"] = module;
  return { module, promises };
}

function callBack(run: (...values: unknown[]) => unknown, values: unknown[]): void {
  const callback = values.at(-1) as (error: unknown, result?: unknown) => void;
  let result: unknown;
  try {
    result = run(...values.slice(0, -1));
  } catch (error) {
    process.nextTick(callback, error);
    return;
  }
  process.nextTick(callback, null, result);
}
