/** A small judge of resource policies for AWS's own service principals, which need nothing else to allow them. */
import { NotSimulated, type OnBehalf, type Region, type Shape, type World } from "../../types.ts";
import { shapeOf } from "../events/properties.ts";

/** What a service principal wants to do. */
export interface ServiceRequest {
  readonly who: OnBehalf;
  readonly action: string;
  readonly resource: string;
}

/** Whether the policy allows it; an explicit Deny wins, and nothing said is a no. */
export function allowsService(world: World, policy: Shape | undefined, request: ServiceRequest): boolean {
  const context = contextOf(world, request.who);
  const applying = listOf(policy?.["Statement"])
    .map(shapeOf)
    .filter((statement) => statement !== undefined)
    .filter((statement) => applies(statement, request, context));
  return (
    applying.some((statement) => statement["Effect"] === "Allow") &&
    !applying.some((statement) => statement["Effect"] === "Deny")
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
  return ["kms:GenerateDataKey", "kms:Decrypt"].every((action) =>
    allowsService(world, key.policy, { who, action, resource: key.arn }),
  );
}

type Context = ReadonlyMap<string, string>;

function contextOf(world: World, { principal, sourceArn }: OnBehalf): Context {
  const context = new Map([
    ["aws:securetransport", "true"],
    ["aws:principalisawsservice", "true"],
    ["aws:principalservicename", principal],
    ["aws:sourceaccount", world.account],
    ["aws:sourceowner", world.account],
  ]);
  if (sourceArn !== undefined) {
    context.set("aws:sourcearn", sourceArn);
    context.set("aws:sourceaccount", sourceArn.split(":")[4] || world.account);
  }
  return context;
}

function applies(statement: Shape, request: ServiceRequest, context: Context): boolean {
  return (
    names(statement, "Principal", (principal) => principalIs(principal, request.who.principal)) &&
    names(statement, "Action", (actions) => anyLike(actions, request.action, true)) &&
    names(statement, "Resource", (resources) => anyLike(resources, request.resource, false), true) &&
    conditionsHold(shapeOf(statement["Condition"]) ?? {}, context)
  );
}

/** An element or its Not form; resource policies may leave Resource out. */
function names(
  statement: Shape,
  element: string,
  is: (value: unknown) => boolean,
  optional = false,
): boolean {
  if (statement[`Not${element}`] !== undefined) {
    return !is(statement[`Not${element}`]);
  }
  return statement[element] === undefined ? optional : is(statement[element]);
}

function principalIs(principal: unknown, service: string): boolean {
  if (principal === "*") {
    return true;
  }
  const by = shapeOf(principal) ?? {};
  return (
    listOf(by["AWS"]).includes("*") || listOf(by["Service"]).some((each) => each === service || each === "*")
  );
}

function anyLike(patterns: unknown, value: string, ignoreCase: boolean): boolean {
  return listOf(patterns).some((pattern) => typeof pattern === "string" && like(pattern, value, ignoreCase));
}

function like(pattern: string, value: string, ignoreCase = false): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`, ignoreCase ? "is" : "s").test(value);
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : value === undefined ? [] : [value];
}

type Operator = (expected: string, actual: string) => boolean;

const OPERATORS: Readonly<Record<string, Operator>> = {
  StringEquals: (expected, actual) => expected === actual,
  StringEqualsIgnoreCase: (expected, actual) => expected.toLowerCase() === actual.toLowerCase(),
  StringLike: (expected, actual) => like(expected, actual),
  ArnEquals: (expected, actual) => like(expected, actual),
  ArnLike: (expected, actual) => like(expected, actual),
  Bool: (expected, actual) => expected.toLowerCase() === actual.toLowerCase(),
};

const NEGATED: Readonly<Record<string, string>> = {
  StringNotEquals: "StringEquals",
  StringNotEqualsIgnoreCase: "StringEqualsIgnoreCase",
  StringNotLike: "StringLike",
  ArnNotEquals: "ArnEquals",
  ArnNotLike: "ArnLike",
};

function conditionsHold(conditions: Shape, context: Context): boolean {
  return Object.entries(conditions).every(([operator, keys]) =>
    Object.entries(shapeOf(keys) ?? {}).every(([key, expected]) =>
      conditionHolds(operator, listOf(expected).map(String), context.get(key.toLowerCase())),
    ),
  );
}

function conditionHolds(operator: string, expected: readonly string[], actual: string | undefined): boolean {
  const ifExists = operator.endsWith("IfExists");
  const name = ifExists ? operator.slice(0, -"IfExists".length) : operator;
  if (name === "Null") {
    return expected.some((each) => (each === "true") === (actual === undefined));
  }
  const positive = NEGATED[name] ?? name;
  const test = OPERATORS[positive];
  if (test === undefined) {
    throw new NotSimulated(`the condition operator ${operator} for a service principal`);
  }
  if (actual === undefined) {
    return ifExists || positive !== name;
  }
  return expected.some((each) => test(each, actual)) === (positive === name);
}
