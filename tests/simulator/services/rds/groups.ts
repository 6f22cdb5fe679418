import type { DBParameterGroup, DBSubnetGroup, OptionGroup } from "@aws-sdk/client-rds";
import { AwsError, type World } from "../../types.ts";
import { majorVersion } from "./engines.ts";
import { arnOf } from "./identifiers.ts";
import type { RegionFixture } from "./region-fixture.ts";

/** A subnet or security group, and the VPC it is in. */
interface InVpc {
  readonly vpcId: string;
}

/** What a region has around its instances: networks and groups. */
export interface Groups {
  readonly subnets: Map<string, InVpc & { availabilityZone: string }>;
  readonly securityGroups: Map<string, InVpc & { name: string }>;
  readonly subnetGroups: Map<string, DBSubnetGroup>;
  readonly optionGroups: Map<string, OptionGroup>;
  readonly parameterGroups: Map<string, DBParameterGroup>;
  defaultVpcId: string | undefined;
}

/** A region that has nothing yet. */
export function noGroups(): Groups {
  return {
    subnets: new Map(),
    securityGroups: new Map(),
    subnetGroups: new Map(),
    optionGroups: new Map(),
    parameterGroups: new Map(),
    defaultVpcId: undefined,
  };
}

/** Adds what a fixture says the region has; a default VPC brings RDS's `default` subnet group. */
export function addFixture(world: World, groups: Groups, fixture: RegionFixture): void {
  for (const vpc of fixture.vpcs) {
    if (vpc.default) groups.defaultVpcId = vpc.id;
    for (const { id, availabilityZone } of vpc.subnets)
      groups.subnets.set(id, { vpcId: vpc.id, availabilityZone });
    for (const { id, name } of vpc.securityGroups) groups.securityGroups.set(id, { vpcId: vpc.id, name });
    if (!vpc.default) continue;
    const subnetIds = vpc.subnets.map((subnet) => subnet.id);
    addSubnetGroup(world, fixture.region, groups, { name: "default", description: "default", subnetIds });
  }
  for (const group of fixture.subnetGroups) addSubnetGroup(world, fixture.region, groups, group);
  for (const group of fixture.optionGroups) {
    groups.optionGroups.set(group.name, {
      OptionGroupName: group.name,
      OptionGroupDescription: group.name,
      EngineName: group.engine,
      MajorEngineVersion: group.majorVersion,
      Options: group.options.map((option) => ({
        OptionName: option.name,
        Persistent: option.persistent,
        Permanent: option.permanent,
      })),
      AllowsVpcAndNonVpcInstanceMemberships: true,
      OptionGroupArn: arnOf(world, fixture.region, "og", group.name),
    });
  }
  for (const { name, family } of fixture.parameterGroups) {
    groups.parameterGroups.set(name, {
      DBParameterGroupName: name,
      DBParameterGroupFamily: family,
      Description: name,
      DBParameterGroupArn: arnOf(world, fixture.region, "pg", name),
    });
  }
}

interface WantedSubnetGroup {
  readonly name: string;
  readonly description: string;
  readonly subnetIds: readonly string[];
}

/** Makes a subnet group, refusing what RDS refuses: unknown subnets, two VPCs, a single zone. */
export function addSubnetGroup(
  world: World,
  region: string,
  groups: Groups,
  wanted: WantedSubnetGroup,
): DBSubnetGroup {
  if (groups.subnetGroups.has(wanted.name)) {
    throw new AwsError("DBSubnetGroupAlreadyExists", `The DB subnet group '${wanted.name}' already exists.`);
  }
  const unknown = wanted.subnetIds.filter((id) => !groups.subnets.has(id));
  if (unknown.length > 0 || wanted.subnetIds.length === 0) {
    throw new AwsError("InvalidSubnet", `Some input subnets in :[${unknown.join(", ")}] are invalid.`);
  }
  const subnets = wanted.subnetIds.map((id) => ({ id, ...found(groups.subnets.get(id)) }));
  const [vpcId, ...otherVpcs] = new Set(subnets.map((subnet) => subnet.vpcId));
  if (otherVpcs.length > 0) {
    throw new AwsError("InvalidSubnet", "The DB subnet group's subnets must be in one VPC.");
  }
  const zones = [...new Set(subnets.map((subnet) => subnet.availabilityZone))].sort();
  if (zones.length < 2) {
    throw new AwsError(
      "DBSubnetGroupDoesNotCoverEnoughAZs",
      "The DB subnet group doesn't meet Availability Zone (AZ) coverage requirement. Current AZ coverage: " +
        `${zones.join(", ")}. Add subnets to cover at least 2 AZs.`,
    );
  }
  const group: DBSubnetGroup = {
    DBSubnetGroupName: wanted.name,
    DBSubnetGroupDescription: wanted.description,
    VpcId: vpcId,
    SubnetGroupStatus: "Complete",
    Subnets: subnets.map(({ id, availabilityZone }) => ({
      SubnetIdentifier: id,
      SubnetAvailabilityZone: { Name: availabilityZone },
      SubnetOutpost: {},
      SubnetStatus: "Active",
    })),
    DBSubnetGroupArn: arnOf(world, region, "subgrp", wanted.name),
    SupportedNetworkTypes: ["IPV4"],
  };
  groups.subnetGroups.set(wanted.name, group);
  return group;
}

function found<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error("the entry was checked before");
  return value;
}

/** An option group by name; the engines' default groups exist everywhere. */
export function findOptionGroup(groups: Groups, name: string): OptionGroup | undefined {
  const known = groups.optionGroups.get(name);
  if (known) return known;
  const parts = /^default:([a-z0-9-]*[a-z][a-z0-9]*)-(\d+(?:-\d+)?)$/.exec(name);
  if (!parts?.[1] || !parts[2]) return undefined;
  return {
    OptionGroupName: name,
    OptionGroupDescription: `Default option group for ${parts[1]} ${parts[2].replace("-", ".")}`,
    EngineName: parts[1],
    MajorEngineVersion: parts[2].replace("-", "."),
    Options: [],
  };
}

/** Names of the options that an instance or snapshot cannot lose: persistent or permanent ones. */
export function stickyOptions(group: OptionGroup | undefined): string[] {
  const options = group?.Options ?? [];
  return options.filter((one) => one.Persistent || one.Permanent).map((one) => one.OptionName ?? "");
}

/** Checks an option group named in a call: it exists, fits the engine, and has what must not be lost. */
export function checkOptionGroup(
  groups: Groups,
  name: string,
  engine: string,
  version: string,
  required: readonly string[],
): void {
  const group = findOptionGroup(groups, name);
  if (!group)
    throw new AwsError("OptionGroupNotFoundFault", `Specified OptionGroupName: ${name} not found.`, 404);
  const major = majorVersion(engine, version);
  if (group.EngineName !== engine || group.MajorEngineVersion !== major) {
    throw new AwsError(
      "InvalidParameterCombination",
      `The option group ${name} is for ${group.EngineName} ${group.MajorEngineVersion} and cannot be used with ` +
        `${engine} ${major}`,
    );
  }
  checkRequiredOptions(group, required);
}

/** Refuses where options that must not be lost would be (text: cloud-custodian#4955). */
export function checkRequiredOptions(group: OptionGroup | undefined, required: readonly string[]): void {
  const present = new Set((group?.Options ?? []).map((option) => option.OptionName));
  const missing = required.filter((option) => !present.has(option));
  if (missing.length === 0) return;
  throw new AwsError(
    "InvalidParameterValue",
    `The snapshot requires a target option group with the following options: [${missing.join(", ")}]`,
  );
}

/** A parameter group by name; the families' default groups exist everywhere. */
export function findParameterGroup(groups: Groups, name: string): DBParameterGroup | undefined {
  const known = groups.parameterGroups.get(name);
  if (known || !name.startsWith("default.")) return known;
  const family = name.slice("default.".length);
  return {
    DBParameterGroupName: name,
    DBParameterGroupFamily: family,
    Description: `Default parameter group for ${family}`,
  };
}
