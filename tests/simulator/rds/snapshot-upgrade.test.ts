import { expect, test } from "vitest";
import { isLower } from "../services/rds/engine-versions.ts";
import { hour, refusal, withCopy } from "./support.ts";

function upgrade(version: string, instance = "orders") {
  const { world } = withCopy(instance);
  const told = refusal(() =>
    world.rds(world.dr, "ModifyDBSnapshot", { DBSnapshotIdentifier: "c", EngineVersion: version }),
  );
  world.advance(3 * hour);
  return { told, snapshot: world.snapshot(world.dr, "c") };
}

test.each([
  ["to a version that never was", "1", "Cannot find version 1 for postgres"],
  ["to a lower version", "16.3", "Cannot upgrade postgres from 16.4 to 16.3"],
  ["to a lower major version", "15.8", "Cannot upgrade postgres from 16.4 to 15.8"],
])("a snapshot is not upgraded %s", (_, version, text) => {
  const { told, snapshot } = upgrade(version);
  expect(told).toBe(`InvalidParameterCombination 400: ${text}`);
  expect(snapshot).toMatchObject({ EngineVersion: "16.4", Status: "available" });
});

test.each([
  ["a later version", "orders", "16.9", "default:postgres-16"],
  ["another major version, with its option group", "orders", "17.4", "default:postgres-17"],
  ["a later version of MySQL", "scratch", "8.0.40", "default:mysql-8-0"],
])("a snapshot is upgraded to %s", (_, instance, version, group) => {
  const { told, snapshot } = upgrade(version, instance);
  expect(told).toBe("not refused");
  expect(snapshot).toMatchObject({ EngineVersion: version, OptionGroupName: group, PercentProgress: 100 });
});

test.each([
  ["8.0.9", "8.0.40", true],
  ["16", "16.4", true],
  ["16.4", "16.4", false],
  ["17", "16.4", false],
  ["15.00.4385.2.v1", "15.00.4415.2.v1", true],
  ["19.0.0.0.ru-2024-07.rur-2024-07.r1", "19.0.0.0.ru-2024-10.rur-2024-10.r1", true],
])("version %s is lower than %s: %s", (one, other, lower) => {
  expect(isLower(one, other)).toBe(lower);
});
