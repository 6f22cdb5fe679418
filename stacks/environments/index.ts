import type { SettingsInput } from "../../shared/settings/schema.ts";
import { dev } from "./dev.ts";

/** Every environment that `-c env=<name>` can choose; a new file is added here. */
export const environments: Readonly<Record<string, SettingsInput>> = { dev };
