import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";
import { drSteps, primarySteps, type StepName } from "../shared/names.ts";
import type { Settings } from "../shared/settings/schema.ts";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const steps: readonly StepName[] = [...new Set([...primarySteps, ...drSteps])];

/** Directory names the asset of each step: `index.cjs` and `settings.json`. */
export type Assets = (step: StepName) => string;

/**
 * Bundles every handler in one pass and lays the parsed settings beside each.
 *
 * Written into a directory of its own, so that two runs at a time do not meet, at a fixed depth below the
 * project, so that the paths in the source maps, and with them the hashes of the assets, stay the same.
 */
export function bundle(settings: Settings): { readonly assets: Assets; readonly directory: string } {
  const entryOf = (step: StepName) => join(root, "handlers", step, "handler.ts");
  const missing = steps.filter((step) => !existsSync(entryOf(step)));
  if (missing.length > 0)
    throw new Error(
      `handlers are missing: ${missing.map((step) => `handlers/${step}/handler.ts`).join(", ")}`,
    );

  const cache = join(root, "node_modules", ".cache", "rds-dr");
  mkdirSync(cache, { recursive: true });
  const directory = mkdtempSync(join(cache, "bundles-"));
  buildSync({
    absWorkingDir: root,
    entryPoints: Object.fromEntries(steps.map((step) => [`${step}/index`, entryOf(step)])),
    outdir: directory,
    outExtension: { ".js": ".cjs" },
    bundle: true,
    platform: "node",
    target: "node24",
    format: "cjs",
    minify: true,
    // ES modules first, or tree shaking finds nothing to shake in the SDK.
    mainFields: ["module", "main"],
    alias: { "@aws-sdk/credential-provider-node": join(root, "shared", "env-credentials.ts") },
    sourcemap: "linked",
    sourcesContent: false,
    legalComments: "none",
    logLevel: "error",
  });
  for (const step of steps) writeFileSync(join(directory, step, "settings.json"), JSON.stringify(settings));
  return { assets: (step) => join(directory, step), directory };
}
