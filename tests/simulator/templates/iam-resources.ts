import { trustsService } from "../iam/service-principals.ts";
import { AwsError, NotSimulated, type ResourceProvider, type Shape } from "../types.ts";

/** A role and what it may do, as the templates say. */
export interface RoleRecord {
  readonly name: string;
  readonly arn: string;
  readonly trust: Shape;
  readonly policies: { readonly name: string; readonly document: Shape }[];
  /** AWS managed policies by ARN; their documents are not in the templates. */
  readonly managed: readonly string[];
  readonly tags?: Readonly<Record<string, string>>;
  readonly stack: string;
  readonly logicalId: string;
}

/** The account's roles: IAM is global, so there is one registry for all regions. */
export interface IamRegistry {
  readonly roles: ReadonlyMap<string, RoleRecord>;
  role(name: string): RoleRecord | undefined;
  add(role: RoleRecord): void;
  /** Whether the role behind an ARN lets a service assume it. */
  trusts(roleArn: string, service: string): boolean;
  /** CloudFormation type → provider. */
  readonly resources: Readonly<Record<string, ResourceProvider>>;
}

/** Characters of all inline policies of a role together, white space apart (IAM quotas). */
const INLINE_LIMIT = 10_240;
const MANAGED_LIMIT = 6_144;
const NAME_LIMIT = 64;

/** Makes the registry of an account with the roles it had before. */
export function createIamRegistry(account: string, existing: readonly string[] = []): IamRegistry {
  const roles = new Map<string, RoleRecord>();
  const registry: IamRegistry = {
    roles,
    role: (name) => roles.get(name),
    add(role) {
      if (roles.has(role.name)) {
        throw new AwsError("EntityAlreadyExists", `Role with name ${role.name} already exists.`, 409);
      }
      roles.set(role.name, role);
    },
    trusts(roleArn, service) {
      const role = roles.get(roleArn.split("/").at(-1) ?? "");
      return role !== undefined && trustsService(role.trust, service, { arn: role.arn, account });
    },
    resources: {
      "AWS::IAM::Role": (request) => makeRole(registry, account, request),
      "AWS::IAM::Policy": (request) => makePolicy(registry, request),
      "AWS::IAM::ManagedPolicy": (request) => makeManagedPolicy(registry, account, request),
    },
  };
  for (const name of existing) {
    registry.add({
      name,
      arn: `arn:aws:iam::${account}:role/${name}`,
      trust: {},
      policies: [],
      managed: [],
      stack: "",
      logicalId: "",
    });
  }
  return registry;
}

function makeRole(registry: IamRegistry, account: string, request: Parameters<ResourceProvider>[0]) {
  const { properties, stackName, logicalId } = request;
  const name = String(properties["RoleName"] ?? `${stackName}-${logicalId}`.slice(0, NAME_LIMIT));
  if (name.length > NAME_LIMIT) {
    throw new AwsError(
      "ValidationError",
      `1 validation error detected: Value '${name}' at 'roleName' failed to satisfy constraint: Member must have length less than or equal to ${NAME_LIMIT}`,
    );
  }
  // It would take permissions away that the role's own policies give.
  if (properties["PermissionsBoundary"] !== undefined) {
    throw new NotSimulated(`the permissions boundary of role ${name}`);
  }
  const path = String(properties["Path"] ?? "/");
  const tags = (properties["Tags"] ?? []) as { Key: string; Value: string }[];
  const inline = (properties["Policies"] ?? []) as { PolicyName: string; PolicyDocument: Shape }[];
  const role: RoleRecord = {
    name,
    arn: `arn:aws:iam::${account}:role${path}${name}`,
    trust: (properties["AssumeRolePolicyDocument"] ?? {}) as Shape,
    policies: [],
    managed: (properties["ManagedPolicyArns"] ?? []) as string[],
    tags: Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value])),
    stack: stackName,
    logicalId,
  };
  registry.add(role);
  for (const { PolicyName, PolicyDocument } of inline) {
    attach(role, PolicyName, PolicyDocument);
  }
  return { ref: name, attributes: { Arn: role.arn, RoleId: `AROA${logicalId.toUpperCase().slice(0, 17)}` } };
}

function attach(role: RoleRecord, name: string, document: Shape): void {
  role.policies.push({ name, document });
  const size = role.policies.reduce((sum, policy) => sum + sizeOf(policy.document), 0);
  if (size > INLINE_LIMIT) {
    throw new AwsError(
      "LimitExceeded",
      `Maximum policy size of ${INLINE_LIMIT} bytes exceeded for role ${role.name}`,
      409,
    );
  }
}

function makePolicy(registry: IamRegistry, request: Parameters<ResourceProvider>[0]) {
  const { properties, logicalId } = request;
  const name = String(properties["PolicyName"] ?? logicalId);
  for (const roleName of (properties["Roles"] ?? []) as string[]) {
    attach(needRole(registry, roleName), name, properties["PolicyDocument"] as Shape);
  }
  return { ref: name, attributes: { Id: name } };
}

function makeManagedPolicy(registry: IamRegistry, account: string, request: Parameters<ResourceProvider>[0]) {
  const { properties, stackName, logicalId } = request;
  const name = String(properties["ManagedPolicyName"] ?? `${stackName}-${logicalId}`);
  const document = properties["PolicyDocument"] as Shape;
  if (sizeOf(document) > MANAGED_LIMIT) {
    throw new AwsError("LimitExceeded", `Cannot exceed quota for PolicySize: ${MANAGED_LIMIT}`, 409);
  }
  for (const roleName of (properties["Roles"] ?? []) as string[]) {
    needRole(registry, roleName).policies.push({ name, document });
  }
  const arn = `arn:aws:iam::${account}:policy/${name}`;
  return { ref: arn, attributes: { PolicyArn: arn } };
}

function needRole(registry: IamRegistry, name: string): RoleRecord {
  const role = registry.role(name);
  if (role === undefined) {
    throw new AwsError("NoSuchEntity", `The role with name ${name} cannot be found.`, 404);
  }
  return role;
}

function sizeOf(document: Shape): number {
  return JSON.stringify(document).length;
}

/** Who works with the simulation from outside; there is no other user. */
const USERS: readonly string[] = ["operator"];

/** The roles and users of this account that a resource policy names as principals and that do not exist. */
export function missingPrincipals(registry: IamRegistry, account: string, document: unknown): string[] {
  const missing: string[] = [];
  const statements = asList((document as Shape | undefined)?.["Statement"]) as Shape[];
  for (const statement of statements) {
    const principal = statement["Principal"];
    const named =
      typeof principal === "object" && principal !== null ? asList((principal as Shape)["AWS"]) : [];
    for (const arn of named) {
      const [, owner, kind, name] =
        /^arn:aws:iam::(\d+):(role|user)\/(?:.*\/)?([^/]+)$/.exec(String(arn)) ?? [];
      if (owner !== account || name === undefined) {
        continue;
      }
      if (kind === "user" ? !USERS.includes(name) : registry.role(name) === undefined) {
        missing.push(String(arn));
      }
    }
  }
  return missing;
}

function asList(value: unknown): unknown[] {
  return value === undefined ? [] : Array.isArray(value) ? value : [value];
}
