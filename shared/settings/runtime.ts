import { readFileSync } from "node:fs";
import { SettingsRefused, schemaFaults } from "./problems.ts";
import { Settings } from "./schema.ts";

/**
 * Reads the settings that were put into the function's asset when the stacks were synthesised.
 * Only the shape is parsed again: what does not go together was refused at synth.
 */
export function loadSettings(): Settings {
  const root = process.env["LAMBDA_TASK_ROOT"];
  if (root === undefined) throw new Error("environment variable 'LAMBDA_TASK_ROOT' is missing");
  const raw: unknown = JSON.parse(readFileSync(`${root}/settings.json`, "utf8"));
  const parsed = Settings.safeParse(raw);
  if (!parsed.success) throw new SettingsRefused(schemaFaults(raw, parsed.error.issues));
  return parsed.data;
}
