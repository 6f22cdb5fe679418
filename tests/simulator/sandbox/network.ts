import { rangeKnob } from "../knobs.ts";
import { answer, regionOfHost } from "../wire/endpoint.ts";
import type { Sources } from "./globals.ts";
import type { Network } from "./http.ts";
import type { SandboxOptions } from "./index.ts";

/** The network of a sandbox: hosts are the endpoints of the simulated regions, latencies are drawn by key. */
export function networkOf({ world, region, functionName }: SandboxOptions, sources: Sources): Network {
  return {
    reachable(host) {
      const name = regionOfHost(host);
      const target = world.regions.find((candidate) => candidate.name === name);
      return target === undefined ? sources.refuse(`the host ${host}`) : !target.lost;
    },
    latency() {
      const total = rangeKnob(world.knobs, "apiLatencyMilliseconds", sources.latency());
      const there = Math.ceil(total / 2);
      return { connect: there, there, back: Math.ceil(total) - there };
    },
    keepAlive: rangeKnob(world.knobs, "keepAliveSeconds", 0) * 1000,
    send(milliseconds, arrive) {
      world.loop.after(milliseconds, `a request of ${functionName}`, () => {
        // What a lost region was about to send is lost with it.
        if (!region.lost) {
          arrive();
        }
      });
    },
    answer: (request, milliseconds) => answer(world, request, { milliseconds }),
    fail: (error) => world.fail(error),
  };
}
