import { createHash } from "node:crypto";
import fc from "fast-check";
import { expect, describe as group, test } from "vitest";
import {
  type Description,
  decodeDescription,
  describe,
  encodeDescription,
  isDefaultGroup,
} from "../../shared/rds/description.ts";
import { instance } from "./builders.ts";

const text = fc.string({
  unit: fc.constantFrom(..."abcdefghijklmnopqrstuvwxyz0123456789-:/"),
  maxLength: 40,
});
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const descriptions: fc.Arbitrary<Description> = fc
  .record({
    engine: text,
    version: text,
    class: text,
    multiAz: fc.boolean(),
    port: fc.nat(65_535),
    gib: fc.nat(65_536),
    storage: text,
    iam: fc.boolean(),
    protect: fc.boolean(),
    public: fc.boolean(),
    managedPassword: fc.boolean(),
    minorUpgrades: fc.boolean(),
    copyTags: fc.boolean(),
    iops: maybe(fc.nat(80_000)),
    parameterGroup: maybe(text),
    optionGroup: maybe(text),
    logs: maybe(fc.array(text, { maxLength: 5 })),
    monitoring: maybe(fc.record({ seconds: fc.nat(60), role: text })),
    ca: maybe(text),
    cpu: maybe(fc.record({ coreCount: text, threadsPerCore: text })),
    domain: maybe(text),
    roles: maybe(fc.array(fc.record({ arn: text, feature: text }), { maxLength: 12 })),
  })
  // JSON knows no undefined: what is absent is absent on both sides.
  .map((description) => JSON.parse(JSON.stringify(description)) as Description);

group("what an instance is", () => {
  test("is read from DescribeDBInstances", () => {
    const described = describe(
      instance({
        DBParameterGroups: [{ DBParameterGroupName: "orders-pg16" }],
        MonitoringInterval: 30,
        MonitoringRoleArn: "arn:aws:iam::111122223333:role/monitoring",
        MasterUserSecret: { SecretArn: "arn" },
        MaxAllocatedStorage: 1000,
        DatabaseInsightsMode: "advanced",
        ProcessorFeatures: [{ Name: "coreCount", Value: "4" }],
        DedicatedLogVolume: true,
        DomainMemberships: [{ FQDN: "corp.example.com", Status: "joined" }],
      }),
    );
    expect(described).toMatchObject({
      class: "db.r6g.xlarge",
      port: 5432,
      multiAz: true,
      parameterGroup: "orders-pg16",
      monitoring: { seconds: 30 },
      managedPassword: true,
      maxGib: 1000,
      insightsMode: "advanced",
      cpu: { coreCount: "4" },
      logVolume: true,
      domain: "corp.example.com",
    });
  });

  test("says nothing of what everybody has: standard insights, the class's cores, no log volume, no domain", () => {
    const plain = describe(
      instance({
        DatabaseInsightsMode: "standard",
        ProcessorFeatures: [],
        DedicatedLogVolume: false,
        DomainMemberships: [],
      }),
    );
    for (const key of ["insightsMode", "cpu", "logVolume", "domain"]) expect(plain).not.toHaveProperty(key);
  });

  test("says nothing of monitoring that is off", () => {
    expect(describe(instance({ MonitoringInterval: 0, MonitoringRoleArn: "arn" }))).not.toHaveProperty(
      "monitoring",
    );
  });
});

group("a description as tags", () => {
  test("comes back as it went, but for what it names as dropped", () => {
    fc.assert(
      fc.property(descriptions, (description) => {
        const { tags, dropped } = encodeDescription(description);
        const expected = Object.fromEntries(
          Object.entries(description).filter(([key]) => !dropped.includes(key)),
        );
        expect(decodeDescription(new Map(tags))).toEqual(expected);
      }),
    );
  });

  test("takes at most three tags of 256 characters that RDS allows in values", () => {
    fc.assert(
      fc.property(descriptions, (description) => {
        const { tags } = encodeDescription(description);
        expect(tags.length).toBeLessThanOrEqual(3);
        for (const [, value] of tags) expect(value).toMatch(/^[A-Za-z0-9_.-]{1,256}$/);
      }),
    );
  });

  // Text that does not compress, and the same text at each run.
  const noise = (seed: number) =>
    Array.from({ length: 60 }, (_, index) => (((index + 1) * seed * 7919) % 104_729).toString(36)).join("");

  test("fits even with groups of the longest names that RDS takes", () => {
    const digest = (text: string) =>
      BigInt(`0x${createHash("sha512").update(text).digest("hex")}`).toString(36);
    const longest = (name: string) => `${name}${[1, 2, 3].map((at) => digest(`${name}${at}`)).join("")}`;
    const groups = {
      parameterGroup: longest("pg-").slice(0, 255),
      optionGroup: longest("og-").slice(0, 255),
    };
    const full = { iops: 12_000, throughput: 500, maxGib: 1_000, backupDays: 7, network: "DUAL" };
    const { tags, dropped } = encodeDescription({ ...describe(instance()), ...full, ...groups });
    expect(tags.map(([key]) => key)).toEqual(["rds-dr:settings-1", "rds-dr:settings-2", "rds-dr:settings-3"]);
    expect(decodeDescription(new Map(tags))).toMatchObject(groups);
    expect(dropped.at(-1)).toBe("network");
  });

  test("drops roles first when there is no room", () => {
    const roles = [1, 2, 3, 4, 5, 6].map((seed) => ({ arn: noise(seed), feature: `f${seed}` }));
    const { dropped } = encodeDescription({ ...describe(instance()), roles, logs: ["error"] });
    expect(dropped).toEqual(["roles"]);
  });

  test.each([
    ["without our tags", new Map()],
    ["of a version that is not known", new Map([["rds-dr:settings-1", "2.abc"]])],
    ["that was cut", new Map([["rds-dr:settings-1", "1.q1YqSy0qzs"]])],
  ])("%s is undefined, not an error", (_, tags) => {
    expect(decodeDescription(tags)).toBeUndefined();
  });
});

test.each([
  [undefined, true],
  ["default:postgres-16", true],
  ["default.postgres16", true],
  ["default-of-ours", false],
  ["crm-tde", false],
])("the group %s is a default one: %s", (name, expected) => {
  expect(isDefaultGroup(name)).toBe(expected);
});
