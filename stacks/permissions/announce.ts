import type { Grant } from "./grant.ts";
import { readBothRegions } from "./survey.ts";
import * as may from "./vocabulary.ts";

/** Tells people, in either region: looks at its alarms and publishes. */
export function announce(territory: may.Territory): Grant[] {
  const { partition, region, account } = territory.here;
  return [
    {
      sid: "ReadAlarms",
      actions: ["cloudwatch:DescribeAlarms"],
      resources: [`arn:${partition}:cloudwatch:${region}:${account}:alarm:*`],
      wildcard: "CloudWatch lists alarms only for policies that cover all of them",
    },
    ...may.publishAlerts(territory),
    may.putEvents(territory, territory.here),
  ];
}

/** Tells people in the DR region, where standing conditions are judged anew to name the present offenders. */
export function announceOffenders(territory: may.Territory): Grant[] {
  return [...readBothRegions(territory), ...announce(territory)];
}
