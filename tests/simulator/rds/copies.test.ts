import type { DBSnapshot } from "@aws-sdk/client-rds";
import { describe, expect, test } from "vitest";
import { NotSimulated } from "../types.ts";
import { account, backUp, copy, dr, hour, makeKey, minute, refusal, withBackup } from "./support.ts";

describe("a cross-region copy", () => {
  test("knows its source, and neither zone nor VPC of it", () => {
    const { world, key, source } = withBackup();
    const { DBSnapshot } = copy(world, source, "c", { KmsKeyId: `arn:aws:kms:${dr}:${account}:alias/Key` });
    expect(DBSnapshot).toMatchObject({
      DBSnapshotIdentifier: "c",
      DBSnapshotArn: `arn:aws:rds:${dr}:${account}:snapshot:c`,
      Status: "creating",
      SourceDBSnapshotIdentifier: source,
      SourceRegion: "us-east-1",
      KmsKeyId: key,
      Encrypted: true,
      TagList: [],
      OptionGroupName: "default:postgres-16",
    });
    const { AvailabilityZone, VpcId, SnapshotCreateTime } = DBSnapshot as DBSnapshot;
    expect([AvailabilityZone, VpcId, SnapshotCreateTime]).toEqual([undefined, undefined, undefined]);
    expect(world.dr.kms.grants(key).map((grant) => grant.grantee)).toEqual([`rds.${dr}.amazonaws.com`]);
  });

  test("gets a creation time of its own and keeps the original one", () => {
    const { world, source } = withBackup();
    copy(world, source, "c", { KmsKeyId: "alias/Key" });
    world.advance(6 * hour);
    const [original, made] = [world.snapshot(world.primary, "b"), world.snapshot(world.dr, "c")];
    expect(made.Status).toBe("available");
    expect(made.OriginalSnapshotCreateTime).toEqual(original.OriginalSnapshotCreateTime);
    expect(made.SnapshotDatabaseTime).toEqual(original.SnapshotDatabaseTime);
    expect(made.SnapshotCreateTime?.getTime()).toBeGreaterThan(original.SnapshotCreateTime?.getTime() ?? 0);
  });

  test("is told of in the destination with 0059 and 0060, about the copy, naming the source", () => {
    const { world, source } = withBackup();
    copy(world, source, "c", { KmsKeyId: "alias/Key" });
    const before = world.primary.emitted.length;
    world.advance(6 * hour);
    expect(world.eventIds(world.dr)).toEqual(["RDS-EVENT-0059", "RDS-EVENT-0060"]);
    expect(world.primary.emitted).toHaveLength(before);
    const finished = world.dr.emitted[1];
    expect(finished?.detail).toMatchObject({ SourceIdentifier: "c", SourceType: "SNAPSHOT" });
    expect(finished?.detail.Message).toMatch(
      /^Finished copy of snapshot b from region us-east-1 in \d+ minutes$/,
    );
    expect(finished?.resources).toEqual([`arn:aws:rds:${dr}:${account}:snapshot:c`]);
  });

  test("of an encrypted source needs a key", () => {
    const { world, source } = withBackup();
    expect(refusal(() => copy(world, source, "c"))).toBe(
      "InvalidParameterValue 400: Must specify new KMS key for cross region encrypted snapshot copy.",
    );
  });

  test("of a source without encryption is encrypted when a key is given", () => {
    const { world, key, source } = withBackup("wiki");
    copy(world, source, "c", { KmsKeyId: key });
    copy(world, source, "d");
    expect(world.snapshot(world.dr, "c")).toMatchObject({ Encrypted: true, KmsKeyId: key });
    expect(world.snapshot(world.dr, "d")).toMatchObject({ Encrypted: false, KmsKeyId: undefined });
  });

  test("is refused with a target or source key that cannot be used", () => {
    const { world, key, source } = withBackup();
    const elsewhere = world.snapshot(world.primary, "b").KmsKeyId ?? "";
    expect(refusal(() => copy(world, source, "c", { KmsKeyId: elsewhere }))).toBe(
      `KMSKeyNotAccessibleFault 400: The target KMS key [${elsewhere}] does not exist, is not enabled or you do not have permissions to access it.`,
    );
    world.dr.kms.setState(key, "PendingDeletion");
    expect(refusal(() => copy(world, source, "c", { KmsKeyId: key }))).toMatch(/The target KMS key/);
    world.dr.kms.setState(key, "Enabled");
    world.primary.kms.setState(elsewhere, "Disabled");
    expect(refusal(() => copy(world, source, "c", { KmsKeyId: key }))).toMatch(/The source snapshot KMS key/);
  });

  test("carries the tags of the call, or with CopyTags the source's, or none", () => {
    const { world, key } = withBackup();
    const tags = [{ Key: "k", Value: "v" }];
    const source = backUp(world, "tagged", "crm", { Tags: tags });
    const group = { KmsKeyId: key, OptionGroupName: "crm-tde-dr" };
    copy(world, source, "a", group);
    copy(world, source, "b", { ...group, CopyTags: true });
    copy(world, source, "c", { ...group, CopyTags: true, Tags: [{ Key: "x", Value: "y" }] });
    const tagsOf = (id: string) => world.snapshot(world.dr, id).TagList;
    expect([tagsOf("a"), tagsOf("b"), tagsOf("c")]).toEqual([[], tags, [{ Key: "x", Value: "y" }]]);
  });

  test("with CopyTags is refused where AWS's own tags are on the source", () => {
    const { world, key, source } = withBackup("warehouse");
    expect(refusal(() => copy(world, source, "c", { KmsKeyId: key, CopyTags: true }))).toBe(
      'InvalidParameterValue 400: Tag keys cannot start with the reserved prefix "aws:"',
    );
  });

  test.each([
    ["crm", "TDE", "crm-tde-dr"],
    ["ledger", "Timezone", "ledger-oracle19-dr"],
  ])("of %s needs an option group with %s", (instance, option, group) => {
    const { world, key, source } = withBackup(instance);
    expect(refusal(() => copy(world, source, "c", { KmsKeyId: key }))).toBe(
      `InvalidParameterValue 400: The snapshot requires a target option group with the following options: [${option}]`,
    );
    expect(refusal(() => copy(world, source, "c", { KmsKeyId: key, OptionGroupName: "none" }))).toBe(
      "OptionGroupNotFoundFault 404: Specified OptionGroupName: none not found.",
    );
    expect(
      refusal(() => copy(world, source, "c", { KmsKeyId: key, OptionGroupName: "catalog-mysql80-dr" })),
    ).toMatch(/^InvalidParameterCombination/);
    copy(world, source, "c", { KmsKeyId: key, OptionGroupName: group });
    expect(world.snapshot(world.dr, "c").OptionGroupName).toBe(group);
  });

  test("loses an option that is neither persistent nor permanent without a word", () => {
    const { world, key, source } = withBackup("catalog-2024-01-15");
    copy(world, source, "c", { KmsKeyId: key });
    expect(world.snapshot(world.dr, "c").OptionGroupName).toBe("default:mysql-8-0");
  });

  test.each([
    ["a source that is not there", `arn:aws:rds:us-east-1:${account}:snapshot:x`, /^DBSnapshotNotFound 404/],
    ["a plain name of the other region", "b", /^DBSnapshotNotFound 404/],
    ["an ARN of something else", `arn:aws:rds:us-east-1:${account}:db:orders`, /^InvalidParameterValue/],
    [
      "another account's snapshot",
      "arn:aws:rds:us-east-1:999999999999:snapshot:b",
      /^DBSnapshotNotFound 404/,
    ],
    ["a region that is not there", `arn:aws:rds:mars-1:${account}:snapshot:b`, /^DBSnapshotNotFound 404/],
  ])("is refused of %s", (_, source, expected) => {
    const { world, key } = withBackup();
    expect(refusal(() => copy(world, source, "c", { KmsKeyId: key }))).toMatch(expected);
  });

  test("is refused of a source that is not available", () => {
    const { world, key } = withBackup();
    world.rds(world.primary, "CreateDBSnapshot", {
      DBSnapshotIdentifier: "x",
      DBInstanceIdentifier: "orders",
    });
    const source = `arn:aws:rds:us-east-1:${account}:snapshot:x`;
    expect(refusal(() => copy(world, source, "c", { KmsKeyId: key }))).toMatch(/^InvalidDBSnapshotState 400/);
  });

  test("is refused under a taken name, and under one that begins with rds:", () => {
    const { world, key, source } = withBackup();
    copy(world, source, "c", { KmsKeyId: key });
    expect(refusal(() => copy(world, source, "C", { KmsKeyId: key }))).toMatch(
      /^DBSnapshotAlreadyExists 400/,
    );
    expect(refusal(() => copy(world, source, "rds:c", { KmsKeyId: key }))).toMatch(
      /TargetDBSnapshotIdentifier/,
    );
  });

  test("refuses by name what is not simulated", () => {
    const { world, source } = withBackup();
    expect(() => copy(world, source, "c", { TargetCustomAvailabilityZone: "x" })).toThrow(NotSimulated);
  });
});

describe("both meanings of SnapshotQuotaExceeded", () => {
  test("copies in progress, counted for the destination", () => {
    const { world, key } = withBackup();
    world.knobs.quotas[dr] = { "copies-in-progress": 2 };
    const sources = ["wiki", "scratch", "catalog-2024-01-15"].map((id) => backUp(world, `b-${id}`, id));
    copy(world, sources[0] ?? "", "c1", { KmsKeyId: key });
    copy(world, sources[1] ?? "", "c2", { KmsKeyId: key });
    const third = () => copy(world, sources[2] ?? "", "c3", { KmsKeyId: key });
    expect(refusal(third)).toBe(
      "SnapshotQuotaExceeded 400: Cannot copy more than 2 snapshots across regions",
    );
    world.advance(2 * hour);
    expect(refusal(third)).toBe("not refused");
  });

  test("manual snapshots of the destination", () => {
    const { world, key, source } = withBackup();
    world.knobs.quotas[dr] = { "manual-snapshots": 1 };
    copy(world, source, "c", { KmsKeyId: key });
    expect(refusal(() => copy(world, source, "d", { KmsKeyId: key }))).toBe(
      "SnapshotQuotaExceeded 400: Cannot create more than 1 manual snapshots",
    );
  });
});

describe("copies of one instance", () => {
  test("run one after another, the waiting one without progress", () => {
    const { world, key, source } = withBackup();
    copy(world, source, "c", { KmsKeyId: key });
    copy(world, source, "d", { KmsKeyId: key });
    world.advance(20 * minute);
    expect(world.snapshot(world.dr, "d")).toMatchObject({ Status: "pending", PercentProgress: 0 });
    expect(world.snapshot(world.dr, "c").PercentProgress).toBeGreaterThan(10);
    world.advance(6 * hour);
    expect(world.statuses(world.dr, "d")).toEqual(["pending", "creating", "available"]);
    const started = world.entries.filter((entry) => entry.data.status === "creating" && entry.region === dr);
    const finished = world.entries.filter(
      (entry) => entry.data.status === "available" && entry.region === dr,
    );
    expect(started[1]?.at).toBe(finished[0]?.at);
  });

  test("are increments while the newest copy and the key stay", () => {
    const { world, key, source } = withBackup();
    const takes = (id: string, KmsKeyId: string) => {
      copy(world, source, id, { KmsKeyId });
      const from = world.clock.now();
      world.advance(6 * hour);
      return ((world.snapshot(world.dr, id).SnapshotCreateTime?.getTime() ?? 0) - from) / minute;
    };
    const first = takes("c1", key);
    const second = takes("c2", key);
    expect(first).toBeGreaterThan(20);
    expect(second).toBeLessThan(15);
    world.rds(world.dr, "DeleteDBSnapshot", { DBSnapshotIdentifier: "c2" });
    expect(takes("c3", key)).toBeGreaterThan(30);
    expect(takes("c4", makeKey(world, world.dr, "Other"))).toBeGreaterThan(30);
    expect(takes("c5", key)).toBeGreaterThan(30);
  });
});

test("a copy within its region keeps the key and is told of with 0196 and 0197", () => {
  const { world } = withBackup();
  world.rds(world.primary, "CopyDBSnapshot", {
    SourceDBSnapshotIdentifier: "b",
    TargetDBSnapshotIdentifier: "c",
  });
  world.advance(3 * hour);
  const [source, made] = [world.snapshot(world.primary, "b"), world.snapshot(world.primary, "c")];
  expect(made).toMatchObject({ Status: "available", KmsKeyId: source.KmsKeyId, VpcId: source.VpcId });
  expect(made.SourceDBSnapshotIdentifier).toBeUndefined();
  expect(world.eventIds(world.primary, "c")).toEqual(["RDS-EVENT-0196", "RDS-EVENT-0197"]);
});
