import type { DBInstance } from "@aws-sdk/client-rds";
import { describe, expect, test } from "vitest";
import {
  dueModifications,
  isGivenUp,
  modifyInput,
  withoutRefused,
} from "../../handlers/finish-restore/modifications.ts";
import type { Description } from "../../shared/rds/description.ts";
import { restoreTarget } from "../../shared/restore/target.ts";
import { description, minutesAfter, restored, settings } from "./recovery-builders.ts";

describe("what a restore cannot set", () => {
  const wanted = (described: Description) =>
    restoreTarget("orders", { description: described, optionGroup: undefined }, undefined, settings);
  const due = (described: Description, changes: Partial<DBInstance> = {}) =>
    dueModifications(described, wanted(described), restored(changes));

  const everything = description({
    managedPassword: true,
    monitoring: { seconds: 30, role: "role" },
    insights: { days: 465 },
    insightsMode: "advanced",
    maxGib: 2000,
    maintenanceWindow: "sun:09:28-sun:09:58",
    backupDays: 7,
  });

  test("is asked for in one call, at once", () => {
    const all = due(everything, { MultiAZ: false, BackupRetentionPeriod: 1 });
    expect(modifyInput("orders", all)).toEqual({
      DBInstanceIdentifier: "orders",
      ApplyImmediately: true,
      ManageMasterUserPassword: true,
      MonitoringInterval: 30,
      MonitoringRoleArn: "role",
      EnablePerformanceInsights: true,
      PerformanceInsightsRetentionPeriod: 465,
      DatabaseInsightsMode: "advanced",
      MaxAllocatedStorage: 2000,
      PreferredMaintenanceWindow: "sun:09:28-sun:09:58",
      BackupRetentionPeriod: 7,
      MultiAZ: true,
    });
  });

  test("is nothing when all is as it was, or when nothing travelled", () => {
    expect(due(description())).toEqual([]);
    expect(dueModifications(undefined, wanted(description()), restored())).toEqual([]);
  });

  test("does not include zones that the declaration does not want", () => {
    const single = restoreTarget(
      "orders",
      { description: description(), optionGroup: undefined },
      { multiAz: false },
      settings,
    );
    expect(dueModifications(description(), single, restored({ MultiAZ: false }))).toEqual([]);
  });

  const refusal = (name: string, message: string) => Object.assign(new Error(message), { name });

  test.each([
    ["AccessDenied", "not authorized to perform: iam:PassRole on resource: rds-monitoring", "monitoring"],
    [
      "InvalidParameterCombination",
      "Performance Insights not supported for this configuration.",
      "performanceInsightsDays",
    ],
    [
      "InvalidParameterCombination",
      "The advanced mode of Database Insights is not supported for this instance class",
      "databaseInsightsMode",
    ],
    ["InvalidParameterValue", "Invalid max storage size for engine name postgres", "maxAllocatedGib"],
    ["KMSKeyNotAccessibleFault", "the KMS key of the secret", "managedPassword"],
    ["InvalidParameterValue", "something else altogether", "managedPassword"],
  ])("goes on without what is refused: %s: %s", (name, message, dropped) => {
    const left = withoutRefused(due(everything), refusal(name, message))?.map((one) => one.name);
    const all = due(everything).map((one) => one.name);
    expect(left).toEqual(all.filter((one) => one !== dropped));
  });

  test("is asked for again when the refusal is not about it", () => {
    expect(withoutRefused(due(everything), refusal("Throttling", "Rate exceeded"))).toBeUndefined();
  });
});

test.each([
  ["available", 60],
  ["modifying", 60],
  ["backing-up", 24 * 60],
  ["storage-initialization", 24 * 60],
  ["storage-optimization", 24 * 60],
])("an instance that RDS does not modify in '%s' is left as it is after %d minutes", (status, minutes) => {
  const busy = restored({ DBInstanceStatus: status });
  expect(isGivenUp(busy, minutesAfter(20), minutesAfter(20 + minutes - 1))).toBe(false);
  expect(isGivenUp(busy, minutesAfter(20), minutesAfter(20 + minutes))).toBe(true);
});
