import { AwsError } from "../../types.ts";
import { gp3Baseline, gp3Threshold } from "./engines.ts";

/** Storage as a call asks for it, over what the snapshot or instance has. */
export interface StorageRequest {
  readonly engine: string;
  readonly type: string;
  readonly gib: number;
  /** What the call itself names. */
  readonly iops?: number;
  readonly throughput?: number;
}

/** Storage as the instance then has it. */
export interface Storage {
  readonly StorageType: string;
  readonly AllocatedStorage: number;
  readonly Iops?: number;
  readonly StorageThroughput?: number;
}

function refuse(text: string): never {
  throw new AwsError("InvalidParameterCombination", text);
}

/** Checks a request for storage and completes it with what the type gives by itself. */
export function settledStorage(request: StorageRequest): Storage {
  const { engine, type, gib, iops, throughput } = request;
  const size = { StorageType: type, AllocatedStorage: gib };
  switch (type) {
    case "gp3":
      return { ...size, ...settledGp3(request) };
    case "io1":
    case "io2":
      if (iops === undefined)
        refuse(`You must specify IOPS for engine name ${engine} and storage type ${type}.`);
      if (throughput !== undefined) refuse(`You can't specify storage throughput for storage type ${type}.`);
      if (iops < 1_000)
        refuse(`Invalid iops value for engine name ${engine} and storage type ${type}: ${iops}`);
      return { ...size, Iops: iops };
    case "gp2":
    case "standard":
      if (iops !== undefined || throughput !== undefined) {
        refuse(`You can't specify IOPS or storage throughput for storage type ${type}.`);
      }
      return size;
    default:
      throw new AwsError("StorageTypeNotSupported", `Invalid storage type: ${type}`);
  }
}

function settledGp3({ engine, gib, iops, throughput }: StorageRequest) {
  const threshold = gp3Threshold(engine);
  if ((iops !== undefined || throughput !== undefined) && gib < threshold) {
    refuse(
      `You can't specify IOPS or storage throughput for engine ${engine} and a storage size less than ${threshold}.`,
    );
  }
  const baseline = gp3Baseline(engine, gib);
  const settled = {
    Iops: iops ?? baseline.Iops,
    StorageThroughput: throughput ?? baseline.StorageThroughput,
  };
  if (settled.Iops < baseline.Iops || settled.Iops > 64_000) {
    refuse(`Invalid iops value for engine name ${engine} and storage type gp3: ${iops}`);
  }
  if (settled.StorageThroughput < baseline.StorageThroughput || settled.StorageThroughput > 4_000) {
    refuse(`Invalid storage throughput value for engine name ${engine} and storage type gp3: ${throughput}`);
  }
  return settled;
}

/** Refuses a size below what the data has (text: cloud-platform-user-guide#1911). */
export function checkNotShrunk(engine: string, type: string, wanted: number, present: number): void {
  if (wanted < present)
    refuse(`Invalid storage size for engine name ${engine} and storage type ${type}: ${wanted}`);
}
