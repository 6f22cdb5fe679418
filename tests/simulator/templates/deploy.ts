import { checkPolicies } from "../iam/deployed.ts";
import { AwsError, type CreatedResource, NotSimulated, type Region, type Shape } from "../types.ts";
import type { DeployOptions, SimulatedWorld } from "../world-types.ts";
import { type AssembledStack, readAssembly } from "./assembly.ts";
import { checkProperties, findingsOf } from "./checks.ts";
import { missingPrincipals } from "./iam-resources.ts";
import { inertBecause } from "./inert.ts";
import { refuseUnknown } from "./known-properties.ts";
import { creationOrder, type TemplateResource } from "./order.ts";
import { parameter, parameterFaults } from "./parameters.ts";
import { type Lookups, nullIn, resolve, truth } from "./resolve.ts";

/** A resource as it was made. */
export interface DeployedResource {
  readonly stack: string;
  readonly region: string;
  readonly logicalId: string;
  readonly type: string;
  readonly standing: "simulated" | "inert";
  readonly ref: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly properties: Shape;
}

/** A stack as it was deployed. */
export interface DeployedStack {
  readonly name: string;
  readonly region: string;
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** All that a deployment made. */
export interface Deployment {
  readonly stacks: readonly DeployedStack[];
  readonly resources: readonly DeployedResource[];
}

/** CloudFormation would roll the stack back: a resource was refused. */
export class DeploymentFailed extends Error {
  override readonly name = "DeploymentFailed";
}

const RESOURCE_LIMIT = 500;
const SECTIONS = [
  "AWSTemplateFormatVersion",
  "Description",
  "Metadata",
  "Parameters",
  "Mappings",
  "Conditions",
  "Resources",
  "Outputs",
  "Rules",
];

/** The property of each type that holds a resource policy. */
const RESOURCE_POLICIES: Readonly<Record<string, string>> = {
  "AWS::Events::EventBus": "Policy",
  "AWS::KMS::Key": "KeyPolicy",
  "AWS::SQS::QueuePolicy": "PolicyDocument",
  "AWS::SNS::TopicPolicy": "PolicyDocument",
  "AWS::IAM::Role": "AssumeRolePolicyDocument",
};

/** Deploys the stacks of an assembly, in the manifest's order or the one given. */
export function deployAssembly(
  world: SimulatedWorld,
  directory: string,
  options: DeployOptions = {},
): Deployment {
  const assembly = readAssembly(directory);
  for (const [key, path] of assembly.assets) {
    world.assets.set(key, path);
  }
  const wanted = options.stacks ?? assembly.stacks.map(({ name }) => name);
  const stacks: DeployedStack[] = [];
  const resources: DeployedResource[] = [];
  for (const name of wanted) {
    const stack = assembly.stacks.find((candidate) => candidate.name === name);
    if (stack === undefined) {
      throw new Error(`there is no stack ${name} in ${directory}`);
    }
    const deployed = deployStack(world, stack);
    if (options.checks !== "none") {
      refuseFindings(world, deployed);
    }
    stacks.push(deployed.stack);
    resources.push(...deployed.resources);
  }
  return { stacks, resources };
}

/** Deploys one stack at the current instant. */
export function deployStack(
  world: SimulatedWorld,
  stack: AssembledStack,
): { stack: DeployedStack; resources: DeployedResource[] } {
  if (stack.account !== undefined && stack.account !== world.account) {
    throw new NotSimulated(`the stack ${stack.name} in the account ${stack.account}`);
  }
  const region = world.region(stack.region);
  if (region.lost) {
    throw new Error(`${stack.name} cannot be deployed: ${region.name} does not answer`);
  }
  checkTemplate(stack);
  const faults = parameterFaults(region, stack.template);
  if (faults !== undefined) {
    throw new DeploymentFailed(`${stack.name} ROLLBACK_IN_PROGRESS: ${faults}`);
  }
  const made = new Map<string, CreatedResource>();
  const lookups = lookupsOf(world, stack, made);
  const resources: DeployedResource[] = [];
  const templates = stack.template.Resources ?? {};
  for (const logicalId of creationOrder(templates)) {
    const template = templates[logicalId];
    if (
      template === undefined ||
      (template.Condition !== undefined && !lookups.condition(template.Condition))
    ) {
      continue;
    }
    const deployed = make(world, region, stack.name, logicalId, template, lookups);
    made.set(logicalId, deployed);
    resources.push(deployed);
  }
  const outputs = Object.fromEntries(
    Object.entries(stack.template.Outputs ?? {})
      .filter(([, { Condition }]) => Condition === undefined || lookups.condition(Condition))
      .map(([name, { Value }]) => [name, resolve(Value, lookups)]),
  );
  world.journal.write(region.name, "deploy", { stack: stack.name, resources: resources.length });
  return { stack: { name: stack.name, region: region.name, outputs }, resources };
}

function refuseFindings(
  world: SimulatedWorld,
  { stack, resources }: { stack: DeployedStack; resources: readonly DeployedResource[] },
): void {
  const findings = findingsOf(world, stack.region, resources);
  if (findings.length > 0) {
    throw new Error(`${stack.name} is refused:\n${findings.map((each) => `  ${each}`).join("\n")}`);
  }
}

function checkTemplate({ name, template }: AssembledStack): void {
  for (const section of Object.keys(template)) {
    if (!SECTIONS.includes(section)) {
      throw new NotSimulated(`the template section ${section} of ${name}`);
    }
  }
  const empty = nullIn(template, name);
  if (empty !== undefined) {
    throw new Error(`Template validation error: [${empty}] 'null' values are not allowed in templates`);
  }
  const count = Object.keys(template.Resources ?? {}).length;
  if (count > RESOURCE_LIMIT) {
    throw new Error(
      `${name}: Template format error: Number of resources, ${count}, is greater than ${RESOURCE_LIMIT}`,
    );
  }
}

function make(
  world: SimulatedWorld,
  region: Region,
  stackName: string,
  logicalId: string,
  template: TemplateResource,
  lookups: Lookups,
): DeployedResource {
  const type = template.Type;
  try {
    const properties = (resolve(template.Properties ?? {}, lookups) ?? {}) as Shape;
    const common = { stack: stackName, region: region.name, logicalId, type, properties };
    if (inertBecause(type) !== undefined) {
      return { ...common, standing: "inert", ref: `${stackName}-${logicalId}`, attributes: {} };
    }
    const provider = providerOf(world, region, type);
    refuseUnknown(type, properties);
    checkPrincipals(world, type, properties);
    checkPolicies(type, properties);
    checkProperties(type, properties);
    const created = provider({ region, stackName, logicalId, type, properties });
    return { ...common, standing: "simulated", ...created };
  } catch (error) {
    if (error instanceof NotSimulated) {
      throw error;
    }
    const because =
      error instanceof AwsError ? `${error.message} (${error.code})` : String((error as Error).message);
    throw new DeploymentFailed(`${stackName}/${logicalId} (${type}) CREATE_FAILED: ${because}`, {
      cause: error,
    });
  }
}

function providerOf(world: SimulatedWorld, region: Region, type: string) {
  const holders = [
    region.rds,
    region.kms,
    region.sns,
    region.sqs,
    region.events,
    region.scheduler,
    region.monitoring,
    region.logs,
    region.lambda,
    world.iam,
  ];
  for (const { resources } of holders) {
    const provider = resources[type];
    if (provider !== undefined) {
      return provider;
    }
  }
  throw new NotSimulated(`the resource type ${type}`);
}

/** A resource policy that names a role or a user which does not exist yet is refused. */
function checkPrincipals(world: SimulatedWorld, type: string, properties: Shape): void {
  const property = RESOURCE_POLICIES[type];
  // A bus policy is one statement, bare.
  const document = type === "AWS::Events::EventBusPolicy" ? properties : properties[property ?? ""];
  const missing = missingPrincipals(world.iam, world.account, document);
  if (missing.length > 0) {
    throw new AwsError("MalformedPolicyDocument", `Invalid principal in policy: "AWS":"${missing[0]}"`);
  }
}

function lookupsOf(
  world: SimulatedWorld,
  { name, region, template }: AssembledStack,
  made: ReadonlyMap<string, CreatedResource>,
): Lookups {
  const stackId = `arn:aws:cloudformation:${region}:${world.account}:stack/${name}/${world.uuid("stack", region, name)}`;
  const pseudo: Readonly<Record<string, unknown>> = {
    "AWS::Region": region,
    "AWS::AccountId": world.account,
    "AWS::Partition": world.partition,
    "AWS::URLSuffix": "amazonaws.com",
    "AWS::StackName": name,
    "AWS::StackId": stackId,
    "AWS::NotificationARNs": [],
  };
  const conditions = new Map<string, boolean>();
  const lookups: Lookups = {
    ref(target) {
      const resource = made.get(target);
      if (resource !== undefined) {
        return resource.ref;
      }
      return Object.hasOwn(pseudo, target) ? pseudo[target] : parameter(template, target);
    },
    attribute(logicalId, attribute) {
      const resource = made.get(logicalId);
      if (resource === undefined) {
        throw new Error(`Template error: instance of Fn::GetAtt references undefined resource ${logicalId}`);
      }
      if (!Object.hasOwn(resource.attributes, attribute)) {
        throw new NotSimulated(`Fn::GetAtt ${logicalId}.${attribute}`);
      }
      return resource.attributes[attribute];
    },
    condition(target) {
      const known = conditions.get(target);
      if (known !== undefined) {
        return known;
      }
      const expression = template.Conditions?.[target];
      if (expression === undefined) {
        throw new Error(`Template error: unresolved condition dependency ${target}`);
      }
      const holds = truth(expression, lookups);
      conditions.set(target, holds);
      return holds;
    },
    mapping(map, first, second) {
      const value = template.Mappings?.[map]?.[first]?.[second];
      if (value === undefined) {
        throw new Error(`Template error: Unable to get mapping for ${map}::${first}::${second}`);
      }
      return value;
    },
  };
  return lookups;
}
