import { rangeKnob } from "../knobs.ts";
import type { SimulatedWorld } from "../world-types.ts";
import type { FunctionRecord } from "./functions.ts";

/** Milliseconds within which an environment is killed that draws too much: while most of the work is done. */
const KILLED_WITHIN = 250;

/**
 * The memory of an execution environment. Nothing is measured, for all bundles run in this one process: what an
 * environment uses is drawn when it begins, and one that uses more than its function has is killed by the
 * kernel, without warning, a moment after it began to work.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
 */
export class Memory {
  /** What the REPORT line says. */
  readonly usedMegabytes: number;
  /** Milliseconds from the start of an invocation to its end for want of memory. */
  readonly killedAfter: number | undefined;

  constructor(world: Pick<SimulatedWorld, "knobs" | "random">, record: FunctionRecord, id: string) {
    const wanted = Math.round(
      rangeKnob(world.knobs, "environmentMemoryMegabytes", world.random("memory", id)),
    );
    this.usedMegabytes = Math.min(wanted, record.memoryMegabytes);
    this.killedAfter =
      wanted > record.memoryMegabytes
        ? Math.floor(world.random("out-of-memory", id) * KILLED_WITHIN)
        : undefined;
  }
}
