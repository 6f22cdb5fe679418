import type { Constraint, ConstraintTable } from "./constraint.ts";

const shapes = {
  maxResults: { min: 1, max: 100 },
  name: { pattern: "^[0-9a-zA-Z-_.]+$", min: 1, max: 64 },
  namePrefix: { pattern: "^[0-9a-zA-Z-_.]+$", min: 1, max: 64 },
  nextToken: { min: 1, max: 2048 },
  scheduleGroupName: { pattern: "^[0-9a-zA-Z-_.]+$", min: 1, max: 64 },
  scheduleGroupNamePrefix: { pattern: "^[0-9a-zA-Z-_.]+$", min: 1, max: 64 },
  scheduleState: { values: ["ENABLED", "DISABLED"] },
} as const satisfies Readonly<Record<string, Constraint>>;

/** What EventBridge Scheduler demands of values, from botocore's scheduler/2021-06-30/service-2.json. */
export const SCHEDULER_CONSTRAINTS: ConstraintTable = {
  GetSchedule: {
    GroupName: shapes.scheduleGroupName,
    Name: shapes.name,
  },
  ListScheduleGroups: {
    MaxResults: shapes.maxResults,
    NamePrefix: shapes.scheduleGroupNamePrefix,
    NextToken: shapes.nextToken,
  },
  ListSchedules: {
    GroupName: shapes.scheduleGroupName,
    MaxResults: shapes.maxResults,
    NamePrefix: shapes.namePrefix,
    NextToken: shapes.nextToken,
    State: shapes.scheduleState,
  },
};
