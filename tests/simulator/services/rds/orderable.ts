import type { DescribeOrderableDBInstanceOptionsMessage } from "@aws-sdk/client-rds";
import type { Shape } from "../../types.ts";
import { listKnob } from "./facts.ts";
import { pageOf, sortedBy } from "./paging.ts";
import type { RdsState } from "./state.ts";

const sizes: Readonly<Record<string, readonly string[]>> = {
  t3: ["micro", "small", "medium", "large", "xlarge", "2xlarge"],
  t4g: ["micro", "small", "medium", "large", "xlarge", "2xlarge"],
  m5: ["large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge", "24xlarge"],
  m6g: ["large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge"],
  m6i: ["large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge", "24xlarge", "32xlarge"],
  m7g: ["large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge"],
  r5: ["large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge", "24xlarge"],
  r6g: ["large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge"],
  r6i: ["large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge", "24xlarge", "32xlarge"],
  r7g: ["large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge"],
};

/** Instance classes that an engine can have in this region; Graviton ones are for open-source engines. */
export function classesOf(state: RdsState, engine: string): string[] {
  const missing = new Set(listKnob(state.world, "missingInstanceClasses", state.region.name));
  const graviton = /^(postgres|mysql|mariadb)$/.test(engine);
  const families = Object.keys(sizes).filter((family) => graviton || !family.endsWith("g"));
  const classes = families.flatMap((family) => (sizes[family] ?? []).map((size) => `db.${family}.${size}`));
  return classes.filter((name) => !missing.has(name)).sort();
}

/** DescribeOrderableDBInstanceOptions, one row a class and storage type. */
export function describeOrderable(state: RdsState, input: DescribeOrderableDBInstanceOptionsMessage): Shape {
  const { Engine = "", EngineVersion, LicenseModel, DBInstanceClass } = input;
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
