/** How the services ask the simulated IAM whether a resource's policy lets another service of AWS act on it. */
import { regionOf } from "../../iam/patterns.ts";
import { judgeService, type ServiceRequest } from "../../iam/service-principals.ts";
import type { Guard } from "../../iam/types.ts";
import type { OnBehalf, Region, Shape, World } from "../../types.ts";
import type { RoleJudge } from "../scheduler/invocation.ts";

/** Whether the policy allows it; an explicit Deny wins, and nothing said is a no. A no is written to the journal. */
export function allowsService(
  world: World,
  policy: Shape | undefined,
  request: ServiceRequest,
  kind: Guard["kind"] = "queue",
): boolean {
  const { who, action, resource } = request;
  // A service that names no source acts for the account that everything here belongs to.
  const account = who.sourceArn?.split(":")[4] || world.account;
  const keys = { "aws:SourceAccount": account, "aws:SourceOwner": account };
  const verdict = judgeService(kind, policy, { ...request, keys: { ...keys, ...request.keys } });
  if (!verdict.allowed) {
    world.journal.write(regionOf(resource) ?? "", "denied", {
      ...{ caller: who.principal, action, resource, why: verdict.because },
    });
  }
  return verdict.allowed;
}

/** SQS guide, key management: what a sender needs of a queue's key. */
const TO_SEND = ["kms:GenerateDataKey", "kms:Decrypt"];

/**
 * Whether a role may send to a queue under this key, by its own policies. The keys that AWS manages are open to
 * whoever may use their service.
 */
export function keyAdmitsRole(world: World, region: Region, keyReference: string, roleArn: string): boolean {
  if (keyReference.includes("alias/aws/")) {
    return true;
  }
  const key = region.kms.find(keyReference);
  const judge = world.knobs["authorizeRole"];
  return (
    key?.state === "Enabled" &&
    (typeof judge !== "function" ||
      TO_SEND.every((action) => (judge as RoleJudge)(roleArn, action, key.arn, region) !== false))
  );
}

/**
 * Whether a service principal may use a key for an encrypted queue or topic. The keys that AWS manages cannot
 * be opened to services, so with `alias/aws/sns` such messages are lost.
 */
export function keyAdmits(world: World, region: Region, keyReference: string, who: OnBehalf): boolean {
  const key = region.kms.find(keyReference);
  if (key === undefined || key.state !== "Enabled" || key.manager === "AWS") {
    return false;
  }
  return TO_SEND.every((action) =>
    allowsService(world, key.policy, { who, action, resource: key.arn }, "key"),
  );
}
