import { readFileSync, rmSync } from "node:fs";
import { App, Validations } from "aws-cdk-lib";
import { AwsSolutionsChecks } from "cdk-nag";
import { faultsOf, parseSettings } from "../shared/settings/parse.ts";
import { fault, SettingsRefused } from "../shared/settings/problems.ts";
import type { Settings } from "../shared/settings/schema.ts";
import { type Assets, bundle } from "./bundle.ts";
import { DrStack } from "./dr-stack.ts";
import { environments } from "./environments/index.ts";
import { PrimaryStack } from "./primary-stack.ts";

/** The feature flags of cdk.json, so that the app is the same under the CLI, by itself and in tests. */
function featureFlags(): Record<string, unknown> {
  const { context } = JSON.parse(readFileSync(new URL("../cdk.json", import.meta.url), "utf8"));
  return context;
}

/** An app without stacks yet. */
export function emptyApp(outdir?: string): App {
  // The library warns of its own use of a deprecated property of event bus policies.
  process.env["JSII_DEPRECATED"] = "quiet";
  return new App({
    context: featureFlags(),
    analyticsReporting: false,
    ...(outdir !== undefined && { outdir }),
  });
}

/** Puts both stacks into the app, and the checks that synthesis has to pass. */
export function addStacks(
  app: App,
  settings: Settings,
  assets: Assets,
): { primary: PrimaryStack; dr: DrStack } {
  const stacks = { primary: new PrimaryStack(app, settings, assets), dr: new DrStack(app, settings, assets) };
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  return stacks;
}

/** The settings of the named environment; throws an Error that tells an operator what to write. */
export function settingsOf(name: string, among = environments): Settings {
  const raw = Object.hasOwn(among, name) ? among[name] : undefined;
  if (raw === undefined) {
    const known = Object.keys(among).join(", ");
    const remedy = `choose one of ${known}, or add stacks/environments/${name}.ts`;
    throw new SettingsRefused([fault(["-c env"], name, `is no environment: ${remedy}`)]);
  }
  if (raw.environment === name) return parseSettings(raw);
  const misnamed = fault(["environment"], raw.environment, `is not the name that chose it: write "${name}"`);
  // Said together with every other fault.
  throw new SettingsRefused([misnamed, ...faultsOf({ ...raw, environment: name })]);
}

function main(): void {
  const app = emptyApp();
  const name = String(app.node.tryGetContext("env") ?? "dev");
  const settings = settingsOf(name);
  const { assets, directory } = bundle(settings);
  try {
    addStacks(app, settings, assets);
    app.synth();
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  try {
    main();
  } catch (error) {
    // Settings are the operator's to mend; anything else is ours and keeps its stack.
    if (!(error instanceof SettingsRefused)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}
