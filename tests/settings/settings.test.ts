import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test, vi } from "vitest";
import { parseSettings } from "../../shared/settings/parse.ts";
import { SettingsRefused } from "../../shared/settings/problems.ts";
import { loadSettings } from "../../shared/settings/runtime.ts";
import type { SettingsInput } from "../../shared/settings/schema.ts";
import { dev } from "../../stacks/environments/dev.ts";

/** The lines that a person reads. */
function faultsOf(raw: unknown): string[] {
  try {
    parseSettings(raw);
    return [];
  } catch (error) {
    if (!(error instanceof SettingsRefused)) throw error;
    return error.message.split("\n");
  }
}

/** The sample with something changed. */
const withChanges = (changes: { [Key in keyof SettingsInput]?: unknown }) => ({ ...dev, ...changes });
const ids = (count: number) => Array.from({ length: count }, (_, index) => `instance-${index}`);

describe("the sample environment", () => {
  test("is accepted, and defaults are filled in", () => {
    expect(parseSettings(dev)).toMatchObject({
      paused: false,
      snapshotPrefix: "lambda-dr-snapshot",
      quotas: { dr: { manualSnapshots: 100, instances: 40, copiesInProgress: 20 } },
      rdsEvents: { scope: "all" },
      declarers: [],
    });
  });

  test("parsed again says the same, as the functions do at run time", () => {
    expect(parseSettings(parseSettings(dev))).toEqual(parseSettings(dev));
  });
});

describe("one fault is one line of path, value and remedy", () => {
  test.each<[string, Record<string, unknown>, string]>([
    [
      "an unknown key",
      { retention: { days: 7, minimumCopys: 2 } },
      "retention.minimumCopys: 2 is not a setting: check its spelling or take it out",
    ],
    ["a missing part", { regions: undefined }, "regions: (missing) is required: give a value of type object"],
    ["a wrong type", { paused: "no" }, 'paused: "no" has the wrong type: write a value of type boolean'],
    [
      "the same region twice",
      { regions: { primary: "us-east-1", dr: "us-east-1" } },
      'regions.dr: "us-east-1" is the primary region too: name another region',
    ],
    [
      "a region of another partition",
      { regions: { primary: "us-east-1", dr: "cn-north-1" } },
      'regions.dr: "cn-north-1" is in another partition than us-east-1: snapshots cannot be copied there, name a region of the same',
    ],
    [
      "retention below one copy",
      { retention: { days: 7, minimumCopies: 0 } },
      "retention.minimumCopies: 0 is not a whole number from 1 to 100: retention must keep at least one copy of each instance",
    ],
    [
      "a local time that DST skips",
      {
        backups: { schedule: "cron(30 2 ? * * *)", timeZone: "Europe/Berlin" },
        objectives: { rpoMinutes: 9000, rtoMinutes: 240 },
      },
      'backups.schedule: "cron(30 2 ? * * *)" names a time that Europe/Berlin skips, first at 2027-03-28T02:30: choose another hour, or UTC',
    ],
    [
      "a schedule that AWS would refuse",
      { backups: { schedule: "cron(0 2 * * *)" } },
      'backups.schedule: "cron(0 2 * * *)" has 5 fields, where AWS takes six (minutes hours day month weekday year): write one such as cron(0 2 * * ? *) or rate(6 hours)',
    ],
    [
      "a schedule that ends",
      { backups: { schedule: "cron(0 2 1 1 ? 2026)" } },
      'backups.schedule: "cron(0 2 1 1 ? 2026)" runs less than twice in the next two years: give days that come again, and * as year',
    ],
    [
      "an unknown time zone",
      { backups: { schedule: "cron(0 2 * * ? *)", timeZone: "Mars/Olympus" } },
      'backups.timeZone: "Mars/Olympus" is no time zone: write an IANA name such as UTC or Europe/Berlin',
    ],
    [
      "no instance at all",
      { instances: {} },
      'instances: {"listed":[],"excluded":[]} cover no instance: list some, or give the tag that protected ones carry',
    ],
    [
      "an instance listed and excluded",
      { instances: { listed: ["orders"], excluded: ["orders"] } },
      'instances.excluded: "orders" is listed too: take it out of one of the two',
    ],
    [
      "an identifier in upper case",
      { instances: { listed: ["Orders"] } },
      'instances.listed.0: "Orders" is no DB instance identifier: write 1 to 63 lower-case letters, digits and single hyphens, a letter first',
    ],
    [
      "no security group",
      { network: { subnetGroup: "dr-private", securityGroups: [] } },
      "network.securityGroups: [] names no security group: give at least one, for the VPC's default is never used",
    ],
    [
      "neither subnet group nor subnets",
      { network: { securityGroups: ["sg-0d1a2b3c4d5e6f708"] } },
      'network: {"securityGroups":["sg-0d1a2b3c4d5e6f708"]} has neither subnetGroup nor subnetIds: give exactly one of them',
    ],
    [
      "an existing key of another region",
      { key: { existingKeyArn: "arn:aws:kms:us-east-1:111122223333:key/1" } },
      'key.existingKeyArn: "arn:aws:kms:us-east-1:111122223333:key/1" is not in the DR region: give a key of us-west-2',
    ],
    [
      "no key",
      { key: undefined },
      "key: (missing) needs either administrators (ARNs of roles or users) or existingKeyArn: give exactly one of them",
    ],
    [
      "pruning more often than every 15 minutes",
      { pruning: { everyMinutes: 14 } },
      "pruning.everyMinutes: 14 is not a whole number from 15 to 360: prune every 15 minutes to 6 hours",
    ],
    [
      "a hyphen in the environment's name",
      { environment: "dev-2" },
      'environment: "dev-2" is no environment name: write 1 to 16 lower-case letters and digits',
    ],
    [
      "events of listed instances where none is listed",
      { rdsEvents: { scope: "listed" } },
      'rdsEvents.scope: "listed" has no listed instance to follow: write all',
    ],
  ])("%s", (_what, changes, line) => {
    expect(faultsOf(withChanges(changes))).toEqual([line]);
  });

  test("settings that are no object at all", () => {
    expect(faultsOf("dev")).toEqual(['(settings): "dev" has the wrong type: write a value of type object']);
  });
});

test("all faults are listed at once, those of single settings and those of settings that do not go together", () => {
  const faults = faultsOf(
    withChanges({
      oops: 1,
      regions: { primary: "us-east-1", dr: "us-east-1" },
      retention: { days: 0 },
      objectives: { rpoMinutes: 1439, rtoMinutes: -1, expectedCopyMinutes: 1 },
      overrides: { orders: { tier: 0, rpoMinutes: 60 } },
    } as Partial<SettingsInput>),
  );
  expect(faults.map((line) => line.split(":")[0])).toEqual([
    "retention.days",
    "objectives.rtoMinutes",
    "overrides.orders.tier",
    "oops",
    "regions.dr",
    "objectives.rpoMinutes",
    "overrides.orders.rpoMinutes",
  ]);
});

describe("an RPO", () => {
  const objectives = (rpoMinutes: number) => ({ rpoMinutes, rtoMinutes: 240, expectedCopyMinutes: 240 });

  test("of exactly the largest gap and the expected copy is in reach", () => {
    expect(faultsOf(withChanges({ objectives: objectives(1440 + 240) }))).toEqual([]);
  });

  test("of a minute less is refused", () => {
    expect(faultsOf(withChanges({ objectives: objectives(1440 + 239) }))).toEqual([
      "objectives.rpoMinutes: 1679 is out of reach, as slots are up to 1440 minutes apart and a copy takes 240: back up more often, or give at least 1680",
    ]);
  });

  test("counts the day of 25 hours in a zone that has one", () => {
    const backups = { schedule: "cron(0 5 * * ? *)", timeZone: "America/New_York" };
    expect(faultsOf(withChanges({ backups, objectives: objectives(1500 + 240) }))).toEqual([]);
    expect(faultsOf(withChanges({ backups, objectives: objectives(1500 + 239) }))).toHaveLength(1);
  });

  test("of one instance is judged alike", () => {
    const overrides = { orders: { rpoMinutes: 1679 }, wiki: { rpoMinutes: 1680 } };
    expect(faultsOf(withChanges({ overrides })).map((line) => line.split(":")[0])).toEqual([
      "overrides.orders.rpoMinutes",
    ]);
  });
});

describe("the quota of copies", () => {
  // Daily backups kept for 7 days make 8 copies an instance at the most: 12 instances hold 96.
  test("that exactly holds the listed fleet is enough", () => {
    const quotas = { dr: { manualSnapshots: 96 } };
    expect(faultsOf(withChanges({ instances: { listed: ids(12) }, quotas }))).toEqual([]);
  });

  test("of one less is refused", () => {
    const quotas = { dr: { manualSnapshots: 95 } };
    expect(faultsOf(withChanges({ instances: { listed: ids(12) }, quotas }))).toEqual([
      "quotas.dr.manualSnapshots: 95 is below the 96 copies that 12 listed instances hold at the most under this retention: keep fewer days, or ask AWS for at least 96 and write it here",
    ]);
  });

  test("counts the retention of an override", () => {
    const changes = { instances: { listed: ids(12) }, overrides: { "instance-0": { retentionDays: 12 } } };
    expect(faultsOf(withChanges({ ...changes, quotas: { dr: { manualSnapshots: 101 } } }))).toEqual([]);
    expect(faultsOf(withChanges({ ...changes, quotas: { dr: { manualSnapshots: 100 } } }))).toHaveLength(1);
  });

  test("counts the minimum where that keeps more than the days do", () => {
    const changes = { instances: { listed: ids(2) }, retention: { days: 1, minimumCopies: 10 } };
    expect(faultsOf(withChanges({ ...changes, quotas: { dr: { manualSnapshots: 22 } } }))).toEqual([]);
    expect(faultsOf(withChanges({ ...changes, quotas: { dr: { manualSnapshots: 21 } } }))).toHaveLength(1);
  });

  test("of the primary region holds a backup of each listed instance", () => {
    const quotas = { primary: { manualSnapshots: 11 } };
    expect(faultsOf(withChanges({ instances: { listed: ids(12) }, quotas }))).toEqual([
      "quotas.primary.manualSnapshots: 11 is below one backup for each of 12 listed instances: ask AWS for at least 12, then write it here",
    ]);
  });
});

describe("at run time", () => {
  const root = mkdtempSync(join(tmpdir(), "rds-dr-settings-"));
  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(root, { recursive: true, force: true });
  });

  test("the settings are read from beside the function, and refused with every fault", () => {
    vi.stubEnv("LAMBDA_TASK_ROOT", root);
    writeFileSync(join(root, "settings.json"), JSON.stringify(parseSettings(dev)));
    expect(loadSettings()).toEqual(parseSettings(dev));
    writeFileSync(join(root, "settings.json"), JSON.stringify({ ...dev, paused: 1, retention: {} }));
    expect(() => loadSettings()).toThrow(/paused: 1 .*\nretention\.days: \(missing\)/);
  });
});
