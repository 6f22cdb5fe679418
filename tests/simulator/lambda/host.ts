import { numberKnob, rangeKnob } from "../knobs.ts";
import type { Sandbox } from "../sandbox/index.ts";
import type { Clock, Region } from "../types.ts";
import type { SimulatedWorld } from "../world-types.ts";
import { ExecutionEnvironment, type InvocationResult } from "./environment.ts";
import type { FunctionRecord } from "./functions.ts";
import { type Lineage, traceHeader } from "./lineage.ts";
import { handedOn, handOn } from "./resting.ts";

interface Fleet {
  readonly record: FunctionRecord;
  readonly idle: ExecutionEnvironment[];
  /** Bundles that stayed loaded when their environments ended. */
  readonly resting: Sandbox[];
  busy: number;
}

/** The execution environments of a region's functions. */
export class EnvironmentHost {
  readonly #world: SimulatedWorld;
  readonly #region: Region;
  readonly #clock: Clock;
  readonly #fleets = new Map<string, Fleet>();
  readonly #alive = new Set<ExecutionEnvironment>();
  #generation = 0;

  constructor(world: SimulatedWorld, region: Region) {
    this.#world = world;
    this.#region = region;
    this.#clock = world.clock;
  }

  /** Runs a function once, in a warm environment where there is one. */
  async run(record: FunctionRecord, payload: unknown, lineage: Lineage): Promise<InvocationResult> {
    const fleet = this.#fleetOf(record);
    const metric = (name: string, value: number) =>
      this.#region.monitoring.putMetric("AWS/Lambda", name, { FunctionName: record.name }, value);
    if (this.#throttled(record, fleet)) {
      metric("Throttles", 1);
      return {
        ok: false,
        payload: { errorType: "TooManyRequestsException" },
        milliseconds: 0,
        throttled: true,
      };
    }
    const generation = this.#generation;
    const startedAt = this.#clock.now();
    const { environment, initMilliseconds } = this.#environmentFor(record, fleet);
    const requestId = this.#world.uuid("invocation", this.#region.name, this.#world.count("invocation"));
    fleet.busy += 1;
    const trace = traceHeader(requestId, lineage);
    const result = await environment.invoke({ requestId, payload, trace, initMilliseconds });
    if (generation !== this.#generation) {
      return result;
    }
    fleet.busy -= 1;
    if (environment.dead) {
      this.#alive.delete(environment);
    } else {
      fleet.idle.push(environment);
    }
    metric("Invocations", 1);
    metric("Errors", result.ok ? 0 : 1);
    metric("Duration", result.milliseconds);
    this.#world.journal.write(this.#region.name, "invocation", {
      function: record.name,
      requestId,
      startedAt,
      cold: initMilliseconds > 0,
      ok: result.ok,
      ms: result.milliseconds,
      ...(result.ok ? {} : { error: result.payload }),
    });
    return result;
  }

  /** Ends every environment where it is. */
  stop(): void {
    this.#generation += 1;
    for (const environment of this.#alive) {
      environment.abandon();
    }
    this.#alive.clear();
    this.#fleets.clear();
  }

  /** Ends every environment; bundles that are loaded and idle may serve another world. */
  close(): void {
    for (const fleet of this.#fleets.values()) {
      this.#retire(fleet);
      const { record, resting } = fleet;
      if (resting.length > 0 && this.#world.remembersMinutes(record.name) === 0) handOn(record, resting);
    }
    this.stop();
  }

  #fleetOf(record: FunctionRecord): Fleet {
    let fleet = this.#fleets.get(record.name);
    if (fleet === undefined) {
      fleet = { record, idle: [], resting: [], busy: 0 };
      this.#fleets.set(record.name, fleet);
    }
    return fleet;
  }

  #throttled(record: FunctionRecord, fleet: Fleet): boolean {
    if (record.reservedConcurrency !== undefined) {
      return fleet.busy >= record.reservedConcurrency;
    }
    const busy = [...this.#fleets.values()].reduce((sum, other) => sum + other.busy, 0);
    return busy >= numberKnob(this.#world.knobs, "functionConcurrency");
  }

  /** The environment used last that is still warm; else a cold one. */
  #environmentFor(record: FunctionRecord, fleet: Fleet) {
    const now = this.#clock.now();
    const warm = numberKnob(this.#world.knobs, "warmSeconds") * 1000;
    const last = fleet.idle.at(-1);
    if (last !== undefined && now - last.idleSince <= warm) {
      fleet.idle.pop();
      return { environment: last, initMilliseconds: 0 };
    }
    // All of them have expired, for the last one was used last.
    this.#retire(fleet);
    return this.#cold(record, fleet);
  }

  /** Ends the idle environments of a function. */
  #retire({ record, idle, resting }: Fleet): void {
    for (const environment of idle.splice(0)) {
      this.#alive.delete(environment);
      const sandbox =
        this.#recycles && this.#hasForgotten(record, environment) ? environment.release() : undefined;
      if (sandbox === undefined) environment.kill();
      else resting.push(sandbox);
    }
  }

  get #recycles(): boolean {
    return this.#world.knobs["coldStarts"] === "recycled";
  }

  #hasForgotten({ name }: FunctionRecord, { idleSince }: ExecutionEnvironment): boolean {
    return this.#clock.now() - idleSince >= this.#world.remembersMinutes(name) * 60_000;
  }

  #cold(record: FunctionRecord, { resting }: Fleet) {
    const number = this.#world.count(`environment ${this.#region.name} ${record.name}`);
    const place = { world: this.#world, region: this.#region, clock: this.#clock };
    const loaded = this.#recycles ? (resting.pop() ?? handedOn(record)) : undefined;
    const environment = new ExecutionEnvironment(place, record, number, loaded);
    this.#alive.add(environment);
    const drawn = this.#world.random("cold-start", this.#region.name, record.name, number);
    const init = rangeKnob(this.#world.knobs, "coldStartMilliseconds", drawn);
    return { environment, initMilliseconds: Math.max(1, Math.round(init)) };
  }
}
