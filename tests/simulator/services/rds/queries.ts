import type {
  DescribeDBParameterGroupsMessage,
  DescribeDBSubnetGroupsMessage,
  DescribeEventsMessage,
  DescribeOptionGroupsMessage,
  Event,
} from "@aws-sdk/client-rds";
import { AwsError, type Shape } from "../../types.ts";
import { checkEventsInput } from "./event-checks.ts";
import { rememberedEvents } from "./events.ts";
import { findOptionGroup, findParameterGroup } from "./groups.ts";
import { pageOf, sortedBy } from "./paging.ts";
import { quotaOf, usedOf } from "./quotas.ts";
import type { RdsState } from "./state.ts";

/** DescribeAccountAttributes: the quotas as the API names them, used and most. */
export function describeAccount(state: RdsState): Shape {
  const rows = [
    ["DBInstances", usedOf(state, "instances"), quotaOf(state, "instances")],
    ["AllocatedStorage", usedOf(state, "allocated-storage-gib"), quotaOf(state, "allocated-storage-gib")],
    ["ManualSnapshots", usedOf(state, "manual-snapshots"), quotaOf(state, "manual-snapshots")],
    ["EventSubscriptions", state.subscriptions.size, 20],
    ["DBSubnetGroups", state.groups.subnetGroups.size, 50],
    ["OptionGroups", state.groups.optionGroups.size, 20],
    ["DBParameterGroups", state.groups.parameterGroups.size, 50],
  ] as const;
  return { AccountQuotas: rows.map(([AccountQuotaName, Used, Max]) => ({ AccountQuotaName, Used, Max })) };
}

/** DescribeEvents: of the last hour unless asked otherwise; rows have no event id. */
export function describeEvents(state: RdsState, input: DescribeEventsMessage): Shape {
  const now = state.world.clock.now();
  checkEventsInput(input, now);
  const minutes = input.Duration ?? 60;
  const to = input.EndTime?.getTime() ?? now;
  const from = input.StartTime?.getTime() ?? to - minutes * 60_000;
  const wanted = (event: Event) => {
    const at = event.Date?.getTime() ?? 0;
    if (at < from || at > to) return false;
    if (input.SourceIdentifier !== undefined && event.SourceIdentifier !== input.SourceIdentifier)
      return false;
    if (input.SourceType !== undefined && event.SourceType !== input.SourceType) return false;
    const categories = input.EventCategories ?? [];
    return categories.length === 0 || (event.EventCategories ?? []).some((one) => categories.includes(one));
  };
  const rows = rememberedEvents(state)
    .filter(wanted)
    .map((event, index) => ({ event, key: `${padded(event.Date?.getTime() ?? 0)}-${padded(index)}` }));
  const page = pageOf(rows, (row) => row.key, input, state.world.knobs.pageCap);
  return { Events: page.rows.map((row) => ({ ...row.event })), Marker: page.marker };
}

function padded(value: number): string {
  return String(value).padStart(15, "0");
}

/** DescribeOptionGroups. */
export function describeOptionGroups(state: RdsState, input: DescribeOptionGroupsMessage): Shape {
  const nameOf = (group: { OptionGroupName?: string }) => group.OptionGroupName ?? "";
  const { OptionGroupName, EngineName, MajorEngineVersion } = input;
  if (OptionGroupName !== undefined && (EngineName ?? MajorEngineVersion) !== undefined) {
    const text = "OptionGroupName cannot be used together with EngineName or MajorEngineVersion.";
    throw new AwsError("InvalidParameterCombination", text);
  }
  if (MajorEngineVersion !== undefined && EngineName === undefined) {
    throw new AwsError(
      "InvalidParameterCombination",
      "MajorEngineVersion requires EngineName to be specified.",
    );
  }
  const wanted = OptionGroupName?.toLowerCase();
  const all = sortedBy(state.groups.optionGroups.values(), nameOf);
  const one = wanted === undefined ? undefined : findOptionGroup(state.groups, wanted);
  if (wanted !== undefined && !one) {
    throw new AwsError("OptionGroupNotFoundFault", `Specified OptionGroupName: ${wanted} not found.`, 404);
  }
  const rows = (one ? [one] : all).filter(
    (group) =>
      (EngineName === undefined || group.EngineName === EngineName) &&
      (MajorEngineVersion === undefined || group.MajorEngineVersion === MajorEngineVersion),
  );
  const page = pageOf(rows, nameOf, input, state.world.knobs.pageCap);
  return { OptionGroupsList: page.rows, Marker: page.marker };
}

/** DescribeDBParameterGroups. */
export function describeParameterGroups(state: RdsState, input: DescribeDBParameterGroupsMessage): Shape {
  const nameOf = (group: { DBParameterGroupName?: string }) => group.DBParameterGroupName ?? "";
  const wanted = input.DBParameterGroupName?.toLowerCase();
  const one = wanted === undefined ? undefined : findParameterGroup(state.groups, wanted);
  if (wanted !== undefined && !one) {
    throw new AwsError("DBParameterGroupNotFound", `DBParameterGroup not found: ${wanted}`, 404);
  }
  const rows = one ? [one] : sortedBy(state.groups.parameterGroups.values(), nameOf);
  const page = pageOf(rows, nameOf, input, state.world.knobs.pageCap);
  return { DBParameterGroups: page.rows, Marker: page.marker };
}

/** DescribeDBSubnetGroups. */
export function describeSubnetGroups(state: RdsState, input: DescribeDBSubnetGroupsMessage): Shape {
  const nameOf = (group: { DBSubnetGroupName?: string }) => group.DBSubnetGroupName ?? "";
  const wanted = input.DBSubnetGroupName?.toLowerCase();
  const one = wanted === undefined ? undefined : state.groups.subnetGroups.get(wanted);
  if (wanted !== undefined && !one) {
    throw new AwsError("DBSubnetGroupNotFoundFault", `DB subnet group '${wanted}' does not exist.`, 404);
  }
  const rows = one ? [one] : sortedBy(state.groups.subnetGroups.values(), nameOf);
  const page = pageOf(rows, nameOf, input, state.world.knobs.pageCap);
  return { DBSubnetGroups: page.rows, Marker: page.marker };
}
