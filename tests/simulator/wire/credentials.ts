import { AwsError, type Caller } from "../types.ts";
import type { SimulatedWorld } from "../world-types.ts";
import type { HttpRequest } from "./message.ts";
import { isServiceName, WIRE_SERVICES, type WireService } from "./schemas.ts";

const OPERATOR = "operator";

/** What the signature says of a request: who, which service, which region. */
export interface Scope {
  readonly accessKey: string;
  readonly region: string;
  readonly service: WireService;
}

/** Reads the credential scope of a signed request; the signature itself is not checked. */
export function scopeOf(request: HttpRequest): Scope {
  const authorization = request.headers["authorization"];
  if (authorization === undefined || authorization === "") {
    throw unsigned(request, "MissingAuthenticationToken", "Missing Authentication Token");
  }
  const [, accessKey, , region, name] =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([a-z0-9-]+)\/([a-z0-9-]+)\/aws4_request/.exec(
      authorization,
    ) ?? [];
  if (accessKey === undefined || region === undefined || name === undefined) {
    const text = "Authorization header requires 'Credential' parameter.";
    throw unsigned(request, "IncompleteSignature", text);
  }
  if (!isServiceName(name)) {
    throw new AwsError("NotSimulated", `not simulated: the service ${name}`, 501);
  }
  return { accessKey, region, service: WIRE_SERVICES[name] };
}

function unsigned(request: HttpRequest, code: string, message: string): AwsError {
  const suffix = guessedService(request).protocol === "query" ? "" : "Exception";
  return new AwsError(code + suffix, message, 403);
}

/** Which service an unsigned request is meant for, by what it looks like: how to word the refusal. */
export function guessedService(request: HttpRequest): WireService {
  const services = Object.values(WIRE_SERVICES);
  const target = request.headers["x-amz-target"]?.split(".")[0];
  const type = request.headers["content-type"] ?? "";
  if (target !== undefined || type.startsWith("application/x-amz-json")) {
    return services.find((service) => service.target === target) ?? WIRE_SERVICES.events;
  }
  if (/^\/(schedules|schedule-groups|tags)(?:[/?]|$)/.test(request.url)) {
    return WIRE_SERVICES.scheduler;
  }
  if (type.startsWith("application/json") || /^\/20\d\d-\d\d-\d\d\//.test(request.url)) {
    return WIRE_SERVICES.lambda;
  }
  const version = /(?:^|&)Version=([\d-]+)/.exec(Buffer.from(request.body.subarray(0, 2048)).toString())?.[1];
  return services.find((each) => each.protocol === "query" && each.version === version) ?? WIRE_SERVICES.sns;
}

/** The region of the scope; AWS has others, this world has not. */
export function regionOf(world: SimulatedWorld, scope: Scope) {
  const region = world.regions.find(({ name }) => name === scope.region);
  if (region === undefined) {
    throw new AwsError("NotSimulated", `not simulated: the region ${scope.region}`, 501);
  }
  return region;
}

/** The session token of a sandbox is its role's name; people and tools give the name as their access key. */
export function callerName(scope: Scope, request: HttpRequest): string {
  return request.headers["x-amz-security-token"] ?? scope.accessKey;
}

/** Who calls; refused when there is nobody of that name. */
export function callerOf(world: SimulatedWorld, scope: Scope, request: HttpRequest): Caller {
  const name = callerName(scope, request);
  if (name === OPERATOR) {
    return { kind: "operator", name, arn: `arn:${world.partition}:iam::${world.account}:user/${OPERATOR}` };
  }
  const role = world.iam.role(name);
  if (role === undefined) {
    throw new AwsError(
      scope.service.protocol === "query" ? "InvalidClientTokenId" : "UnrecognizedClientException",
      "The security token included in the request is invalid.",
      403,
    );
  }
  return { kind: "role", name, arn: role.arn };
}
