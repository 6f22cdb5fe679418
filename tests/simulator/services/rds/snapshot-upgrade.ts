import type { DBSnapshot, ModifyDBSnapshotMessage } from "@aws-sdk/client-rds";
import { AwsError, NotSimulated, type Shape } from "../../types.ts";
import { checkUpgrade, isMajorUpgrade } from "./engine-versions.ts";
import { defaultOptionGroup } from "./engines.ts";
import { checkOptionGroup } from "./groups.ts";
import { findSnapshot } from "./lookup.ts";
import { onlyMembers } from "./members.ts";
import { snapshotView } from "./snapshot-shapes.ts";
import { type RdsState, setSnapshotStatus, takes } from "./state.ts";

const checkMembers = onlyMembers<ModifyDBSnapshotMessage>("ModifyDBSnapshot", [
  "DBSnapshotIdentifier",
  "EngineVersion",
  "OptionGroupName",
]);

/** ModifyDBSnapshot: a newer engine version, or another option group. */
export function modifySnapshot(state: RdsState, input: ModifyDBSnapshotMessage): Shape {
  checkMembers(input);
  const record = findSnapshot(state, input.DBSnapshotIdentifier);
  const { shape } = record;
  if (shape.Status !== "available") {
    throw new AwsError("InvalidDBSnapshotState", "The snapshot is not currently in the available state.");
  }
  const { EngineVersion: version, OptionGroupName: optionGroup } = input;
  const group = version ? groupAfter(shape, version) : undefined;
  if (optionGroup) {
    checkOptionGroup(state.groups, optionGroup, shape.Engine ?? "", version ?? shape.EngineVersion ?? "", []);
    shape.OptionGroupName = optionGroup;
  }
  if (version) {
    if (!optionGroup && !group) {
      throw new NotSimulated(
        `rds:ModifyDBSnapshot of the option group ${shape.OptionGroupName} to ${version}`,
      );
    }
    setSnapshotStatus(state, record, "upgrading");
    const needs = takes(state, "upgradeSnapshot", shape.AllocatedStorage, shape.DBSnapshotArn);
    state.world.clock.after(needs, `upgrade of ${shape.DBSnapshotIdentifier}`, () => {
      shape.EngineVersion = version;
      shape.OptionGroupName = optionGroup ?? group;
      setSnapshotStatus(state, record, "available");
    });
  }
  return { DBSnapshot: snapshotView(state, record) };
}

/** Checks an upgrade; the option group that it leaves, where it is the engine's own or stays. */
function groupAfter(
  { Engine: engine = "", EngineVersion: present = "", OptionGroupName: group = "" }: DBSnapshot,
  version: string,
): string | undefined {
  if (/^(sqlserver|db2)/.test(engine)) {
    throw new AwsError("InvalidParameterCombination", `Snapshots of ${engine} cannot be upgraded`);
  }
  checkUpgrade("ModifyDBSnapshot", engine, present, version);
  if (!isMajorUpgrade(engine, present, version)) return group;
  return group.startsWith("default:") ? defaultOptionGroup(engine, version) : undefined;
}
