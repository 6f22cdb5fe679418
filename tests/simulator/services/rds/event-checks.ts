import type { DescribeEventsMessage } from "@aws-sdk/client-rds";
import { AwsError } from "../../types.ts";
import { categoriesOf } from "./subscriptions.ts";

/** Source types that the API has and whose events are not simulated: of botocore's enum SourceType. */
const OTHER_SOURCES = [
  ...["db-parameter-group", "db-security-group", "custom-engine-version", "db-proxy"],
  ...["blue-green-deployment", "db-shard-group", "zero-etl"],
];

/** DescribeEvents tells of 14 days (API reference). */
const DAYS_MAX = 14;
const MINUTES_MAX = DAYS_MAX * 24 * 60;

interface Rule {
  readonly code?: string;
  readonly broken: (input: DescribeEventsMessage, now: number) => boolean;
  readonly text: (input: DescribeEventsMessage) => string;
}

const unknownCategory = ({ SourceType, EventCategories = [] }: DescribeEventsMessage) => {
  const known = SourceType === undefined ? undefined : categoriesOf[SourceType];
  const all = known ?? (SourceType === undefined ? Object.values(categoriesOf).flat() : EventCategories);
  return EventCategories.find((category) => !all.includes(category));
};

/** What the API reference demands of a call, in this order. It has no words for the refusals: these are ours. */
const RULES: readonly Rule[] = [
  {
    code: "InvalidParameterCombination",
    broken: ({ SourceIdentifier, SourceType }) => SourceIdentifier !== undefined && SourceType === undefined,
    text: () => "SourceIdentifier requires SourceType to be specified",
  },
  {
    broken: ({ SourceType }) =>
      SourceType !== undefined &&
      !Object.hasOwn(categoriesOf, SourceType) &&
      !OTHER_SOURCES.includes(SourceType),
    text: ({ SourceType }) => `${SourceType} is not a valid source type`,
  },
  {
    broken: (input) => unknownCategory(input) !== undefined,
    text: (input) => `${unknownCategory(input)} is not a valid event category`,
  },
  {
    broken: ({ Duration }) => Duration !== undefined && (Duration < 1 || Duration > MINUTES_MAX),
    text: ({ Duration }) => `Invalid value ${Duration} for Duration. Must be between 1 and ${MINUTES_MAX}`,
  },
  {
    broken: ({ StartTime }, now) =>
      StartTime !== undefined && StartTime.getTime() < now - MINUTES_MAX * 60_000,
    text: () => `StartTime must not be more than ${DAYS_MAX} days ago`,
  },
  {
    broken: ({ StartTime, EndTime }) =>
      StartTime !== undefined && EndTime !== undefined && StartTime > EndTime,
    text: () => "StartTime must be before EndTime",
  },
];

/** Refuses a call of DescribeEvents that RDS would refuse at that instant. */
export function checkEventsInput(input: DescribeEventsMessage, now: number): void {
  const rule = RULES.find(({ broken }) => broken(input, now));
  if (rule !== undefined) throw new AwsError(rule.code ?? "InvalidParameterValue", rule.text(input));
}
