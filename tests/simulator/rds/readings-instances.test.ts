import { describe } from "vitest";
import { rdsInstanceReadings } from "../knobs/rds-instance-readings.ts";
import type { KnobOverrides } from "../knobs.ts";
import { holdReadings } from "./readings.ts";
import { day, hour, refusal, restore, withCopy, worldWithShop } from "./support.ts";

/** A world in which `x` is restored from a copy of an instance, three hours later. */
function restored(knobs: KnobOverrides, instance = "orders") {
  const { world, key } = withCopy(instance, {}, knobs);
  restore(world, "x");
  world.advance(3 * hour);
  return { world, key };
}

describe("where AWS is silent about instances, each reading shows", () => {
  holdReadings(rdsInstanceReadings, {
    restoreStorageType: {
      see: (knobs) => restore(withCopy("wiki", {}, knobs).world, "x")["StorageType"],
      as: { "api-text": "gp3", "as-snapshot": "gp2" },
    },
    restoreStatuses: {
      see: (knobs) => {
        const { world } = restored(knobs);
        return world.statuses(world.dr, "x");
      },
      as: {
        "modifying-first": ["creating", "modifying", "backing-up", "available"],
        "available-first": ["creating", "available", "modifying", "backing-up", "available"],
      },
    },
    baselineBackupAfterRestore: {
      see: (knobs) => {
        const { world } = restored(knobs);
        return world.statuses(world.dr, "x");
      },
      as: {
        minutes: ["creating", "modifying", "backing-up", "available"],
        hours: ["creating", "modifying", "backing-up"],
        none: ["creating", "modifying", "available"],
      },
    },
    managedPasswordAfterRestore: {
      see: (knobs) => {
        const { world } = restored(knobs);
        const secrets = [world.primary, world.dr].map((region) => {
          const id = region === world.dr ? "x" : "orders";
          return world.instance(region, id).MasterUserSecret?.SecretArn?.split(":")[3];
        });
        return secrets;
      },
      as: { lost: ["us-east-1", undefined], "new-secret": ["us-east-1", "us-west-2"] },
    },
    mirroringWithoutBackups: {
      see: (knobs) => {
        const { world } = withCopy("crm", { OptionGroupName: "crm-tde-dr" }, knobs);
        const input = { MultiAZ: true, BackupRetentionPeriod: 0 };
        return refusal(() => restore(world, "x", input)).split(":")[0];
      },
      as: { refused: "InvalidParameterCombination 400", accepted: "not refused" },
    },
    automatedBackups: {
      see: (knobs) => {
        // The tests' world has them off unless it is told.
        const world = worldWithShop({ automatedBackups: "daily", ...knobs });
        world.advance(2 * day);
        return world.primary.rds.snapshots().some((one) => one.SnapshotType === "automated");
      },
      as: { daily: true, off: false },
    },
    keyLoss: {
      see: (knobs) => {
        const { world, key } = restored(knobs);
        world.kms(world.dr, "DisableKey", { KeyId: key });
        world.advance(hour);
        world.kms(world.dr, "EnableKey", { KeyId: key });
        const { DBInstanceStatus } = world.instance(world.dr, "x");
        const start = () => world.rds(world.dr, "StartDBInstance", { DBInstanceIdentifier: "x" });
        return [DBInstanceStatus, refusal(start).split(":")[0]];
      },
      as: {
        "recoverable-first": ["inaccessible-encryption-credentials-recoverable", "not refused"],
        terminal: ["inaccessible-encryption-credentials", "InvalidDBInstanceState 400"],
      },
    },
  });
});
