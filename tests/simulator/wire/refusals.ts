import { AwsError, type ServiceName } from "../types.ts";

/** Where in the input something is wrong: member names and list positions, outermost first. */
export type Path = readonly (string | number)[];

/** How a service words that its input is malformed. */
export interface Refusals {
  missing(path: Path): AwsError;
  mistyped(path: Path, found: string, wanted: string): AwsError;
  unknown(path: Path): AwsError;
}

/** Services that say `MissingParameter`; the others validate as Coral does. */
const MISSING_PARAMETER: readonly ServiceName[] = ["rds", "sqs"];

/** The refusals of a service for requests in the query protocol. */
export function queryRefusals(service: ServiceName): Refusals {
  return {
    missing: (path) =>
      MISSING_PARAMETER.includes(service)
        ? missingParameter(path)
        : new AwsError("ValidationError", nullMember(path)),
    mistyped: (path, found, wanted) =>
      new AwsError("MalformedInput", `${dotted(path)}: ${found} can not be converted to ${article(wanted)}`),
    unknown: (path) => new AwsError("UnknownParameter", `The parameter ${dotted(path)} is not recognized`),
  };
}

/** The refusals of a service for requests in the JSON and REST protocols. */
export function jsonRefusals(service: ServiceName): Refusals {
  return {
    missing: (path) =>
      MISSING_PARAMETER.includes(service)
        ? missingParameter(path)
        : new AwsError("ValidationException", nullMember(path)),
    mistyped: (_path, found, wanted) =>
      new AwsError("SerializationException", `${found} can not be converted to ${article(wanted)}`),
    unknown: (path) => new AwsError("SerializationException", `Unrecognized member: ${dotted(path)}`),
  };
}

function missingParameter(path: Path): AwsError {
  return new AwsError("MissingParameter", `The request must contain the parameter ${dotted(path)}.`);
}

function nullMember(path: Path): string {
  const at = path
    .map((part) =>
      typeof part === "number" ? `${part}.member` : part.charAt(0).toLowerCase() + part.slice(1),
    )
    .join(".");
  return `1 validation error detected: Value null at '${at}' failed to satisfy constraint: Member must not be null`;
}

function dotted(path: Path): string {
  return path.join(".");
}

function article(type: string): string {
  return /^[aeiou]/i.test(type) ? `an ${type}` : `a ${type}`;
}
