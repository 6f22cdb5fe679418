import { createRequire } from "node:module";
import { AwsError, NotSimulated } from "../../types.ts";
import { majorVersion } from "./engines.ts";

/** Engines by the class of `aws-cdk-lib/aws-rds` that lists their versions, and its member that has one whole. */
const catalogues: readonly (readonly [engine: RegExp, list: string, member: string])[] = [
  [/^postgres$/, "PostgresEngineVersion", "postgresFullVersion"],
  [/^mysql$/, "MysqlEngineVersion", "mysqlFullVersion"],
  [/^mariadb$/, "MariaDbEngineVersion", "mariaDbFullVersion"],
  [/^sqlserver-/, "SqlServerEngineVersion", "sqlServerFullVersion"],
  [/^oracle-/, "OracleEngineVersion", "oracleFullVersion"],
];

const require = createRequire(import.meta.url);
const loaded = new Map<string, ReadonlySet<string>>();

function read(list: string, member: string): ReadonlySet<string> {
  const versions: unknown = Reflect.get(require("aws-cdk-lib/aws-rds") as object, list);
  const found = Object.values(versions as object).map((version: unknown) =>
    typeof version === "object" && version !== null ? String(Reflect.get(version, member)) : "",
  );
  return new Set(found);
}

/**
 * The versions that an engine has or had, as the installed CDK lists them; undefined where it has no list. It is
 * loaded when a version is first asked for.
 */
function versionsOf(engine: string): ReadonlySet<string> | undefined {
  const [, list, member] = catalogues.find(([pattern]) => pattern.test(engine)) ?? [];
  if (list === undefined || member === undefined) return undefined;
  const known = loaded.get(list) ?? read(list, member);
  loaded.set(list, known);
  return known;
}

/** Whether a version is lower than another, number by number: `8.0.9` is lower than `8.0.40`. */
export function isLower(one: string, other: string): boolean {
  const [left, right] = [one, other].map((version) => version.match(/\d+/g)?.map(Number) ?? []);
  for (const [index, number] of (left ?? []).entries()) {
    const against = right?.[index] ?? 0;
    if (number !== against) return number < against;
  }
  return (left?.length ?? 0) < (right?.length ?? 0);
}

function refuse(text: string): never {
  throw new AwsError("InvalidParameterCombination", text);
}

/**
 * Refuses what is no upgrade: a version that does not exist, or a lower one (texts of AWS:
 * turbot/steampipe-plugin-aws#2085, ministryofjustice/cloud-platform-environments#25855). A major version alone
 * stands for its default minor one, which nobody here knows.
 */
export function checkUpgrade(operation: string, engine: string, present: string, wanted: string): void {
  if (wanted === present) return;
  if (versionsOf(engine)?.has(wanted) === false) refuse(`Cannot find version ${wanted} for ${engine}`);
  const majorAlone = wanted === majorVersion(engine, wanted);
  if (isLower(wanted, majorAlone ? majorVersion(engine, present) : present)) {
    refuse(`Cannot upgrade ${engine} from ${present} to ${wanted}`);
  }
  if (majorAlone)
    throw new NotSimulated(`rds:${operation} EngineVersion ${wanted}, which has no minor version`);
}

/** Whether an upgrade goes to another major version. */
export function isMajorUpgrade(engine: string, present: string, wanted: string): boolean {
  return majorVersion(engine, present) !== majorVersion(engine, wanted);
}
