import { Aws, Validations } from "aws-cdk-lib";
import type { IConstruct } from "constructs";
import type { Grant } from "../permissions/grant.ts";

/** Accepts a finding of cdk-nag on a construct, with a reason that a stranger accepts. */
export function accept(construct: IConstruct, finding: string, reason: string): void {
  Validations.of(construct).acknowledge({ id: `AwsSolutions-${finding}`, reason });
}

/** Accepts each wildcard of a role's statements for the reason that its grant gives; one without fails synthesis. */
export function acceptWildcards(role: IConstruct, grants: readonly Grant[]): void {
  for (const { wildcard, actions, resources } of grants) {
    if (wildcard === undefined) continue;
    const stars = [
      ...actions.map((action) => `Action::${action}`),
      ...resources.map((arn) => `Resource::${plain(arn)}`),
    ];
    for (const star of stars.filter((text) => text.includes("*"))) accept(role, `IAM5[${star}]`, wildcard);
  }
}

/** An ARN as cdk-nag writes it. */
function plain(arn: string): string {
  return arn.replaceAll(Aws.PARTITION, "<AWS::Partition>").replaceAll(Aws.ACCOUNT_ID, "<AWS::AccountId>");
}
