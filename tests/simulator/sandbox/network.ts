import { rangeKnob } from "../knobs.ts";
import { answer, regionOfHost } from "../wire/endpoint.ts";
import type { Sources } from "./globals.ts";
import type { Network, Requests } from "./http.ts";
import type { Abode } from "./index.ts";

/** The network of a sandbox: hosts are the endpoints of the simulated regions, latencies are drawn by key. */
export function networkOf({ home, isAt }: Abode, sources: Sources, requests: Requests): Network {
  return {
    reachable(host) {
      const name = regionOfHost(host);
      const target = home().world.regions.find((candidate) => candidate.name === name);
      return target === undefined ? sources.refuse(`the host ${host}`) : !target.lost;
    },
    latency(request) {
      const rank = sources.latency(request);
      const total = rangeKnob(home().world.knobs, "apiLatencyMilliseconds", rank);
      const there = Math.ceil(total / 2);
      return { connect: there, there, back: Math.ceil(total) - there, rank };
    },
    get keepAlive() {
      return rangeKnob(home().world.knobs, "keepAliveSeconds", 0) * 1000;
    },
    send({ there, back, rank }, message, receive) {
      const sender = home();
      const { world, region, life } = sender;
      const arrive = () => {
        // What a lost region was about to send is lost with it.
        if (region.lost) return;
        answer(world, message(), { milliseconds: there + back }).then(
          (reply) => {
            // An answer to somebody who is not there any more reaches nobody.
            if (isAt(sender)) receive(reply);
          },
          (error: unknown) => world.fail(error),
        );
      };
      world.loop.after(there, `a request of ${life.id}`, arrive, rank);
    },
    requests,
  };
}
