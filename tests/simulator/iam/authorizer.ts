import { AwsError, type Call, NotSimulated } from "../types.ts";
import { context, LateContext, principalContext, principalOf, requestContext } from "./context.ts";
import { decide } from "./decide.ts";
import { denial } from "./denials.ts";
import type { Facts } from "./facts.ts";
import { accountOf, regionOf } from "./patterns.ts";
import { type CompiledPolicy, compileGuard, compileOnce, compilePolicy } from "./policy.ts";
import { judgeService, type ServiceRequest } from "./service-principals.ts";
import { rowOf } from "./table/index.ts";
import type {
  Check,
  ContextInput,
  Guard,
  Judgement,
  PolicySource,
  Principal,
  RoleRecord,
  Verdict,
} from "./types.ts";
import { type ActionUse, type Usage, usage } from "./usage.ts";

/** What an authorizer stands on. */
export interface AuthorizerOptions {
  readonly account: string;
  readonly partition?: string;
  /** The roles as they are deployed now, by name. */
  roles(): ReadonlyMap<string, RoleRecord>;
  readonly facts: Facts;
  /** Virtual time, for aws:CurrentTime. */
  now?(): number;
  /** Whether a check that comes from an uncertain fact counts; without it, each does. */
  demands?(uncertain: string): boolean;
  /** Is told of each refusal. */
  refused?(judgement: Judgement): void;
}

/** Decides who may do what in the simulated account. */
export interface Authorizer {
  /** Passes a call or throws the AwsError with which AWS would refuse it. */
  authorize(call: Call): void;
  /** Whether a resource policy lets a service act, e.g. events.amazonaws.com send to a queue. */
  servicePrincipalMay(
    who: string,
    action: string,
    resource: string,
    resourcePolicy: PolicySource | undefined,
    keys?: ContextInput,
  ): Verdict;
  /** Whether a role that a service has assumed may do something, e.g. the scheduler's role send to a queue. */
  roleMay(roleArn: string, action: string, resource: string, keys?: ContextInput): Verdict;
  /** Whether a role's trust policy lets a service assume it. */
  mayAssume(who: string, roleArn: string, keys?: ContextInput): Verdict;
  /** Every action of every statement of every role, with how often it was needed. */
  used(): readonly ActionUse[];
  /** Calls back for each question that was put to the policies, with all that it was judged by. */
  follow(listener: (judgement: Judgement) => void): void;
}

const ADMINISTRATOR = compilePolicy(
  "AdministratorAccess",
  { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] },
  "identity",
);

interface Who {
  readonly principal: Principal;
  readonly role: RoleRecord | undefined;
  readonly identity: readonly CompiledPolicy[];
}

function identityOf({ name, policies, managed = [] }: RoleRecord): CompiledPolicy[] {
  if (managed.length > 0) throw new NotSimulated(`managed policy ${managed.join(", ")} of role ${name}`);
  return policies.map((policy) => compileOnce(policy.name, policy.document, "identity"));
}

/** The resource policy that stands beside a role's own policies, by the kind of resource. */
function guardOf(facts: Facts, resource: string): Guard | undefined {
  const [, , service, region = ""] = resource.split(":");
  if (service === "sqs") return { kind: "queue", policy: facts.queuePolicy(resource) };
  if (service === "sns") return { kind: "topic", policy: facts.topicPolicy(resource) };
  if (service === "events" && resource.includes(":event-bus/")) {
    return { kind: "bus", policy: facts.busPolicy(resource) };
  }
  if (service !== "kms") return undefined;
  return { kind: "key", policy: facts.keyByReference(region, resource)?.policy };
}

type Judge = (who: Who, check: Check, region: string) => Verdict;
type Listener = (judgement: Judgement) => void;

/** Puts one check to the policies, counts which statement of the role answered it, and tells who listens. */
function createJudge(options: AuthorizerOptions, counts: Usage, listeners: readonly Listener[]): Judge {
  return ({ principal, role, identity }, check, region) => {
    const owner = accountOf(check.resource);
    const keys = new LateContext(() =>
      context(
        principalContext(principal, role),
        requestContext(check, region, options.now?.()),
        check.context,
      ),
    );
    const request = { principal, action: check.action, resource: check.resource, context: keys };
    const policies = {
      identity,
      resource: compileGuard(check.guard),
      resourceMustAllow: check.guard?.kind === "key",
      crossAccount: principal.kind !== "service" && owner !== undefined && owner !== principal.account,
    };
    const verdict = decide(request, policies);
    const ofIdentity = verdict.because === "identity-policy" || verdict.because === "explicit-deny-identity";
    if (role !== undefined && verdict.by !== undefined && ofIdentity) {
      counts.mark(role.name, verdict.by, check.uncertain);
    }
    if (!verdict.allowed || listeners.length > 0) {
      tell(options, listeners, {
        ...{ region, role, policies, verdict },
        request: { ...request, context: keys.settle() },
      });
    }
    return verdict;
  };
}

function tell({ refused }: AuthorizerOptions, listeners: readonly Listener[], judgement: Judgement): void {
  if (!judgement.verdict.allowed) refused?.(judgement);
  for (const listener of listeners) listener(judgement);
}

function callerOf({ caller }: Call, { account, roles }: AuthorizerOptions): Who {
  const role = caller.kind === "role" ? roles().get(caller.name) : undefined;
  if (caller.kind === "role" && role === undefined) {
    throw new AwsError("InvalidClientTokenId", "The security token included in the request is invalid.", 403);
  }
  const principal = principalOf(caller, account, role);
  const withoutRole = caller.kind === "operator" ? [ADMINISTRATOR] : [];
  return { principal, role, identity: role === undefined ? withoutRole : identityOf(role) };
}

function roleBehind(roleArn: string, { roles }: AuthorizerOptions): RoleRecord {
  const role = [...roles().values()].find(({ arn }) => arn === roleArn);
  if (role === undefined)
    throw new AwsError("NoSuchEntity", `The role with name ${roleArn} cannot be found.`, 404);
  return role;
}

/** The refusal of an operation that the table does not have. */
function withoutRow({ principal, role, identity }: Who, check: Check, region: string): Judgement {
  const request = { principal, action: check.action, resource: check.resource, context: context() };
  const policies = { identity, resourceMustAllow: false, crossAccount: false };
  return { region, role, request, policies, verdict: { allowed: false, because: "no-row" } };
}

/** A service's question, its source taken from the keys. */
function asked(principal: string, action: string, resource: string, keys: ContextInput = {}): ServiceRequest {
  const sourceArn = keys["aws:SourceArn"];
  const who = typeof sourceArn === "string" ? { principal, sourceArn } : { principal };
  return { who, action, resource, keys };
}

/** Makes the authorizer of one account. */
export function createAuthorizer(options: AuthorizerOptions): Authorizer {
  const { account, facts, partition = "aws" } = options;
  const counts = usage();
  const listeners: Listener[] = [];
  const judge = createJudge(options, counts, listeners);
  return {
    authorize(call) {
      const who = callerOf(call, options);
      const row = rowOf(call.service, call.operation);
      if (row === undefined) {
        if (call.caller.kind === "operator") return;
        const check = { action: `${call.service}:${call.operation}`, resource: "*" };
        tell(options, listeners, withoutRow(who, check, call.region));
        throw denial(call, who.principal, check, "no-row");
      }
      for (const check of row({ call, account, partition, facts })) {
        if (check.uncertain !== undefined && options.demands?.(check.uncertain) === false) continue;
        const verdict = judge(who, check, check.region ?? call.region);
        if (!verdict.allowed) throw denial(call, who.principal, check, verdict.because);
      }
    },
    servicePrincipalMay(who, action, resource, policy, keys) {
      return judgeService(
        action.startsWith("kms:") ? "key" : "queue",
        policy,
        asked(who, action, resource, keys),
      );
    },
    roleMay(roleArn, action, resource, keys = {}) {
      const role = roleBehind(roleArn, options);
      const principal = principalOf({ kind: "role", name: role.name, arn: role.arn }, account, role);
      const guard = guardOf(facts, resource);
      const check = { action, resource, context: keys, ...(guard === undefined ? {} : { guard }) };
      return judge({ principal, role, identity: identityOf(role) }, check, regionOf(resource) ?? "");
    },
    mayAssume(who, roleArn, keys) {
      const { trust } = roleBehind(roleArn, options);
      return judgeService("trust", trust, asked(who, "sts:AssumeRole", roleArn, keys));
    },
    follow(listener) {
      listeners.push(listener);
    },
    used() {
      const compiled = [...options.roles().values()].map((role) => [role.name, identityOf(role)] as const);
      return counts.report(new Map(compiled));
    },
  };
}
