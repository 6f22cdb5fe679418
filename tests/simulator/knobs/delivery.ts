import type { KnobFact } from "./fact.ts";

/** The adjustable facts of how EventBridge, Scheduler and Lambda's polling deliver. */
export const DELIVERY_FACTS: readonly KnobFact[] = [
  {
    name: "putEventsBytes",
    kind: "number",
    value: 262_144,
    others: [1_048_576],
    source: "botocore and the API reference: 256 KB; a changelog (Shopify) has it at 1 MiB",
  },
  {
    name: "customBusRetries",
    kind: "reading",
    value: "5-in-five-minutes",
    others: ["185-in-a-day"],
    source:
      "EventBridge guide of 2026: a new kind of custom bus gives up after 5 attempts or 300 seconds unless a target " +
      "says otherwise, classic ones after 185 or a day; not said which kind AWS::Events::EventBus makes",
  },
  {
    name: "rateUnits",
    kind: "reading",
    value: "as-counted",
    others: ["either"],
    source:
      "Scheduler's API reference lists minute, minutes, hour, hours, day, days, its guide the plurals only; neither " +
      "says whether rate(1 hours) and rate(6 hour) are taken, which EventBridge's rules refuse",
  },
  {
    name: "rateScheduleStarts",
    kind: "reading",
    value: "at-once",
    others: ["after-one-period"],
    source:
      "Scheduler guide: a rate starts when its schedule is made; EventBridge's rules waited for one period",
    other:
      "the alarm on the pruning's heartbeat goes off once, when everything is deployed for the first time",
  },
  {
    name: "mappingBackOffFactor",
    kind: "probability",
    value: 0.5,
    others: [0.9, 0.1],
    source:
      "Lambda guide, SQS error handling: gradually backs off, reducing the concurrency; by how much is not said",
    other: "what a failed batch leaves of the batches at a time",
  },
  {
    name: "mappingRecovery",
    kind: "number",
    value: 1,
    others: [0.1, 5],
    source: "Lambda guide, SQS error handling: how fast the concurrency comes back is not said",
    other: "batches at a time that a served one brings back",
  },
];
