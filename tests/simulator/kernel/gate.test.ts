import { describe, expect, test } from "vitest";
import type { Outcome } from "../gate.ts";
import { createJournal } from "../journal.ts";
import type { Call, ServiceName, Shape } from "../types.ts";
import { kernelWorld } from "./doubles.ts";

const caller = {
  kind: "operator",
  name: "operator",
  arn: "arn:aws:iam::111122223333:user/operator",
} as const;

function call(service: ServiceName, operation: string, region = "us-east-1"): Call {
  return { service, operation, input: {}, region, caller };
}

const answers = {
  "rds:DescribeDBInstances": () => ({ DBInstances: [] }),
  "sns:ListTopics": () => ({ Topics: [] }),
};

function gateWith(knobs: Readonly<Record<string, unknown>> = {}) {
  const { world } = kernelWorld({ answers, knobs });
  const submit = (one: Call) => world.complete(world.gate.submit(one, 0));
  /** How many of so many requests at one instant are answered. */
  const answered = async (count: number, one = call("rds", "DescribeDBInstances")) => {
    let done = 0;
    for (let index = 0; index < count; index += 1) if ((await submit(one)).kind === "output") done += 1;
    return done;
  };
  const pass = (milliseconds: number) => world.run({ until: world.clock.now() + milliseconds });
  return { submit, answered, pass };
}

const textOf = (outcome: Outcome) =>
  outcome.kind === "error" ? `${outcome.error.code} ${outcome.error.status}: ${outcome.error.message}` : "";

describe("the API throttle of RDS", () => {
  test("answers 300 requests at once and refuses the next", async () => {
    const { answered, submit } = gateWith();
    expect(await answered(301)).toBe(300);
    expect(textOf(await submit(call("rds", "DescribeDBInstances")))).toBe("Throttling 400: Rate exceeded");
  });

  test("lets 12 more through a second, and never saves up more than the burst", async () => {
    const { answered, pass } = gateWith();
    await answered(300);
    await pass(1_000);
    expect(await answered(20)).toBe(12);
    await pass(24 * 3_600_000);
    expect(await answered(310)).toBe(300);
  });

  test("is for one region and for RDS alone", async () => {
    const { answered } = gateWith({ rdsRequestBurst: 2 });
    expect(await answered(3)).toBe(2);
    expect(await answered(3, call("rds", "DescribeDBInstances", "us-west-2"))).toBe(2);
    expect(await answered(3, call("sns", "ListTopics"))).toBe(3);
  });

  test("can be adjusted, worded otherwise and switched off", async () => {
    const { answered, pass, submit } = gateWith({
      rdsRequestBurst: 1,
      rdsRequestsPerSecond: 2,
      throttlingCode: "ThrottlingException",
    });
    expect(await answered(2)).toBe(1);
    expect(textOf(await submit(call("rds", "DescribeDBInstances")))).toMatch(/^ThrottlingException 400/);
    await pass(500);
    expect(await answered(2)).toBe(1);
    expect(await gateWith({ rdsRequestBurst: 0 }).answered(400)).toBe(400);
  });
});

describe("a member that an operation does not look at", () => {
  const ask = async (input: Shape) => {
    const { world } = kernelWorld({ answers: { "lambda:GetFunction": () => ({}) } });
    world.gate.tolerant = true;
    return textOf(await world.complete(world.gate.submit({ ...call("lambda", "GetFunction"), input }, 0)));
  };

  test("is refused by name", async () => {
    expect(await ask({ FunctionName: "f", Qualifier: "7" })).toBe(
      "NotSimulated 501: not simulated: lambda:GetFunction with Qualifier",
    );
  });

  test("may be given where it changes nothing", async () => {
    expect(await ask({ FunctionName: "f", Qualifier: "$LATEST" })).toMatch(/^ResourceNotFoundException/);
  });
});

describe("the journal of a world", () => {
  test("is handed to followers, and kept unless the world is told not to", () => {
    for (const keep of [true, false]) {
      const journal = createJournal({ now: () => 5 }, { keep });
      const seen: unknown[] = [];
      journal.follow((entry) => seen.push(entry));
      journal.write("us-east-1", "call", { operation: "X" });
      const entry = { at: 5, region: "us-east-1", kind: "call", data: { operation: "X" } };
      expect(seen).toEqual([entry]);
      expect(journal.entries).toEqual(keep ? [entry] : []);
    }
  });
});
