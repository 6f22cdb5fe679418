import type { DBInstance, DescribeDBInstancesMessage, DescribeDBSnapshotsMessage } from "@aws-sdk/client-rds";
import {
  type Call,
  NotSimulated,
  type RdsService,
  type Region,
  type Shape,
  type World,
} from "../../types.ts";
import { copySnapshot } from "./copies.ts";
import { letPeopleTakeSnapshots } from "./foreign.ts";
import { addFixture, addSubnetGroup, noGroups } from "./groups.ts";
import { opaque } from "./identifiers.ts";
import { deleteInstance, describeInstances, endInstance, instanceView } from "./instances.ts";
import { watchKeys } from "./key-loss.ts";
import { asDescribed, keepVersion, watchedClock } from "./lag.ts";
import { addInstance, loadFleet } from "./load-fleet.ts";
import { findInstance, findSnapshot } from "./lookup.ts";
import { modifyInstance } from "./modify.ts";
import { describeOrderable } from "./orderable.ts";
import { startInstance, stopInstance } from "./power.ts";
import {
  describeAccount,
  describeEvents,
  describeOptionGroups,
  describeParameterGroups,
  describeSubnetGroups,
} from "./queries.ts";
import { type QuotaName, quotaOf, usedOf } from "./quotas.ts";
import { addTags, listTags, removeTags } from "./resource-tags.ts";
import { restoreInstance } from "./restore.ts";
import { describeSnapshots } from "./snapshot-queries.ts";
import { snapshotView } from "./snapshot-shapes.ts";
import { modifySnapshot } from "./snapshot-upgrade.ts";
import { createSnapshot, deleteSnapshot, removeSnapshot } from "./snapshots.ts";
import { type RdsState, register, stateIn } from "./state.ts";
import { makeSubscription } from "./subscriptions.ts";

/** RDS of a region, with what people do to it and what oracles read from it. */
export type SimulatedRds = RdsService;

type Operation = (state: RdsState, input: Shape) => Shape;

/** Input has been validated against the SDK's schema on the wire: from here it has the SDK's type. */
function operation<Input>(run: (state: RdsState, input: Input) => Shape): Operation {
  return (state, input) => run(state, input as Input);
}

const operations: Readonly<Record<string, Operation>> = {
  AddTagsToResource: operation(addTags),
  CopyDBSnapshot: operation(copySnapshot),
  CreateDBSnapshot: operation(createSnapshot),
  DeleteDBInstance: operation(deleteInstance),
  DeleteDBSnapshot: operation(deleteSnapshot),
  DescribeAccountAttributes: operation(describeAccount),
  DescribeDBInstances: operation((state, input: DescribeDBInstancesMessage) =>
    describeInstances(asDescribed(state), input),
  ),
  DescribeDBParameterGroups: operation(describeParameterGroups),
  DescribeDBSnapshots: operation((state, input: DescribeDBSnapshotsMessage) =>
    describeSnapshots(asDescribed(state), input),
  ),
  DescribeDBSubnetGroups: operation(describeSubnetGroups),
  DescribeEvents: operation(describeEvents),
  DescribeOptionGroups: operation(describeOptionGroups),
  DescribeOrderableDBInstanceOptions: operation(describeOrderable),
  ListTagsForResource: operation(listTags),
  ModifyDBInstance: operation(modifyInstance),
  ModifyDBSnapshot: operation(modifySnapshot),
  RemoveTagsFromResource: operation(removeTags),
  RestoreDBInstanceFromDBSnapshot: operation(restoreInstance),
  StartDBInstance: operation(startInstance),
  StopDBInstance: operation(stopInstance),
};

/** Operations that this RDS answers. */
export const simulatedOperations: readonly string[] = Object.keys(operations);

/** Makes RDS of one region. */
export function createRds(world: World, region: Region): SimulatedRds {
  const changed = () => keepVersions(world);
  const state: RdsState = {
    world: { ...world, clock: watchedClock(world.clock, changed) },
    region,
    instances: new Map(),
    snapshots: new Map(),
    copies: new Set(),
    newestCopies: new Map(),
    groups: noGroups(),
    monitoringRoles: new Set(),
    subscriptions: new Map(),
    log: [],
    counts: new Map(),
  };
  const service: SimulatedRds = {
    handle: (call) => handle(state, call, changed),
    resources: {
      "AWS::RDS::EventSubscription": (request) => makeSubscription(state, request),
      "AWS::RDS::DBSubnetGroup": (request) => makeSubnetGroup(state, request),
    },
    loadRegion: (fixture) => addFixture(world, state.groups, fixture),
    loadFleet: (fleet) => {
      loadFleet(state, fleet);
      letPeopleTakeSnapshots(state);
      changed();
    },
    ...peopleOf(state, changed),
    ...inspectionOf(state),
  };
  register(service, state);
  watchKeys(state);
  return service;
}

/** A change in one region may be one in another: a deleted source ends its copies. */
function keepVersions(world: World): void {
  for (const { name } of world.regions) {
    const state = stateIn(world, name);
    if (state) keepVersion(state);
  }
}

function handle(state: RdsState, call: Call, changed: () => void): Shape {
  const run = Object.hasOwn(operations, call.operation) ? operations[call.operation] : undefined;
  if (!run) throw new NotSimulated(`rds:${call.operation}`);
  const output = run(state, call.input);
  if (!/^(Describe|List)/.test(call.operation)) changed();
  return output;
}

function peopleOf(state: RdsState, changed: () => void) {
  return {
    addInstance: (instance: DBInstance) => {
      addInstance(state, instance);
      changed();
    },
    changeInstance: (id: string, patch: DBInstance) => {
      Object.assign(findInstance(state, id).shape, patch);
      if (patch.MonitoringRoleArn) state.monitoringRoles.add(patch.MonitoringRoleArn);
      changed();
    },
    deleteInstance: (id: string) => {
      endInstance(state, findInstance(state, id), false);
      changed();
    },
    deleteSnapshot: (id: string) => {
      removeSnapshot(state, findSnapshot(state, id));
      changed();
    },
  };
}

function inspectionOf(state: RdsState) {
  return {
    instances: () => [...state.instances.values()].map((record) => instanceView(state, record)),
    snapshots: () => [...state.snapshots.values()].map((record) => snapshotView(state, record)),
    copiesInProgress: () =>
      [...state.copies].map((job) => ({
        copyId: job.target.shape.DBSnapshotIdentifier ?? "",
        instanceId: job.target.shape.DBInstanceIdentifier ?? "",
        sourceArn: job.source.shape.DBSnapshotArn ?? "",
        requestedAt: job.requestedAt,
        startedAt: job.startedAt,
      })),
    inNetwork: (kind: "security-group" | "subnet", id: string) =>
      (kind === "subnet" ? state.groups.subnets : state.groups.securityGroups).has(id),
    quota: (name: QuotaName) => ({ used: usedOf(state, name), max: quotaOf(state, name) }),
  };
}

/** AWS::RDS::DBSubnetGroup. */
function makeSubnetGroup(state: RdsState, request: Parameters<RdsService["resources"][string]>[0]) {
  const { DBSubnetGroupName, DBSubnetGroupDescription, SubnetIds } = request.properties;
  const unique = opaque(state.world.uuid("subnet-group", request.stackName, request.logicalId), 12);
  const given = typeof DBSubnetGroupName === "string" ? DBSubnetGroupName : undefined;
  const name = (given ?? `${request.stackName}-${request.logicalId}-${unique}`).toLowerCase();
  const subnetIds = Array.isArray(SubnetIds) ? SubnetIds.map(String) : [];
  addSubnetGroup(state.world, state.region.name, state.groups, {
    name,
    description: String(DBSubnetGroupDescription ?? ""),
    subnetIds,
  });
  return { ref: name, attributes: {} };
}
