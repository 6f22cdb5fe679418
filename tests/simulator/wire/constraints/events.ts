import type { Constraint, ConstraintTable } from "./constraint.ts";

const shapes = {
  eventBusName: { pattern: String.raw`[/\.\-_A-Za-z0-9]+`, min: 1, max: 256 },
  eventBusNameOrArn: {
    pattern: String.raw`(arn:aws[\w-]*:events:[a-z]+-[a-z]+-[\w-]+:[0-9]{12}:event-bus\/)?[/\.\-_A-Za-z0-9]+`,
    min: 1,
    max: 1600,
  },
  eventPattern: { max: 4096 },
  eventResource: { max: 2048 },
  limitMax100: { min: 1, max: 100 },
  nextToken: { min: 1, max: 2048 },
  nonPartnerEventBusNameOrArn: {
    pattern: String.raw`(arn:aws[\w-]*:events:[a-z]+-[a-z]+-[\w-]+:[0-9]{12}:event-bus\/)?[\.\-_A-Za-z0-9]+`,
    min: 1,
    max: 1600,
  },
  ruleName: { pattern: String.raw`[\.\-_A-Za-z0-9]+`, min: 1, max: 64 },
  traceHeader: { min: 1, max: 500 },
} as const satisfies Readonly<Record<string, Constraint>>;

/** What EventBridge demands of values, from botocore's events/2015-10-07/service-2.json. */
export const EVENTS_CONSTRAINTS: ConstraintTable = {
  DescribeEventBus: {
    Name: shapes.eventBusNameOrArn,
  },
  DescribeRule: {
    Name: shapes.ruleName,
    EventBusName: shapes.eventBusNameOrArn,
  },
  DisableRule: {
    Name: shapes.ruleName,
    EventBusName: shapes.eventBusNameOrArn,
  },
  EnableRule: {
    Name: shapes.ruleName,
    EventBusName: shapes.eventBusNameOrArn,
  },
  ListEventBuses: {
    NamePrefix: shapes.eventBusName,
    NextToken: shapes.nextToken,
    Limit: shapes.limitMax100,
  },
  ListRules: {
    NamePrefix: shapes.ruleName,
    EventBusName: shapes.eventBusNameOrArn,
    NextToken: shapes.nextToken,
    Limit: shapes.limitMax100,
  },
  ListTargetsByRule: {
    Rule: shapes.ruleName,
    EventBusName: shapes.eventBusNameOrArn,
    NextToken: shapes.nextToken,
    Limit: shapes.limitMax100,
  },
  PutEvents: {
    "Entries[].Resources[]": shapes.eventResource,
    "Entries[].EventBusName": shapes.nonPartnerEventBusNameOrArn,
    "Entries[].TraceHeader": shapes.traceHeader,
  },
  TestEventPattern: {
    EventPattern: shapes.eventPattern,
  },
};
