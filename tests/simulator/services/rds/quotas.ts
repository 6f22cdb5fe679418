import { AwsError } from "../../types.ts";
import { reading } from "./facts.ts";
import { copiesInProgress, type RdsState } from "./state.ts";

/** AWS's defaults for an account and region (user guide, CHAP_Limits; USER_CopySnapshot for copies). */
export const defaultQuotas = {
  "manual-snapshots": 100,
  instances: 40,
  "copies-in-progress": 20,
  "allocated-storage-gib": 100_000,
} as const;

/** Names as the knob `quotas[region]` has them. */
export type QuotaName = keyof typeof defaultQuotas;

/** The quota in force in this region. */
export function quotaOf(state: RdsState, name: QuotaName): number {
  return state.world.knobs.quotas[state.region.name]?.[name] ?? defaultQuotas[name];
}

/** What of the quota is used; a snapshot counts from the call on, whatever becomes of it. */
export function usedOf(state: RdsState, name: QuotaName): number {
  const instances = [...state.instances.values()];
  switch (name) {
    case "manual-snapshots":
      return [...state.snapshots.values()].filter((record) => record.shape.SnapshotType === "manual").length;
    case "copies-in-progress":
      return copiesInProgress(state).filter((job) => job.crossRegion).length;
    case "instances":
      return instances.length;
    case "allocated-storage-gib":
      return instances.reduce((sum, record) => sum + (record.shape.AllocatedStorage ?? 0), 0);
  }
}

/** What the API reference says of the code, whichever of its two meanings it has. */
const quotaText = "The request would result in the user exceeding the allowed number of DB snapshots.";

function refuseSnapshot({ world }: RdsState, told: string): never {
  const text = reading(world, "copyQuotaText") === "told-apart" ? told : quotaText;
  throw new AwsError("SnapshotQuotaExceeded", text);
}

/** Refuses one more manual snapshot, with the text that users report. */
export function checkManualSnapshots(state: RdsState): void {
  const most = quotaOf(state, "manual-snapshots");
  if (usedOf(state, "manual-snapshots") < most) return;
  refuseSnapshot(state, `Cannot create more than ${most} manual snapshots`);
}

/** Refuses one more cross-region copy; the same code as above, told apart by the text alone. */
export function checkCopiesInProgress(state: RdsState): void {
  const most = quotaOf(state, "copies-in-progress");
  if (usedOf(state, "copies-in-progress") < most) return;
  refuseSnapshot(state, `Cannot copy more than ${most} snapshots across regions`);
}

/** Refuses one more instance, or more storage than the region allows. */
export function checkInstances(state: RdsState, gib: number): void {
  const most = quotaOf(state, "instances");
  if (usedOf(state, "instances") >= most) {
    throw new AwsError("InstanceQuotaExceeded", `Cannot create more than ${most} DB instances`);
  }
  const storage = quotaOf(state, "allocated-storage-gib");
  if (usedOf(state, "allocated-storage-gib") + gib > storage) {
    throw new AwsError("StorageQuotaExceeded", `The request exceeds the quota of ${storage} GiB of storage`);
  }
}
