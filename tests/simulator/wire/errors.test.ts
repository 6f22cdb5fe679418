import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, inject, test } from "vitest";
import { run, some } from "../../rehearsal/support.ts";
import { openWorld } from "../server/open.ts";
import { AwsError, type ServiceName } from "../types.ts";
import type { SimulatedWorld } from "../world-types.ts";
import { isKnown, mayAnswer } from "./declared-errors.ts";
import { type Provocation, provocations } from "./provoked-errors.ts";
import { sendRaw } from "./raw.ts";
import { WIRE_SERVICES } from "./schemas.ts";

const services = Object.keys(WIRE_SERVICES) as ServiceName[];
const folderOf = (service: ServiceName) =>
  join(import.meta.dirname, "..", ...(service === "lambda" ? ["lambda"] : ["services", service]));

/** Codes of CloudFormation's own making: resource providers throw them, no operation answers with them. */
const ofDeployment = ["InvalidRequest", "MalformedPolicyDocument", "ResourceAlreadyExists"];

describe("every error is one that AWS has", () => {
  let world: SimulatedWorld;
  beforeAll(() => {
    const start = new Date("2026-03-01T01:30:00Z");
    world = openWorld({ assembly: inject("assembly"), fleet: some("orders"), start }).world;
  });

  test.each(services)("%s throws only codes of its model and common ones", (service) => {
    const codes = globSync(join(folderOf(service), "*.ts")).flatMap((file) =>
      [...readFileSync(file, "utf8").matchAll(/new AwsError\(\s*"([^"]+)"/g)].map(([, code]) => code ?? ""),
    );
    expect(codes.filter((code) => !isKnown(service, code) && !ofDeployment.includes(code))).toEqual([]);
  });

  const named = provocations.map((each) => [`${each[0]}:${each[1]} ${each[3]}`, each] as const);
  test.each(named)("%s is refused as the operation declares", async (_name, provocation: Provocation) => {
    const [service, operation, input, code] = provocation;
    const caller = {
      kind: "operator",
      name: "operator",
      arn: "arn:aws:iam::111122223333:user/operator",
    } as const;
    const call = { service, operation, input, region: "us-east-1", caller };
    const outcome = await world.complete(world.gate.submit(call, 0));
    expect(outcome).toMatchObject({ kind: "error", error: { code } });
    expect(mayAnswer(service, operation, code)).toBe(true);
  });

  test("an answer with any other code fails the run", async () => {
    const error = new AwsError("KMSKeyNotAccessibleFault", "the key is disabled");
    world.gate.faults.push(() => ({ kind: "refuse", error }));
    const body = "Action=ListTagsForResource&Version=2014-10-31&ResourceName=a";
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    await expect(sendRaw(world, { service: "rds", headers, body })).rejects.toThrow(
      "the simulated rds:ListTagsForResource refuses as AWS cannot: it does not declare KMSKeyNotAccessibleFault",
    );
    world.gate.faults.pop();
  });

  test("whatever is refused on the worst day of an account at its quotas is declared too", async () => {
    const refused = new Set<string>();
    const undeclared = new Set<string>();
    await run({
      fleet: some("orders", "wiki", "crm"),
      days: 1,
      quotas: { "copies-in-progress": 1, "manual-snapshots": 3, instances: 2 },
      onEntry: ({ kind, data }) => {
        const [service, operation, outcome] = [data["service"], data["operation"], data["outcome"]].map(
          String,
        );
        if (kind !== "call" || outcome === "ok") return;
        const name = `${service}:${operation} ${outcome}`;
        refused.add(name);
        if (!mayAnswer(service as ServiceName, operation ?? "", outcome ?? "")) undeclared.add(name);
      },
    });
    expect([...undeclared]).toEqual([]);
    expect(refused.size).toBeGreaterThan(0);
  });
});
