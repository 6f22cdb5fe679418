import { AwsError, type ServiceName, type Shape } from "../../types.ts";
import { validationCode } from "../refusals.ts";
import { COMBINATIONS, checkCombinations } from "./combinations.ts";
import { type Check, type ConstraintTable, compileConstraints } from "./constraint.ts";
import { EVENTS_CONSTRAINTS } from "./events.ts";
import { KMS_CONSTRAINTS } from "./kms.ts";
import { LAMBDA_CONSTRAINTS } from "./lambda.ts";
import { LOGS_CONSTRAINTS } from "./logs.ts";
import { MONITORING_CONSTRAINTS } from "./monitoring.ts";
import { SCHEDULER_CONSTRAINTS } from "./scheduler.ts";

/**
 * What the operations that are simulated demand of values: the SDK's schemas say nothing of it. RDS, SNS and SQS
 * have next to none in their models, and check in words of their own.
 */
export const CONSTRAINTS: Readonly<Partial<Record<ServiceName, ConstraintTable>>> = {
  monitoring: MONITORING_CONSTRAINTS,
  events: EVENTS_CONSTRAINTS,
  kms: KMS_CONSTRAINTS,
  logs: LOGS_CONSTRAINTS,
  scheduler: SCHEDULER_CONSTRAINTS,
  lambda: LAMBDA_CONSTRAINTS,
};

const compiled: ReadonlyMap<string, Check> = new Map(
  Object.entries(CONSTRAINTS).flatMap(([service, table]) =>
    Object.entries(table).map(([operation, members]) => [
      `${service}:${operation}`,
      compileConstraints(members),
    ]),
  ),
);

/** Refuses an input whose values or combination of members the operation does not take; all faults at once. */
export function checkConstraints(service: ServiceName, operation: string, input: Shape): void {
  const faults = compiled.get(`${service}:${operation}`)?.(input) ?? [];
  if (faults.length > 0) {
    const errors = faults.length === 1 ? "1 validation error" : `${faults.length} validation errors`;
    throw new AwsError(validationCode(service), `${errors} detected: ${faults.join("; ")}`);
  }
  checkCombinations(COMBINATIONS[service]?.[operation] ?? [], input);
}
