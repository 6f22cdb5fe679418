import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Template } from "aws-cdk-lib/assertions";
import { afterAll } from "vitest";
import { drSteps, primarySteps } from "../../shared/names.ts";
import { parseSettings } from "../../shared/settings/parse.ts";
import type { SettingsInput } from "../../shared/settings/schema.ts";
import { addStacks, emptyApp } from "../../stacks/app.ts";
import { dev } from "../../stacks/environments/dev.ts";
import type { PropertiesOf, Resource, ResourceType } from "./properties.ts";

const made: string[] = [];

afterAll(() => {
  for (const directory of made) rmSync(directory, { recursive: true, force: true });
});

export interface Synthesised {
  readonly primary: Template;
  readonly dr: Template;
  readonly both: readonly (readonly ["primary" | "dr", Template])[];
  /** The cloud assembly's directory. */
  readonly outdir: string;
}

/** Synthesises both stacks as `cdk synth` does, checks included, from stand-in bundles. */
export function synthesise(changed: Partial<SettingsInput> = {}): Synthesised {
  const directory = mkdtempSync(join(tmpdir(), "rds-dr-stacks-"));
  made.push(directory);
  const settings = parseSettings({ ...dev, ...changed });
  const assets = (step: string) => join(directory, "bundles", step);
  for (const step of [...primarySteps, ...drSteps]) {
    mkdirSync(assets(step), { recursive: true });
    writeFileSync(join(assets(step), "index.cjs"), `exports.handler = async () => "${step}";\n`);
    writeFileSync(join(assets(step), "settings.json"), JSON.stringify(settings));
  }
  const outdir = join(directory, "cdk.out");
  const app = emptyApp(outdir);
  const stacks = addStacks(app, settings, assets);
  app.synth();
  const [primary, dr] = [Template.fromStack(stacks.primary), Template.fromStack(stacks.dr)];
  const both = [["primary", primary] as const, ["dr", dr] as const];
  return { primary, dr, both, outdir };
}

/** All resources of a type, by logical id. */
export function resourcesById<T extends ResourceType>(
  template: Template,
  type: T,
): Readonly<Record<string, Resource<T>>> {
  return template.findResources(type) as Record<string, Resource<T>>;
}

/** All resources of a type. */
export function resourcesOf<T extends ResourceType>(template: Template, type: T): Resource<T>[] {
  return Object.values(resourcesById(template, type));
}

/** Those of the resources whose property, a physical name as a rule, has the value. */
export function named<T extends ResourceType>(
  resources: readonly Resource<T>[],
  property: keyof PropertiesOf[T],
  name: string,
): Resource<T>[] {
  return resources.filter((resource) => resource.Properties[property] === name);
}
