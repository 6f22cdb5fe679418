import { describe, expect, test } from "vitest";
import type { Description } from "../../shared/rds/description.ts";
import { differencesOf } from "../../shared/restore/differences.ts";
import { description, restored, settings } from "../handlers/recovery-builders.ts";

const between = (described: Partial<Description>, changes: Parameters<typeof restored>[0] = {}) =>
  differencesOf(description(described), restored(changes), settings);

describe("the differences between what travelled and what was restored", () => {
  test("are none when only groups have their DR names", () => {
    expect(between({})).toEqual([]);
  });

  test.each<[Partial<Description>, Parameters<typeof restored>[0], string[]]>([
    [{}, { DBInstanceClass: "db.r5.xlarge" }, ["instanceClass: db.r6g.xlarge -> db.r5.xlarge"]],
    [{ managedPassword: true }, {}, ["managedPassword: true -> false"]],
    [{ maxGib: 2000 }, {}, ["maxAllocatedGib: 2000 -> none"]],
    [
      { cpu: { coreCount: "4" } },
      { ProcessorFeatures: [] },
      ['processorFeatures: {"coreCount":"4"} -> none'],
    ],
    [
      { cpu: { coreCount: "4", threadsPerCore: "1" } },
      {
        ProcessorFeatures: [
          { Name: "threadsPerCore", Value: "1" },
          { Name: "coreCount", Value: "4" },
        ],
      },
      [],
    ],
    [{ logVolume: true }, { DedicatedLogVolume: false }, ["dedicatedLogVolume: true -> none"]],
    [{ domain: "d-1234567890" }, {}, ["domain: d-1234567890 -> none"]],
    [{ insightsMode: "advanced" }, {}, ["databaseInsightsMode: advanced -> none"]],
    [{}, { DedicatedLogVolume: true, DatabaseInsightsMode: "advanced" }, []],
    [{ logs: ["b", "a"] }, { EnabledCloudwatchLogsExports: ["a", "b"] }, []],
    [{ logs: ["a"] }, {}, ['logExports: ["a"] -> none']],
    [{}, { Iops: 16000 }, ["iops: 12000 -> 16000"]],
    [
      { roles: [{ arn: "arn:role", feature: "s3Import" }] },
      {},
      ["associatedRole: arn:role (s3Import) -> none"],
    ],
    [
      { parameterGroup: "other-pg16" },
      { DBParameterGroups: [{ DBParameterGroupName: "default.postgres16" }] },
      ["parameterGroup: other-pg16 -> default.postgres16"],
    ],
    [
      { optionGroup: "default:postgres-15" },
      { OptionGroupMemberships: [{ OptionGroupName: "default:postgres-16" }] },
      [],
    ],
  ])("of %o and %o", (described, changes, expected) => {
    expect(between(described, changes)).toEqual(expected);
  });

  test("leave out what RDS sets itself on gp3 below its threshold", () => {
    const small = { gib: 399, iops: 3000, throughput: 125 };
    const instance = { AllocatedStorage: 399, Iops: undefined, StorageThroughput: undefined };
    expect(between(small, instance)).toEqual([]);
    expect(between({ ...small, gib: 400 }, { ...instance, AllocatedStorage: 400 })).toHaveLength(2);
  });

  test("leave out what had no room among the tags", () => {
    expect(
      between({ ca: undefined, roles: undefined }, { CACertificateIdentifier: "rds-ca-rsa2048-g1" }),
    ).toEqual([]);
  });

  test("are one when nothing travelled at all", () => {
    expect(differencesOf(undefined, restored(), settings)).toHaveLength(1);
  });
});
