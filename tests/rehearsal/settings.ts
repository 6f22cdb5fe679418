import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Settings } from "../../shared/settings/schema.ts";
import { UsageError } from "../command-line.ts";

/** The settings that were deployed: those inside the assembly's function assets, all alike. Throws UsageError. */
export function deployedSettings(assembly: string): Settings {
  if (!existsSync(join(assembly, "manifest.json"))) {
    throw new UsageError(`${assembly} is no CDK assembly: it has no manifest.json`);
  }
  for (const entry of readdirSync(assembly)) {
    if (!entry.startsWith("asset.")) continue;
    try {
      return JSON.parse(readFileSync(join(assembly, entry, "settings.json"), "utf8")) as Settings;
    } catch {
      // Not a function's asset; the next one may be.
    }
  }
  throw new UsageError(`no function asset with a settings.json in ${assembly}`);
}
