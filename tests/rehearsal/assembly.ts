import { cpSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

type Json = unknown;

/** A resource as it stands in a template. */
export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, Json>>;
}

/** Names a resource of an assembly. */
export interface ResourceName {
  readonly template: string;
  readonly logicalId: string;
}

interface Template {
  Resources: Record<string, TemplateResource>;
}

/** A copy of an assembly that can be edited without touching the original. */
export function copyOf(assembly: string): string {
  const directory = mkdtempSync(join(tmpdir(), "rds-dr-edited-"));
  cpSync(assembly, directory, { recursive: true });
  return directory;
}

function read(assembly: string, template: string): Template {
  return JSON.parse(readFileSync(join(assembly, template), "utf8")) as Template;
}

/** All resources of the given types in an assembly's templates. */
export function resourcesOf(assembly: string, types: readonly string[]): (ResourceName & TemplateResource)[] {
  return readdirSync(assembly)
    .filter((file) => file.endsWith(".template.json"))
    .flatMap((template) =>
      Object.entries(read(assembly, template).Resources)
        .filter(([, { Type }]) => types.includes(Type))
        .map(([logicalId, resource]) => ({ template, logicalId, ...resource })),
    );
}

/** The value with every reference to the resource replaced by a name of nothing. */
function withoutReferences(value: Json, logicalId: string): Json {
  if (Array.isArray(value)) return value.map((item) => withoutReferences(item, logicalId));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value as Record<string, Json>);
  const [first] = entries;
  if (entries.length === 1 && first?.[0] === "Ref" && first[1] === logicalId) return "taken-away";
  if (
    entries.length === 1 &&
    first?.[0] === "Fn::GetAtt" &&
    Array.isArray(first[1]) &&
    first[1][0] === logicalId
  )
    return "taken-away";
  return Object.fromEntries(
    entries
      .filter(([key]) => key !== "DependsOn" || !JSON.stringify(value).includes(`"DependsOn":"${logicalId}"`))
      .map(([key, item]) => [
        key,
        key === "DependsOn" && Array.isArray(item)
          ? item.filter((id) => id !== logicalId)
          : withoutReferences(item, logicalId),
      ]),
  );
}

/** Takes a resource out of a template, as if somebody had deleted it by hand after the deployment. */
export function takeAway(assembly: string, { template, logicalId }: ResourceName): void {
  const whole = read(assembly, template);
  delete whole.Resources[logicalId];
  writeFileSync(join(assembly, template), JSON.stringify(withoutReferences(whole, logicalId)));
}

/** Edits the bundle of a function, found through the asset that the template names. */
export function editBundle(assembly: string, functionName: string, edit: (code: string) => string): void {
  const found = resourcesOf(assembly, ["AWS::Lambda::Function"]).find(
    ({ Properties }) => Properties?.["FunctionName"] === functionName,
  );
  const key = (found?.Properties?.["Code"] as { S3Key?: string } | undefined)?.S3Key;
  if (key === undefined) throw new Error(`no function ${functionName} in ${assembly}`);
  const file = join(assembly, `asset.${key.replace(/\.zip$/, "")}`, "index.cjs");
  writeFileSync(file, edit(readFileSync(file, "utf8")));
}
