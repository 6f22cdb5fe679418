import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { NotSimulated, type Shape } from "../types.ts";
import type { TemplateResource } from "./order.ts";

/** A CloudFormation template as CDK writes it. */
export interface Template {
  readonly Resources?: Readonly<Record<string, TemplateResource>>;
  readonly Parameters?: Readonly<Record<string, { readonly Type: string; readonly Default?: unknown }>>;
  readonly Conditions?: Shape;
  readonly Mappings?: Readonly<Record<string, Readonly<Record<string, Shape>>>>;
  readonly Outputs?: Readonly<Record<string, { readonly Value: unknown; readonly Condition?: string }>>;
  readonly [section: string]: unknown;
}

/** A stack of an assembly, ready to be deployed. */
export interface AssembledStack {
  readonly name: string;
  readonly account: string | undefined;
  readonly region: string;
  readonly template: Template;
  readonly dependencies: readonly string[];
}

/** What `cdk synth` left behind: the stacks in the manifest's order, and where each asset's files are. */
export interface Assembly {
  readonly stacks: readonly AssembledStack[];
  /** Object key in the bootstrap bucket → directory or file of the asset. */
  readonly assets: ReadonlyMap<string, string>;
}

interface Artifact {
  readonly type: string;
  readonly environment?: string;
  readonly properties?: Shape;
  readonly dependencies?: readonly string[];
}

interface AssetManifest {
  readonly files?: Readonly<
    Record<
      string,
      {
        readonly source: { readonly path?: string; readonly packaging?: string };
        readonly destinations: Readonly<Record<string, { readonly objectKey: string }>>;
      }
    >
  >;
}

const IGNORED_ARTIFACTS = new Set(["cdk:tree", "cdk:feature-flag-report"]);

/** Reads an assembly; an artifact of a kind that cannot be deployed here is refused by name. */
export function readAssembly(directory: string): Assembly {
  const root = resolve(directory);
  const file = join(root, "manifest.json");
  if (!existsSync(file)) {
    throw new Error(`there is no assembly in ${directory}: run cdk synth first`);
  }
  const manifest = readJson<{ artifacts?: Record<string, Artifact> }>(file);
  const stacks: AssembledStack[] = [];
  const assets = new Map<string, string>();
  for (const [id, artifact] of Object.entries(manifest.artifacts ?? {})) {
    const properties = artifact.properties ?? {};
    if (artifact.type === "aws:cloudformation:stack") {
      stacks.push(stackOf(root, id, artifact));
    } else if (artifact.type === "cdk:asset-manifest") {
      readAssets(root, String(properties["file"]), assets);
    } else if (!IGNORED_ARTIFACTS.has(artifact.type)) {
      throw new NotSimulated(`the assembly's artifact ${id} of type ${artifact.type}`);
    }
  }
  return { stacks, assets };
}

function stackOf(root: string, id: string, artifact: Artifact): AssembledStack {
  const properties = artifact.properties ?? {};
  const [, account, region] = /^aws:\/\/([^/]+)\/([^/]+)$/.exec(artifact.environment ?? "") ?? [];
  if (region === undefined || region === "unknown-region") {
    throw new NotSimulated(`the stack ${id}, which names no region`);
  }
  return {
    name: String(properties["stackName"] ?? id),
    account: account === "unknown-account" ? undefined : account,
    region,
    template: readJson<Template>(join(root, String(properties["templateFile"]))),
    dependencies: artifact.dependencies ?? [],
  };
}

function readAssets(root: string, file: string, assets: Map<string, string>): void {
  const { files = {} } = readJson<AssetManifest>(join(root, file));
  for (const asset of Object.values(files)) {
    for (const destination of Object.values(asset.destinations)) {
      if (asset.source.path !== undefined) {
        assets.set(destination.objectKey, join(root, asset.source.path));
      }
    }
  }
}

function readJson<T>(file: string): T {
  return JSON.parse(readFileSync(file, "utf8")) as T;
}
