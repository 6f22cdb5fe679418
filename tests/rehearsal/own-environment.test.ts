import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { parseSettings } from "../../shared/settings/parse.ts";
import { addStacks, emptyApp } from "../../stacks/app.ts";
import { bundle } from "../../stacks/bundle.ts";
import { dev } from "../../stacks/environments/dev.ts";
import { rehearse } from "./run.ts";
import { some } from "./support.ts";

const assembly = mkdtempSync(join(tmpdir(), "rds-dr-own-"));
afterAll(() => rmSync(assembly, { recursive: true, force: true }));

/** Synthesises an environment as a user writes it: everything that the sample leaves to defaults is given. */
function synthesiseOwn(): void {
  const settings = parseSettings({
    ...dev,
    environment: "berlin",
    account: "222233334444",
    regions: { primary: "eu-central-1", dr: "eu-west-1" },
    backups: { schedule: "cron(30 1/6 * * ? *)", timeZone: "Europe/Berlin" },
    network: {
      subnetIds: ["subnet-0d10a1b2c3d4e5f60", "subnet-0d20b1c2d3e4f5061"],
      securityGroups: dev.network.securityGroups,
    },
    declarers: ["arn:aws:iam::222233334444:role/oncall"],
    snapshotPrefix: "berlin-safe",
  });
  const { assets, directory } = bundle(settings);
  try {
    const app = emptyApp(assembly);
    addStacks(app, settings, assets);
    app.synth();
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

test("an environment with an account, subnets, declarers and a prefix of its own comes back", async () => {
  synthesiseOwn();
  const fleet = some("wiki");
  const { outcome, failings, world } = await rehearse({
    ...{ assembly, fleet, days: 1, seed: 1, scenario: "lost-region", quotas: {} },
  });
  expect(failings).toEqual([]);
  expect(world.account).toBe("222233334444");
  expect(outcome.instances).toMatchObject([
    { id: "wiki", outcome: "restored", recoveryPoint: { id: "berlin-safe-wiki-2026-03-02-0030" } },
  ]);
});
