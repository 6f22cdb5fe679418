import { compileModule, locateHandler, SHADOWED } from "./compile.ts";
import type { Sources } from "./globals.ts";
import type { Bundle } from "./index.ts";
import { locateRelative, readJson } from "./modules.ts";

/** The handler of a bundle as the runtime calls it. */
export type Handler = (event: unknown, context: unknown, callback?: unknown) => unknown;

/** What a bundle sees of its sandbox. */
interface Surroundings {
  readonly modules: (name: string) => unknown;
  readonly globals: Record<string, unknown>;
  readonly sources: Sources;
}

/** The loader of CommonJS modules in a sandbox, which ends with the handler. */
export function handlerLoader(
  options: Pick<Bundle, "directory" | "handler">,
  { modules, globals, sources }: Surroundings,
): () => Handler {
  const cache = new Map<string, { exports: unknown }>();
  const globalThat = Object.create(
    globalThis,
    Object.getOwnPropertyDescriptors({ ...globals, navigator: undefined }),
  ) as Record<string, unknown>;
  globalThat["globalThis"] = globalThat;
  globalThat["global"] = globalThat;
  const load = (file: string): unknown => {
    const known = cache.get(file);
    if (known !== undefined) {
      return known.exports;
    }
    const module: { exports: unknown } = { exports: {} };
    cache.set(file, module);
    if (file.endsWith(".json")) {
      module.exports = readJson(file);
      return module.exports;
    }
    const virtual = `/var/task${file.slice(options.directory.length)}`;
    const require = (specifier: string): unknown => {
      if (!specifier.startsWith(".")) {
        return /^(@|aws-sdk)/.test(specifier)
          ? sources.refuse(`the package ${specifier} outside the bundle`)
          : modules(specifier);
      }
      const relative = locateRelative(file, specifier);
      if (relative === undefined) {
        throw Object.assign(new Error(`Cannot find module '${specifier}'`), { code: "MODULE_NOT_FOUND" });
      }
      return load(relative);
    };
    const own: Record<string, unknown> = {
      ...globals,
      exports: module.exports,
      require,
      module,
      __filename: virtual,
      __dirname: virtual.slice(0, virtual.lastIndexOf("/")),
      globalThis: globalThat,
      global: globalThat,
    };
    compileModule(file).call(module.exports, ...SHADOWED.map((name) => own[name]));
    return module.exports;
  };
  return () => {
    const { file, path } = locateHandler(options.directory, options.handler);
    return exportedHandler(load(file), path, options.handler);
  };
}

function exportedHandler(exported: unknown, path: readonly string[], name: string): Handler {
  let found = exported;
  for (const part of path) {
    found = (found as Record<string, unknown> | undefined)?.[part];
  }
  if (typeof found !== "function") {
    throw Object.assign(new Error(`${name} is undefined or not exported`), {
      name: "Runtime.HandlerNotFound",
    });
  }
  return found as Handler;
}
