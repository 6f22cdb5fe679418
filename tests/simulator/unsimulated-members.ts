import { type Call, NotSimulated, type ServiceName } from "./types.ts";

/** Values of a member that change nothing, so that they may be given; any other is refused by name. */
type Harmless = readonly unknown[];

const NONE: Harmless = [];
const NO: Harmless = [false];

/** Members that would change what an operation answers or does, and that it does not look at here. */
const UNSIMULATED: Readonly<
  Partial<Record<ServiceName, Readonly<Record<string, Readonly<Record<string, Harmless>>>>>>
> = {
  rds: {
    DescribeDBParameterGroups: { Filters: NONE },
    DescribeDBSubnetGroups: { Filters: NONE },
    DescribeEvents: { Filters: NONE },
    DescribeOptionGroups: { Filters: NONE },
    DescribeOrderableDBInstanceOptions: { Filters: NONE, AvailabilityZoneGroup: NONE, Vpc: [true] },
    ListTagsForResource: { Filters: NONE },
  },
  sqs: { ReceiveMessage: { ReceiveRequestAttemptId: NONE } },
  monitoring: {
    DescribeAlarms: { ChildrenOfAlarmName: NONE, ParentsOfAlarmName: NONE, ActionPrefix: NONE },
    GetMetricData: { LabelOptions: NONE, MaxDatapoints: NONE },
    GetMetricStatistics: { ExtendedStatistics: NONE, Unit: NONE },
    ListMetrics: { RecentlyActive: NONE, IncludeLinkedAccounts: NO, OwningAccount: NONE },
    PutMetricData: { EntityMetricData: NONE },
  },
  kms: {
    CreateGrant: { Constraints: NONE, RetiringPrincipal: NONE, DryRun: NO },
    GetKeyPolicy: { PolicyName: ["default"] },
    ListGrants: { GrantId: NONE, GranteePrincipal: NONE },
  },
  logs: {
    DescribeLogGroups: {
      ...{ accountIdentifiers: NONE, includeLinkedAccounts: NO, logGroupClass: ["STANDARD"] },
      logGroupIdentifiers: NONE,
    },
  },
  lambda: {
    GetFunction: { Qualifier: ["$LATEST"] },
    GetFunctionConfiguration: { Qualifier: ["$LATEST"] },
    Invoke: {
      ...{ Qualifier: ["$LATEST"], LogType: ["None"], ClientContext: NONE, TenantId: NONE },
      DurableExecutionName: NONE,
    },
    ListFunctions: { MasterRegion: NONE },
  },
};

/** What is refused so, each as it is said. */
export function unsimulatedMembers(): string[] {
  return Object.entries(UNSIMULATED).flatMap(([service, operations]) =>
    Object.entries(operations).flatMap(([operation, members]) =>
      Object.keys(members).map((member) => `${service}:${operation} with ${member}`),
    ),
  );
}

/** Refuses by name a call with a member that its operation here does not look at. */
export function refuseUnsimulated({ service, operation, input }: Call): void {
  for (const [member, harmless] of Object.entries(UNSIMULATED[service]?.[operation] ?? {})) {
    const value = input[member];
    if (value !== undefined && !harmless.includes(value)) {
      throw new NotSimulated(`${service}:${operation} with ${member}`);
    }
  }
}
