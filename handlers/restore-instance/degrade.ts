import { errorCode } from "../../shared/errors.ts";
import type { RestoreInput } from "./input.ts";

/** A restore as it is tried, and what it has already done without. */
export interface Attempt {
  readonly input: RestoreInput;
  /** Parameters given up, in order; each shows as a difference of the restored instance. */
  readonly dropped: readonly string[];
}

/** How often one invocation tries; more refusals than that are no longer about single parameters. */
export const attemptsMax = 8;

/** A refusal that is about parameters which can be done without: RDS then takes the engine's default. */
interface Rule {
  readonly codes: readonly string[];
  /** What the refusal's text says, where the code alone does not tell. */
  readonly says?: RegExp;
  readonly drops: readonly (keyof RestoreInput)[];
}

const invalid = ["InvalidParameterValue", "InvalidParameterCombination"];
const storage = ["StorageType", "Iops", "StorageThroughput"] as const;

/** The most telling refusals first. Subnets, security groups and keys are never done without. */
const rules: readonly Rule[] = [
  { codes: ["DBParameterGroupNotFound"], drops: ["DBParameterGroupName"] },
  { codes: ["OptionGroupNotFound"], drops: ["OptionGroupName"] },
  { codes: ["CertificateNotFound"], drops: ["CACertificateIdentifier"] },
  { codes: ["NetworkTypeNotSupported"], drops: ["NetworkType"] },
  { codes: ["StorageTypeNotSupported", "ProvisionedIopsNotAvailableInAZ"], drops: storage },
  // A subnet group in a single zone does for an instance in a single zone.
  { codes: ["DBSubnetGroupDoesNotCoverEnoughAZs"], drops: ["MultiAZ"] },
  { codes: invalid, says: /parameter ?group/i, drops: ["DBParameterGroupName"] },
  { codes: invalid, says: /option ?group/i, drops: ["OptionGroupName"] },
  { codes: invalid, says: /mirroring|multi-?az/i, drops: ["MultiAZ"] },
  { codes: invalid, says: /certificate/i, drops: ["CACertificateIdentifier"] },
  { codes: invalid, says: /log ?(type|export)|cloudwatch ?logs/i, drops: ["EnableCloudwatchLogsExports"] },
  {
    codes: invalid,
    says: /iam (database )?authentication|IAMDatabaseAuthentication/i,
    drops: ["EnableIAMDatabaseAuthentication"],
  },
  { codes: invalid, says: /lifecycle|extended support/i, drops: ["EngineLifecycleSupport"] },
  { codes: invalid, says: /network ?type|ipv6/i, drops: ["NetworkType"] },
  { codes: invalid, says: /iops|storage ?throughput/i, drops: ["Iops", "StorageThroughput"] },
  { codes: invalid, says: /storage ?type/i, drops: storage },
  {
    codes: invalid,
    says: /processor ?features?|core ?count|threads ?per ?core/i,
    drops: ["ProcessorFeatures"],
  },
  { codes: invalid, says: /log ?volume/i, drops: ["DedicatedLogVolume"] },
  { codes: invalid, says: /backup ?window/i, drops: ["PreferredBackupWindow"] },
  { codes: invalid, says: /backup ?retention/i, drops: ["BackupRetentionPeriod", "PreferredBackupWindow"] },
  { codes: invalid, says: /\bport\b/i, drops: ["Port"] },
];

/** A region that does not offer a class says so with these words. */
const classRefused = /DBInstanceClass|instance class/i;

/** Families to take instead, the nearest first, by what the class is made for. */
const families: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^(r|x|z)\d/, ["r7i", "r6i", "r5", "m6i", "m5"]],
  [/^(m|c)\d/, ["m7i", "m6i", "m5", "r6i"]],
  [/^t\d/, ["t3", "m5"]],
];

/**
 * The class to try after `tried`: the one that the instance had before somebody overrode it, then the same size
 * of families that every engine runs on.
 */
function nextClass(tried: readonly string[], travelledClass: string | undefined): string | undefined {
  const [, family = "", size = ""] = (travelledClass ?? tried[0] ?? "").split(".");
  const others = families.find(([pattern]) => pattern.test(family))?.[1] ?? [];
  const candidates = [travelledClass, ...others.map((other) => `db.${other}.${size}`)];
  return candidates.find((candidate) => candidate !== undefined && !tried.includes(candidate));
}

/**
 * What to try after a refusal: the same restore without what RDS says it cannot have here, or in another class.
 * Undefined: the refusal is about something that a restore cannot do without.
 */
export function degrade(
  { input, dropped }: Attempt,
  error: unknown,
  travelledClass?: string,
): Attempt | undefined {
  const code = errorCode(error);
  const text = error instanceof Error ? error.message : "";
  if (invalid.includes(code) && classRefused.test(text) && input.DBInstanceClass !== undefined) {
    const before = dropped.filter((one) => one.startsWith("db."));
    const next = nextClass([...before, input.DBInstanceClass], travelledClass);
    if (next === undefined) return undefined;
    // Cores and threads are those of the class.
    const { ProcessorFeatures: _, ...rest } = input;
    return { input: { ...rest, DBInstanceClass: next }, dropped: [...dropped, input.DBInstanceClass] };
  }
  const rule = rules.find(
    ({ codes, says, drops }) =>
      codes.includes(code) && (says?.test(text) ?? true) && drops.some((key) => input[key] !== undefined),
  );
  if (rule === undefined) return undefined;
  const without: RestoreInput = { ...input };
  for (const key of rule.drops) delete without[key];
  return { input: without, dropped: [...dropped, ...rule.drops.filter((key) => input[key] !== undefined)] };
}
