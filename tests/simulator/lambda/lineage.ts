import { createHash } from "node:crypto";

/**
 * Lambda counts how often a chain of events came through the same function. The count travels in the trace
 * header, which the SDK adds to what a function sends.
 */
export type Lineage = ReadonlyMap<string, number>;

/** The lineage in a trace header; empty when there is none. */
export function readLineage(traceHeader: string | undefined): Lineage {
  const text = /(?:^|;)Lineage=([^;]*)/.exec(traceHeader ?? "")?.[1] ?? "";
  const rounds = new Map<string, number>();
  for (const [, key, count] of text.matchAll(/([0-9a-f]{8}):(\d+)/g)) {
    if (key !== undefined) {
      rounds.set(key, Number(count));
    }
  }
  return rounds;
}

/** The lineage after one more round through a function, and how many rounds that makes. */
export function nextRound(lineage: Lineage, functionArn: string): { lineage: Lineage; rounds: number } {
  const key = createHash("sha1").update(functionArn).digest("hex").slice(0, 8);
  const rounds = (lineage.get(key) ?? 0) + 1;
  return { lineage: new Map(lineage).set(key, rounds), rounds };
}

/** The trace header of an invocation. */
export function traceHeader(id: string, lineage: Lineage): string {
  const hex = id.replaceAll("-", "");
  const chain = [...lineage].map(([key, count]) => `${key}:${count}`).join("|");
  return `Root=1-${hex.slice(0, 8)}-${hex.slice(8, 32)};Parent=${hex.slice(16)};Sampled=0;Lineage=${chain}`;
}
