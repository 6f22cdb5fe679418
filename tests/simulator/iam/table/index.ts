import type { ServiceName } from "../../types.ts";
import { kms } from "./keys.ts";
import { events, sns, sqs } from "./messaging.ts";
import { lambda, logs, monitoring, scheduler } from "./observing.ts";
import { rds } from "./rds.ts";
import type { Row, Rows } from "./row.ts";

export { UNCERTAIN } from "./uncertain.ts";

/** The authorisation table: service and operation → what must be allowed. */
export const TABLE: Readonly<Record<ServiceName, Rows>> = {
  rds,
  kms,
  sns,
  sqs,
  events,
  scheduler,
  monitoring,
  logs,
  lambda,
};

/** The row of an operation; undefined = nobody has said what it needs, so roles are denied it by name. */
export function rowOf(service: ServiceName, operation: string): Row | undefined {
  const rows = TABLE[service];
  return Object.hasOwn(rows, operation) ? rows[operation] : undefined;
}
