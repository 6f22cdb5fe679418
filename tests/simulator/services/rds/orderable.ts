import type { DescribeOrderableDBInstanceOptionsMessage } from "@aws-sdk/client-rds";
import { AwsError, type Shape } from "../../types.ts";
import { isEngine } from "./engine-values.ts";
import { listKnob } from "./facts.ts";
import { instanceClassesOf } from "./instance-classes.ts";
import { onlyMembers } from "./members.ts";
import { pageOf, sortedBy } from "./paging.ts";
import type { RdsState } from "./state.ts";

/** Instance classes that an engine can have in this region. */
function classesOf(state: RdsState, engine: string): string[] {
  const missing = new Set(listKnob(state.world, "missingInstanceClasses", state.region.name));
  return instanceClassesOf(engine).filter((name) => !missing.has(name));
}

const checkMembers = onlyMembers<DescribeOrderableDBInstanceOptionsMessage>(
  "DescribeOrderableDBInstanceOptions",
  ["Engine", "EngineVersion", "LicenseModel", "DBInstanceClass", "MaxRecords", "Marker"],
);

/** DescribeOrderableDBInstanceOptions, one row a class and storage type. */
export function describeOrderable(state: RdsState, input: DescribeOrderableDBInstanceOptionsMessage): Shape {
  checkMembers(input);
  const { Engine = "", EngineVersion, LicenseModel, DBInstanceClass } = input;
  // Words of AWS: turbot/steampipe-plugin-aws#262.
  if (!isEngine(Engine)) throw new AwsError("InvalidParameterValue", `Unrecognized engine name: ${Engine}`);
  const classes = classesOf(state, Engine).filter((name) => !DBInstanceClass || name === DBInstanceClass);
  const withdrawn = listKnob(state.world, "withdrawnEngineVersions", state.region.name);
  const offered = EngineVersion && withdrawn.includes(`${Engine} ${EngineVersion}`) ? [] : classes;
  const zones = new Set([...state.groups.subnets.values()].map((subnet) => subnet.availabilityZone));
  const rows = offered.flatMap((name) =>
    ["gp2", "gp3", "io1", "io2"].map((StorageType) => ({
      Engine,
      EngineVersion,
      DBInstanceClass: name,
      LicenseModel,
      StorageType,
      AvailabilityZones: [...zones].sort().map((Name) => ({ Name })),
      MultiAZCapable: true,
      Vpc: true,
      SupportsStorageEncryption: true,
      SupportsStorageAutoscaling: true,
      SupportsEnhancedMonitoring: true,
    })),
  );
  const keyOf = (row: (typeof rows)[number]) => `${row.DBInstanceClass} ${row.StorageType}`;
  const page = pageOf(sortedBy(rows, keyOf), keyOf, input, state.world.knobs.pageCap);
  return { OrderableDBInstanceOptions: page.rows, Marker: page.marker };
}
