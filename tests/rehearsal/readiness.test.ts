import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Settings } from "../../shared/settings/schema.ts";
import { cleanUpCopies, editable, run, some } from "./support.ts";

cleanUpCopies();

/** Changes the settings inside every function's asset. */
function editSettings(assembly: string, edit: (settings: Settings) => Settings): void {
  for (const entry of readdirSync(assembly).filter((name) => name.startsWith("asset."))) {
    const file = join(assembly, entry, "settings.json");
    writeFileSync(file, JSON.stringify(edit(JSON.parse(readFileSync(file, "utf8")) as Settings)));
  }
}

test("an option group without a mapping is told on the first day, with instance and group", async () => {
  const assembly = editable();
  editSettings(assembly, (settings) => {
    const { "crm-tde": _gone, ...optionGroups } = settings.optionGroups;
    return { ...settings, optionGroups };
  });
  const { outcome } = await run({ assembly, fleet: some("crm", "orders"), scenario: "ordinary", days: 1 });
  const told = outcome.alerts.filter(({ message }) => message.includes("crm") && message.includes("crm-tde"));
  expect(told.map(({ at }) => at.slice(0, 10))).toContain("2026-03-01");
  expect(told[0]?.message).toContain("optionGroups.crm-tde");
});

test("a subnet group that does not exist is told on the first day, with the setting that names it", async () => {
  const assembly = editable();
  editSettings(assembly, (settings) => ({
    ...settings,
    network: { ...settings.network, subnetGroup: "dr-privat" },
  }));
  const { outcome } = await run({ assembly, fleet: some("orders"), scenario: "ordinary", days: 1 });
  const told = outcome.alerts.filter(({ kind }) => kind === "not-ready");
  expect(told.map(({ at }) => at.slice(0, 10))).toEqual(["2026-03-01"]);
  expect(told[0]?.message).toContain("subnet group 'dr-privat' of network.subnetGroup does not exist");
});

test("with its mapping nothing is told", async () => {
  const { outcome } = await run({ fleet: some("crm", "orders"), scenario: "ordinary", days: 1 });
  expect(outcome.alerts).toEqual([]);
});
