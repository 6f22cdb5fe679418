import type { KnobFact } from "./fact.ts";

/** The adjustable facts of EventBridge, Scheduler, CloudWatch and SNS, and the hooks between services. */
export const MESSAGING_FACTS: readonly KnobFact[] = [
  {
    name: "eventPatternCharacters",
    kind: "number",
    value: 2048,
    others: [4096],
    source: "EventBridge quotas: size of a rule's event pattern; adjustable",
    other: "4096: as far as the quota can be raised",
  },
  {
    name: "wildcardComplexity",
    kind: "number",
    value: 7,
    others: [10],
    source:
      "event-ruler's README measures it; AWS's limit is not said: LocalStack recorded that a field's wildcards of 7 " +
      "are accepted (/Users/*/dir/dir/dir/dir/dir/doc.txt) and those of 11 refused (*:*:*:*:*:event-bus/*)",
  },
  {
    name: "putEventsFailureProbability",
    kind: "probability",
    value: 0,
    others: [0.2],
    source: "API reference, PutEventsResultEntry: an entry may fail alone with InternalFailure",
  },
  {
    name: "schedulerPrecisionSeconds",
    kind: "number",
    value: 59,
    others: [0],
    source: "Scheduler guide: a schedule runs within the minute that it names",
  },
  {
    name: "alarmRangeExtraPeriods",
    kind: "number",
    value: 2,
    others: [0],
    source:
      "CloudWatch guide, alarms and missing data: the evaluation range is longer than the periods asked for",
  },
  {
    name: "mailsPerSecondMax",
    kind: "number",
    value: 10,
    others: [100],
    source: "re:Post: an address that gets more than ten mails a second goes back to pending confirmation",
  },
  {
    name: "confirmSubscriptions",
    kind: "switch",
    value: true,
    others: [false],
    source: "SNS guide: people confirm an address by the link in a mail; false leaves them pending",
  },
  {
    name: "roleTrusts",
    kind: "hook",
    value: undefined,
    others: [],
    source: "the simulated IAM: whether a role trusts a service",
  },
  {
    name: "authorizeRole",
    kind: "hook",
    value: undefined,
    others: [],
    source: "the simulated IAM: whether a role may do something",
  },
];
