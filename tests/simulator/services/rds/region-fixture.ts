import { readFileSync } from "node:fs";
import type { DBInstance } from "@aws-sdk/client-rds";
import { majorVersion, parameterFamily } from "./engines.ts";

/** What a region has of its own: networks and groups that no template makes. */
export interface RegionFixture {
  readonly region: string;
  readonly vpcs: readonly {
    readonly id: string;
    readonly default: boolean;
    readonly subnets: readonly { readonly id: string; readonly availabilityZone: string }[];
    readonly securityGroups: readonly { readonly id: string; readonly name: string }[];
  }[];
  readonly subnetGroups: readonly {
    readonly name: string;
    readonly description: string;
    readonly subnetIds: readonly string[];
  }[];
  readonly optionGroups: readonly {
    readonly name: string;
    readonly engine: string;
    readonly majorVersion: string;
    readonly options: readonly OptionFixture[];
  }[];
  readonly parameterGroups: readonly { readonly name: string; readonly family: string }[];
}

interface OptionFixture {
  readonly name: string;
  readonly persistent: boolean;
  readonly permanent: boolean;
}

/** Reads a fixture file; with `region`, its things stand in that region (zones renamed with it). */
export function readRegionFixture(path: string | URL, region?: string): RegionFixture {
  const text = readFileSync(path, "utf8");
  const written = (JSON.parse(text) as RegionFixture).region;
  return JSON.parse(region ? text.replaceAll(written, region) : text) as RegionFixture;
}

/** What the sample DR region has. */
export function drRegionFixture(region: string): RegionFixture {
  return readRegionFixture(new URL("../../../fixtures/dr-region.json", import.meta.url), region);
}

/** Options that a non-default group of an engine is taken to have, for a fleet tells only names. */
function presumedOptions(engine: string): OptionFixture[] {
  if (engine.startsWith("sqlserver")) return [{ name: "TDE", persistent: true, permanent: false }];
  if (engine.startsWith("oracle")) return [{ name: "Timezone", persistent: true, permanent: true }];
  return [{ name: "MARIADB_AUDIT_PLUGIN", persistent: false, permanent: false }];
}

/** The region that a fleet lives in, as far as its instances tell: networks, subnet and other groups. */
export function fixtureOfFleet(region: string, instances: readonly DBInstance[]): RegionFixture {
  const subnetGroups = byName(
    instances.map((one) => one.DBSubnetGroup),
    (group) => group.DBSubnetGroupName,
  );
  const vpcIds = [...new Set(subnetGroups.map((group) => group.VpcId ?? ""))];
  const vpcs = vpcIds.map((id) => ({ id, default: false, ...networkOf(id, instances) }));
  return {
    region,
    vpcs,
    subnetGroups: subnetGroups.map((group) => ({
      name: group.DBSubnetGroupName ?? "",
      description: group.DBSubnetGroupDescription ?? "",
      subnetIds: (group.Subnets ?? []).map((subnet) => subnet.SubnetIdentifier ?? ""),
    })),
    optionGroups: optionGroupsOf(instances),
    parameterGroups: parameterGroupsOf(instances),
  };
}

function byName<Thing>(
  things: readonly (Thing | undefined)[],
  nameOf: (thing: Thing) => string | undefined,
): Thing[] {
  const named = new Map<string, Thing>();
  for (const thing of things) {
    if (thing !== undefined) named.set(nameOf(thing) ?? "", thing);
  }
  return [...named.values()];
}

function networkOf(vpcId: string, instances: readonly DBInstance[]) {
  const inside = instances.filter((one) => one.DBSubnetGroup?.VpcId === vpcId);
  const subnets = byName(
    inside.flatMap((one) => one.DBSubnetGroup?.Subnets ?? []),
    (one) => one.SubnetIdentifier,
  );
  const groups = byName(
    inside.flatMap((one) => one.VpcSecurityGroups ?? []),
    (one) => one.VpcSecurityGroupId,
  );
  return {
    subnets: subnets.map((subnet) => ({
      id: subnet.SubnetIdentifier ?? "",
      availabilityZone: subnet.SubnetAvailabilityZone?.Name ?? "",
    })),
    securityGroups: groups.map(({ VpcSecurityGroupId = "" }) => ({
      id: VpcSecurityGroupId,
      name: VpcSecurityGroupId,
    })),
  };
}

function optionGroupsOf(instances: readonly DBInstance[]): RegionFixture["optionGroups"] {
  const groups = instances.flatMap(
    ({ Engine: engine = "", EngineVersion = "", OptionGroupMemberships = [] }) =>
      OptionGroupMemberships.map(({ OptionGroupName: name = "" }) => ({
        name,
        engine,
        majorVersion: majorVersion(engine, EngineVersion),
        options: presumedOptions(engine),
      })),
  );
  return byName(groups, (group) => group.name).filter((group) => !group.name.startsWith("default:"));
}

function parameterGroupsOf(instances: readonly DBInstance[]): RegionFixture["parameterGroups"] {
  const groups = instances.flatMap(({ Engine = "", EngineVersion = "", DBParameterGroups = [] }) =>
    DBParameterGroups.map(({ DBParameterGroupName: name = "" }) => ({
      name,
      family: parameterFamily(Engine, EngineVersion),
    })),
  );
  return byName(groups, (group) => group.name).filter((group) => !group.name.startsWith("default."));
}
