import { describe, expect, test } from "vitest";
import {
  account,
  copy,
  dr,
  hour,
  primary,
  refusal,
  restore,
  withBackup,
  withCopy,
  worldWithShop,
} from "./support.ts";

/** A line of the list of what AWS does and emulators do not. */
type Line = readonly [string, () => void];

const arnOf = (region: string, id: string) => `arn:aws:rds:${region}:${account}:snapshot:${id}`;

const lines: readonly Line[] = [
  [
    "a cross-region copy names its source's ARN and region",
    () => {
      const { world } = withCopy();
      expect(world.snapshot(world.dr, "c")).toMatchObject({
        SourceRegion: primary,
        SourceDBSnapshotIdentifier: arnOf(primary, "b"),
      });
    },
  ],
  [
    "an encrypted copy across regions needs a key",
    () => {
      const { world, source } = withBackup();
      expect(refusal(() => copy(world, source, "c"))).toBe(
        "InvalidParameterValue 400: Must specify new KMS key for cross region encrypted snapshot copy.",
      );
    },
  ],
  ...(["Disabled", "PendingDeletion"] as const).flatMap((state): Line[] => [
    [
      `a copy is refused while the target's key is ${state}`,
      () => {
        const { world, key, source } = withBackup();
        world.dr.kms.setState(key, state);
        expect(refusal(() => copy(world, source, "c", { KmsKeyId: key }))).toBe(
          `KMSKeyNotAccessibleFault 400: The target KMS key [${key}] does not exist, is not enabled or you do ` +
            "not have permissions to access it.",
        );
      },
    ],
    [
      `a copy is refused while the source's key is ${state}`,
      () => {
        const { world, key, source } = withBackup();
        world.primary.kms.setState(String(world.snapshot(world.primary, "b").KmsKeyId), state);
        expect(refusal(() => copy(world, source, "c", { KmsKeyId: key }))).toMatch(
          /^KMSKeyNotAccessibleFault 400: The source snapshot KMS key \[/,
        );
      },
    ],
    [
      `a running copy fails when its key is ${state} later`,
      () => {
        const { world, key, source } = withBackup();
        copy(world, source, "c", { KmsKeyId: key });
        world.dr.kms.setState(key, state);
        world.advance(6 * hour);
        expect(world.snapshot(world.dr, "c").Status).toBe("failed");
      },
    ],
  ]),
  [
    "a copy is refused with a key that is not there, with the same text",
    () => {
      const { world, source } = withBackup();
      expect(refusal(() => copy(world, source, "c", { KmsKeyId: "alias/none" }))).toMatch(
        /^KMSKeyNotAccessibleFault 400: The target KMS key \[alias\/none\] does not exist/,
      );
    },
  ],
  [
    "a copy without Tags and CopyTags has no tags, whatever the instance says",
    () => expect(withCopy().world.snapshot(withCopy().world.dr, "c").TagList).toEqual([]),
  ],
  [
    "Tags on the call win over CopyTags",
    () => {
      const world = withCopy("orders", { CopyTags: true, Tags: [{ Key: "a", Value: "b" }] }).world;
      expect(world.snapshot(world.dr, "c").TagList).toEqual([{ Key: "a", Value: "b" }]);
    },
  ],
  [
    "a pre-signed URL is right when it is of the source's region and names the source and this region",
    () => {
      const { world, key, source } = withBackup();
      const url = (signedFor: string, to: string, of: string) =>
        `https://rds.amazonaws.com/?X-Amz-Credential=a%2F20260301%2F${signedFor}%2Frds%2Faws4_request` +
        `&DestinationRegion=${to}&SourceDBSnapshotIdentifier=${encodeURIComponent(of)}`;
      const told = [
        url(dr, dr, source),
        url(primary, primary, source),
        url(primary, dr, arnOf(primary, "other")),
        "nonsense",
        url(primary, dr, source),
      ].map((PreSignedUrl) => refusal(() => copy(world, source, "c", { KmsKeyId: key, PreSignedUrl })));
      const refused = "InvalidParameterValue 400: PreSignedUrl could not be authenticated.";
      expect(told).toEqual([refused, refused, refused, refused, "not refused"]);
    },
  ],
  [
    "a taken target name is refused",
    () => {
      const { world, source, key } = withBackup();
      copy(world, source, "c", { KmsKeyId: key });
      expect(refusal(() => copy(world, source, "c", { KmsKeyId: key }))).toMatch(
        /^DBSnapshotAlreadyExists 400: /,
      );
    },
  ],
  [
    "a source that is gone is refused",
    () => {
      const { world } = withBackup();
      expect(refusal(() => copy(world, arnOf(primary, "none"), "c"))).toMatch(/^DBSnapshotNotFound 404: /);
    },
  ],
  [
    "more copies in progress than the quota are refused with the same code and another text",
    () => {
      const { world, key, source } = withBackup();
      world.knobs.quotas[dr] = { "copies-in-progress": 1 };
      copy(world, source, "c", { KmsKeyId: key });
      expect(refusal(() => copy(world, source, "d", { KmsKeyId: key }))).toBe(
        "SnapshotQuotaExceeded 400: Cannot copy more than 1 snapshots across regions",
      );
    },
  ],
  [
    "a fresh account may have 100 manual snapshots and 20 copies in progress",
    () => {
      const { rds } = worldWithShop().dr;
      expect([rds.quota("manual-snapshots").max, rds.quota("copies-in-progress").max]).toEqual([100, 20]);
    },
  ],
  [
    "a restore is creating, modifying, backing-up, then available, in a zone of its region",
    () => {
      const { world } = withCopy();
      restore(world, "x");
      world.advance(3 * hour);
      expect(world.statuses(world.dr, "x")).toEqual(["creating", "modifying", "backing-up", "available"]);
      const source = world.instance(world.primary, "orders");
      expect(world.instance(world.dr, "x")).toMatchObject({
        AvailabilityZone: expect.stringMatching(/^us-west-2/),
        EngineVersion: source.EngineVersion,
      });
    },
  ],
  [
    "a restore may be backing up for hours",
    () => {
      const { world } = withCopy();
      world.knobs.baselineBackupAfterRestore = "hours";
      restore(world, "x");
      world.advance(3 * hour);
      expect(world.instance(world.dr, "x").DBInstanceStatus).toBe("backing-up");
    },
  ],
];

describe("as strict as AWS about copies and what is made of them", () => {
  test.each(lines)("%s", (_sentence, holds) => holds());
});
