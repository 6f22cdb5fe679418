import { AwsError, type Call, type Region } from "../types.ts";
import type { SimulatedWorld } from "../world-types.ts";
import type { FunctionRecord } from "./functions.ts";

/** Where a log stream stands and for whom it is written. */
interface Place {
  readonly world: Pick<SimulatedWorld, "gate">;
  readonly region: Region;
}

/** The function that writes, and its role. */
type Bearer = Pick<FunctionRecord, "logGroup" | "roleName" | "roleArn" | "region">;

/**
 * The log stream of an execution environment. Lambda makes it and writes to it as the function's role; what the
 * role may not write is lost, and the function runs all the same.
 * https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html
 */
export class LogStream {
  readonly #place: Place;
  readonly #record: Bearer;
  readonly name: string;
  #made = false;
  #writable = false;

  constructor(place: Place, record: Bearer, name: string) {
    this.#place = place;
    this.#record = record;
    this.name = name;
  }

  /** Asks whether the role may write: once an invocation, for its lines are sent together. */
  open(): void {
    this.#made ||= this.#may("CreateLogStream");
    this.#writable = this.#made && this.#may("PutLogEvents");
  }

  write(line: string): void {
    if (this.#writable) {
      this.#place.region.logs.write(this.#record.logGroup, this.name, line);
    }
  }

  #may(operation: string): boolean {
    const { logGroup, roleName, roleArn, region } = this.#record;
    const call: Call = {
      ...{ service: "logs", operation, region },
      input: { logGroupName: logGroup, logStreamName: this.name },
      caller: { kind: "role", name: roleName, arn: roleArn },
    };
    try {
      this.#place.world.gate.authorize(call);
      return true;
    } catch (error) {
      if (!(error instanceof AwsError)) {
        throw error;
      }
      return false;
    }
  }
}
