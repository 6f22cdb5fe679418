import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Sandbox } from "../sandbox/index.ts";
import type { FunctionRecord } from "./functions.ts";

/** So many sandboxes of a function are kept: as many as run at a time, and not what a crowd left behind. */
const keptMax = 8;

/** So many functions have sandboxes kept: those of two assemblies. The one that was kept first goes first. */
const functionsMax = 40;

const kept = new Map<string, Sandbox[]>();

/** Keeps loaded bundles of a function for the next world of this process that has the very same function. */
export function handOn(record: FunctionRecord, sandboxes: Sandbox[]): void {
  const key = keyOf(record);
  kept.set(key, [...(kept.get(key) ?? []), ...sandboxes.splice(0)].slice(0, keptMax));
  const [oldest] = kept.keys();
  if (kept.size > functionsMax && oldest !== undefined) kept.delete(oldest);
}

/** A sandbox in which the bundle of this very function is loaded. */
export function handedOn(record: FunctionRecord): Sandbox | undefined {
  return kept.size === 0 ? undefined : kept.get(keyOf(record))?.pop();
}

/**
 * All that a bundle may have looked at while it was loaded: its files, its own variables, and what Lambda sets. Time,
 * chance and the log stream's name are not in it: the rehearsal's test of determinism holds that no bundle keeps them.
 */
function keyOf(record: FunctionRecord): string {
  const { directory, name, region, handler, runtime, roleName, environment, logGroup, memoryMegabytes } =
    record;
  const files = readdirSync(directory, { recursive: true, encoding: "utf8" }).map((file) => {
    const { mtimeMs, size } = statSync(join(directory, file));
    return `${file} ${mtimeMs} ${size}`;
  });
  const own = { directory, name, region, handler, runtime, roleName, environment, logGroup, memoryMegabytes };
  return JSON.stringify({ ...own, files });
}
