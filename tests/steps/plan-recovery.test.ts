import { describe, expect, test } from "vitest";
import { AwsError } from "../simulator/index.ts";
import { nightly, StepWorld } from "./world.ts";

const restores = (aws: StepWorld) =>
  aws
    .calls("RestoreDBInstanceFromDBSnapshot")
    .filter(({ outcome }) => outcome === "ok")
    .map(({ parameters }) => parameters["DBInstanceIdentifier"]);

/** Two instances with a copy each, at half past three. */
async function covered(...fleet: string[]): Promise<StepWorld> {
  const aws = new StepWorld({ fleet: fleet.length > 0 ? fleet : ["wiki", "orders"] });
  await aws.until("03:30");
  return aws;
}

describe("an order that cannot be understood", () => {
  test.each([
    ["a mistyped detail-type", "dr-declare", { mode: "disaster", reason: "x" }, "did you mean dr-declared?"],
    ["an unknown field", "dr-declared", { mode: "disaster", reason: "x", instancs: ["wiki"] }, "instances"],
    [
      "an unknown instance",
      "dr-declared",
      { mode: "disaster", reason: "x", instances: ["wikki"] },
      "did you mean wiki?",
    ],
    ["a drill", "dr-declared", { mode: "drill", reason: "x" }, "drills do not exist yet"],
    ["a missing reason", "dr-declared", { mode: "disaster" }, "reason"],
    ["an unknown declaration to close", "declaration-closed", { declarationId: "x" }, "there is none"],
  ])(
    "(%s) restores nothing, and is answered with the right command within a minute",
    async (...situation) => {
      const [, type, detail, said] = situation;
      const aws = await covered("wiki");
      const before = aws.mails().length;
      await aws.publish(aws.dr, type, detail);
      await aws.pass(1);
      const [answer, ...more] = aws.mails().slice(before);
      expect(more).toEqual([]);
      expect(answer).toMatchObject({ kind: "declaration-refused", region: aws.dr });
      expect(answer?.message).toContain(said);
      expect(answer?.message).toContain("aws events put-events --region us-west-2");
      await aws.pass(60);
      expect(restores(aws)).toEqual([]);
      expect(aws.deadLetters).toEqual([]);
    },
  );
});

describe("an order in the wrong place", () => {
  const detail = { mode: "disaster", reason: "us-east-1's gone", instances: ["wiki"] };

  test.each([
    ["dr-declared", "us-west-2", "rds-dr", detail, "is the source of rds-dr itself"],
    ["declaration-closed", "us-west-2", "rds-dr", { declarationId: "x" }, "is the source of rds-dr itself"],
    ["dr-declared", "us-east-1", "operator", detail, "was published in us-east-1"],
    ["dr-declared", "us-east-1", "rds-dr", detail, "was published in us-east-1"],
  ])(
    "(%s in %s as %s) does nothing, and is answered with the right command within a minute",
    async (...situation) => {
      const [type, region, source, given, said] = situation;
      const aws = await covered("wiki");
      const before = aws.mails().length;
      await aws.publish(region, type, given, source);
      await aws.pass(1);
      const [answer, ...more] = aws.mails().slice(before);
      expect(more).toEqual([]);
      expect(answer).toMatchObject({ kind: "declaration-refused", region });
      expect(answer?.message).toContain(said);
      const entry = {
        EventBusName: "rds-dr-dev",
        Source: "operator",
        DetailType: type,
        Detail: JSON.stringify(given),
      };
      const quoted = JSON.stringify([entry]).replaceAll("'", `'\\''`);
      expect(answer?.message).toContain(`aws events put-events --region us-west-2 --entries '${quoted}'`);
      await aws.pass(60);
      expect(restores(aws)).toEqual([]);
      expect(aws.deadLetters).toEqual([]);
    },
  );
});

describe("a declaration", () => {
  test("with dryRun says what it would do, and does nothing", async () => {
    const aws = await covered();
    await aws.declare({ dryRun: true });
    await aws.pass(60);
    const [answer] = aws.mails("recovery-planned");
    expect(answer?.subject).toContain("dry run: 2 instances to restore");
    expect(answer?.message).toContain(nightly("wiki"));
    expect(restores(aws)).toEqual([]);
    expect(aws.tag(aws.dr, nightly("wiki"), "rds-dr:declaration")).toBeUndefined();
  });

  test("with asOf chooses the copy that was there then", async () => {
    const aws = await covered("wiki");
    await aws.publish(aws.primary, "backup-requested", { instanceId: "wiki" });
    await aws.until("05:00");
    expect(aws.snapshots(aws.dr)).toHaveLength(2);
    await aws.declare({ asOf: "2026-03-01T03:00:00Z" });
    await aws.pass(10);
    const [restore] = aws.calls("RestoreDBInstanceFromDBSnapshot");
    expect(restore?.parameters["DBSnapshotIdentifier"]).toBe(nightly("wiki"));
  });

  test("that comes twice restores once", async () => {
    const aws = await covered();
    await aws.declare({ declarationId: "twice" });
    await aws.declare({ declarationId: "twice" });
    await aws.pass(90);
    expect(restores(aws).toSorted()).toEqual(["orders", "wiki"]);
    expect(aws.mails("recovery-completed")).toHaveLength(1);
    expect(
      aws
        .mails("instance-restored")
        .flatMap(({ instances }) => instances)
        .toSorted(),
    ).toEqual(["orders", "wiki"]);
  });

  test("while another one is open answers already-declared and restores nothing again", async () => {
    const aws = await covered();
    await aws.declare({ declarationId: "first" });
    await aws.pass(5);
    await aws.declare({ declarationId: "second" });
    await aws.pass(90);
    const [answer] = aws.mails("already-declared");
    expect(answer?.message).toContain("Declaration first");
    expect(restores(aws).toSorted()).toEqual(["orders", "wiki"]);
    expect(aws.mails("recovery-completed")).toHaveLength(1);
  });

  test.each([
    ["open for the rest", false, "wiki-r2"],
    ["closed since", true, "wiki"],
  ])("restores the newest copy of what was moved back, though another one is %s", async (_, isClosed, as) => {
    const aws = await covered("wiki", "crm");
    await aws.declare({ declarationId: "first" });
    await aws.until("06:00");
    const moved = { DBInstanceIdentifier: "wiki", SkipFinalSnapshot: true };
    await aws.act(aws.dr, "rds", "DeleteDBInstance", moved);
    await aws.until("2 08:00");
    if (isClosed) await aws.publish(aws.dr, "declaration-closed", { declarationId: "first" });
    await aws.pass(2);
    await aws.declare({ declarationId: "second", instances: ["wiki"] });
    await aws.pass(10);
    const [restore] = aws.calls("RestoreDBInstanceFromDBSnapshot").slice(-1);
    expect(restore?.parameters).toMatchObject({
      DBInstanceIdentifier: as,
      DBSnapshotIdentifier: nightly("wiki", 2),
    });
  });

  test("overrides win over what travelled", async () => {
    const aws = await covered("orders");
    await aws.declare({ overrides: { orders: { instanceClass: "db.r6g.2xlarge", multiAz: false } } });
    await aws.pass(60);
    expect(aws.instance(aws.dr, "orders")).toMatchObject({
      DBInstanceClass: "db.r6g.2xlarge",
      MultiAZ: false,
    });
  });

  test("restores tier 1 before tier 3", async () => {
    const aws = await covered();
    await aws.declare();
    await aws.pass(5);
    const asked = aws.events("restore-requested").map(({ instanceId }) => instanceId);
    expect(asked).toEqual(["orders", "wiki"]);
  });

  test("goes on without a copy that has no room for its tags, and says so", async () => {
    const aws = await covered();
    const own = aws.snapshot(aws.dr, nightly("wiki"))?.TagList?.length ?? 0;
    const many = Array.from({ length: 50 - own }, (_, at) => [`cost-${at}`, "x"] as const);
    await aws.retag(aws.dr, nightly("wiki"), Object.fromEntries(many));
    await aws.declare();
    await aws.pass(60);
    expect(restores(aws)).toEqual(["orders"]);
    const [answer] = aws.mails("recovery-planned");
    expect(answer?.message).toMatch(/- wiki: .*cannot be tagged/);
    expect(aws.deadLetters).toEqual([]);
  });
});

describe("a copy that RDS does not tag because it is busy", () => {
  const refused = (aws: StepWorld, until: number) => {
    const error = new AwsError("Throttling", "Rate exceeded", 400);
    let refusals = 0;
    aws.world.gate.faults.push(({ operation, caller, input }) => {
      const isOurs = operation === "AddTagsToResource" && caller.name.includes("plan-recovery");
      const isOne = isOurs && String(input["ResourceName"]).includes("orders");
      return isOne && ++refusals <= until ? { kind: "refuse", error } : undefined;
    });
  };

  test("is asked for again in the same run, and nobody is troubled with it", async () => {
    const aws = await covered();
    refused(aws, 6);
    await aws.declare();
    await aws.pass(60);
    const [answer, ...more] = aws.mails("recovery-planned");
    expect(more).toEqual([]);
    expect(answer?.subject).toMatch(/2 instances to restore$/);
    expect(restores(aws).toSorted()).toEqual(["orders", "wiki"]);
  });

  test("for the whole of a run is said to be tried again, and is, while the others are under way", async () => {
    const aws = await covered();
    refused(aws, 9);
    await aws.declare();
    await aws.pass(60);
    const answers = aws.mails("recovery-planned").map(({ message }) => message);
    expect(answers.join("\n")).toMatch(/- orders: .*Throttling.*tried again by itself/);
    expect(answers.join("\n")).not.toContain("take tags");
    expect(restores(aws)).toEqual(["wiki", "orders"]);
    expect(aws.mails("recovery-completed")).toHaveLength(1);
    expect(aws.deadLetters).toEqual([]);
  });
});

describe("declaration-closed", () => {
  test("tags the restored instances and ends the condition that they run unprotected", async () => {
    const aws = await covered("wiki");
    await aws.declare({ declarationId: "fire" });
    await aws.until("05:30");
    expect(aws.mails("recovered-unprotected")).toHaveLength(1);
    await aws.publish(aws.dr, "declaration-closed", { declarationId: "fire" });
    await aws.until("08:30");
    const keys = aws.instance(aws.dr, "wiki")?.TagList?.map(({ Key }) => Key);
    expect(keys).toContain("rds-dr:closed");
    expect(aws.mails("declaration-closed")).toHaveLength(1);
    expect(aws.mails("recovered-unprotected-over")).toHaveLength(1);
  });

  test("leaves alone what another declaration has taken over while it was being carried out", async () => {
    const aws = await covered("wiki");
    aws.world.knobs.quotas[aws.dr] = { instances: 0 };
    await aws.declare({ declarationId: "first" });
    await aws.pass(20);
    let looks = 0;
    aws.world.gate.faults.push(({ operation, caller }) => {
      const isLook = operation === "DescribeDBInstances" && caller.name.includes("plan-recovery");
      return isLook && ++looks === 1 ? { kind: "delay", milliseconds: 8_000 } : undefined;
    });
    await aws.publish(aws.dr, "declaration-closed", { declarationId: "first" });
    await aws.see(() => looks === 1);
    await aws.declare({ declarationId: "second" });
    await aws.pass(2);
    aws.world.knobs.quotas[aws.dr] = {};
    await aws.pass(60);
    expect(aws.mails("declaration-closed")).toHaveLength(1);
    expect(restores(aws)).toEqual(["wiki-r2"]);
    expect(aws.mails("recovery-completed")).toHaveLength(1);
  });
});
