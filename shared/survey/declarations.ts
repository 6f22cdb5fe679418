import type { DBInstance } from "@aws-sdk/client-rds";
import { openDeclarations } from "../declaration.ts";
import type { Declaration } from "../events/dr-events.ts";
import type { Snapshot } from "../rds/snapshots.ts";

/**
 * The newest disaster declaration that is open, by protected instance. A drill opens nothing here, for the
 * instance that it tries out still runs in the primary region.
 */
export function openDisasters(
  copies: readonly Snapshot[],
  drInstances: readonly DBInstance[],
  environment: string,
): ReadonlyMap<string, Declaration> {
  // Earliest first, so that the newest one of an instance is what remains.
  const disasters = openDeclarations(copies, drInstances, environment).filter(
    ({ mode }) => mode === "disaster",
  );
  return new Map(
    disasters.flatMap((declaration) => [...declaration.instanceIds].map((id) => [id, declaration] as const)),
  );
}
