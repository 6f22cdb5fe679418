/**
 * Restores in line. Where a quota has no room for all that a declaration restores, lower tiers go first: plan-recovery
 * asks only for those that have room, restore-instance tells of the others, and finish-restore asks for each when its
 * turn comes. An order and no gate: who cannot use the room that is there holds nobody up.
 */
import type { RDSClient } from "@aws-sdk/client-rds";
import { errorText } from "../errors.ts";
import type { Log } from "../log.ts";
import { readQuotas } from "../survey/quotas.ts";

/** How many more instances, and with how many GiB together, the quotas of a region take. */
export interface Room {
  readonly instances: number;
  readonly gib: number;
}

/** The room that is left in a region; endless where AWS does not tell, for then only a restore finds it out. */
export async function roomIn(rds: RDSClient, log: Pick<Log, "warn">): Promise<Room> {
  const quotas = await readQuotas(rds).catch((error: unknown) => {
    log.warn("quotas could not be read", { error_text: errorText(error) });
    return new Map<string, never>();
  });
  const left = (name: string) => {
    const quota = quotas.get(name);
    return quota === undefined ? Number.POSITIVE_INFINITY : quota.max - quota.used;
  };
  return { instances: left("DBInstances"), gib: left("AllocatedStorage") };
}

/**
 * Those that have room, the first first. One that is larger than the storage that is left takes nothing from those
 * after it.
 *
 * @example with room for 2 instances and 500 GiB, of 400, 300 and 50 GiB the first and the third
 */
export function withRoom<T>(inOrder: readonly T[], gibOf: (one: T) => number, room: Room): T[] {
  let { instances, gib } = room;
  return inOrder.filter((one) => {
    if (instances < 1 || gibOf(one) > gib) return false;
    instances -= 1;
    gib -= gibOf(one);
    return true;
  });
}
