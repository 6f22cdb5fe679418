import { namedSubnetGroups } from "../../shared/settings/subnet-groups.ts";
import type { Grant } from "./grant.ts";
import * as may from "./vocabulary.ts";

/** What the survey of both regions reads: databases, groups, quotas, our own rules, keys. */
export function readBothRegions(territory: may.Territory): Grant[] {
  const { settings, primary, dr } = territory;
  return [
    ...may.readDatabases(settings, { instances: [primary, dr], snapshots: [primary, dr] }),
    {
      sid: "ReadGroups",
      actions: ["rds:DescribeOptionGroups"],
      resources: [may.rdsArns(dr, settings).optionGroups],
      wildcard: may.wildcards.listing,
    },
    ...(namedSubnetGroups(settings).length === 0
      ? []
      : [
          {
            sid: "ReadSubnetGroups",
            actions: ["rds:DescribeDBSubnetGroups"],
            resources: [may.rdsArns(dr, settings).subnetGroups],
            wildcard: may.wildcards.listing,
          },
        ]),
    may.readQuotas(),
    {
      sid: "ReadRules",
      actions: ["events:ListRules"],
      resources: ["*"],
      wildcard:
        "ListRules has no resource type; one listing a bus spares a DescribeRule for each rule and run",
    },
    may.readKeys(territory),
  ];
}
