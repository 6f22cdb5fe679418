import { expect, test } from "vitest";
import { maintenanceAfter, windowsOverlap } from "../services/rds/windows.ts";
import { restore, withCopy } from "./support.ts";

test.each([
  ["07:00-07:30", "sun:07:30-sun:08:00", false],
  ["07:00-07:31", "sun:07:30-sun:08:00", true],
  ["08:00-08:30", "sun:07:30-sun:08:00", false],
  ["07:59-08:30", "sun:07:30-sun:08:00", true],
  ["07:00-09:00", "sun:07:30-sun:08:00", true],
  ["07:40-07:50", "sun:07:30-sun:08:00", true],
  ["23:45-00:15", "Sat:23:00-Sat:23:45", false],
  ["23:45-00:15", "Sun:00:00-Sun:00:30", true],
  ["00:00-00:30", "sat:23:30-sun:00:01", true],
  ["00:00-00:30", "sat:23:30-sun:00:00", false],
])("a backup window %s and a maintenance window %s meet: %s", (backup, maintenance, meet) => {
  expect(windowsOverlap(backup, maintenance)).toBe(meet);
});

test.each([
  ["07:00-07:30", "mon", "mon:07:30-mon:08:00"],
  ["23:45-00:15", "sat", "sat:00:15-sat:00:45"],
  ["23:00-23:45", "sat", "sat:23:45-sun:00:15"],
])("after the backup window %s the maintenance on %s is at %s", (backup, weekday, window) => {
  expect(maintenanceAfter(backup, weekday)).toBe(window);
  expect(windowsOverlap(backup, window)).toBe(false);
});

test("RDS draws a maintenance window that keeps clear of the backup window", () => {
  const { world } = withCopy();
  const backup = "00:30-23:30";
  const made = restore(world, "x", { PreferredBackupWindow: backup });
  expect(windowsOverlap(backup, String(made["PreferredMaintenanceWindow"]))).toBe(false);
});
