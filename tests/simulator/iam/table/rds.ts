import { regionOf } from "../patterns.ts";
import type { Check } from "../types.ts";
import { givesTags, onResource, rdsArn, requestTags } from "./rds-arns.ts";
import { managedPassword, resourceKey, sourceKey } from "./rds-keys.ts";
import { arn, onEverything, type Row, type Rows, type Scene, text } from "./row.ts";
import { UNCERTAIN } from "./uncertain.ts";

/** Tags on a call that makes a resource need AddTagsToResource on what it makes. */
function tagNew(scene: Scene, resource: string): Check[] {
  if (!givesTags(scene.call.input)) return [];
  const context = requestTags(scene.call.input);
  return [{ action: "rds:AddTagsToResource", resource, context, uncertain: UNCERTAIN.tagOnCreate }];
}

/** RDS hands a role to a service: the caller must be allowed to pass it. */
function passRole(scene: Scene, member: string, service: string): Check[] {
  const role = text(scene.call.input, member);
  if (role === undefined) return [];
  const resource = role.startsWith("arn:")
    ? role
    : `arn:${scene.partition}:iam::${scene.account}:role/${role}`;
  return [{ action: "iam:PassRole", resource, context: { "iam:PassedToService": service } }];
}

/** An operation on one named resource of a type. */
const onNamed =
  (action: string, type: string, member: string): Row =>
  (scene) => [onResource(scene, action, rdsArn(scene, type, text(scene.call.input, member) ?? "*"))];

/** A listing: the resource that it names, or the literal `*` of the type when it names none. */
const describe =
  (action: string, type: string, member: string): Row =>
  (scene) => {
    const name = text(scene.call.input, member);
    if (name === undefined) return [{ action, resource: arn(scene, "rds", `${type}:*`) }];
    return [onResource(scene, action, rdsArn(scene, type, name))];
  };

/** A list is judged strictly against both resource types of the action. */
const describeSnapshots: Row = (scene) => {
  const { input } = scene.call;
  const action = "rds:DescribeDBSnapshots";
  const snapshot = text(input, "DBSnapshotIdentifier");
  const instance = text(input, "DBInstanceIdentifier");
  if (snapshot !== undefined) return [onResource(scene, action, rdsArn(scene, "snapshot", snapshot))];
  const uncertain = UNCERTAIN.describeWithoutId;
  return [
    { action, resource: arn(scene, "rds", "snapshot:*"), uncertain },
    onResource(scene, action, rdsArn(scene, "db", instance ?? "*"), { uncertain }),
  ];
};

const createSnapshot: Row = (scene) => {
  const { input } = scene.call;
  const action = "rds:CreateDBSnapshot";
  const context = requestTags(input);
  const snapshot = rdsArn(scene, "snapshot", text(input, "DBSnapshotIdentifier") ?? "*");
  return [
    onResource(scene, action, rdsArn(scene, "db", text(input, "DBInstanceIdentifier") ?? "*"), { context }),
    { action, resource: snapshot, context },
    ...tagNew(scene, snapshot),
  ];
};

/**
 * Across regions authorised twice: for the target in the region of the call, and for the source in its own region
 * with RDS as the one who asks.
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_CopySnapshot.html
 */
const copySnapshot: Row = (scene) => {
  const { input, region } = scene.call;
  const action = "rds:CopyDBSnapshot";
  const source = rdsArn(scene, "snapshot", text(input, "SourceDBSnapshotIdentifier") ?? "*");
  const target = rdsArn(scene, "snapshot", text(input, "TargetDBSnapshotIdentifier") ?? "*");
  const sourceRegion = regionOf(source) ?? region;
  const across = sourceRegion === region ? {} : { region: sourceRegion, via: "rds.amazonaws.com" };
  const copyOptionGroup = input.CopyOptionGroup === true ? true : undefined;
  const context = { ...requestTags(input), "rds:CopyOptionGroup": copyOptionGroup };
  const readsTags = input.CopyTags === true && !givesTags(input);
  const key = text(input, "KmsKeyId");
  return [
    { action, resource: target, context },
    onResource(scene, action, source, across),
    ...tagNew(scene, target),
    ...(readsTags
      ? [
          onResource(scene, "rds:ListTagsForResource", source, {
            ...across,
            uncertain: UNCERTAIN.copySourceTags,
          }),
        ]
      : []),
    ...(key === undefined ? [] : resourceKey(scene, key, "target")),
    ...sourceKey(scene, source),
  ];
};

const RESTORE_GROUPS = [
  { type: "og", member: "OptionGroupName", whenOmitted: "default:*" },
  { type: "pg", member: "DBParameterGroupName", whenOmitted: "default.*" },
  { type: "subgrp", member: "DBSubnetGroupName", whenOmitted: "default" },
];

const restore: Row = (scene) => {
  const { input, region } = scene.call;
  const action = "rds:RestoreDBInstanceFromDBSnapshot";
  const context = {
    ...requestTags(input),
    "rds:PubliclyAccessible":
      typeof input.PubliclyAccessible === "boolean" ? input.PubliclyAccessible : undefined,
    "rds:ManageMasterUserPassword": input.ManageMasterUserPassword === true ? true : undefined,
  };
  const source = text(input, "DBSnapshotIdentifier") ?? "*";
  const instance = rdsArn(scene, "db", text(input, "DBInstanceIdentifier") ?? "*");
  const key = scene.facts.snapshot(region, source)?.kmsKeyId;
  const groups = RESTORE_GROUPS.map(({ type, member, whenOmitted }) => {
    const name = text(input, member);
    const uncertain = name === undefined ? { uncertain: UNCERTAIN.defaultGroups } : {};
    return onResource(scene, action, rdsArn(scene, type, name ?? whenOmitted), { context, ...uncertain });
  });
  return [
    { action, resource: instance, context },
    onResource(scene, action, rdsArn(scene, "snapshot", source), { context }),
    ...groups,
    ...tagNew(scene, instance),
    ...passRole(scene, "DomainIAMRoleName", "rds.amazonaws.com"),
    ...managedPassword(scene),
    ...(key === undefined ? [] : resourceKey(scene, key, "specified")),
  ];
};

const modify: Row = (scene) => {
  const { input } = scene.call;
  const action = "rds:ModifyDBInstance";
  const context = {
    "rds:ManageMasterUserPassword": input.ManageMasterUserPassword === true ? true : undefined,
  };
  const named: readonly [type: string, name: string | undefined][] = [
    ["db", text(input, "DBInstanceIdentifier") ?? "*"],
    ["db", text(input, "NewDBInstanceIdentifier")],
    ["og", text(input, "OptionGroupName")],
    ["pg", text(input, "DBParameterGroupName")],
    ["subgrp", text(input, "DBSubnetGroupName")],
  ];
  return [
    ...named.flatMap(([type, name]) =>
      name === undefined ? [] : [onResource(scene, action, rdsArn(scene, type, name), { context })],
    ),
    ...passRole(scene, "MonitoringRoleArn", "monitoring.rds.amazonaws.com"),
    ...passRole(scene, "DomainIAMRoleName", "rds.amazonaws.com"),
    ...managedPassword(scene),
  ];
};

const modifySnapshot: Row = (scene) => {
  const { input } = scene.call;
  const action = "rds:ModifyDBSnapshot";
  const snapshot = rdsArn(scene, "snapshot", text(input, "DBSnapshotIdentifier") ?? "*");
  const group = text(input, "OptionGroupName");
  const optionGroup = group === undefined ? [] : [onResource(scene, action, rdsArn(scene, "og", group))];
  return [onResource(scene, action, snapshot), ...optionGroup];
};

const deleteInstance: Row = (scene) => {
  const { input } = scene.call;
  const instance = rdsArn(scene, "db", text(input, "DBInstanceIdentifier") ?? "*");
  const final = text(input, "FinalDBSnapshotIdentifier");
  const check = onResource(scene, "rds:DeleteDBInstance", instance);
  if (final === undefined || input.SkipFinalSnapshot === true) return [check];
  const snapshot = rdsArn(scene, "snapshot", final);
  const uncertain = UNCERTAIN.finalSnapshot;
  return [
    check,
    onResource(scene, "rds:CreateDBSnapshot", instance, { uncertain }),
    { action: "rds:CreateDBSnapshot", resource: snapshot, uncertain },
    { action: "rds:AddTagsToResource", resource: snapshot, uncertain },
  ];
};

const onAnyResource =
  (action: string): Row =>
  (scene) => {
    const { input } = scene.call;
    const keys = Array.isArray(input.TagKeys) ? input.TagKeys.map(String) : undefined;
    const context = { ...requestTags(input), ...(keys === undefined ? {} : { "aws:TagKeys": keys }) };
    return [onResource(scene, action, text(input, "ResourceName") ?? "*", { context })];
  };

export const rds: Rows = {
  DescribeDBSnapshots: describeSnapshots,
  DescribeDBInstances: describe("rds:DescribeDBInstances", "db", "DBInstanceIdentifier"),
  DescribeOptionGroups: describe("rds:DescribeOptionGroups", "og", "OptionGroupName"),
  DescribeDBParameterGroups: describe("rds:DescribeDBParameterGroups", "pg", "DBParameterGroupName"),
  DescribeDBParameters: describe("rds:DescribeDBParameters", "pg", "DBParameterGroupName"),
  DescribeDBSubnetGroups: describe("rds:DescribeDBSubnetGroups", "subgrp", "DBSubnetGroupName"),
  DescribeEventSubscriptions: describe("rds:DescribeEventSubscriptions", "es", "SubscriptionName"),
  DescribeEvents: onEverything("rds:DescribeEvents"),
  DescribeAccountAttributes: onEverything("rds:DescribeAccountAttributes"),
  DescribeDBEngineVersions: onEverything("rds:DescribeDBEngineVersions"),
  DescribeOrderableDBInstanceOptions: onEverything("rds:DescribeOrderableDBInstanceOptions"),
  DescribeCertificates: onEverything("rds:DescribeCertificates"),
  ListTagsForResource: onAnyResource("rds:ListTagsForResource"),
  AddTagsToResource: onAnyResource("rds:AddTagsToResource"),
  RemoveTagsFromResource: onAnyResource("rds:RemoveTagsFromResource"),
  CreateDBSnapshot: createSnapshot,
  CopyDBSnapshot: copySnapshot,
  ModifyDBSnapshot: modifySnapshot,
  DeleteDBSnapshot: onNamed("rds:DeleteDBSnapshot", "snapshot", "DBSnapshotIdentifier"),
  RestoreDBInstanceFromDBSnapshot: restore,
  ModifyDBInstance: modify,
  DeleteDBInstance: deleteInstance,
  StartDBInstance: onNamed("rds:StartDBInstance", "db", "DBInstanceIdentifier"),
  StopDBInstance: onNamed("rds:StopDBInstance", "db", "DBInstanceIdentifier"),
  AddRoleToDBInstance: (scene) => [
    ...onNamed("rds:AddRoleToDBInstance", "db", "DBInstanceIdentifier")(scene),
    ...passRole(scene, "RoleArn", "rds.amazonaws.com"),
  ],
};
