import type { Gate } from "../gate.ts";
import { isDemanded } from "../knobs/permissions.ts";
import {
  AwsError,
  type KmsKey,
  type Knobs,
  NotSimulated,
  type Region,
  type Service,
  type Shape,
  type World,
} from "../types.ts";
import { type Authorizer, createAuthorizer } from "./authorizer.ts";
import type { Facts, KeyFact } from "./facts.ts";
import { managedKeyPolicy } from "./managed-keys.ts";
import { regionOf } from "./patterns.ts";
import type { Judgement, PolicySource, RoleRecord } from "./types.ts";

/** The parts of a world that permissions are switched on in. */
interface Enforceable {
  readonly gate: Gate;
  readonly knobs: Knobs;
  readonly permissions: Authorizer;
}

/** What services say of their resource policies beside their API. */
interface Inspection {
  queuePolicy?(queueArn: string): PolicySource | undefined;
  busPolicy?(busArn: string): PolicySource | undefined;
  topicPolicy?(topicArn: string): PolicySource | undefined;
}

const inspect = (service: Service | undefined): Inspection => (service ?? {}) as Service & Inspection;

/** Policies that a service puts together anew each time are compiled once as text. */
const asText = (policy: PolicySource | undefined): string | undefined =>
  policy === undefined || typeof policy === "string" ? policy : JSON.stringify(policy);

/** What does not exist, or has no model, has no facts. */
function known<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch (error) {
    if (error instanceof AwsError || error instanceof NotSimulated) return undefined;
    throw error;
  }
}

const NOBODY = { kind: "service", name: "iam.amazonaws.com", arn: "iam.amazonaws.com" } as const;

/** Asks a service as it would be asked over the wire, but behind the gate: no permissions, no call log. */
function ask(region: Region, service: "rds" | "sns", operation: string, input: Shape): Shape | undefined {
  const call = { service, operation, input, region: region.name, caller: NOBODY };
  const output = known(() => region[service].handle(call));
  if (output instanceof Promise) throw new NotSimulated(`permissions that wait for ${service}:${operation}`);
  return output;
}

const list = (output: Shape | undefined, member: string): Shape[] => {
  const value: unknown = output?.[member];
  return Array.isArray(value) ? value.map((item: unknown) => ({ ...Object(item) })) : [];
};

const tagsOf = (tags: readonly Shape[]): Record<string, string> =>
  Object.fromEntries(tags.map(({ Key, Value }) => [String(Key), String(Value ?? "")]));

const nameOf = (nameOrArn: string): string =>
  nameOrArn.startsWith("arn:") ? nameOrArn.split(":").slice(6).join(":") : nameOrArn;

function keyFact(world: World, region: Region, key: KmsKey): KeyFact {
  const { arn, manager, aliases } = key;
  const policy = manager === "AWS" ? managedKeyPolicy(world, region.name, aliases) : key.policy;
  return { arn, manager, aliases, policy };
}

/** RDS knows tags of instances and snapshots; a snapshot is found as a manual one first, for those are ours. */
function rdsFacts(regionAt: (name: string) => Region | undefined): Pick<Facts, "resourceTags" | "snapshot"> {
  return {
    resourceTags(arn) {
      const region = regionAt(regionOf(arn) ?? "");
      if (region === undefined || !/:(db|snapshot):[^*]+$/.test(arn)) return undefined;
      return tagsOf(list(ask(region, "rds", "ListTagsForResource", { ResourceName: arn }), "TagList"));
    },
    snapshot(regionName, nameOrArn) {
      const region = regionAt(regionOf(nameOrArn) ?? regionName);
      if (region === undefined) return undefined;
      const named = { DBSnapshotIdentifier: nameOf(nameOrArn) };
      for (const input of [named, { ...named, SnapshotType: "automated" }]) {
        const [found] = list(ask(region, "rds", "DescribeDBSnapshots", input), "DBSnapshots");
        if (found === undefined) continue;
        const kmsKeyId = typeof found.KmsKeyId === "string" ? found.KmsKeyId : undefined;
        return { arn: String(found.DBSnapshotArn), kmsKeyId, tags: tagsOf(list(found, "TagList")) };
      }
      return undefined;
    },
  };
}

/** Facts from the services of a simulated world. */
export function worldFacts(world: World): Facts {
  const regionAt = (name: string): Region | undefined => known(() => world.region(name));
  const homeOf = (arn: string): Region | undefined => regionAt(regionOf(arn) ?? "");
  return {
    ...rdsFacts(regionAt),
    keyByReference(regionName, reference) {
      const region = regionAt(regionOf(reference) ?? regionName);
      const managed = /(?:^|:)(alias\/aws\/.+)$/.exec(reference)?.[1];
      const key = managed === undefined ? region?.kms.find(reference) : region?.kms.managed(managed);
      return region === undefined || key === undefined ? undefined : keyFact(world, region, key);
    },
    topicKey(arn) {
      const region = homeOf(arn);
      const answer =
        region === undefined ? undefined : ask(region, "sns", "GetTopicAttributes", { TopicArn: arn });
      const attributes: unknown = answer?.Attributes;
      const key: unknown =
        typeof attributes === "object" && attributes !== null && Reflect.get(attributes, "KmsMasterKeyId");
      return typeof key === "string" && key !== "" ? key : undefined;
    },
    topicPolicy: (arn) => asText(known(() => inspect(homeOf(arn)?.sns).topicPolicy?.(arn))),
    queuePolicy: (arn) => known(() => inspect(homeOf(arn)?.sqs).queuePolicy?.(arn)),
    busPolicy: (arn) => asText(known(() => inspect(homeOf(arn)?.events).busPolicy?.(arn))),
  };
}

/**
 * Makes permissions count in a world: each call passes the gate only as the policies say, and Scheduler asks for
 * its roles. (Queues, topics and their keys ask by services/sqs/policy.ts, for services need no role.)
 */
export function enforcePermissions({ gate, knobs, permissions }: Enforceable): void {
  gate.authorize = (call) => permissions.authorize(call);
  knobs["authorizeRole"] = (role: string, action: string, resource: string) =>
    permissions.roleMay(role, action, resource).allowed;
}

/** What is said of a refusal in the journal. */
function denied({ request, verdict, role }: Judgement): Record<string, string> {
  const { principal, action, resource } = request;
  const caller = role?.name ?? (principal.kind === "service" ? principal.name : principal.arn);
  return { caller, action, resource, why: verdict.because };
}

/**
 * The authorizer of a simulated world: its roles as deployed, its services' facts, its clock. It writes each
 * refusal to the journal.
 */
export function worldAuthorizer(
  world: World & { readonly iam: { readonly roles: ReadonlyMap<string, RoleRecord> } },
): Authorizer {
  const { account, partition, clock, iam, journal, knobs } = world;
  return createAuthorizer({
    account,
    partition,
    roles: () => iam.roles,
    facts: worldFacts(world),
    now: () => clock.now(),
    demands: (uncertain) => isDemanded(knobs, uncertain),
    refused: (judgement) => journal.write(judgement.region, "denied", denied(judgement)),
  });
}
