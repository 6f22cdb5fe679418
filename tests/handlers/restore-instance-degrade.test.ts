import { describe, expect, test } from "vitest";
import { type Attempt, degrade } from "../../handlers/restore-instance/degrade.ts";
import { restoreInput } from "../../handlers/restore-instance/input.ts";
import { copyOf, description, request, settings } from "./recovery-builders.ts";

const described = copyOf("orders", {
  described: description({
    logs: ["postgresql"],
    ca: "rds-ca-rsa2048-g1",
    optionGroup: "crm-tde",
    backupDays: 7,
    cpu: { coreCount: "2" },
    logVolume: true,
  }),
});

/** A refusal as the SDK throws it. */
function refusal(name: string, message = ""): Error {
  return Object.assign(new Error(message), { name });
}

describe("a restore that is refused", () => {
  const attempt: Attempt = {
    input: restoreInput(request, described, settings).input,
    dropped: [],
  };

  test.each([
    ["DBParameterGroupNotFoundFault", "", ["DBParameterGroupName"]],
    ["OptionGroupNotFoundFault", "", ["OptionGroupName"]],
    ["CertificateNotFoundFault", "", ["CACertificateIdentifier"]],
    ["StorageTypeNotSupportedFault", "", ["StorageType", "Iops", "StorageThroughput"]],
    ["ProvisionedIopsNotAvailableInAZFault", "", ["StorageType", "Iops", "StorageThroughput"]],
    ["DBSubnetGroupDoesNotCoverEnoughAZs", "", ["MultiAZ"]],
    [
      "InvalidParameterCombination",
      "You can't specify IOPS or storage throughput for engine postgres and a storage size less than 400.",
      ["Iops", "StorageThroughput"],
    ],
    [
      "InvalidParameterValue",
      "The parameter group with DBParameterGroupFamily postgres15 can't be used for this instance.",
      ["DBParameterGroupName"],
    ],
    [
      "InvalidParameterValue",
      "Mirroring cannot be applied to instances with backup retention set to zero",
      ["MultiAZ"],
    ],
    ["InvalidParameterCombination", "Invalid coreCount 2 for db.r6g.xlarge", ["ProcessorFeatures"]],
    ["InvalidParameterCombination", "A dedicated log volume needs io1 or io2", ["DedicatedLogVolume"]],
    [
      "InvalidParameterCombination",
      "You cannot use the log types 'postgresql' here",
      ["EnableCloudwatchLogsExports"],
    ],
  ])("with %s does without what it is about: %s", (name, text, dropped) => {
    const next = degrade(attempt, refusal(name, text));
    expect(next?.dropped).toEqual(dropped);
    const { input } = attempt;
    const left = Object.keys(input).filter((key) => !dropped.includes(key));
    expect(Object.keys(next?.input ?? {})).toEqual(left);
  });

  test.each([
    ["KMSKeyNotAccessibleFault", "the key is disabled"],
    ["DBSubnetGroupNotFoundFault", "no such group"],
    ["InvalidParameterValue", "Invalid security group, groupId= sg-0d1a2b3c4d5e6f708, groupName=."],
    ["AccessDenied", "not authorized"],
    ["InsufficientDBInstanceCapacityFault", ""],
  ])("with %s is not degraded: %s", (name, text) => {
    expect(degrade(attempt, refusal(name, text))).toBeUndefined();
  });

  test("does without the same thing only once", () => {
    const once = degrade(attempt, refusal("OptionGroupNotFoundFault"));
    expect(once && degrade(once, refusal("OptionGroupNotFoundFault"))).toBeUndefined();
  });

  test.each([
    [
      "InvalidParameterCombination",
      "RDS does not support creating a DB instance with the following combination: DBInstanceClass=db.x",
    ],
    ["InvalidParameterValue", "Invalid DB Instance class: db.x"],
  ])(
    "for its class takes the one that travelled, then the same size of a family that every engine runs on: %s",
    (code, text) => {
      const classes: (string | undefined)[] = [];
      const first: Attempt = { input: { ...attempt.input, DBInstanceClass: "db.m99.large" }, dropped: [] };
      for (let next: Attempt | undefined = first; next !== undefined; ) {
        classes.push(next.input.DBInstanceClass);
        next = degrade(next, refusal(code, text), "db.r6g.xlarge");
      }
      expect(classes).toEqual([
        "db.m99.large",
        "db.r6g.xlarge",
        "db.r7i.xlarge",
        "db.r6i.xlarge",
        "db.r5.xlarge",
        "db.m6i.xlarge",
        "db.m5.xlarge",
      ]);
    },
  );
});
