/**
 * Three days on which everything goes wrong that a step has a permission for: one copy slot, a backup that fails and
 * one whose name is taken, a copy that AWS refuses and one whose source goes away, an instance that is deleted, and
 * on the worst day no capacity, a quota without room, a name that is taken, a second declaration, and the closing of
 * the first.
 */
import type { SimulatedWorld } from "../simulator/index.ts";
import { AwsError, type Call, type Caller, type JournalEntry } from "../simulator/types.ts";
import type { RehearsalPlan } from "./run.ts";
import { some } from "./support.ts";

const [primary, dr] = ["us-east-1", "us-west-2"] as const;
const prefix = "lambda-dr-snapshot";

/** Calls of people, through the gate as all calls. */
function submit(
  world: SimulatedWorld,
  service: "rds" | "events",
  operation: string,
  region: string,
  input: Record<string, unknown>,
  by = "operator",
): void {
  const caller: Caller =
    by === "operator"
      ? { kind: "operator", name: by, arn: `arn:aws:iam::${world.account}:user/operator` }
      : { kind: "role", name: by, arn: `arn:aws:iam::${world.account}:role/${by}` };
  world.gate
    .submit({ service, operation, region, input, caller }, 0)
    .then((outcome) => {
      if (outcome.kind !== "output") throw new Error(`${service}:${operation} was not taken`);
    })
    .catch((error: unknown) => world.fail(error));
}

/** Publishes as whoever has taken the role that declares. */
function declare(world: SimulatedWorld, DetailType: string, detail: Record<string, unknown>): void {
  const entry = {
    EventBusName: "rds-dr-dev",
    Source: "operator",
    DetailType,
    Detail: JSON.stringify(detail),
  };
  submit(world, "events", "PutEvents", dr, { Entries: [entry] }, "rds-dr-dev-declare");
}

/** RDS's word of a finished copy, long before the copy is there. */
function sayTooEarly(world: SimulatedWorld, copyId: string): void {
  const arn = `arn:aws:rds:${dr}:${world.account}:snapshot:${copyId}`;
  world.region(dr).events.emit({
    ...{ version: "0", id: world.uuid("early"), "detail-type": "RDS DB Snapshot Event", source: "aws.rds" },
    ...{ account: world.account, time: "2026-03-01T02:20:00Z", region: dr, resources: [arn] },
    detail: {
      ...{ EventCategories: ["notification"], SourceType: "SNAPSHOT", SourceArn: arn },
      ...{ Date: "2026-03-01T02:20:00.000Z", Message: "Finished copy of snapshot" },
      ...{ SourceIdentifier: copyId, EventID: "RDS-EVENT-0060" },
    },
  });
}

/** A fault that meets the first calls, up to so many. */
function refuseFirst(
  world: SimulatedWorld,
  times: number,
  meets: (call: Call) => boolean,
  error: AwsError,
): void {
  let met = 0;
  world.gate.faults.push((call) => {
    if (met >= times || !meets(call)) return undefined;
    met += 1;
    return { kind: "refuse", error };
  });
}

/** Refuses the first looks of each step of the recovery, in each of the SDK's attempts: the step fails and comes again. */
function failTheRecoveryOnce(world: SimulatedWorld): void {
  // Calls that run side by side share the refusals, so that it takes as many as all of them have attempts.
  const attempts = (step: string) => (step.includes("restore-instance") ? 12 : 6);
  const met = new Map<string, number>();
  const steps = ["plan-recovery", "restore-instance", "finish-restore"].map(
    (step) => `rds-dr-dev-${step}-${dr}`,
  );
  world.gate.faults.push(({ service, operation, caller }) => {
    const step = steps.find((role) => caller.arn.includes(role));
    const times = met.get(step ?? "") ?? 0;
    if (
      step === undefined ||
      service !== "rds" ||
      !operation.startsWith("Describe") ||
      times >= attempts(step)
    )
      return undefined;
    met.set(step, times + 1);
    return { kind: "refuse", error: new AwsError("InternalFailure", "try again", 500) };
  });
}

const at = (world: SimulatedWorld, time: string, what: () => void): void => {
  world.clock.at(Date.parse(time), "troubles", what);
};

/** Does something soon after the first entry of its kind. */
function once(
  world: SimulatedWorld,
  is: (entry: JournalEntry) => boolean,
  then: (entry: JournalEntry) => void,
) {
  let done = false;
  world.journal.follow((entry) => {
    if (done || !is(entry)) return;
    done = true;
    world.clock.after(1, "troubles", () => then(entry));
  });
}

const eventOf = (type: string) => (entry: JournalEntry) =>
  entry.kind === "event" && entry.data["detailType"] === type;

function duringTheDays(world: SimulatedWorld): void {
  const source = world.region(primary);
  at(world, "2026-03-01T02:20:00Z", () => sayTooEarly(world, `${prefix}-orders-2026-03-01-0200`));
  refuseFirst(
    world,
    1,
    ({ operation, input }) =>
      operation === "CopyDBSnapshot" && String(input["SourceDBSnapshotIdentifier"]).includes("-billing-"),
    new AwsError("InvalidParameterCombination", "the option group is not there"),
  );
  once(
    world,
    ({ kind, region, data }) =>
      kind === "rds-state" &&
      region === dr &&
      data["what"] === "copy" &&
      data["instance"] === "catalog-2024-01-15",
    ({ data }) => source.rds.deleteSnapshot(String(data["id"])),
  );
  at(world, "2026-03-02T01:30:00Z", () =>
    submit(world, "rds", "CreateDBSnapshot", primary, {
      DBInstanceIdentifier: "wiki",
      DBSnapshotIdentifier: `${prefix}-wiki-2026-03-02-0200`,
    }),
  );
  at(world, "2026-03-02T01:59:00Z", () => {
    world.knobs["snapshotFailureProbability"] = 1;
  });
  at(world, "2026-03-02T04:00:00Z", () => {
    world.knobs["snapshotFailureProbability"] = 0;
  });
  at(world, "2026-03-02T12:30:00Z", () => source.rds.deleteInstance("wiki"));
}

function onTheWorstDay(world: SimulatedWorld): void {
  refuseFirst(
    world,
    2,
    ({ operation, input }) =>
      operation === "RestoreDBInstanceFromDBSnapshot" && input["DBInstanceIdentifier"] === "orders",
    new AwsError("InsufficientDBInstanceCapacity", "no capacity for the class"),
  );
  once(world, eventOf("restore-requested"), () => {
    const [foreign] = some("billing");
    if (foreign !== undefined) world.region(dr).rds.addInstance({ ...foreign, TagList: [] });
  });
  once(world, eventOf("dr-declared"), () => {
    world.knobs.quotas[dr] = { ...world.knobs.quotas[dr], instances: 3 };
  });
  once(world, eventOf("instance-restored"), () => {
    world.knobs.quotas[dr] = { ...world.knobs.quotas[dr], instances: 40 };
    declare(world, "dr-declared", { mode: "disaster", reason: "nobody answers" });
  });
  once(world, eventOf("recovery-completed"), ({ data }) => {
    const { declaration } = data["detail"] as { declaration: { id: string } };
    declare(world, "declaration-closed", { declarationId: declaration.id });
  });
}

/** The plan of those days. */
export const troubles: Partial<RehearsalPlan> = {
  fleet: some("orders", "wiki", "billing", "catalog-2024-01-15"),
  days: 2,
  quotas: { "copies-in-progress": 1 },
  onWorld(world) {
    world.knobs["deleteFailedSnapshot"] = "deleted";
    duringTheDays(world);
    onTheWorstDay(world);
    failTheRecoveryOnce(world);
  },
};
