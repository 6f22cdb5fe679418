import type { Clock } from "../clock.ts";

/** No further call is begun once the time for looking at a region is over. */
class TimeIsUp extends Error {
  override readonly name = "TimeoutError";
}

/** A middleware of the SDK that hands every call on as it came. */
type Passing = <Args, Output>(next: (args: Args) => Promise<Output>) => (args: Args) => Promise<Output>;

/** The part of an SDK client that a deadline needs. */
interface Client {
  readonly middlewareStack: { add(middleware: Passing, options: { step: "initialize" }): void };
}

/**
 * Bounds all calls of a client together: after `deadline` each is refused as a timeout. Clients bound single
 * calls only, and a region that answers slowly would be listed for as long as it has pages.
 */
export function boundBy<C extends Client>(client: C, deadline: Date, clock: Clock): C {
  const passing: Passing = (next) => async (args) => {
    if (clock.now() > deadline) throw new TimeIsUp("the time for looking at the region is over");
    return next(args);
  };
  client.middlewareStack.add(passing, { step: "initialize" });
  return client;
}
