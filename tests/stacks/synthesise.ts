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

const made: string[] = [];

afterAll(() => {
  for (const directory of made) rmSync(directory, { recursive: true, force: true });
});

export interface Resource {
  readonly Type: string;
  readonly DeletionPolicy?: string;
  // biome-ignore lint/suspicious/noExplicitAny: a template's properties have the shape that each test expects
  readonly Properties: any;
}

export interface Synthesised {
  readonly primary: Template;
  readonly dr: Template;
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
  const { primary, dr } = addStacks(app, settings, assets);
  app.synth();
  return { primary: Template.fromStack(primary), dr: Template.fromStack(dr), outdir };
}

/** All resources of a type, by logical id. */
export function resourcesOf(template: Template, type: string): Resource[] {
  return Object.values(template.findResources(type)) as Resource[];
}

/** Those of the resources whose property, a physical name as a rule, has the value. */
export function named(resources: readonly Resource[], property: string, name: string): Resource[] {
  return resources.filter((resource) => resource.Properties[property] === name);
}
