import type { DBInstance } from "@aws-sdk/client-rds";
import { inject } from "vitest";
import { some } from "../../rehearsal/support.ts";
import type { SimulatedWorld } from "../world-types.ts";
import { openWorld } from "./open.ts";
import { type RunningServer, serve } from "./server.ts";

/** Half an hour before the first backup slot. */
export const START = new Date("2026-03-01T01:30:00Z");

/** A served world whose clock only the control path moves. */
export interface ServedWorld extends RunningServer {
  readonly world: SimulatedWorld;
  /** What went wrong inside the simulated AWS. */
  readonly problems: unknown[];
  control(path: string, body?: unknown): Promise<{ status: number; body: Record<string, unknown> }>;
  advance(minutes: number): Promise<void>;
}

/** Instances that no tag protects, so that listings have more than a page and nothing else happens. */
export function bystanders(count: number): DBInstance[] {
  const [model] = some("wiki");
  if (model === undefined) throw new Error("the sample fleet has no wiki");
  return Array.from({ length: count }, (_, index) => {
    const id = `bystander-${index + 1}`;
    return {
      ...model,
      DBInstanceIdentifier: id,
      DBInstanceArn: `arn:aws:rds:us-east-1:111122223333:db:${id}`,
      DbiResourceId: `db-BYSTANDER${index + 1}`,
      TagList: [],
    };
  });
}

/** Serves a world with `orders` and the bystanders on a free port; time stands still. */
export async function served(bystanding = 0): Promise<ServedWorld> {
  const fleet = [...some("orders"), ...bystanders(bystanding)];
  const { world } = openWorld({ assembly: inject("assembly"), fleet, start: START });
  const problems: unknown[] = [];
  const report = (error: unknown) => problems.push(error);
  const server = await serve(world, { port: 0, speed: 0, report });
  const control = async (path: string, body?: unknown) => {
    const text = typeof body === "string" ? body : JSON.stringify(body);
    const init = body === undefined ? {} : { method: "POST", body: text };
    const reply = await fetch(`${server.url}/_control/${path}`, init);
    return { status: reply.status, body: (await reply.json()) as Record<string, unknown> };
  };
  const advance = async (minutes: number) => {
    await control("advance", { minutes });
  };
  return { ...server, world, problems, control, advance };
}

/** Settings of SDK clients that call the server. */
export function at({ url }: RunningServer, region = "us-east-1", accessKeyId = "operator") {
  return { endpoint: url, region, maxAttempts: 1, credentials: { accessKeyId, secretAccessKey: "any" } };
}
