import { describe, expect, test } from "vitest";
import { countsOf, judgeConditions } from "../../shared/conditions/judge.ts";
import { standingConditions } from "../../shared/conditions.ts";
import { describe as describeInstance, encodeDescription } from "../../shared/rds/description.ts";
import { currentKey, instance, otherKey } from "./builders.ts";
import { names, standing, texts } from "./standing.ts";
import { backupOf, copyOf, primary, settings, survey, surveyedAt } from "./survey-builders.ts";

const ago = (minutes: number) => new Date(surveyedAt.getTime() - minutes * 60_000);
const yesterday = { at: "2026-02-28T02:00:00Z" };

describe("with everything in order", () => {
  test.each([
    ["nothing stands", survey()],
    ["nothing stands on the first day, before anything is backed up", survey({ copies: [] })],
    [
      "nothing stands while the first copy is under way",
      survey({
        copies: [copyOf({}, { status: "creating", createdAt: undefined })],
        primary: primary({ backups: [backupOf({})] }),
      }),
    ],
    [
      "nothing stands while an instance is busy before its first backup",
      survey({ copies: [], primary: primary({ instances: [instance({ DBInstanceStatus: "backing-up" })] }) }),
    ],
  ])("%s", (_, seen) => {
    expect(standing(seen)).toEqual({});
  });

  test("every metric is published as 0", () => {
    const metrics = Object.values(standingConditions).flatMap(({ metric, region }) =>
      region === "dr" ? [[metric, 0]] : [],
    );
    expect(countsOf(judgeConditions(survey(), settings()))).toEqual(Object.fromEntries(metrics));
  });
});

describe("while the primary is silent", () => {
  const published = (changes: Partial<Parameters<typeof survey>[0]> = {}) =>
    countsOf(judgeConditions(survey({ ...changes, primary: undefined }), settings()));
  const ofPrimary = ["CleanUpOverdue", "InstancesNotCovered", "InstancesStopped", "SlotsMissed"];

  test("no count is published of what it alone can tell, so that nothing of it is called over", () => {
    const all = Object.keys(countsOf(judgeConditions(survey(), settings())));
    const withheld = all.filter((metric) => !(metric in published()));
    expect(withheld.sort()).toEqual([...ofPrimary, "NotReady", "ObjectivesMissed"].sort());
  });

  test("an objective that copies alone show as missed is counted all the same", () => {
    expect(published({ copies: [copyOf({ at: "2026-02-27T02:00:00Z" })] })).toMatchObject({
      ObjectivesMissed: 1,
    });
  });

  test("what is not ready in the DR region is counted all the same", () => {
    const ruleFaults = [{ name: "rds-dr-dev-announce-on-alert", state: "disabled" as const }];
    expect(published({ ruleFaults })).toMatchObject({ NotReady: 1, PrimaryUnreachable: 1 });
  });
});

describe("a missed objective", () => {
  test("names instance, point, age and objective", () => {
    const copies = [copyOf({ at: "2026-02-27T02:00:00Z" })];
    const seen = survey({ copies, primary: primary({ backups: [backupOf({})] }) });
    expect(standing(seen)).toEqual({
      "objectives-missed": [
        "orders: its newest recovery point 'lambda-dr-snapshot-orders-2026-02-27-0200' is 49 hours old (objective 30 hours)",
      ],
    });
  });

  test("is judged by the oldest backup while there never was a copy, so that copies that fail are told", () => {
    const backups = [backupOf({}), backupOf({ at: "2026-02-27T02:00:00Z" })];
    expect(names(survey({ copies: [], primary: primary({ backups }) }))).toEqual(["objectives-missed"]);
  });

  test("is judged by the instance's own objective", () => {
    const strict = settings({ overrides: { orders: { rpoMinutes: 59 } } });
    expect(names(survey(), strict)).toEqual(["objectives-missed"]);
  });

  test.each(["retired", "uncovered"])(
    "is nobody's while the instance is marked as %s and the primary is silent",
    (mark) => {
      const marked = copyOf({
        at: "2026-02-20T02:00:00Z",
        tags: { "rds-dr:outcome": `${mark}:2026-02-21T02:00:00Z` },
      });
      expect(names(survey({ copies: [marked], primary: undefined }))).toEqual(["primary-unreachable"]);
    },
  );
});

describe("readiness", () => {
  const withGroup = instance({ OptionGroupMemberships: [{ OptionGroupName: "orders-audit" }] });
  const seen = survey({ primary: primary({ instances: [withGroup] }) });
  const mapped = settings({ optionGroups: { "orders-audit": "orders-audit-dr" } });

  test("names instance, option group and the setting that is missing", () => {
    expect(texts("not-ready", seen)).toEqual([
      "orders: option group 'orders-audit' has no counterpart in us-west-2: create one in us-west-2 and write it as optionGroups.orders-audit in the settings",
    ]);
  });

  test("misses a mapped group that does not exist", () => {
    expect(texts("not-ready", seen, mapped)).toEqual([
      "orders: option group 'orders-audit-dr' (for 'orders-audit') does not exist in us-west-2: create it there, or correct optionGroups.orders-audit in the settings",
    ]);
  });

  test("is content with a mapped group that exists", () => {
    expect(standing({ ...seen, optionGroups: new Set(["orders-audit-dr"]) }, mapped)).toEqual({});
  });

  test("takes an override of the instance for the map", () => {
    const overridden = settings({ overrides: { orders: { restore: { optionGroup: "own-group" } } } });
    expect(texts("not-ready", seen, overridden)).toHaveLength(1);
    expect(texts("not-ready", { ...seen, optionGroups: new Set(["own-group"]) }, overridden)).toEqual([]);
  });

  test("reads the group of the newest copy while the primary is silent", () => {
    const travelled = Object.fromEntries(encodeDescription(describeInstance(withGroup)).tags);
    const copies = [copyOf({ tags: travelled })];
    expect(texts("not-ready", survey({ copies, primary: undefined }))).toHaveLength(1);
  });

  test("is content with a default group", () => {
    const plain = instance({ OptionGroupMemberships: [{ OptionGroupName: "default:postgres-16" }] });
    expect(standing(survey({ primary: primary({ instances: [plain] }) }))).toEqual({});
  });

  describe("subnet groups", () => {
    const restore = { subnetGroup: "DR-Reports" };

    test.each([
      [
        "misses the one of the network, which every restore goes into",
        settings({ network: { subnetGroup: "dr-privat", securityGroups: ["sg-0d1a2b3c4d5e6f708"] } }),
        "subnet group 'dr-privat' of network.subnetGroup does not exist in us-west-2: create it there, or correct network.subnetGroup in the settings and deploy",
      ],
      [
        "misses the one of the defaults",
        settings({ restore }),
        "subnet group 'DR-Reports' of restore.subnetGroup does not exist in us-west-2: create it there, or correct restore.subnetGroup in the settings and deploy",
      ],
      [
        "misses the one of an instance, and names the instance",
        settings({ overrides: { orders: { restore } } }),
        "orders: subnet group 'DR-Reports' of overrides.orders.restore.subnetGroup does not exist in us-west-2: create it there, or correct overrides.orders.restore.subnetGroup in the settings and deploy",
      ],
    ])("%s", (_sentence, given, text) => {
      expect(texts("not-ready", survey(), given)).toEqual([text]);
    });

    test("is content with one that exists, however its name is written", () => {
      const subnetGroups = new Set(["dr-private", "dr-reports"]);
      expect(standing(survey({ subnetGroups }), settings({ restore }))).toEqual({});
    });

    test("asks for none where the stack makes it", () => {
      const made = settings({
        network: { subnetIds: ["subnet-0d10a1b2", "subnet-0d20b1c2"], securityGroups: ["sg-0d1a2b3c"] },
      });
      expect(standing(survey({ subnetGroups: new Set() }), made)).toEqual({});
    });
  });

  const quotas = (manualSnapshots: number, instances = 0) => ({
    manualSnapshots: { used: manualSnapshots, max: 100 },
    instances: { used: instances, max: 40 },
  });

  test.each([
    ["the next cycle just fits into the DR region", { quotas: quotas(99) }, []],
    ["one snapshot too many", { quotas: quotas(100) }, ["us-west-2: 100 of 100 manual snapshots"]],
    ["every instance just fits into the DR region", { quotas: quotas(0, 39) }, []],
    ["one instance too many", { quotas: quotas(0, 40) }, ["us-west-2: 40 of 40 DB instances"]],
    ["the next cycle just fits into the primary region", { primary: primary({ quotas: quotas(99) }) }, []],
    [
      "one backup too many",
      { primary: primary({ quotas: quotas(100) }) },
      ["us-east-1: 100 of 100 manual snapshots"],
    ],
  ])("quotas: %s", (_, changes, beginnings) => {
    const found = texts("not-ready", survey(changes));
    expect(found.map((text) => text.slice(0, text.indexOf(" are in use")))).toEqual(beginnings);
  });

  test.each([
    ["the newest copies just fit into the storage of the DR region", 99_500, []],
    ["a GiB too many", 99_501, ["us-west-2: 99501 of 100000 GiB of storage"]],
  ])("quotas: %s", (_, used, beginnings) => {
    const storage = { used, max: 100_000 };
    const found = texts("not-ready", survey({ quotas: { ...quotas(0), storage } }));
    expect(found.map((text) => text.slice(0, text.indexOf(" are in use")))).toEqual(beginnings);
  });

  test("asks for room for a retired instance too, as long as a copy of it can be restored", () => {
    const copies = [copyOf({}), copyOf({ of: "left" })];
    expect(texts("not-ready", survey({ copies, quotas: quotas(0, 39) }))).toEqual([
      "us-west-2: 39 of 40 DB instances are in use and 2 more are needed: ask AWS for a higher quota",
    ]);
  });

  test("does not count a copy that expires before the next slot", () => {
    const days = [20, 26, 27, 28].map((day) => copyOf({ at: `2026-02-${day}T02:00:00Z` }));
    expect(texts("not-ready", survey({ copies: [...days, copyOf({})], quotas: quotas(100) }))).toEqual([]);
  });

  test("does not count this slot's backups in the primary region, which go when they are copied", () => {
    const region = primary({ backups: [backupOf({}, { createdAt: ago(5) })], quotas: quotas(100) });
    expect(standing(survey({ primary: region }))).toEqual({});
  });

  test("does not ask for room for an instance that stands in the DR region already", () => {
    const seen2 = survey({ quotas: quotas(0, 40), drInstances: [instance({ TagList: [] })] });
    expect(texts("not-ready", seen2)).toEqual([]);
  });

  test("names rules that are missing or switched off, in either region", () => {
    const found = texts(
      "not-ready",
      survey({
        ruleFaults: [{ name: "rds-dr-dev-announce-on-alert", state: "disabled" }],
        primary: primary({
          ruleFaults: [{ name: "rds-dr-dev-copy-backup-on-backup-created", state: "missing" }],
        }),
      }),
    );
    expect(found).toEqual([
      "us-west-2: rule 'rds-dr-dev-announce-on-alert' is disabled: enable it",
      "us-east-1: rule 'rds-dr-dev-copy-backup-on-backup-created' is missing: deploy the region's stack again",
    ]);
  });
});

describe("the data key", () => {
  test("is told when it cannot be used", () => {
    const key = { arn: currentKey, enabled: false, state: "PendingDeletion" };
    expect(texts("key-not-usable", survey({ key }))).toEqual([
      `the current data key ${currentKey} is PendingDeletion: nothing can be copied`,
    ]);
  });

  test("is told by instance when a newest copy stands under another one that cannot be used", () => {
    const copies = [copyOf(yesterday), copyOf({}, { kmsKeyArn: otherKey })];
    expect(standing(survey({ copies }))).toEqual({
      "key-not-usable": [
        `orders: its newest copy 'lambda-dr-snapshot-orders-2026-03-01-0200' stands under ${otherKey}, which cannot be used`,
      ],
    });
  });
});

describe("what gets stuck", () => {
  const creating = (createdAt: Date) => copyOf(yesterday, { status: "creating", createdAt });

  test.each([
    ["a copy of exactly copyStuckHours is not stuck", 24 * 60, []],
    ["a copy of a minute more is", 24 * 60 + 1, ["copies-stuck"]],
  ])("%s", (_, minutes, expected) => {
    expect(names(survey({ copies: [copyOf({}), creating(ago(minutes))] }))).toEqual(expected);
  });

  test("a copy counts from its own request, however long its backup had to wait for a copy slot", () => {
    const asked = (minutes: number) => {
      const tags = { "rds-dr:requested-at": `2026-02-26T02:00:00.000Z ${ago(minutes).toISOString()}` };
      return copyOf({ ...yesterday, tags }, { status: "creating", createdAt: undefined });
    };
    expect(texts("copies-stuck", survey({ copies: [copyOf({}), asked(24 * 60)] }))).toEqual([]);
    expect(texts("copies-stuck", survey({ copies: [copyOf({}), asked(24 * 60 + 1)] }))).toEqual([
      "orders: copy 'lambda-dr-snapshot-orders-2026-02-28-0200' is 'creating' at 100 %, 24 hours after it was asked for",
    ]);
  });

  test.each([
    ["a backup two prune intervals after its copy is not overdue", 120, []],
    ["a backup a minute later is", 121, ["clean-up-overdue"]],
  ])("%s", (_, minutes, expected) => {
    const copies = [copyOf(yesterday, { createdAt: ago(minutes) }), copyOf({})];
    expect(names(survey({ copies, primary: primary({ backups: [backupOf(yesterday)] }) }))).toEqual(expected);
  });
});
