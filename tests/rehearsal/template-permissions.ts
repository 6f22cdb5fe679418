import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Permission, withoutAction } from "../simulator/permissions/replay.ts";
import { resourcesOf } from "./assembly.ts";

interface Statement {
  readonly Sid?: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
}

interface RoleProperties {
  readonly RoleName: string;
  readonly Policies?: {
    readonly PolicyName: string;
    PolicyDocument: { readonly Statement: readonly Statement[] };
  }[];
}

/** A permission as a template grants it. */
export interface TemplatePermission extends Permission {
  readonly sid: string | undefined;
  /** The resources that are plain strings, a star above all. */
  readonly resources: readonly string[];
}

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : [value]);
const textsOf = (value: unknown): string[] => listOf(value).filter((each) => typeof each === "string");

/** Every action of every statement of every role in an assembly. */
export function permissionsOf(assembly: string): TemplatePermission[] {
  return resourcesOf(assembly, ["AWS::IAM::Role"]).flatMap(({ Properties }) => {
    const { RoleName: role, Policies = [] } = Properties as unknown as RoleProperties;
    return Policies.flatMap(({ PolicyName: policy, PolicyDocument }) =>
      PolicyDocument.Statement.flatMap(({ Sid: sid, Action, Resource }, statement) =>
        textsOf(Action).map((action) => ({
          ...{ role, policy, statement, action, sid },
          resources: textsOf(Resource),
        })),
      ),
    );
  });
}

/** Takes a permission out of the template that grants it; the answer puts the template back as it was. */
export function takePermission(assembly: string, permission: Permission): () => void {
  const { role, policy, statement, action } = permission;
  const found = resourcesOf(assembly, ["AWS::IAM::Role"]).find(
    ({ Properties }) => Properties?.["RoleName"] === role,
  );
  if (found === undefined) throw new Error(`no role ${role} in ${assembly}`);
  const file = join(assembly, found.template);
  const text = readFileSync(file, "utf8");
  const template = JSON.parse(text);
  const { Policies }: RoleProperties = template.Resources[found.logicalId].Properties;
  for (const each of Policies ?? []) {
    if (each.PolicyName !== policy) continue;
    Object.assign(each, { PolicyDocument: withoutAction(each.PolicyDocument, statement, action) });
  }
  writeFileSync(file, JSON.stringify(template));
  return () => writeFileSync(file, text);
}
