import type { Description } from "../rds/description.ts";

/** From how many GiB a gp3 volume of an engine is striped and takes IOPS and throughput; SQL Server's is never striped. */
function gp3ThresholdGib(engine: string): number {
  if (engine.startsWith("sqlserver")) return 0;
  return engine.startsWith("oracle") ? 200 : 400;
}

/**
 * Whether RDS takes `Iops` and `StorageThroughput` for a volume. Below the threshold of gp3 it refuses both:
 * "You can't specify IOPS or storage throughput for engine postgres and a storage size less than 400."
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html#gp3-storage
 */
export function takesIops(engine: string, storage: string, gib: number): boolean {
  if (storage === "io1" || storage === "io2") return true;
  return storage === "gp3" && gib >= gp3ThresholdGib(engine);
}

/** The storage parameters of a restore; the size is the snapshot's own and is not given. */
export function storageOf(
  description: Description,
  gib: number,
): { StorageType?: string; Iops?: number; StorageThroughput?: number } {
  const { engine, storage, iops, throughput } = description;
  if (storage === "") return {};
  if (!takesIops(engine, storage, gib) || iops === undefined) return { StorageType: storage };
  const isGp3 = storage === "gp3" && throughput !== undefined;
  return { StorageType: storage, Iops: iops, ...(isGp3 && { StorageThroughput: throughput }) };
}
