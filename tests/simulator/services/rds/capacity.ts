import { AwsError } from "../../types.ts";
import { listKnob } from "./facts.ts";
import { isInstanceClass, runsOn } from "./instance-classes.ts";
import type { RdsState } from "./state.ts";

/** What is to run on a class. */
export interface Runs {
  readonly engine: string;
  readonly version: string;
  readonly license?: string;
  /** The class that the instance had: there is such a one, whatever the table of classes knows. */
  readonly had?: string;
}

/**
 * Refuses a class that does not exist, here or at all, that the engine cannot run on, or that has run out. AWS has
 * one text for a class that this region lacks and one that no region has (hashicorp/terraform-provider-aws#32563).
 */
export function checkInstanceClass(
  { world, region }: RdsState,
  name: string,
  { engine, version, license, had }: Runs,
): void {
  const missing = listKnob(world, "missingInstanceClasses", region.name).includes(name);
  if (missing || (name !== had && !isInstanceClass(name))) {
    throw new AwsError("InvalidParameterValue", `Invalid DB Instance class: ${name}`);
  }
  if (name !== had && !runsOn(engine, name)) {
    throw new AwsError(
      "InvalidParameterCombination",
      `RDS does not support creating a DB instance with the following combination: DBInstanceClass=${name}, ` +
        `Engine=${engine}, EngineVersion=${version}, LicenseModel=${license}. For supported combinations of ` +
        "instance class and database engine version, see the documentation.",
    );
  }
  if (listKnob(world, "exhaustedInstanceClasses", region.name).includes(name)) {
    throw new AwsError(
      "InsufficientDBInstanceCapacity",
      `The requested DB Instance class ${name} is not available: insufficient capacity.`,
    );
  }
}
