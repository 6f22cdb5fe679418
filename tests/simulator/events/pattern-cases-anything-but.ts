import type { PatternGroup } from "./pattern-cases.ts";

const OPERATORS = "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html";
const RULER = "https://github.com/aws/event-ruler#readme";

/** Anything-but in all its forms. */
export const ANYTHING_BUT_GROUPS: readonly PatternGroup[] = [
  {
    operator: "anything-but text",
    page: OPERATORS,
    pattern: { detail: { state: [{ "anything-but": "initializing" }] } },
    fits: {
      "other text": { detail: { state: "running" } },
      "a number": { detail: { state: 3 } },
      "a list in which some element differs": { detail: { state: ["initializing", "running"] } },
      null: { detail: { state: null } },
    },
    fails: {
      "that text": { detail: { state: "initializing" } },
      "a list of nothing else": { detail: { state: ["initializing"] } },
      "no such field": { detail: {} },
      "an empty list": { detail: { state: [] } },
    },
  },
  {
    operator: "anything-but a list of texts",
    page: OPERATORS,
    pattern: { detail: { state: [{ "anything-but": ["stopped", "overloaded"] }] } },
    fits: {
      "another text": { detail: { state: "running" } },
      "the same in another case": { detail: { state: "Stopped" } },
    },
    fails: {
      "the first": { detail: { state: "stopped" } },
      "the second": { detail: { state: "overloaded" } },
      "a list of both": { detail: { state: ["stopped", "overloaded"] } },
    },
  },
  {
    operator: "anything-but numbers",
    page: OPERATORS,
    pattern: { detail: { "x-limit": [{ "anything-but": [100, 200, 300] }] } },
    fits: {
      "another number": { detail: { "x-limit": 301 } },
      "the digits as text": { detail: { "x-limit": "100" } },
    },
    fails: {
      "one of them": { detail: { "x-limit": 200 } },
      "one of them written 3.0e2": JSON.parse('{"detail":{"x-limit":3.0e2}}'),
      "no such field": { detail: { limit: 1 } },
    },
  },
  {
    operator: "anything-but one number",
    page: RULER,
    pattern: { detail: { "x-limit": [{ "anything-but": 123 }] } },
    fits: { "another number": { detail: { "x-limit": 124 } }, text: { detail: { "x-limit": "x" } } },
    fails: { "that number": { detail: { "x-limit": 123 } }, "no such field": { detail: {} } },
  },
  {
    operator: "anything-but a prefix",
    page: OPERATORS,
    pattern: { detail: { Region: [{ "anything-but": { prefix: "us-" } }] } },
    fits: {
      "another beginning": { detail: { Region: "eu-central-1" } },
      "it stands later": { detail: { Region: "aws-us-gov" } },
    },
    fails: {
      "that beginning": { detail: { Region: "us-east-1" } },
      "just the prefix": { detail: { Region: "us-" } },
      "no such field": { detail: {} },
    },
  },
  {
    operator: "anything-but prefixes",
    page: OPERATORS,
    pattern: { detail: { state: [{ "anything-but": { prefix: ["init", "error"] } }] } },
    fits: {
      "another beginning": { detail: { state: "stopped" } },
      "another case": { detail: { state: "Init" } },
    },
    fails: {
      "the first": { detail: { state: "initializing" } },
      "the second": { detail: { state: "error-1" } },
    },
  },
  {
    operator: "anything-but a suffix",
    page: OPERATORS,
    pattern: { detail: { FileName: [{ "anything-but": { suffix: ".png" } }] } },
    fits: {
      "another ending": { detail: { FileName: "a.jpg" } },
      "another case": { detail: { FileName: "a.PNG" } },
    },
    fails: {
      "that ending": { detail: { FileName: "a.png" } },
      "a list of only that ending": { detail: { FileName: ["a.png", "b.png"] } },
    },
  },
  {
    operator: "anything-but suffixes",
    page: OPERATORS,
    pattern: { detail: { FileName: [{ "anything-but": { suffix: [".png", ".jpg"] } }] } },
    fits: {
      "another ending": { detail: { FileName: "a.gif" } },
      "an ending and more": { detail: { FileName: "a.png~" } },
    },
    fails: {
      "the first": { detail: { FileName: "a.png" } },
      "the second": { detail: { FileName: "b.jpg" } },
    },
  },
  {
    operator: "anything-but, ignoring case",
    page: OPERATORS,
    pattern: {
      detail: { state: [{ "anything-but": { "equals-ignore-case": ["initializing", "stopped"] } }] },
    },
    fits: {
      "other text": { detail: { state: "running" } },
      "longer text": { detail: { state: "stopped-by-user" } },
    },
    fails: {
      "the same in another case": { detail: { state: "INITIALIZING" } },
      "the second in another case": { detail: { state: "Stopped" } },
    },
  },
  {
    operator: "anything-but a wildcard",
    page: OPERATORS,
    pattern: { detail: { FilePath: [{ "anything-but": { wildcard: ["*/lib/*", "*/bin/*"] } }] } },
    fits: {
      "another path": { detail: { FilePath: "a/src/b" } },
      "a path at its start": { detail: { FilePath: "lib/b" } },
    },
    fails: {
      "the first": { detail: { FilePath: "a/lib/b" } },
      "the second": { detail: { FilePath: "/bin/" } },
    },
  },
];
