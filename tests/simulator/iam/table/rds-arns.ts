import type { Shape } from "../../types.ts";
import { tagKeys } from "../context.ts";
import type { Check, ContextInput } from "../types.ts";
import { arn, type Scene, shapes, text } from "./row.ts";

/** RDS resource types whose tags policies can name as `rds:<type>-tag/`. */
const WITH_TAG_KEYS = new Set(["db", "es", "og", "pg", "snapshot", "subgrp"]);

/** ARN of an RDS resource by type and name; RDS keeps names in lower case. An ARN stays what it is. */
export function rdsArn(scene: Scene, type: string, nameOrArn: string, region?: string): string {
  if (nameOrArn.startsWith("arn:")) return nameOrArn;
  return arn(scene, "rds", `${type}:${nameOrArn.toLowerCase()}`, region);
}

/** Keys of the tags that an existing RDS resource has. */
export function resourceTags(scene: Scene, resource: string): ContextInput {
  const tags = scene.facts.resourceTags(resource);
  const type = resource.split(":")[5] ?? "";
  return {
    ...tagKeys("aws:ResourceTag/", tags),
    ...(WITH_TAG_KEYS.has(type) ? tagKeys(`rds:${type}-tag/`, tags) : {}),
  };
}

/** Keys of the tags that the call gives; TagSpecifications count as Tags do. */
export function requestTags(input: Shape): ContextInput {
  const lists = [input, ...shapes(input, "TagSpecifications")].flatMap((each) => shapes(each, "Tags"));
  const tags = Object.fromEntries(lists.map((tag) => [text(tag, "Key") ?? "", text(tag, "Value") ?? ""]));
  return {
    ...tagKeys("aws:RequestTag/", tags),
    ...tagKeys("rds:req-tag/", tags),
    "aws:TagKeys": Object.keys(tags),
  };
}

/** Whether the call gives tags. */
export function givesTags(input: Shape): boolean {
  return [input, ...shapes(input, "TagSpecifications")].some((each) => shapes(each, "Tags").length > 0);
}

/** A check on an RDS resource with the keys of its tags, which are looked up only when the context is read. */
export function onResource(
  scene: Scene,
  action: string,
  resource: string,
  extra: Omit<Check, "action" | "resource"> = {},
): Check {
  return {
    ...extra,
    ...{ action, resource },
    get context() {
      return { ...resourceTags(scene, resource), ...extra.context };
    },
  };
}
