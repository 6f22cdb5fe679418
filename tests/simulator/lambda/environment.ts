import { keyedHex } from "../random.ts";
import { createSandbox, type Handler, type Home, type Life, type Sandbox } from "../sandbox/index.ts";
import type { Clock, Region, Timer } from "../types.ts";
import type { SimulatedWorld } from "../world-types.ts";
import type { FunctionRecord } from "./functions.ts";
import { LogStream } from "./log-stream.ts";
import { Memory } from "./memory.ts";

/** How an invocation ended. */
export interface InvocationResult {
  readonly ok: boolean;
  readonly payload: unknown;
  readonly milliseconds: number;
  /** There was no room for it: nothing ran. */
  readonly throttled?: true;
}

/** What an invocation brings. */
export interface Invocation {
  readonly requestId: string;
  readonly payload: unknown;
  readonly trace: string;
  /** Milliseconds of a cold start; 0 in a warm environment. */
  readonly initMilliseconds: number;
}

/** Where an environment stands. */
interface Place {
  readonly world: SimulatedWorld;
  readonly region: Region;
  readonly clock: Clock;
}

/** One execution environment of a function: it serves one invocation at a time and is frozen in between. */
export class ExecutionEnvironment {
  idleSince = 0;
  dead = false;
  readonly #place: Place;
  readonly #record: FunctionRecord;
  readonly #sandbox: Sandbox;
  readonly #lines: LogStream;
  readonly #memory: Memory;
  #failed = false;
  #current:
    | { invocation: Invocation; startedAt: number; finish: (result: InvocationResult) => void }
    | undefined;

  /** @param loaded holds the function's bundle and stands in for one that would be loaded anew */
  constructor(place: Place, record: FunctionRecord, number: number, loaded?: Sandbox) {
    const { life, lines, memory } = beginning(place, record, number);
    this.#place = place;
    this.#record = record;
    this.#lines = lines;
    this.#memory = memory;
    const home: Home = {
      ...place,
      life,
      requestId: () => this.#current?.invocation.requestId,
      writeLine: (line) => this.#log(line),
      ended: ({ exitCode, error, how }) => this.#ended(exitCode, error, how),
    };
    loaded?.moveTo(home);
    const { name: functionName, directory, handler } = record;
    this.#sandbox = loaded ?? createSandbox({ functionName, directory, handler }, home);
  }

  /** Serves one invocation; the promise stays open for ever when the region is lost meanwhile. */
  invoke(invocation: Invocation): Promise<InvocationResult> {
    const { clock } = this.#place;
    return new Promise((resolve) => {
      const ends: Timer[] = [];
      let done = false;
      const finish = (result: InvocationResult) => {
        if (!done && !(this.dead && result.ok)) {
          done = true;
          this.#failed ||= !result.ok;
          for (const end of ends) end.cancel();
          this.#report(invocation, result);
          this.#current = undefined;
          this.idleSince = clock.now();
          this.#sandbox.freeze();
          resolve(result);
        }
      };
      this.#current = { invocation, startedAt: clock.now() + invocation.initMilliseconds, finish };
      this.#sandbox.thaw();
      this.#lines.open();
      this.#sandbox.process.env["_X_AMZN_TRACE_ID"] = invocation.trace;
      this.#sandbox.later(invocation.initMilliseconds, () => {
        const milliseconds = this.#record.timeoutSeconds * 1000;
        const end = (after: number, what: string, act: () => void) =>
          ends.push(clock.after(after, `${what} of ${this.#record.name}`, act));
        end(milliseconds, "timeout", () => this.#timeOut(milliseconds));
        const { killedAfter } = this.#memory;
        if (killedAfter !== undefined) {
          end(killedAfter, "out of memory", () => this.#runOut());
        }
        this.#run(invocation, finish);
      });
    });
  }

  /** Ends the environment: nothing of it happens any more. */
  kill(): void {
    this.dead = true;
    this.#sandbox.kill();
  }

  /** Ends the environment; hands on its sandbox when nothing that happened in it could tell in another life. */
  release(): Sandbox | undefined {
    if (this.dead || this.#failed || !this.#sandbox.untroubled) {
      this.kill();
      return undefined;
    }
    this.dead = true;
    this.#sandbox.rest();
    return this.#sandbox;
  }

  /** Ends the environment with its region: what it was serving never ends. */
  abandon(): void {
    this.#current = undefined;
    this.kill();
  }

  #run(invocation: Invocation, finish: (result: InvocationResult) => void): void {
    this.#log(`START RequestId: ${invocation.requestId} Version: $LATEST`);
    const fail = (error: unknown) => finish(this.#failure(error));
    let handler: Handler;
    try {
      handler = this.#sandbox.load();
    } catch (error) {
      fail(error);
      this.kill();
      return;
    }
    // The runtime hands each invocation its own copy of the event.
    const event: unknown = JSON.parse(JSON.stringify(invocation.payload ?? null));
    const context = this.#context(invocation);
    Promise.resolve()
      .then(() => {
        if (handler.length > 2) {
          throw Object.assign(new Error("Node.js 24 has no callback-based function handlers"), {
            name: "Runtime.CallbackHandlerDeprecated",
          });
        }
        return handler(event, context);
      })
      .then(
        (value) => finish({ ok: true, payload: value ?? null, milliseconds: this.#elapsed() }),
        (error: unknown) => fail(error),
      );
  }

  #elapsed(): number {
    return this.#place.clock.now() - (this.#current?.startedAt ?? this.#place.clock.now());
  }

  #context(invocation: Invocation): Record<string, unknown> {
    const { clock } = this.#place;
    const deadline = clock.now() + this.#record.timeoutSeconds * 1000;
    return {
      callbackWaitsForEmptyEventLoop: true,
      functionName: this.#record.name,
      functionVersion: "$LATEST",
      invokedFunctionArn: this.#record.arn,
      memoryLimitInMB: String(this.#record.memoryMegabytes),
      awsRequestId: invocation.requestId,
      logGroupName: this.#record.logGroup,
      logStreamName: this.#lines.name,
      getRemainingTimeInMillis: () => Math.max(0, deadline - clock.now()),
    };
  }

  #failure(error: unknown): InvocationResult {
    const known = error instanceof Error ? error : new Error(String(error));
    const payload = {
      errorType: known.name,
      errorMessage: known.message,
      trace: (known.stack ?? "").split("\n"),
    };
    const at = new Date(this.#place.clock.now()).toISOString();
    const requestId = this.#current?.invocation.requestId ?? "";
    this.#log(
      `${at}\t${requestId}\tERROR\tInvoke Error \t${JSON.stringify({ ...payload, stack: payload.trace })}`,
    );
    return { ok: false, payload, milliseconds: this.#elapsed() };
  }

  #timeOut(milliseconds: number): void {
    const current = this.#current;
    if (current === undefined) {
      return;
    }
    const text = `${current.invocation.requestId} Task timed out after ${(milliseconds / 1000).toFixed(2)} seconds`;
    this.#log(`${new Date(this.#place.clock.now()).toISOString()} ${text}`);
    this.kill();
    current.finish({
      ok: false,
      payload: { errorType: "Sandbox.Timedout", errorMessage: `RequestId: ${text}` },
      milliseconds,
    });
  }

  #runOut(): void {
    // What went down with its region does not run out of memory when the region is back.
    if (this.#current !== undefined) {
      this.#exited("signal: killed");
    }
  }

  /** The process is gone, and told nobody why. */
  #exited(how: string): void {
    const current = this.#current;
    const milliseconds = this.#elapsed();
    this.kill();
    const text = `RequestId: ${current?.invocation.requestId ?? ""} Error: Runtime exited with error: ${how}`;
    const payload = { errorType: "Runtime.ExitError", errorMessage: text };
    current?.finish({ ok: false, payload, milliseconds });
    this.#log(text);
  }

  #ended(exitCode: number, error: unknown, how?: "thrown" | "rejected"): void {
    if (error === undefined) {
      this.#exited(`exit status ${exitCode}`);
      return;
    }
    const current = this.#current;
    const milliseconds = this.#elapsed();
    this.kill();
    const requestId = current?.invocation.requestId ?? "";
    // The runtime reports what it caught before it exits.
    const known = error instanceof Error ? error : new Error(String(error));
    const trace = (known.stack ?? "").split("\n");
    const payload =
      how === "rejected"
        ? { errorType: "Runtime.UnhandledPromiseRejection", errorMessage: String(error), trace }
        : { errorType: known.name, errorMessage: known.message, trace };
    const what = how === "rejected" ? "Unhandled Promise Rejection" : "Uncaught Exception";
    const at = new Date(this.#place.clock.now()).toISOString();
    this.#log(`${at}\t${requestId}\tERROR\t${what} \t${JSON.stringify(payload)}`);
    current?.finish({ ok: false, payload, milliseconds });
  }

  #report({ requestId, initMilliseconds }: Invocation, { milliseconds }: InvocationResult): void {
    const init = initMilliseconds > 0 ? `\tInit Duration: ${initMilliseconds.toFixed(2)} ms` : "";
    const memory = this.#record.memoryMegabytes;
    this.#log(`END RequestId: ${requestId}`);
    this.#log(
      `REPORT RequestId: ${requestId}\tDuration: ${milliseconds.toFixed(2)} ms\tBilled Duration: ${Math.ceil(milliseconds)} ms\tMemory Size: ${memory} MB\tMax Memory Used: ${this.#memory.usedMegabytes} MB${init}`,
    );
  }

  #log(line: string): void {
    this.#lines.write(line);
  }
}

/** The life of a function's so-manieth environment, its memory, and the log stream it writes to. */
function beginning({ world, region, clock }: Place, record: FunctionRecord, number: number) {
  const startedAt = clock.now();
  const id = `${record.name}/${region.name}/${number}`;
  const day = new Date(startedAt).toISOString().slice(0, 10).replaceAll("-", "/");
  const logStream = `${day}/[$LATEST]${keyedHex(world.seed, ["log-stream", id], 32)}`;
  const life: Life = { id, startedAt, environment: environmentOf(record, logStream) };
  return {
    life,
    lines: new LogStream({ world, region }, record, logStream),
    memory: new Memory(world, record, id),
  };
}

function environmentOf(record: FunctionRecord, logStream: string): Record<string, string> {
  return {
    ...record.environment,
    _HANDLER: record.handler,
    AWS_REGION: record.region,
    AWS_DEFAULT_REGION: record.region,
    AWS_EXECUTION_ENV: `AWS_Lambda_${record.runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: record.name,
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(record.memoryMegabytes),
    AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
    AWS_LAMBDA_LOG_GROUP_NAME: record.logGroup,
    AWS_LAMBDA_LOG_STREAM_NAME: logStream,
    // The credentials carry the role's name, by which the wire knows its caller.
    AWS_ACCESS_KEY_ID: record.roleName,
    AWS_SECRET_ACCESS_KEY: "simulated",
    AWS_SESSION_TOKEN: record.roleName,
    LAMBDA_TASK_ROOT: "/var/task",
    LAMBDA_RUNTIME_DIR: "/var/runtime",
    LANG: "en_US.UTF-8",
    PATH: "/var/lang/bin:/usr/local/bin:/usr/bin:/bin:/opt/bin",
    TZ: ":UTC",
  };
}
