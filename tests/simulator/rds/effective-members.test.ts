import { describe, expect, test } from "vitest";
import { NotSimulated } from "../types.ts";
import { schemasOf } from "../wire/schemas.ts";
import { modify, withRestored } from "./restored.ts";
import { restore, withCopy } from "./support.ts";

/** Members whose every value is refused by name; what is not here has an effect, or a refusal of its own. */
const refused = {
  RestoreDBInstanceFromDBSnapshot: [
    "AdditionalStorageVolumes",
    "CustomIamInstanceProfile",
    "DBCapacityReservationIdentifier",
    "DBClusterSnapshotIdentifier",
    "DBName",
    "Domain",
    "DomainAuthSecretArn",
    "DomainDnsIps",
    "DomainFqdn",
    "DomainIAMRoleName",
    "DomainOu",
    "EnableCustomerOwnedIp",
    "TagSpecifications",
    "TdeCredentialArn",
    "TdeCredentialPassword",
  ],
  ModifyDBInstance: [
    "AdditionalStorageVolumes",
    "AutomationMode",
    "AwsBackupRecoveryPointArn",
    "CertificateRotationRestart",
    "DBCapacityReservationIdentifier",
    "DBSecurityGroups",
    "DBSubnetGroupName",
    "DisableDomain",
    "Domain",
    "DomainAuthSecretArn",
    "DomainDnsIps",
    "DomainFqdn",
    "DomainIAMRoleName",
    "DomainOu",
    "EnableCustomerOwnedIp",
    "Engine",
    "LicenseModel",
    "MasterUserAuthenticationType",
    "MultiTenant",
    "NewDBInstanceIdentifier",
    "ReplicaMode",
    "ResumeFullAutomationModeMinutes",
    "RotateMasterUserPassword",
    "TagSpecifications",
    "TdeCredentialArn",
    "TdeCredentialPassword",
  ],
} as const;

type Operation = keyof typeof refused;
const membersOf = (operation: Operation) =>
  [...(schemasOf("rds").operations.get(operation)?.input.structIterator() ?? [])].map(([name]) => name);

function calls(operation: Operation) {
  if (operation === "ModifyDBInstance") {
    const { world } = withRestored();
    return (member: string) => modify(world, { [member]: "any" });
  }
  const { world } = withCopy();
  return (member: string) => restore(world, "x", { [member]: "any" });
}

function isRefusedByName(run: () => unknown, what: string): boolean {
  try {
    run();
  } catch (error) {
    return error instanceof NotSimulated && error.message === `not simulated: ${what}`;
  }
  return false;
}

describe.each(Object.keys(refused) as Operation[])("%s", (operation) => {
  test("refuses by name each member of the SDK's model that has no effect, and no other", () => {
    const call = calls(operation);
    const found = membersOf(operation).filter((member) =>
      isRefusedByName(() => call(member), `rds:${operation} ${member}`),
    );
    expect(found.sort()).toEqual([...refused[operation]].sort());
  });

  test("refuses by name what a later model may have", () => {
    const call = calls(operation);
    expect(() => call("FutureMember")).toThrow(new NotSimulated(`rds:${operation} FutureMember`));
  });
});

test.each([
  ["StopDBInstance", { DBInstanceIdentifier: "x", DBSnapshotIdentifier: "before" }, "DBSnapshotIdentifier"],
  [
    "CopyDBSnapshot",
    {
      SourceDBSnapshotIdentifier: "c",
      TargetDBSnapshotIdentifier: "d",
      SnapshotAvailabilityZone: "us-west-2a",
    },
    "SnapshotAvailabilityZone",
  ],
  ["DescribeOrderableDBInstanceOptions", { Engine: "postgres", Vpc: false }, "Vpc"],
])("%s refuses by name what has no effect", (operation, input, member) => {
  const { world } = withRestored();
  expect(() => world.rds(world.dr, operation, input)).toThrow(new NotSimulated(`rds:${operation} ${member}`));
});
