/** Retrying cannot help: the step announces it and consumes the message. */
export class PermanentError extends Error {
  override readonly name = "PermanentError";
  /** The instances concerned, where the message does not tell them. */
  readonly instances: readonly string[] | undefined;
  constructor(message: string, options: ErrorOptions & { readonly instances?: readonly string[] } = {}) {
    super(message, options);
    this.instances = options.instances;
  }
}

/** Retrying may help: the queue redelivers, and its dead letters bound the attempts. */
export class RetryableError extends Error {
  override readonly name = "RetryableError";
}

/**
 * What an AWS refusal means for a step.
 *
 * - `exists`: a thing of that name is there; done only when tags and source ARN agree
 * - `gone`: the named thing is not there
 * - `busy`: it is there, but its state does not allow the call yet: a wait, not an error
 * - `no-room`: a quota or the capacity is used up: a wait for room
 * - `unreachable`: the region did not answer in time
 * - `retryable`, `permanent`: as the two error classes
 */
export type Meaning = "exists" | "gone" | "busy" | "no-room" | "unreachable" | "retryable" | "permanent";

/**
 * The one table of AWS errors, keyed by the wire's code. The SDK's `error.name` carries `Fault` where
 * the wire does not (aws/aws-sdk-js-v3#4023), so a trailing `Fault` is cut off before the look-up.
 */
const meanings: Readonly<Record<string, Meaning>> = {
  DBSnapshotAlreadyExists: "exists",
  DBInstanceAlreadyExists: "exists",
  DBSnapshotNotFound: "gone",
  DBInstanceNotFound: "gone",
  InvalidDBInstanceState: "busy",
  InvalidDBSnapshotState: "busy",
  SnapshotQuotaExceeded: "no-room",
  InstanceQuotaExceeded: "no-room",
  StorageQuotaExceeded: "no-room",
  InsufficientDBInstanceCapacity: "no-room",
  TimeoutError: "unreachable",
  RequestTimeout: "unreachable",
  NetworkingError: "unreachable",
  ECONNREFUSED: "unreachable",
  ECONNRESET: "unreachable",
  ENOTFOUND: "unreachable",
  EAI_AGAIN: "unreachable",
  ETIMEDOUT: "unreachable",
  EHOSTUNREACH: "unreachable",
  Throttling: "retryable",
  ThrottlingException: "retryable",
  RequestLimitExceeded: "retryable",
  InternalFailure: "retryable",
  InternalError: "retryable",
  ServiceUnavailable: "retryable",
  ExpiredToken: "retryable",
  ExpiredTokenException: "retryable",
  KMSKeyNotAccessible: "permanent",
  InvalidParameterValue: "permanent",
  InvalidParameterCombination: "permanent",
  ValidationError: "permanent",
  ValidationException: "permanent",
  AccessDenied: "permanent",
  AccessDeniedException: "permanent",
  UnauthorizedOperation: "permanent",
  NotFoundException: "gone",
  ResourceNotFoundException: "gone",
  OptionGroupNotFound: "permanent",
  DBParameterGroupNotFound: "permanent",
  DBSubnetGroupNotFound: "permanent",
  DBSubnetGroupDoesNotCoverEnoughAZs: "permanent",
  InvalidSubnet: "permanent",
  InvalidVPCNetworkState: "permanent",
  InvalidRestore: "permanent",
  ProvisionedIopsNotAvailableInAZ: "permanent",
  StorageTypeNotSupported: "permanent",
  NetworkTypeNotSupported: "permanent",
  AuthorizationNotFound: "permanent",
  CertificateNotFound: "permanent",
  BackupPolicyNotFound: "permanent",
  CustomAvailabilityZoneNotFound: "permanent",
  NotAuthorizedForSourceException: "permanent",
};

/** The wire's code of an error: `DBSnapshotAlreadyExists` for both spellings the SDK uses. */
export function errorCode(error: unknown): string {
  if (!(error instanceof Error)) return "Unknown";
  const code = "code" in error && typeof error.code === "string" ? error.code : undefined;
  // Node's own errors say what happened in `code` and are named Error, or AggregateError when each address failed.
  const name = /^(Aggregate)?Error$/.test(error.name) && code !== undefined ? code : error.name;
  return name.replace(/Fault$/, "");
}

/** What an error of an AWS call means; what the table does not know is retryable, for the queue bounds it. */
export function meaningOf(error: unknown): Meaning {
  return meanings[errorCode(error)] ?? "retryable";
}

const denials = ["AccessDenied", "AccessDeniedException", "UnauthorizedOperation"];

/** Whether AWS denied the call for want of permission. */
export function isDenied(error: unknown): boolean {
  return denials.includes(errorCode(error));
}

/** AWS's own words of an error, for logs and alerts. */
export function errorText(error: unknown): string {
  return error instanceof Error ? `${errorCode(error)}: ${error.message}` : String(error);
}

/** Rethrows an AWS error as the step's own: permanent and announced, or retryable and bounded by the queue. */
export function raise(what: string, error: unknown): never {
  if (error instanceof PermanentError || error instanceof RetryableError) throw error;
  if (meaningOf(error) === "permanent")
    throw new PermanentError(`cannot ${what}: ${errorText(error)}`, { cause: error });
  throw new RetryableError(`could not ${what} yet: ${errorText(error)}`, { cause: error });
}
