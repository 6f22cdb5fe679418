import { describe, expect, test } from "vitest";
import { ask, type Line, modify, recoverable, status, withRestored } from "./restored.ts";
import { day, dr, hour, refusal, restore, withCopy } from "./support.ts";

const keys: readonly Line[] = [
  [
    "an instance whose key is disabled becomes inaccessible some minutes later, with an event",
    () => {
      const { world, key } = withRestored();
      world.kms(world.dr, "DisableKey", { KeyId: key });
      expect(status(world)).toBe("available");
      world.advance(hour);
      expect(status(world)).toBe(recoverable);
      expect(world.eventIds(world.dr, "x")).toContain("RDS-EVENT-0419");
      expect(refusal(() => ask(world, "StartDBInstance"))).toMatch(/^KMSKeyNotAccessibleFault 400: /);
    },
  ],
  [
    "within seven days, giving the key back and starting the instance brings it back",
    () => {
      const { world, key } = withRestored();
      world.kms(world.dr, "ScheduleKeyDeletion", { KeyId: key, PendingWindowInDays: 30 });
      world.advance(6 * day);
      world.kms(world.dr, "CancelKeyDeletion", { KeyId: key });
      world.kms(world.dr, "EnableKey", { KeyId: key });
      expect(status(world)).toBe(recoverable);
      ask(world, "StartDBInstance");
      world.advance(8 * day);
      expect(status(world)).toBe("available");
    },
  ],
  [
    "after seven days without its key an instance is lost for good",
    () => {
      const { world, key } = withRestored();
      world.kms(world.dr, "DisableKey", { KeyId: key });
      world.advance(8 * day);
      world.kms(world.dr, "EnableKey", { KeyId: key });
      expect(status(world)).toBe("inaccessible-encryption-credentials");
      expect(refusal(() => ask(world, "StartDBInstance"))).toMatch(/^InvalidDBInstanceState 400: /);
    },
  ],
  [
    "a key that comes back before RDS misses it does no harm",
    () => {
      const { world, key } = withRestored();
      world.kms(world.dr, "DisableKey", { KeyId: key });
      world.kms(world.dr, "EnableKey", { KeyId: key });
      world.advance(day);
      expect(status(world)).toBe("available");
    },
  ],
  [
    "an instance without its key is not backed up",
    () => {
      const { world, key } = withRestored();
      world.kms(world.dr, "DisableKey", { KeyId: key });
      world.advance(hour);
      const input = { DBSnapshotIdentifier: "late" };
      expect(refusal(() => ask(world, "CreateDBSnapshot", input))).toMatch(/^InvalidDBInstanceState 400: /);
    },
  ],
  [
    "a snapshot whose key goes while it is made fails without an event",
    () => {
      const { world, key } = withRestored();
      ask(world, "CreateDBSnapshot", { DBSnapshotIdentifier: "late" });
      world.kms(world.dr, "DisableKey", { KeyId: key });
      world.advance(2 * hour);
      expect(world.snapshot(world.dr, "late").Status).toBe("failed");
      expect(world.eventIds(world.dr, "late")).toEqual(["RDS-EVENT-0040"]);
    },
  ],
  [
    "a restore is refused while the snapshot's key cannot be used",
    () => {
      const { world, key } = withCopy();
      world.kms(world.dr, "DisableKey", { KeyId: key });
      expect(refusal(() => restore(world, "x"))).toMatch(/^KMSKeyNotAccessibleFault 400: /);
    },
  ],
  [
    "a restore whose key goes meanwhile ends inaccessible",
    () => {
      const { world, key } = withCopy();
      restore(world, "x");
      world.kms(world.dr, "DisableKey", { KeyId: key });
      world.advance(3 * hour);
      expect(status(world)).toBe(recoverable);
    },
  ],
];

const restores: readonly Line[] = [
  [
    "a restore may end as incompatible-restore, with 0031",
    () => {
      const { world } = withCopy();
      world.knobs["restoreFailureProbability"] = 1;
      restore(world, "x");
      world.advance(3 * hour);
      expect(status(world)).toBe("incompatible-restore");
      expect(world.eventIds(world.dr, "x")).toEqual(["RDS-EVENT-0031"]);
    },
  ],
  [
    "a class without capacity is refused",
    () => {
      const { world } = withCopy();
      world.knobs["exhaustedInstanceClasses"] = { [dr]: ["db.r6g.large"] };
      const told = refusal(() => restore(world, "x", { DBInstanceClass: "db.r6g.large" }));
      expect(told).toMatch(/^InsufficientDBInstanceCapacity 400: /);
    },
  ],
  [
    "a withdrawn engine version does not restore until the snapshot is upgraded",
    () => {
      const { world } = withCopy();
      const version = String(world.snapshot(world.dr, "c").EngineVersion);
      world.knobs["withdrawnEngineVersions"] = { [dr]: [`postgres ${version}`] };
      expect(refusal(() => restore(world, "x"))).toMatch(
        /^InvalidParameterCombination 400: Cannot find version/,
      );
      world.rds(world.dr, "ModifyDBSnapshot", { DBSnapshotIdentifier: "c", EngineVersion: "16.9" });
      world.advance(2 * hour);
      restore(world, "x");
      expect(status(world)).toBe("creating");
    },
  ],
  [
    "one more instance than the quota is refused",
    () => {
      const { world } = withCopy();
      world.knobs.quotas[dr] = { instances: 0 };
      expect(refusal(() => restore(world, "x"))).toMatch(/^InstanceQuotaExceeded 400: /);
    },
  ],
  [
    "a name that is taken, a missing subnet group and a missing snapshot are refused by AWS's codes",
    () => {
      const { world } = withRestored();
      const codes = [
        refusal(() => restore(world, "x")),
        refusal(() => restore(world, "y", { DBSubnetGroupName: "none" })),
        refusal(() => restore(world, "y", { DBSnapshotIdentifier: "none" })),
      ].map((told) => told.split(":")[0]);
      expect(codes).toEqual([
        "DBInstanceAlreadyExists 400",
        "DBSubnetGroupNotFoundFault 404",
        "DBSnapshotNotFound 404",
      ]);
    },
  ],
  [
    "a restored instance has no managed password; asking for one makes a new secret",
    () => {
      const { world } = withRestored();
      expect(world.instance(world.dr, "x").MasterUserSecret).toBeUndefined();
      modify(world, { ManageMasterUserPassword: true, ApplyImmediately: true });
      world.advance(hour);
      expect(world.instance(world.dr, "x").MasterUserSecret).toMatchObject({ SecretStatus: "active" });
    },
  ],
];

describe("as strict as AWS about keys", () => {
  test.each(keys)("%s", (_sentence, holds) => holds());
});

describe("as strict as AWS about restores", () => {
  test.each(restores)("%s", (_sentence, holds) => holds());
});
