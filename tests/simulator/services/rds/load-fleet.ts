import type { DBInstance } from "@aws-sdk/client-rds";
import { simulatedKms } from "../kms/registry.ts";
import { scheduleAutomatedBackups } from "./automated.ts";
import type { Work } from "./durations.ts";
import { instanceEvent } from "./events.ts";
import { addFixture } from "./groups.ts";
import { parseArn } from "./identifiers.ts";
import { rest, stoppedUntil } from "./power.ts";
import { fixtureOfFleet } from "./region-fixture.ts";
import { type InstanceRecord, isPresent, type RdsState, settle, takes } from "./state.ts";

/** Statuses that pass by themselves, and the work that takes as long. */
const passing: Readonly<Record<string, Work>> = {
  "backing-up": "snapshot",
  modifying: "modify",
  rebooting: "modify",
  renaming: "modify",
  maintenance: "modify",
  upgrading: "changeClass",
  starting: "start",
  creating: "restore",
  "resetting-master-credentials": "resetPassword",
  "configuring-enhanced-monitoring": "configure",
  "configuring-iam-database-auth": "configure",
  "configuring-log-exports": "configure",
  "storage-config-upgrade": "modify",
};

/**
 * Puts a fleet into the region as it stands: with its networks, groups, keys and present states.
 * A fleet that was listed in another account or region is moved here, names and all.
 */
export function loadFleet(state: RdsState, listed: readonly DBInstance[]): void {
  const { world, region } = state;
  const fleet = moved(listed, region.name, world.account);
  addFixture(world, state.groups, fixtureOfFleet(region.name, fleet));
  const kms = simulatedKms(region.kms);
  for (const instance of fleet) {
    if (instance.KmsKeyId) kms?.adopt(instance.KmsKeyId);
    addInstance(state, instance);
  }
}

function moved(listed: readonly DBInstance[], region: string, account: string): readonly DBInstance[] {
  const home = parseArn(listed[0]?.DBInstanceArn ?? "");
  if (!home || (home.region === region && home.account === account)) return listed;
  const inText = (text: string) => text.replaceAll(home.region, region).replaceAll(home.account, account);
  return listed.map((instance) => mapTexts(instance, inText) as DBInstance);
}

function mapTexts(value: unknown, map: (text: string) => string): unknown {
  if (typeof value === "string") return map(value);
  if (Array.isArray(value)) return value.map((entry) => mapTexts(entry, map));
  if (typeof value !== "object" || value === null || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, mapTexts(inner, map)]));
}

/** Adds one instance in the state that it shows. */
export function addInstance(state: RdsState, instance: DBInstance): InstanceRecord {
  const record: InstanceRecord = { shape: { ...instance }, resting: "available" };
  state.instances.set(instance.DBInstanceIdentifier ?? "", record);
  if (instance.MonitoringRoleArn) state.monitoringRoles.add(instance.MonitoringRoleArn);
  enterState(state, record);
  scheduleAutomatedBackups(state, record);
  return record;
}

function enterState(state: RdsState, record: InstanceRecord): void {
  const { shape } = record;
  switch (shape.DBInstanceStatus) {
    case "stopped":
      rest(state, record, shape.AutomaticRestartTime?.getTime() ?? stoppedUntil(state));
      return;
    case "storage-optimization":
      record.resting = "storage-optimization";
      passes(state, record, "storageOptimization");
      return;
    default: {
      const work = passing[shape.DBInstanceStatus ?? ""];
      if (work) passes(state, record, work);
    }
  }
}

/** Lets the present status pass; by then the instance may be busy with something else. */
function passes(state: RdsState, record: InstanceRecord, work: Work): void {
  const { shape } = record;
  const status = shape.DBInstanceStatus;
  const needs = takes(state, work, shape.AllocatedStorage, shape.DBInstanceArn);
  state.world.clock.after(needs, `${status} of ${shape.DBInstanceIdentifier}`, () => {
    if (!isPresent(state, record)) return;
    if (record.resting === "storage-optimization") record.resting = "available";
    if (shape.DBInstanceStatus !== status) return;
    settle(state, record);
    if (status === "backing-up") instanceEvent(state, "RDS-EVENT-0002", record);
  });
}
