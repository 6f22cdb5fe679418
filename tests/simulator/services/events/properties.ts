import { AwsError, NotSimulated, type ResourceRequest, type Shape, type World } from "../../types.ts";

/** The value as an object of members, when it is one. */
export function shapeOf(value: unknown): Shape | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Shape) : undefined;
}

/** The objects of a list; anything else in it is left out. */
export function shapesOf(value: unknown): Shape[] {
  return Array.isArray(value) ? value.map(shapeOf).filter((each) => each !== undefined) : [];
}

/** The strings of a list, or of one string. */
export function textsOf(value: unknown): string[] {
  const list = Array.isArray(value) ? value : [value];
  return list.filter((each) => typeof each === "string");
}

/** A member as text; numbers and booleans are spelled out, as CloudFormation does. */
export function text(shape: Shape, name: string): string | undefined {
  const value = shape[name];
  if (typeof value === "string") {
    return value;
  }
  return typeof value === "number" || typeof value === "boolean" ? String(value) : undefined;
}

/** A member as a number; CloudFormation accepts digits in a string. */
export function number(shape: Shape, name: string): number | undefined {
  const value = shape[name];
  if (value === undefined || value === null || value === "") {
    return undefined;
  }
  const read = Number(value);
  if (Number.isNaN(read)) {
    throw invalid(`${name} must be a number, got ${JSON.stringify(value)}`);
  }
  return read;
}

/** A member as a truth value; CloudFormation accepts `"true"`. */
export function flag(shape: Shape, name: string): boolean | undefined {
  const value = shape[name];
  return value === undefined ? undefined : value === true || value === "true";
}

/** A member that must be there. */
export function required(shape: Shape, name: string): string {
  const value = text(shape, name);
  if (value === undefined || value === "") {
    throw invalid(`Model validation failed: required key [${name}] not found`);
  }
  return value;
}

/** A policy document given as an object or as JSON text. */
export function documentOf(value: unknown): Shape | undefined {
  if (typeof value === "string") {
    try {
      return shapeOf(JSON.parse(value));
    } catch {
      throw new AwsError("MalformedPolicyDocument", "The policy is not valid JSON");
    }
  }
  return shapeOf(value);
}

/** What CloudFormation answers to properties that a resource cannot be made of. */
export function invalid(message: string): AwsError {
  return new AwsError("InvalidRequest", message);
}

/** Refuses by name every property that the simulation would otherwise ignore silently. */
export function onlyKnown(type: string, shape: Shape, known: readonly string[]): void {
  for (const name of Object.keys(shape)) {
    if (!known.includes(name) && shape[name] !== undefined) {
      throw new NotSimulated(`${type}.${name}`);
    }
  }
}

/** The name CloudFormation makes up for a resource that has none: stack, logical id, twelve characters. */
export function physicalName(world: World, request: ResourceRequest, lengthMax: number, suffix = ""): string {
  const { stackName, logicalId } = request;
  const tail = world
    .uuid("physical-name", request.region.name, stackName, logicalId)
    .replaceAll("-", "")
    .slice(0, 12);
  const stem = `${stackName}-${logicalId}`.slice(0, lengthMax - suffix.length - 13);
  return `${stem}-${tail.toUpperCase()}${suffix}`;
}

/** An ARN of this account. */
export function arnOf(world: World, service: string, region: string, resource: string): string {
  return `arn:${world.partition}:${service}:${region}:${world.account}:${resource}`;
}
