import { names } from "../../shared/names.ts";
import type { Grant } from "./grant.ts";
import * as may from "./vocabulary.ts";

/** What the survey of both regions reads: databases, groups, quotas, our own rules, keys. */
export function readBothRegions(territory: may.Territory): Grant[] {
  const { settings, primary, dr } = territory;
  const { base, bus } = names(settings.environment);
  const rules = [primary, dr].flatMap(({ partition, region, account }) =>
    ["", `${bus}/`].map((on) => `arn:${partition}:events:${region}:${account}:rule/${on}${base}-*`),
  );
  return [
    ...may.readDatabases(settings, { instances: [primary, dr], snapshots: [primary, dr] }),
    {
      sid: "ReadGroups",
      actions: ["rds:DescribeOptionGroups"],
      resources: [may.rdsArns(dr, settings).optionGroups],
      wildcard: may.wildcards.listing,
    },
    {
      sid: "ReadQuotas",
      actions: ["rds:DescribeAccountAttributes"],
      resources: ["*"],
      wildcard: "DescribeAccountAttributes has no resource type",
    },
    {
      sid: "ReadRules",
      actions: ["events:DescribeRule"],
      resources: rules,
      wildcard: "the rules of our own steps, by the beginning of their names",
    },
    may.readKeys(territory),
  ];
}
