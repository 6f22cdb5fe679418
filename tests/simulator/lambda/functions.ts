import { numberKnob } from "../knobs.ts";
import { AwsError, type CreatedResource, NotSimulated, type ResourceRequest, type Shape } from "../types.ts";
import type { SimulatedWorld } from "../world-types.ts";
import { checkList, checkRuntime } from "./enums.ts";

/** A function as the template describes it. */
export interface FunctionRecord {
  readonly name: string;
  readonly arn: string;
  readonly region: string;
  readonly roleArn: string;
  readonly roleName: string;
  readonly runtime: string;
  readonly handler: string;
  /** Where the asset's files are. */
  readonly directory: string;
  readonly timeoutSeconds: number;
  readonly memoryMegabytes: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly logGroup: string;
  readonly recursiveLoop: "Allow" | "Terminate";
  readonly reservedConcurrency: number | undefined;
  readonly description: string;
  readonly createdAt: number;
  /** Who may invoke it, as AWS::Lambda::Permission says. */
  readonly permissions: Shape[];
}

const KNOWN = new Set([
  "Architectures",
  "Code",
  "Description",
  "Environment",
  "EphemeralStorage",
  "FunctionName",
  "Handler",
  "LoggingConfig",
  "MemorySize",
  "RecursiveLoop",
  "ReservedConcurrentExecutions",
  "Role",
  "Runtime",
  "Tags",
  "Timeout",
  "TracingConfig",
]);
const RESERVED_VARIABLES =
  /^(_HANDLER|_X_AMZN_TRACE_ID|AWS_(DEFAULT_)?REGION|AWS_EXECUTION_ENV|AWS_LAMBDA_FUNCTION_(NAME|MEMORY_SIZE|VERSION)|AWS_LAMBDA_INITIALIZATION_TYPE|AWS_LAMBDA_LOG_(GROUP|STREAM)_NAME|AWS_ACCESS_KEY(_ID)?|AWS_SECRET_ACCESS_KEY|AWS_SESSION_TOKEN|AWS_LAMBDA_RUNTIME_API|LAMBDA_(TASK_ROOT|RUNTIME_DIR))$/;
const ENVIRONMENT_LIMIT = 4096;
const UNRESERVED_MINIMUM = 100;
const TIMEOUT = { name: "timeout", least: 1, most: 900 };
const MEMORY = { name: "memorySize", least: 128, most: 10_240 };

/** Reads AWS::Lambda::Function; refuses what Lambda would refuse. */
export function functionOf(world: SimulatedWorld, request: ResourceRequest): FunctionRecord {
  const { properties, region, stackName, logicalId } = request;
  for (const property of Object.keys(properties)) {
    if (!KNOWN.has(property)) {
      throw new NotSimulated(`the property ${property} of AWS::Lambda::Function`);
    }
  }
  const name = String(properties["FunctionName"] ?? `${stackName}-${logicalId}`);
  const runtime = String(properties["Runtime"] ?? "");
  const handler = String(properties["Handler"] ?? "");
  if (runtime === "" || handler === "") {
    throw invalid(
      "Runtime and Handler are mandatory parameters for functions created with deployment packages.",
    );
  }
  checkRuntime(runtime);
  checkList("architectures", properties["Architectures"]);
  if (!/^nodejs\d+\.x$/.test(runtime)) {
    throw new NotSimulated(`the runtime ${runtime}`);
  }
  const logging = (properties["LoggingConfig"] ?? {}) as Shape;
  if (logging["LogFormat"] === "JSON") {
    throw new NotSimulated("LogFormat JSON of AWS::Lambda::Function");
  }
  if (((properties["TracingConfig"] ?? {}) as Shape)["Mode"] === "Active") {
    throw new NotSimulated("TracingConfig Active of AWS::Lambda::Function");
  }
  const roleArn = String(properties["Role"]);
  return {
    name,
    arn: `arn:${world.partition}:lambda:${region.name}:${world.account}:function:${name}`,
    region: region.name,
    roleArn,
    roleName: roleOf(world, roleArn),
    runtime,
    handler,
    directory: directoryOf(world, properties["Code"] as Shape),
    timeoutSeconds: whole(TIMEOUT, properties["Timeout"] ?? 3),
    memoryMegabytes: whole(MEMORY, properties["MemorySize"] ?? 128),
    environment: variablesOf(properties["Environment"] as Shape | undefined),
    logGroup: String(logging["LogGroup"] ?? `/aws/lambda/${name}`),
    recursiveLoop: recursiveLoopOf(properties["RecursiveLoop"] ?? "Terminate"),
    reservedConcurrency: reservedOf(world, properties["ReservedConcurrentExecutions"]),
    description: String(properties["Description"] ?? ""),
    createdAt: world.clock.now(),
    permissions: [],
  };
}

/** What CloudFormation learns of a function. */
export function createdFunction(record: FunctionRecord): CreatedResource {
  return { ref: record.name, attributes: { Arn: record.arn } };
}

function invalid(message: string): AwsError {
  return new AwsError("InvalidParameterValueException", message);
}

/** A whole number within its bounds; CloudFormation accepts digits in a string. */
function whole({ name, least, most }: typeof TIMEOUT, given: unknown): number {
  const value = Number(given);
  if (!Number.isInteger(value) || value < least || value > most) {
    const bound = value < least ? `greater than or equal to ${least}` : `less than or equal to ${most}`;
    throw invalid(
      `Value '${String(given)}' at '${name}' failed to satisfy constraint: Member must have value ${bound}`,
    );
  }
  return value;
}

function recursiveLoopOf(given: unknown): "Allow" | "Terminate" {
  if (given !== "Allow" && given !== "Terminate") {
    throw invalid(
      `Value '${String(given)}' at 'recursiveLoop' failed to satisfy constraint: Member must satisfy enum value set: [Allow, Terminate]`,
    );
  }
  return given;
}

function roleOf(world: SimulatedWorld, arn: string): string {
  const name = arn.split("/").at(-1) ?? "";
  if (!world.iam.trusts(arn, "lambda.amazonaws.com")) {
    throw invalid("The role defined for the function cannot be assumed by Lambda.");
  }
  return name;
}

function directoryOf(world: SimulatedWorld, code: Shape): string {
  const key = code["S3Key"];
  if (typeof key !== "string") {
    throw new NotSimulated(`function code other than an asset: ${Object.keys(code).join(", ")}`);
  }
  const directory = world.assets.get(key);
  if (directory === undefined) {
    throw invalid(
      `Error occurred while GetObject. S3 Error Code: NoSuchKey. S3 Error Message: The specified key does not exist. (${key})`,
    );
  }
  return directory;
}

function variablesOf(environment: Shape | undefined): Record<string, string> {
  const variables = (environment?.["Variables"] ?? {}) as Record<string, unknown>;
  const texts = Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, String(value)]));
  const reserved = Object.keys(texts).filter((name) => RESERVED_VARIABLES.test(name));
  if (reserved.length > 0) {
    throw invalid(
      `Lambda was unable to configure your environment variables because the environment variables you have provided contains reserved keys that are currently not supported for modification. Reserved keys used in this request: ${reserved.join(", ")}`,
    );
  }
  if (Buffer.byteLength(JSON.stringify(texts)) > ENVIRONMENT_LIMIT) {
    throw invalid(
      "Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the 4KB limit.",
    );
  }
  return texts;
}

function reservedOf(world: SimulatedWorld, reserved: unknown): number | undefined {
  if (reserved === undefined) {
    return undefined;
  }
  if (numberKnob(world.knobs, "functionConcurrency") - Number(reserved) < UNRESERVED_MINIMUM) {
    throw invalid(
      `Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [${UNRESERVED_MINIMUM}].`,
    );
  }
  return Number(reserved);
}
