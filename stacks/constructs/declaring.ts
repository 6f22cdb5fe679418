import { Aws } from "aws-cdk-lib";
import { type CfnEventBus, CfnEventBusPolicy } from "aws-cdk-lib/aws-events";
import { AccountRootPrincipal, PolicyDocument, Role } from "aws-cdk-lib/aws-iam";
import { Construct } from "constructs";
import { arns, names, operatorEvents, type Place } from "../../shared/names.ts";
import type { Settings } from "../../shared/settings/schema.ts";
import { statementOf } from "../permissions/grant.ts";

/**
 * Who may declare: a role for it, and, where declarers are named, a refusal of the operator's events to
 * everybody else. Principals are matched by condition, for a policy that names a missing role is refused.
 */
export class Declaring extends Construct {
  constructor(scope: Construct, id: string, settings: Settings, dr: Place, bus: CfnEventBus) {
    super(scope, id);
    const { declarers } = settings;
    const named = names(settings.environment);
    const put = {
      sid: "Declare",
      actions: ["events:PutEvents"],
      resources: [arns(settings.environment, dr).bus],
      conditions: { StringEquals: { "events:detail-type": operatorEvents } },
    };
    const anyDeclarer = { ArnLike: { "aws:PrincipalArn": declarers } };
    new Role(this, "Role", {
      roleName: named.declareRole,
      description: "Declares a disaster or a drill, and closes or ends it",
      assumedBy:
        declarers.length === 0
          ? new AccountRootPrincipal()
          : new AccountRootPrincipal().withConditions(anyDeclarer),
      inlinePolicies: { declare: new PolicyDocument({ statements: [statementOf(put)] }) },
    });
    if (declarers.length === 0) return;
    const role = `arn:${Aws.PARTITION}:iam::${dr.account}:role/${named.declareRole}`;
    new CfnEventBusPolicy(this, "OnlyDeclarers", {
      eventBusName: bus.ref,
      statementId: "OnlyDeclarers",
      statement: {
        Sid: "OnlyDeclarers",
        Effect: "Deny",
        Principal: "*",
        Action: "events:PutEvents",
        Resource: bus.attrArn,
        Condition: {
          StringEquals: { "events:detail-type": [...operatorEvents] },
          ArnNotLike: { "aws:PrincipalArn": [role, ...declarers] },
        },
      },
    });
  }
}
