import { describe, expect, test } from "vitest";
import { shop } from "../rehearsal/support.ts";
import { AwsError } from "../simulator/index.ts";
import { nightly, StepWorld } from "./world.ts";

const restoresOf = (aws: StepWorld, id: string) =>
  aws.calls("RestoreDBInstanceFromDBSnapshot", { DBInstanceIdentifier: id }).map(({ outcome }) => outcome);
const outcomeOf = (aws: StepWorld, id: string) => aws.tag(aws.dr, nightly(id), "rds-dr:outcome");

async function covered(...fleet: string[]): Promise<StepWorld> {
  const aws = new StepWorld({ fleet });
  await aws.until("03:30");
  return aws;
}

describe("without room for an instance", () => {
  test("a restore waits, pages nobody, and goes on when the quota is raised", async () => {
    const aws = await covered("wiki");
    aws.world.knobs.quotas[aws.dr] = { instances: 0 };
    await aws.declare();
    await aws.pass(25);
    expect(restoresOf(aws, "wiki")).toEqual([]);
    expect(aws.mails("restore-waiting").map(({ instances }) => instances)).toEqual([["wiki"]]);
    expect(aws.mails("restore-failed")).toEqual([]);
    aws.world.knobs.quotas[aws.dr] = {};
    await aws.pass(60);
    expect(restoresOf(aws, "wiki").filter((one) => one === "ok")).toHaveLength(1);
    expect(aws.mails("recovery-completed")).toHaveLength(1);
    expect(aws.deadLetters).toEqual([]);
  });

  test("for want of capacity a restore waits too, and those after it go on", async () => {
    const aws = await covered("wiki", "orders");
    aws.world.knobs["exhaustedInstanceClasses"] = { [aws.dr]: ["db.r6g.xlarge"] };
    await aws.declare();
    await aws.pass(60);
    expect(aws.mails("instance-restored").map(({ instances }) => instances)).toEqual([["wiki"]]);
    aws.world.knobs["exhaustedInstanceClasses"] = {};
    await aws.pass(60);
    expect(aws.mails("instance-restored").map(({ instances }) => instances)).toEqual([["wiki"], ["orders"]]);
    expect(aws.deadLetters).toEqual([]);
  });
});

describe("without room for all", () => {
  // Of tiers 1, 2, 3 and 3.
  const fleet = ["orders", "catalog-2024-01-15", "reports", "wiki"];
  const back = (aws: StepWorld) => fleet.filter((id) => aws.instance(aws.dr, id) !== undefined);

  test("lower tiers are restored first, whatever order the requests come in, and as room comes so are the others", async () => {
    const aws = await covered(...fleet);
    aws.world.knobs.quotas[aws.dr] = { instances: 1 };
    await aws.declare();
    await aws.pass(20);
    expect(back(aws)).toEqual(["orders"]);
    for (const [instances, ids] of [
      [2, ["orders", "catalog-2024-01-15"]],
      [3, ["orders", "catalog-2024-01-15", "reports"]],
      [4, ["orders", "catalog-2024-01-15", "reports", "wiki"]],
    ] as const) {
      aws.world.knobs.quotas[aws.dr] = { instances };
      await aws.pass(20);
      expect(back(aws)).toEqual(ids);
    }
    await aws.pass(60);
    expect(aws.mails("recovery-completed")).toHaveLength(1);
    expect(
      aws
        .mails("restore-waiting")
        .flatMap(({ instances }) => instances)
        .toSorted(),
    ).toEqual(["catalog-2024-01-15", "reports", "wiki"]);
    expect(aws.deadLetters).toEqual([]);
  });

  test("a lower tier that failed for good, or waits for capacity, holds nobody up", async () => {
    const aws = await covered(...fleet);
    aws.world.knobs.quotas[aws.dr] = { instances: 2 };
    aws.world.knobs["exhaustedInstanceClasses"] = { [aws.dr]: ["db.r6g.xlarge"] };
    aws.world.gate.faults.push(({ operation, input }) =>
      operation === "RestoreDBInstanceFromDBSnapshot" &&
      input["DBInstanceIdentifier"] === "catalog-2024-01-15"
        ? { kind: "refuse", error: new AwsError("KMSKeyNotAccessibleFault", "The KMS key is disabled") }
        : undefined,
    );
    await aws.declare();
    await aws.pass(20);
    expect(back(aws)).toEqual(["reports", "wiki"]);
  });

  test("one that is refused though there seemed to be room for it holds nobody up", async () => {
    const aws = await covered(...fleet);
    aws.world.knobs.quotas[aws.dr] = { instances: 1 };
    // Licence-included engines have a quota of their own beneath the one that AWS tells.
    aws.world.gate.faults.push(({ operation, input }) =>
      operation === "RestoreDBInstanceFromDBSnapshot" && input["DBInstanceIdentifier"] === "orders"
        ? { kind: "refuse", error: new AwsError("InstanceQuotaExceeded", "no more of this engine") }
        : undefined,
    );
    await aws.declare();
    await aws.pass(30);
    expect(back(aws)).toEqual(["catalog-2024-01-15"]);
  });
});

describe("what the DR region does not have", () => {
  test("is done without and listed as a difference: a parameter group, a class", async () => {
    const aws = await covered("orders");
    aws.world.knobs["missingInstanceClasses"] = { [aws.dr]: ["db.r6g.xlarge"] };
    aws.world.gate.faults.push(({ operation, input }) =>
      operation === "RestoreDBInstanceFromDBSnapshot" && input["DBParameterGroupName"] === "orders-pg16-dr"
        ? {
            kind: "refuse",
            error: new AwsError("DBParameterGroupNotFound", "DBParameterGroup not found", 404),
          }
        : undefined,
    );
    await aws.declare();
    await aws.pass(120);
    const [completed] = aws.mails("recovery-completed");
    expect(completed?.message).toContain("parameterGroup: orders-pg16 -> default.postgres16");
    expect(completed?.message).toContain("instanceClass: db.r6g.xlarge -> db.r7i.xlarge");
    expect(aws.mails("restore-failed")).toEqual([]);
  });
});

describe("a name that a foreign instance has", () => {
  test("is left to it: the restore takes -dr, and says so", async () => {
    const aws = await covered("wiki");
    const foreign = shop.find(({ DBInstanceIdentifier }) => DBInstanceIdentifier === "scratch");
    const arn = foreign?.DBInstanceArn?.replace(":scratch", ":wiki").replace("us-east-1", aws.dr);
    aws.world.region(aws.dr).rds.addInstance({
      ...foreign,
      ...{ DBInstanceIdentifier: "wiki", DbiResourceId: "db-FOREIGN", KmsKeyId: undefined },
      ...(arn === undefined ? {} : { DBInstanceArn: arn }),
    });
    await aws.declare();
    await aws.pass(60);
    expect(aws.mails("recovery-planned")[0]?.message).toContain("restored as wiki-dr");
    expect(aws.instance(aws.dr, "wiki-dr")?.DBInstanceStatus).toBe("available");
    expect(aws.instance(aws.dr, "wiki")?.DBInstanceClass).toBe("db.t4g.small");
  });
});

describe("a restore that RDS refuses for good", () => {
  test.each([
    [
      "its engine version is withdrawn",
      (aws: StepWorld) => {
        aws.world.knobs["withdrawnEngineVersions"] = { [aws.dr]: ["mariadb 10.11.9"] };
      },
      "Cannot find version",
    ],
    [
      "its key was disabled after the plan",
      (aws: StepWorld) => {
        const error = new AwsError("KMSKeyNotAccessibleFault", "The specified KMS key is disabled");
        aws.world.gate.faults.push(({ operation }) =>
          operation === "RestoreDBInstanceFromDBSnapshot" ? { kind: "refuse", error } : undefined,
        );
      },
      "KMS key is disabled",
    ],
  ])("(%s) is told once, and the declaration ends", async (_, trouble, text) => {
    const aws = await covered("wiki");
    trouble(aws);
    await aws.declare();
    await aws.pass(150);
    expect(restoresOf(aws, "wiki")).toHaveLength(1);
    const told = aws.mails("restore-failed");
    expect(told).toHaveLength(1);
    expect(told[0]?.message).toContain(text);
    expect(outcomeOf(aws, "wiki")).toMatch(/^failed:/);
    const [completed] = aws.mails("recovery-completed");
    expect(completed?.subject).toContain("none of 1 restored");
    expect(aws.deadLetters).toEqual([]);
  });

  test("is restored by another declaration once the cause is gone", async () => {
    const aws = await covered("wiki");
    aws.world.knobs["withdrawnEngineVersions"] = { [aws.dr]: ["mariadb 10.11.9"] };
    await aws.declare({ declarationId: "first" });
    await aws.pass(30);
    aws.world.knobs["withdrawnEngineVersions"] = {};
    await aws.declare({ declarationId: "second" });
    await aws.pass(60);
    expect(aws.instance(aws.dr, "wiki")?.DBInstanceStatus).toBe("available");
    expect(aws.mails("recovery-completed")).toHaveLength(2);
  });
});

describe("a function that is killed after its restore was taken", () => {
  test("does no harm: the instance is there once, and the recovery completes", async () => {
    const aws = await covered("wiki");
    aws.world.gate.faults.push(({ operation }, { number }) =>
      operation === "RestoreDBInstanceFromDBSnapshot" && number <= 1
        ? { kind: "lose-reply", how: "silence" }
        : undefined,
    );
    await aws.declare();
    await aws.pass(90);
    expect(restoresOf(aws, "wiki").filter((one) => one === "ok")).toHaveLength(1);
    expect(aws.mails("recovery-completed")).toHaveLength(1);
    expect(aws.mails("restore-failed")).toEqual([]);
    expect(aws.deadLetters).toEqual([]);
  });
});
