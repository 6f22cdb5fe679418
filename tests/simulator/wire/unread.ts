import type { ServiceName } from "../types.ts";
import type { SimulatedWorld } from "../world-types.ts";
import type { Operation } from "./schemas.ts";

/** What is known of a request that did not become a call. */
export interface Known {
  readonly service: ServiceName;
  readonly caller?: string;
  readonly region?: string;
}

/** Reads which operation a request names; throws when it names none that there is. */
type Read = () => { readonly operation: Operation };

/** Writes to the journal that a request was refused before the gate: it is no `call`, and no fault rule saw it. */
export function noteRefused(
  world: SimulatedWorld,
  known: Known,
  read: Read | undefined,
  { outcome, milliseconds }: { readonly outcome: string; readonly milliseconds: number },
): void {
  const operation = read === undefined ? undefined : operationIn(read);
  world.journal.write(known.region ?? "", "refused", { operation, ...known, outcome, ms: milliseconds });
}

/** Writes to the journal that a request met a lost region. */
export function noteUnanswered(world: SimulatedWorld, known: Known, read: Read, milliseconds: number): void {
  const entry = { operation: operationIn(read), ...known, outcome: "silence", ms: milliseconds };
  world.journal.write(known.region ?? "", "unanswered", entry);
}

function operationIn(read: Read): string | undefined {
  try {
    return read().operation.name;
  } catch {
    return undefined;
  }
}
