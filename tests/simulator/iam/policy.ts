import { type Condition, compileConditions } from "./conditions.ts";
import { malformed, object, strings } from "./malformed.ts";
import { type Pattern, pattern, splitArn } from "./patterns.ts";
import { compileNotPrincipal, compilePrincipal, type PrincipalMatch, type Principals } from "./principals.ts";
import type { Guard, PolicySource, Request, StatementReference } from "./types.ts";

/** Where a document stands, which decides what elements it must and must not have. */
export type PolicyPlace = "identity" | "resource" | "trust";

/** A statement that applies to a request. */
export interface Match {
  readonly effect: "Allow" | "Deny";
  readonly principal: PrincipalMatch;
  readonly by: StatementReference;
}

/** A compiled document: the statements that apply to a request, in their order. */
export interface CompiledPolicy {
  readonly name: string;
  readonly statements: readonly CompiledStatement[];
  matches(request: Request): Match[];
}

/** One compiled statement, with what a usage report needs to name it. */
export interface CompiledStatement {
  readonly effect: "Allow" | "Deny";
  readonly sid?: string;
  /** Elements of Action as written, or `NotAction`. */
  readonly actions: readonly string[];
  /** The element that names the action; undefined when the statement is about others. */
  names(action: string): string | undefined;
  /** How principal, resource and conditions of a request meet the statement, when it is about its action. */
  meets(request: Request): PrincipalMatch;
}

/** A statement about an action, with how to refer to it. */
interface Bearing {
  readonly statement: CompiledStatement;
  readonly by: StatementReference;
}

const ELEMENTS = new Set([
  "Sid",
  "Effect",
  "Principal",
  "NotPrincipal",
  "Action",
  "NotAction",
  "Resource",
  "NotResource",
  "Condition",
]);

type Element = Readonly<Record<string, unknown>>;

function exactlyOne(statement: Element, one: string, other: string, missing: string): void {
  const has = [one, other].filter((name) => statement[name] !== undefined);
  if (has.length === 0) throw malformed(missing);
  if (has.length === 2) throw malformed(`Statement/policy already has instance of ${one}`);
}

function checkPlace(statement: Element, place: PolicyPlace): void {
  for (const name of Object.keys(statement)) {
    if (!ELEMENTS.has(name)) throw malformed(`Syntax errors in policy: unknown element ${name}.`);
  }
  if (statement.Effect !== "Allow" && statement.Effect !== "Deny") {
    throw malformed(`Invalid effect: ${String(statement.Effect)}`);
  }
  exactlyOne(statement, "Action", "NotAction", "Policy statement must contain actions.");
  const hasPrincipal = statement.Principal !== undefined || statement.NotPrincipal !== undefined;
  const hasResource = statement.Resource !== undefined || statement.NotResource !== undefined;
  if (place === "identity" && hasPrincipal)
    throw malformed("Policy document should not specify a principal.");
  if (place !== "identity") {
    exactlyOne(statement, "Principal", "NotPrincipal", "Missing required field Principal");
    if (statement.NotPrincipal !== undefined && statement.Effect === "Allow") {
      throw malformed("Allow with NotPrincipal is not allowed.");
    }
  }
  if (place === "trust") {
    if (hasResource) throw malformed("Has prohibited field Resource");
  } else {
    exactlyOne(statement, "Resource", "NotResource", "Policy statement must contain resources.");
  }
}

/** Action names hold no policy variables. */
function compileAction(text: string): { readonly source: string; test(action: string): boolean } {
  if (text !== "*" && !/^[a-zA-Z0-9-]+:[a-zA-Z0-9*?]+$/.test(text)) {
    throw malformed(
      text.includes(":")
        ? `Invalid Action: ${text}`
        : "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.",
    );
  }
  const expression = pattern(text, { reach: "text", ignoreCase: true, variables: false }).resolve(new Map());
  return { source: text, test: (action) => expression?.test(action) === true };
}

function compileResource(text: string, variables: boolean): Pattern {
  if (text !== "*") {
    const [arn, , vendor = ""] = splitArn(text);
    if (arn !== "arn" || splitArn(text).length < 3) {
      throw malformed(`Resource ${text} must be in ARN format or "*".`);
    }
    if (/[*?]/.test(vendor) || vendor === "") {
      throw malformed("Resource vendor must be fully qualified and cannot contain regexes.");
    }
  }
  return pattern(text, { reach: "resource", variables });
}

/** The element of Action that matches, or `NotAction` when none of its elements does. */
function compileActions(statement: Element): Pick<CompiledStatement, "actions" | "names"> {
  const negated = statement.NotAction !== undefined;
  const actions = strings(negated ? statement.NotAction : statement.Action, "Action");
  const compiled = actions.map(compileAction);
  const find = (action: string) => compiled.find((each) => each.test(action));
  if (negated) return { actions: ["NotAction"], names: (action) => (find(action) ? undefined : "NotAction") };
  return { actions, names: (action) => find(action)?.source };
}

/** An unresolved policy variable matches no Resource, and turns a statement with NotResource off. */
function compileResources(statement: Element, variables: boolean): (request: Request) => boolean {
  const negated = statement.NotResource !== undefined;
  const element = negated ? statement.NotResource : statement.Resource;
  if (element === undefined) return () => true;
  const patterns = strings(element, "Resource").map((text) => compileResource(text, variables));
  if (!negated) {
    return ({ resource, context }) => patterns.some((each) => each.resolve(context)?.test(resource));
  }
  return ({ resource, context }) => {
    const resolved = patterns.map((each) => each.resolve(context));
    return resolved.every((expression) => expression !== undefined && !expression.test(resource));
  };
}

function compilePrincipals(statement: Element): Principals | undefined {
  if (statement.Principal !== undefined) return compilePrincipal(statement.Principal);
  if (statement.NotPrincipal !== undefined) return compileNotPrincipal(statement.NotPrincipal);
  return undefined;
}

function compileStatement(statement: Element, place: PolicyPlace, variables: boolean): CompiledStatement {
  checkPlace(statement, place);
  const actions = compileActions(statement);
  const resources = compileResources(statement, variables);
  const condition: Condition = compileConditions(statement.Condition, variables);
  const principals = compilePrincipals(statement);
  return {
    effect: statement.Effect === "Allow" ? "Allow" : "Deny",
    ...(typeof statement.Sid === "string" ? { sid: statement.Sid } : {}),
    ...actions,
    meets(request) {
      const principal = principals === undefined ? "direct" : principals.match(request.principal);
      if (principal === "none" || !resources(request) || !condition(request.context)) return "none";
      return principal;
    },
  };
}

function parse(source: PolicySource): Element {
  if (typeof source !== "string") return source;
  try {
    return object(JSON.parse(source), "policy");
  } catch (error) {
    throw error instanceof SyntaxError ? malformed("Syntax errors in policy.") : error;
  }
}

function checkSids(statements: readonly CompiledStatement[]): void {
  const sids = statements.flatMap(({ sid }) => sid ?? []);
  if (new Set(sids).size !== sids.length) {
    throw malformed("Statement IDs (SID) in a single policy must be unique.");
  }
}

/** The statements about an action, in their order: looked for once, for the services know but few actions. */
function byAction(policy: string, statements: readonly CompiledStatement[]) {
  const known = new Map<string, readonly Bearing[]>();
  const find = (asked: string): Bearing[] =>
    statements.flatMap((statement, index) => {
      const action = statement.names(asked);
      const sid = statement.sid === undefined ? {} : { sid: statement.sid };
      return action === undefined ? [] : [{ statement, by: { policy, index, action, ...sid } }];
    });
  return (action: string): readonly Bearing[] => {
    const before = known.get(action);
    if (before !== undefined) return before;
    const found = find(action);
    known.set(action, found);
    return found;
  };
}

/** Compiles a policy document; throws MalformedPolicyDocument as IAM would, NotSimulated for what has no model here. */
export function compilePolicy(name: string, source: PolicySource, place: PolicyPlace): CompiledPolicy {
  const document = parse(source);
  const version = document.Version ?? "2008-10-17";
  if (version !== "2012-10-17" && version !== "2008-10-17") {
    throw malformed("The policy must contain a valid version string");
  }
  const element = document.Statement;
  const list: unknown[] = Array.isArray(element) ? element : [element];
  const variables = version === "2012-10-17";
  const statements = list.map((each) => compileStatement(object(each, "Statement"), place, variables));
  checkSids(statements);
  const about = byAction(name, statements);
  return {
    name,
    statements,
    matches(request) {
      const found: Match[] = [];
      for (const { statement, by } of about(request.action)) {
        const principal = statement.meets(request);
        if (principal !== "none") found.push({ effect: statement.effect, principal, by });
      }
      return found;
    },
  };
}

const compiledObjects = new WeakMap<object, CompiledPolicy>();
const compiledTexts = new Map<string, CompiledPolicy>();

/** Compiles each document once: objects by identity, texts by content. */
export function compileOnce(name: string, source: PolicySource, place: PolicyPlace): CompiledPolicy {
  if (typeof source === "string") {
    const key = `${place}\n${name}\n${source}`;
    const compiled = compiledTexts.get(key) ?? compilePolicy(name, source, place);
    compiledTexts.set(key, compiled);
    return compiled;
  }
  const compiled = compiledObjects.get(source) ?? compilePolicy(name, source, place);
  compiledObjects.set(source, compiled);
  return compiled;
}

/** The policy of a resource that takes part in a decision, if there is one. */
export function compileGuard(guard: Guard | undefined): CompiledPolicy | undefined {
  if (guard?.policy === undefined) return undefined;
  return compileOnce(guard.kind, guard.policy, guard.kind === "trust" ? "trust" : "resource");
}
