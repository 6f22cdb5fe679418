import { DescribeAccountAttributesCommand, type RDSClient } from "@aws-sdk/client-rds";
import type { Settings } from "../settings/schema.ts";

/** How much of a quota is used up. */
export interface Quota {
  readonly used: number;
  readonly max: number;
}

/** The quotas that backups, copies and restores run into. */
export interface RegionQuotas {
  readonly manualSnapshots: Quota;
  readonly instances: Quota;
  /** Allocated storage in GiB; absent where AWS does not tell, for the settings know no figure. */
  readonly storage?: Quota | undefined;
}

/** What has been counted anyway, for an account whose attributes do not say. */
export interface Counted {
  readonly manualSnapshots: number;
  readonly instances: number;
}

/** Reads the quotas that are in force; where AWS does not tell, the settings' figures stand in. */
export async function readQuotas(rds: RDSClient): Promise<ReadonlyMap<string, Quota>> {
  const { AccountQuotas } = await rds.send(new DescribeAccountAttributesCommand({}));
  return new Map(
    (AccountQuotas ?? []).map((quota) => [
      quota.AccountQuotaName ?? "",
      { used: quota.Used ?? 0, max: quota.Max ?? 0 },
    ]),
  );
}

/** The quotas that concern us out of all that the account has. */
export function regionQuotas(
  found: ReadonlyMap<string, Quota>,
  counted: Counted,
  settings: Settings["quotas"]["dr"],
): RegionQuotas {
  return {
    manualSnapshots: found.get("ManualSnapshots") ?? {
      used: counted.manualSnapshots,
      max: settings.manualSnapshots,
    },
    instances: found.get("DBInstances") ?? { used: counted.instances, max: settings.instances },
    storage: found.get("AllocatedStorage"),
  };
}
