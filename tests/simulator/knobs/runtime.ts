import type { KnobFact } from "./fact.ts";

/** The adjustable facts of Lambda, of its polling of SQS, and of the endpoints. */
export const RUNTIME_FACTS: readonly KnobFact[] = [
  {
    name: "apiLatencyMilliseconds",
    kind: "range",
    value: [20, 80],
    others: [0, [100, 2_000]],
    source: "usual range of a control-plane call within AWS; uniform, drawn by key",
  },
  {
    name: "keepAliveSeconds",
    kind: "range",
    value: 20,
    others: [0],
    source:
      "AWS endpoints close idle connections after about 20 seconds; a call within that reuses its socket",
    other: "0 = a fresh connection for each call",
  },
  {
    name: "unknownMembers",
    kind: "reading",
    value: "refuse",
    others: ["ignore"],
    source: "the strict reading: a parameter that the model does not have is an error",
    other: "ignore: several AWS front ends drop unknown members silently",
  },
  {
    name: "coldStartMilliseconds",
    kind: "range",
    value: [200, 500],
    others: [0, [500, 3_000]],
    source: "Lambda guide, execution environment lifecycle: init of a small Node.js bundle",
  },
  {
    name: "coldStarts",
    kind: "reading",
    value: "loaded",
    others: ["recycled"],
    source: "Lambda guide, execution environment lifecycle: a cold start runs the bundle's top level anew",
    other:
      "recycled: it takes as long and begins with nothing pending, but the bundle stays loaded, unless something failed " +
      "in it, is still under way or is still remembered; rehearsals use it, and a test holds that their journals are the same " +
      "(log lines are not: Powertools says cold_start only of a bundle's very first message)",
  },
  {
    name: "warmSeconds",
    kind: "number",
    value: 420,
    others: [0, 600, 2700],
    source:
      "AWS gives no figure; https://mikhail.io/serverless/coldstarts/aws/intervals/ measured 5 to 7 minutes",
    other:
      "600: what the same author measured in 2019; 2700: the shortest of 45 to 60 minutes that pluralsight.com " +
      "reports. None of them keeps an environment warm from one hour to the next.",
  },
  {
    name: "environmentMemoryMegabytes",
    kind: "range",
    value: 80,
    others: [[80, 600]],
    source: "memory is not measured; 80 MB is what the REPORT lines of small Node.js functions say",
    other: "drawn for each environment; above its function's MemorySize it is killed at its work",
  },
  {
    name: "functionConcurrency",
    kind: "number",
    value: 1000,
    others: [10],
    source: "Lambda quotas: concurrent executions an account and region",
    other: "10 in new accounts, where reserved concurrency cannot be set at all",
  },
  {
    name: "mappingPollMilliseconds",
    kind: "range",
    value: [10, 120],
    others: [0, [100, 20_000]],
    source: "long polling: a visible message reaches an idle poller well within a second",
  },
  {
    name: "mappingConcurrency",
    kind: "number",
    value: 1000,
    others: [5],
    source: "Lambda guide, SQS scaling: what a mapping without MaximumConcurrency may reach",
    other: "5: where scaling begins",
  },
  {
    name: "recursionRounds",
    kind: "number",
    value: 16,
    others: [8],
    source: "Lambda guide, invocation-recursion: stopped after about 16 rounds unless RecursiveLoop is Allow",
  },
];
