import { describe, expect, test } from "vitest";
import { run, some } from "./support.ts";

const minute = 60_000;

describe("the primary region is lost", () => {
  test("every protected instance of the shop comes back in time, from the day before, as it was", async () => {
    const { outcome, failings, world, settings } = await run({ days: 7 });
    expect(failings).toEqual([]);
    const back = outcome.instances.filter((instance) => instance.protected);
    expect(back).toHaveLength(10);
    for (const instance of back)
      expect(instance).toMatchObject({ outcome: "restored", restoredAs: instance.id, differences: [] });
    const calls = Object.keys(outcome.calls[settings.regions.primary] ?? {});
    expect(calls).not.toContain("RestoreDBInstanceFromDBSnapshot");
    const warehouse = world
      .region(settings.regions.dr)
      .rds.instances()
      .find(({ DBInstanceIdentifier }) => DBInstanceIdentifier === "warehouse");
    expect(warehouse?.TagList?.filter(({ Key }) => !Key?.startsWith("rds-dr:"))).toHaveLength(40);
    const orders = world
      .region(settings.regions.dr)
      .rds.instances()
      .find(({ DBInstanceIdentifier }) => DBInstanceIdentifier === "orders");
    expect(orders?.MasterUserSecret?.SecretArn).toContain(settings.regions.dr);
    expect(outcome.alerts.map(({ kind }) => kind)).toContain("recovery-completed");
  });

  test("what changed two days before comes back as its recovery point says, and what was deleted as well", async () => {
    const changedAt = new Date(Date.parse("2026-03-04T00:30:00Z") - 2 * 24 * 60 * minute);
    const { outcome, failings, world, settings } = await run({
      days: 3,
      fleet: some("orders", "catalog-2024-01-15", "wiki"),
      acts: [
        {
          at: changedAt,
          what: (w) => {
            const { rds } = w.region("us-east-1");
            rds.changeInstance("orders", {
              DBInstanceClass: "db.r6g.2xlarge",
              IAMDatabaseAuthenticationEnabled: false,
              Endpoint: { Address: "orders.example", Port: 6543 },
            });
            rds.deleteInstance("wiki");
          },
        },
      ],
    });
    expect(failings.filter((failing) => !failing.startsWith("wiki"))).toEqual([]);
    const restored = world.region(settings.regions.dr).rds.instances();
    const orders = restored.find(({ DBInstanceIdentifier }) => DBInstanceIdentifier === "orders");
    expect(orders).toMatchObject({
      DBInstanceClass: "db.r6g.2xlarge",
      IAMDatabaseAuthenticationEnabled: false,
      Endpoint: { Port: 6543 },
    });
    const wiki = outcome.instances.find(({ id }) => id === "wiki");
    expect(wiki).toMatchObject({ outcome: "restored", restoredAs: "wiki", differences: [], backups: 1 });
  });
});
