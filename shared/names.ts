/**
 * Every physical name, derived from the environment's name alone: stacks and handlers agree on them
 * without stack outputs, so either region deploys and runs while the other is down.
 */

/** The steps of the primary region, in the order of the choreography. */
export const primarySteps = ["plan-backups", "create-backup", "copy-backup", "announce"] as const;

/** The steps of the DR region, in the order of the choreography. */
export const drSteps = [
  "clean-up-primary",
  "prune-copies",
  "plan-recovery",
  "restore-instance",
  "finish-restore",
  "announce",
] as const;

/** A reaction of the choreography; announce stands in both regions. */
export type StepName = (typeof primarySteps)[number] | (typeof drSteps)[number];

/** The three topics of each region. */
export type TopicName = "alerts" | "rds-availability" | "rds-backup";

/** What an operator may publish on the DR region's bus. */
export const operatorEvents = ["dr-declared", "declaration-closed", "drill-ended"] as const;

/** All names of one environment that do not depend on account or region. */
export function names(environment: string) {
  const base = `rds-dr-${environment}`;
  return {
    base,
    bus: base,
    keyAlias: `alias/${base}`,
    topicKeyAlias: `alias/${base}-topics`,
    subnetGroup: base,
    declareRole: `${base}-declare`,
    stack: { primary: `${base}-primary`, dr: `${base}-dr` },
    topic: (topic: TopicName) => `${base}-${topic}`,
    function: (step: StepName) => `${base}-${step}`,
    logGroup: (step: StepName) => `/aws/lambda/${base}-${step}`,
    queue: (step: StepName) => `${base}-${step}`,
    deadLetters: (step: StepName) => `${base}-${step}-dead-letters`,
    waits: (step: StepName) => `${base}-${step}-waits.fifo`,
    waitsDeadLetters: (step: StepName) => `${base}-${step}-waits-dead-letters.fifo`,
    parked: (step: StepName) => `${base}-${step}-parked`,
    schedule: (step: StepName) => `${base}-${step}`,
    rule: (step: StepName, event: string) => `${base}-${step}-on-${event}`,
    alarm: (what: string) => `${base}-${what}`,
    // Role names are global, so the region is part of them.
    role: (step: StepName, region: string) => `${base}-${step}-${region}`,
    schedulerRole: (region: string) => `${base}-scheduler-${region}`,
  };
}

/** All names of one environment. */
export type Names = ReturnType<typeof names>;

/** Where a name lives: what an ARN needs beside it. */
export interface Place {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
}

/** The ARNs that handlers and policies are written with. */
export function arns(environment: string, { partition, region, account }: Place) {
  const named = names(environment);
  const arn = (service: string, rest: string) => `arn:${partition}:${service}:${region}:${account}:${rest}`;
  return {
    bus: arn("events", `event-bus/${named.bus}`),
    topic: (topic: TopicName) => arn("sns", named.topic(topic)),
    queue: (name: string) => arn("sqs", name),
    keyAlias: arn("kms", named.keyAlias),
    snapshot: (identifier: string) => arn("rds", `snapshot:${identifier}`),
    instance: (identifier: string) => arn("rds", `db:${identifier}`),
  };
}

/** The DB subnet group of the DR region: the operator's own, or the one that the DR stack makes from subnets. */
export function subnetGroupOf(settings: {
  environment: string;
  network: { subnetGroup?: string | undefined };
}): string {
  return settings.network.subnetGroup ?? names(settings.environment).subnetGroup;
}
