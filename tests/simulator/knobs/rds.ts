import type { KnobFact } from "./fact.ts";
import { type Readings, rdsReadings } from "./rds-readings.ts";

const readings: readonly KnobFact[] = Object.entries<Readings>(rdsReadings).map(
  ([name, { readings: all, source, other }]) => {
    const [value, ...others] = all;
    return { name, kind: "reading", value, others, source, ...(other === undefined ? {} : { other }) };
  },
);

const limits: readonly KnobFact[] = [
  {
    name: "rdsRequestBurst",
    kind: "number",
    value: 300,
    others: [20],
    source: "user guide, rds-api-throttling: a bucket of 300 requests an account and region",
    other: "fewer: what other tools of the account leave; 0 = no throttling",
  },
  {
    name: "rdsRequestsPerSecond",
    kind: "number",
    value: 12,
    others: [2],
    source: "user guide, rds-api-throttling: the bucket refills with 12 requests a second",
  },
  {
    name: "pageCap",
    kind: "number",
    value: 100,
    others: [2, 20],
    source: "botocore: MaxRecords is at most 100; a page may hold fewer rows than asked for",
    other: "fewer rows than any MaxRecords asks for, so that short fleets page too",
  },
  {
    name: "describeLagSeconds",
    kind: "number",
    value: 0,
    others: [5, 60],
    source: "undocumented how consistent Describe is after a write; none of the pages promises it",
    other: "answers with the state as of so many seconds ago, so that events come before Describe shows them",
  },
  {
    name: "keyLossNoticedMinutes",
    kind: "range",
    value: [5, 30],
    others: [0],
    source:
      "undocumented how soon RDS notices that a key is gone; KMS guide: key states are eventually consistent",
  },
  {
    name: "stoppedDaysMax",
    kind: "number",
    value: 7,
    others: [1],
    source: "API reference, StopDBInstance: started again after seven days",
  },
  {
    name: "foreignSnapshots",
    kind: "number",
    value: 0,
    others: [2],
    source:
      "manual snapshots a day and region that other people take of loaded instances and delete days later",
  },
];

const delays: readonly KnobFact[] = [
  {
    name: "eventDelaySeconds",
    kind: "range",
    value: [1, 5],
    others: [0, [60, 7_200]],
    source: "EventBridge: events of AWS services are best effort; no page says how late they may be",
    other: "hours late, and out of order",
  },
  {
    name: "notificationDelaySeconds",
    kind: "range",
    value: [2, 300],
    others: [0],
    source: "user guide, USER_Events.overview: notifications of RDS take up to five minutes",
  },
  {
    name: "kmsPropagationSeconds",
    kind: "number",
    value: 0,
    others: [300],
    source: "KMS guide, programming-eventual-consistency: seconds usually, several minutes at times",
    other: "a key that is disabled goes on working for so long, and one that is enabled does not work yet",
  },
];

const faults: readonly KnobFact[] = [
  {
    name: "eventLossProbability",
    kind: "probability",
    value: 0,
    others: [0.5],
    source: "RDS events are best effort (EventBridge: events from AWS services); 0 = every event arrives",
    other: "0.5 in the lost-events scenario",
  },
  {
    name: "snapshotFailureProbability",
    kind: "probability",
    value: 0,
    others: [0.1],
    source: "user guide: a snapshot's status may be failed; how often is not said",
  },
  {
    name: "copyFailureProbability",
    kind: "probability",
    value: 0,
    others: [0.1],
    source: "botocore waiters: failed is a state of copies; how often is not said",
  },
  {
    name: "restoreFailureProbability",
    kind: "probability",
    value: 0,
    others: [0.1],
    source: "user guide, accessing-monitoring: incompatible-restore; how often is not said",
  },
  {
    name: "missingInstanceClasses",
    kind: "lists",
    value: {},
    others: [{ "us-west-2": ["db.r6g.large"] }],
    source: "user guide, Concepts.DBInstanceClass: not every region has every class",
  },
  {
    name: "exhaustedInstanceClasses",
    kind: "lists",
    value: {},
    others: [{ "us-west-2": ["db.r6g.large"] }],
    source: "botocore: InsufficientDBInstanceCapacity, the likely one when a region is lost",
  },
  {
    name: "withdrawnEngineVersions",
    kind: "lists",
    value: {},
    others: [{ "us-west-2": ["postgres 16.4"] }],
    source: "botocore RestoreDBInstanceFromDBSnapshot: versions withdrawn since the snapshot do not restore",
  },
];

/** The adjustable facts of RDS. */
export const RDS_FACTS: readonly KnobFact[] = [...readings, ...limits, ...delays, ...faults];
