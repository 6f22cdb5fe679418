import type { Clock } from "../clock.ts";

/** No further call is begun once the time for looking at a region is over. */
class TimeIsUp extends Error {
  override readonly name = "TimeoutError";
}

/** The part of an SDK client that a deadline needs. */
interface Client {
  send(...call: never[]): unknown;
}

/**
 * A view of a client that bounds all its calls together: after `deadline` each is refused as a timeout. Clients
 * bound single calls only, and a region that answers slowly would be listed for as long as it has pages.
 * The client itself stays unbounded, for it is used again by later messages of the same execution environment.
 */
export function boundBy<C extends Client>(client: C, deadline: Date, clock: Clock): C {
  const send = async (...call: never[]) => {
    if (clock.now() > deadline) throw new TimeIsUp("the time for looking at the region is over");
    return client.send(...call);
  };
  // Inherits from the client, since the SDK's paginators ask for an instance of its class.
  return Object.assign(Object.create(client) as C, { send });
}
