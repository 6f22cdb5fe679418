import { NotSimulated, type Region } from "../types.ts";
import type { Template } from "./assembly.ts";

/** Parameter types whose value must be there in the account and region, by what is looked for. */
const lookedFor: Readonly<Record<string, "security-group" | "subnet">> = {
  "AWS::EC2::SecurityGroup::Id": "security-group",
  "AWS::EC2::Subnet::Id": "subnet",
};

/**
 * Refuses parameters that name what the region does not have, before anything is made; a default is looked for as
 * any other value: "verifies the resource exists in the users account … early in the stack creation"
 * (https://unixdaemon.net/cloud/aws-cloudformation-parameters-size-tips). Wording: rgfindl/headless-wordpress#4.
 */
export function parameterFaults(region: Region, template: Template): string | undefined {
  const missing = Object.entries(template.Parameters ?? {}).flatMap(([name, { Type, Default }]) => {
    const kind = lookedFor[Type];
    if (kind === undefined) {
      if (/^(List<)?AWS::(?!SSM::)/.test(Type)) {
        throw new NotSimulated(`the parameter ${name} of type ${Type}`);
      }
      return [];
    }
    const value = String(Default ?? "");
    return region.rds.inNetwork(kind, value)
      ? []
      : [`parameter value ${value} for parameter name ${name} does not exist`];
  });
  if (missing.length === 0) {
    return undefined;
  }
  return `Parameter validation failed: ${missing.join(", ")}. Rollback requested by user.`;
}

/** The value of a parameter: its default, for a deployment gives no others. */
export function parameter(template: Template, name: string): unknown {
  const declared = template.Parameters?.[name];
  if (declared === undefined) {
    throw new Error(`Template format error: Unresolved resource dependencies [${name}]`);
  }
  if (declared.Type.startsWith("AWS::SSM::")) {
    throw new NotSimulated(`the parameter ${name} of type ${declared.Type}`);
  }
  if (declared.Default === undefined) {
    throw new Error(`Parameters: [${name}] must have values`);
  }
  return declared.Default;
}
