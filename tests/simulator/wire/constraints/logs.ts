import type { Constraint, ConstraintTable } from "./constraint.ts";

const shapes = {
  accountId: { pattern: String.raw`^\d{12}$`, min: 12, max: 12 },
  accountIds: { max: 20 },
  describeLimit: { min: 1, max: 50 },
  describeLogGroupsLogGroupIdentifiers: { min: 1, max: 50 },
  eventsLimit: { min: 1, max: 10000 },
  filterPattern: { max: 1024 },
  inputLogStreamNames: { min: 1, max: 100 },
  logGroupClass: { values: ["STANDARD", "INFREQUENT_ACCESS", "DELIVERY"] },
  logGroupIdentifier: { pattern: String.raw`[\w#+=/:,.@-]*`, min: 1, max: 2048 },
  logGroupName: { pattern: String.raw`[\.\-_/#A-Za-z0-9]+`, min: 1, max: 512 },
  logGroupNamePattern: { pattern: String.raw`[\.\-_/#A-Za-z0-9]*`, max: 512 },
  logStreamName: { pattern: "[^:*]*", min: 1, max: 512 },
  nextToken: { min: 1 },
  timestamp: { min: 0 },
} as const satisfies Readonly<Record<string, Constraint>>;

/** What CloudWatch Logs demands of values, from botocore's logs/2014-03-28/service-2.json. */
export const LOGS_CONSTRAINTS: ConstraintTable = {
  DescribeLogGroups: {
    accountIdentifiers: shapes.accountIds,
    "accountIdentifiers[]": shapes.accountId,
    logGroupNamePrefix: shapes.logGroupName,
    logGroupNamePattern: shapes.logGroupNamePattern,
    nextToken: shapes.nextToken,
    limit: shapes.describeLimit,
    logGroupClass: shapes.logGroupClass,
    logGroupIdentifiers: shapes.describeLogGroupsLogGroupIdentifiers,
    "logGroupIdentifiers[]": shapes.logGroupIdentifier,
  },
  FilterLogEvents: {
    logGroupName: shapes.logGroupName,
    logGroupIdentifier: shapes.logGroupIdentifier,
    logStreamNames: shapes.inputLogStreamNames,
    "logStreamNames[]": shapes.logStreamName,
    logStreamNamePrefix: shapes.logStreamName,
    startTime: shapes.timestamp,
    endTime: shapes.timestamp,
    filterPattern: shapes.filterPattern,
    nextToken: shapes.nextToken,
    limit: shapes.eventsLimit,
  },
};
