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

/**
 * The code of a service that validates as Coral does, in whichever protocol. That of CloudWatch and Logs: replies of
 * AWS that localstack/localstack recorded (test_set_alarm_invalid_input, test_filter_log_events_limit_validation).
 */
export function validationCode(service: ServiceName): string {
  if (service === "logs") return "InvalidParameterException";
  return service === "monitoring" || service === "sns" ? "ValidationError" : "ValidationException";
}

/** The refusals of a service for requests in the query protocol. */
export function queryRefusals(service: ServiceName): Refusals {
  return {
    missing: (path) =>
      MISSING_PARAMETER.includes(service)
        ? missingParameter(path)
        : new AwsError(validationCode(service), nullMember(path)),
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
        : new AwsError(validationCode(service), nullMember(path)),
    mistyped: (_path, found, wanted) =>
      new AwsError("SerializationException", `${found} can not be converted to ${article(wanted)}`),
    unknown: (path) => new AwsError("SerializationException", `Unrecognized member: ${dotted(path)}`),
  };
}

function missingParameter(path: Path): AwsError {
  return new AwsError("MissingParameter", `The request must contain the parameter ${dotted(path)}.`);
}

function nullMember(path: Path): string {
  return `1 validation error detected: Value null at '${spelled(path)}' failed to satisfy constraint: Member must not be null`;
}

/** A path as Coral spells it: `metricDataQueries.1.member.id`. */
export function spelled(path: Path): string {
  return path
    .map((part) =>
      typeof part === "number" ? `${part}.member` : part.charAt(0).toLowerCase() + part.slice(1),
    )
    .join(".");
}

function dotted(path: Path): string {
  return path.join(".");
}

function article(type: string): string {
  return /^[aeiou]/i.test(type) ? `an ${type}` : `a ${type}`;
}
