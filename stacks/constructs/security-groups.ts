import { CfnOutput, CfnParameter, Fn, type Stack } from "aws-cdk-lib";
import type { Settings } from "../../shared/settings/schema.ts";

/** A template takes 200 parameters; those of the bootstrap and of people's own are left room. */
const checkedMax = 150;

/** Every security group that the settings name, those that most restores take first, each once. */
function named({ network, restore, overrides }: Settings): string[] {
  const ofInstances = Object.values(overrides).map((override) => override.restore);
  const groups = [restore, ...ofInstances].flatMap((given) => given?.securityGroups ?? []);
  return [...new Set([...network.securityGroups, ...groups])];
}

/**
 * Has CloudFormation look for the security groups as it deploys, for a restore into one that does not exist is
 * refused. Parameters of this type must name what the account has in the stack's region, defaults included:
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-supplied-parameter-types.html
 *
 * One parameter a group, named after it: `cdk deploy` keeps the value that a parameter of the same name had before
 * (`--previous-parameters`), so that under a fixed name a changed setting would never be looked at.
 */
export function checkSecurityGroups(stack: Stack, settings: Settings): void {
  const checked = named(settings).slice(0, checkedMax);
  const parameters = checked.map(
    (id) =>
      new CfnParameter(stack, `SecurityGroup${id.replace("sg-", "")}`, {
        type: "AWS::EC2::SecurityGroup::Id",
        default: id,
        description: "Named by the settings. Change it there, not here",
      }),
  );
  new CfnOutput(stack, "SecurityGroups", {
    description: "Security groups of the settings that exist in this region",
    value: Fn.join(
      ",",
      parameters.map(({ valueAsString }) => valueAsString),
    ),
  });
}
