import fc from "fast-check";
import { beforeAll, describe, expect, inject, test } from "vitest";
import { some } from "../../rehearsal/support.ts";
import { digestOf } from "../server/digest.ts";
import { openWorld } from "../server/open.ts";
import type { SimulatedWorld } from "../world-types.ts";
import { answer } from "./endpoint.ts";
import { malformations } from "./malformed-requests.ts";
import { type Protocol, protocols, request, targetsOf, wellFormed } from "./sample-requests.ts";

const RUNS = 300;
let world: SimulatedWorld;

beforeAll(async () => {
  const start = new Date("2026-03-01T01:30:00Z");
  world = openWorld({ assembly: inject("assembly"), fleet: some("orders", "wiki"), start }).world;
  // Backups and copies are under way.
  await world.run({ until: new Date("2026-03-01T02:10:00Z") });
});

/** The error code of a reply in the shape of its protocol; undefined when it has no such shape. */
function codeIn(protocol: Protocol, reply: Awaited<ReturnType<typeof answer>>): string | undefined {
  if (reply.kind !== "reply") return undefined;
  if (protocol === "awsQuery") {
    return /<ErrorResponse .*<Code>([\w.]+)<\/Code><Message>.*<RequestId>/s.exec(reply.body)?.[1];
  }
  const { __type, message, Message } = JSON.parse(reply.body) as Record<string, unknown>;
  if (typeof (message ?? Message) !== "string") return undefined;
  return protocol === "restJson1" ? reply.headers["x-amzn-errortype"] : String(__type);
}

describe.each(Object.keys(protocols) as Protocol[])("in %s", (protocol) => {
  const drawn = Object.entries(malformations).flatMap(([kind, draw]) => {
    const requests = draw(protocol);
    return requests === undefined ? [] : [[kind, requests] as const];
  });
  test.each(drawn)("%s is refused as AWS would, and changes nothing", async (_kind, requests) => {
    const before = digestOf(world);
    const entries = world.journal.entries.length;
    await fc.assert(
      fc.asyncProperty(requests, async (malformed) => {
        const reply = await answer(world, malformed);
        const status = reply.kind === "reply" ? reply.status : 0;
        expect({ status, code: codeIn(protocol, reply), reply }).toMatchObject({
          status: expect.toSatisfy((each: number) => each >= 400 && each < 500) as number,
          code: expect.stringMatching(/^[\w.#]+$/) as string,
        });
      }),
      { numRuns: RUNS, seed: 1 },
    );
    const written = world.journal.entries.slice(entries);
    expect(written.filter(({ kind }) => kind !== "refused")).toEqual([]);
    expect(written.length).toBeGreaterThanOrEqual(RUNS);
    expect(digestOf(world)).toBe(before);
    await world.run({ until: world.clock.now() });
  });

  test("the requests that these are made from are well formed: they reach their services", async () => {
    const unread: string[] = [];
    const { world: other } = openWorld({
      assembly: inject("assembly"),
      fleet: some("orders"),
      start: new Date("2026-03-01T01:30:00Z"),
    });
    for (const target of targetsOf(protocol)) {
      const calls = other.journal.entries.length;
      await other.complete(answer(other, request(target, wellFormed(target)))).catch(() => {});
      const reached = other.journal.entries.slice(calls).find(({ kind }) => kind === "call");
      if (reached?.data["operation"] !== target.operation.name) {
        unread.push(`${target.service}:${target.operation.name}`);
      }
    }
    expect(unread).toEqual([]);
  });
});
