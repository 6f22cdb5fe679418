import { ownSource } from "../../shared/events/envelope.ts";
import { arns, names, type Place } from "../../shared/names.ts";
import { tagKeys } from "../../shared/rds/tags.ts";
import type { Settings } from "../../shared/settings/schema.ts";
import { type Grant, unionPrefix } from "./grant.ts";

/** What grants are written with: the settings and the three places. */
export interface Territory {
  readonly settings: Settings;
  /** Where the step runs. */
  readonly here: Place;
  readonly primary: Place;
  readonly dr: Place;
  /** The key that this region's topics are encrypted with. */
  readonly topicKeyArn: string;
}

/** The ARN patterns of one region's RDS. */
export function rdsArns({ partition, region, account }: Place, settings: Settings) {
  const arn = (type: string, name: string) => `arn:${partition}:rds:${region}:${account}:${type}:${name}`;
  return {
    instances: arn("db", "*"),
    snapshots: arn("snapshot", "*"),
    ourSnapshots: arn("snapshot", `${settings.snapshotPrefix}-*`),
    optionGroups: arn("og", "*"),
    parameterGroups: arn("pg", "*"),
    subnetGroups: arn("subgrp", "*"),
  };
}

const listing =
  "RDS lists instances and snapshots only for policies that cover all of them; reading changes nothing";
const prefixed =
  "identifiers of backups and copies are made at run time; the prefix and the tags narrow them to ours";
const tagged = "copies outlive a change of snapshotPrefix, so their tags alone narrow them to ours";
const identified = "instances are data, not resources of a stack; they come and go without a deployment";
const keysVary = "backups and copies stand under whichever keys instances had; the use is limited to RDS";

export const wildcards = { listing, prefixed, tagged, identified, keysVary };

/** Condition: carries our tags for this environment, as a backup or as a copy. */
export function ours(settings: Settings, kind?: "backup" | "copy") {
  return {
    StringEquals: {
      [`aws:ResourceTag/${tagKeys.environment}`]: settings.environment,
      ...(kind && { [`aws:ResourceTag/${tagKeys.kind}`]: kind }),
    },
  };
}

/** Condition: what is made is given our tag of this environment. */
export function madeOurs(settings: Settings) {
  return { StringEquals: { [`aws:RequestTag/${tagKeys.environment}`]: settings.environment } };
}

/** Reads instances and snapshots of the places. */
export function readDatabases(
  settings: Settings,
  what: { instances?: readonly Place[]; snapshots?: readonly Place[] },
): Grant[] {
  const { instances = [], snapshots = [] } = what;
  const instanceArns = instances.map((place) => rdsArns(place, settings).instances);
  // DescribeDBSnapshots is authorised on the instance too where it names one.
  const snapshotArns = snapshots.flatMap((place) => [
    rdsArns(place, settings).snapshots,
    rdsArns(place, settings).instances,
  ]);
  return [
    ...(instances.length > 0
      ? [
          {
            sid: "ReadInstances",
            actions: ["rds:DescribeDBInstances"],
            resources: instanceArns,
            wildcard: listing,
          },
        ]
      : []),
    ...(snapshots.length > 0
      ? [
          {
            sid: "ReadSnapshots",
            actions: ["rds:DescribeDBSnapshots"],
            resources: snapshotArns,
            wildcard: listing,
          },
        ]
      : []),
  ];
}

/** Reads the quotas of a region and how much of them is used. */
export function readQuotas(): Grant {
  return {
    sid: "ReadQuotas",
    actions: ["rds:DescribeAccountAttributes"],
    resources: ["*"],
    wildcard: "DescribeAccountAttributes has no resource type",
  };
}

/** Puts events on our bus of each place, as ourselves: only what comes from others can declare, so no step can. */
export function putEvents({ settings }: Territory, ...places: readonly Place[]): Grant {
  return {
    sid: "PutEvents",
    actions: ["events:PutEvents"],
    resources: places.map((place) => arns(settings.environment, place).bus),
    conditions: { StringEquals: { "events:source": ownSource } },
  };
}

/** Publishes on this region's alerts topic, and encrypts for it. */
export function publishAlerts({ settings, here, topicKeyArn }: Territory): Grant[] {
  return [
    {
      sid: "PublishAlerts",
      actions: ["sns:Publish"],
      resources: [arns(settings.environment, here).topic("alerts")],
    },
    {
      sid: "EncryptAlerts",
      actions: ["kms:GenerateDataKey*", "kms:Decrypt"],
      resources: [topicKeyArn],
      wildcard: "SNS asks for GenerateDataKey in the forms that its encryption client uses",
    },
  ];
}

/** The ARN pattern of all keys of a place. */
export function keysOf({ partition, region, account }: Place): string {
  return `arn:${partition}:kms:${region}:${account}:key/*`;
}

/** Looks at the DR region's data key. IAM knows no aliases as resources, so the alias is a condition. */
export function readDataKey({ settings, dr }: Territory): Grant {
  return {
    sid: "ReadDataKey",
    actions: ["kms:DescribeKey"],
    resources: [keysOf(dr)],
    conditions: {
      "ForAnyValue:StringEquals": { "kms:ResourceAliases": [names(settings.environment).keyAlias] },
    },
    wildcard: "a key is known by its alias across regions; the condition allows the one with ours",
  };
}

/** Looks at any key of the DR region: whether older copies can still be decrypted depends on theirs. */
export function readKeys({ dr }: Territory): Grant {
  return { sid: "ReadKeys", actions: ["kms:DescribeKey"], resources: [keysOf(dr)], wildcard: keysVary };
}

/** The service name of RDS in a region, as kms:ViaService has it. */
export function rdsService({ region }: Place): string {
  return `rds.${region}.amazonaws.com`;
}

type Conditions = Grant["conditions"];

/**
 * Lets RDS use keys for its caller: what RDS makes or reads under a key, the caller must be allowed to grant.
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.Encryption.Keys.html
 */
export function grantThroughRds(
  sid: string,
  places: readonly Place[],
  via: readonly Place[],
  narrowed: Conditions = {},
): Grant {
  const conditions = {
    ...narrowed,
    StringEquals: { "kms:ViaService": via.map(rdsService) },
    Bool: { "kms:GrantIsForAWSResource": "true" },
  };
  return { sid, actions: ["kms:CreateGrant"], resources: places.map(keysOf), conditions, wildcard: keysVary };
}

/** Lets RDS look at keys for its caller. */
export function readThroughRds(sid: string, places: readonly Place[], via: readonly Place[]): Grant {
  const conditions = { StringEquals: { "kms:ViaService": via.map(rdsService) } };
  return { sid, actions: ["kms:DescribeKey"], resources: places.map(keysOf), conditions, wildcard: keysVary };
}

/** Marks a statement that holds the union of AWS's contradicting documents. */
export function uncertain(grant: Grant): Grant {
  return { ...grant, sid: `${unionPrefix}${grant.sid}` };
}
