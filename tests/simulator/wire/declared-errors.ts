import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { ServiceName } from "../types.ts";
import { schemasOf, WIRE_SERVICES } from "./schemas.ts";

/**
 * Errors that every operation of a service may answer with, whatever its own list says: the pages "Common
 * Errors" of the API references, and the words in which front ends refuse what they cannot read.
 */
export const COMMON_ERRORS: readonly string[] = [
  "AccessDenied",
  "AccessDeniedException",
  "IncompleteSignature",
  "InternalFailure",
  "InvalidAction",
  "InvalidClientTokenId",
  "InvalidParameterCombination",
  "InvalidParameterValue",
  "MalformedInput",
  "MissingAction",
  "MissingAuthenticationToken",
  "MissingParameter",
  "RequestEntityTooLarge",
  "RequestLimitExceeded",
  "SerializationException",
  "ServiceUnavailable",
  "Throttling",
  "ThrottlingException",
  "UnknownOperationException",
  "UnknownParameter",
  "UnrecognizedClientException",
  "UnsupportedHttpVerb",
  "ValidationError",
  "ValidationException",
];

const require = createRequire(import.meta.url);
const read = new Map<string, readonly string[]>();

/** The shapes of the errors that an operation declares, from the `@throws` lines of the SDK's own types. */
function declaredShapes(service: ServiceName, operation: string): readonly string[] {
  const key = `${service}:${operation}`;
  let shapes = read.get(key);
  if (shapes === undefined) {
    const root = dirname(require.resolve(`${WIRE_SERVICES[service].package}/package.json`));
    const types = readFileSync(join(root, "dist-types", "commands", `${operation}Command.d.ts`), "utf8");
    shapes = [...types.matchAll(/@throws \{@link (\w+)\}/g)].map(([, shape]) => shape ?? "");
    read.set(key, shapes);
  }
  return shapes;
}

/** Whether AWS could refuse the operation with this code: the operation declares it, or it is a common one. */
export function mayAnswer(service: ServiceName, operation: string, code: string): boolean {
  const shape = schemasOf(service).errors.get(code)?.name;
  return (
    COMMON_ERRORS.includes(code) ||
    (shape !== undefined && declaredShapes(service, operation).includes(shape))
  );
}

/** Whether the code is an error of the service's model, or a common one. */
export function isKnown(service: ServiceName, code: string): boolean {
  return COMMON_ERRORS.includes(code) || schemasOf(service).errors.has(code);
}
