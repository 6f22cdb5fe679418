import type { PatternGroup } from "./pattern-cases.ts";

const OPERATORS = "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html";
const ARRAYS = "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns-arrays.html";
const SYNTAX = "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern.html";
const RULER = "https://github.com/aws/event-ruler#readme";

/** Numbers, addresses, presence, `$or` and arrays. */
export const MORE_PATTERN_GROUPS: readonly PatternGroup[] = [
  {
    operator: "numeric range",
    page: OPERATORS,
    pattern: { detail: { Price: [{ numeric: [">", 10, "<=", 20] }] } },
    fits: {
      "the upper bound": { detail: { Price: 20 } },
      "just above the lower bound": { detail: { Price: 10.001 } },
    },
    fails: {
      "the lower bound": { detail: { Price: 10 } },
      "just above the upper bound": { detail: { Price: 20.001 } },
      "digits as text": { detail: { Price: "15" } },
      "no such field": { detail: {} },
    },
  },
  {
    operator: "numeric comparison",
    page: OPERATORS,
    pattern: { detail: { "c-count": [{ numeric: [">=", 0, "<", 5] }], "d-count": [{ numeric: ["<", 10] }] } },
    fits: {
      "both within": { detail: { "c-count": 0, "d-count": -3 } },
      "one of a list within": { detail: { "c-count": [7, 4], "d-count": 9.9 } },
    },
    fails: {
      "the first outside": { detail: { "c-count": 5, "d-count": 1 } },
      "the second outside": { detail: { "c-count": 1, "d-count": 10 } },
    },
  },
  {
    operator: "numeric equality",
    page: OPERATORS,
    pattern: { detail: { "x-limit": [{ numeric: ["=", 3.018e2] }] } },
    fits: {
      "the number": { detail: { "x-limit": 301.8 } },
      "in a list": { detail: { "x-limit": [1, 301.8] } },
    },
    fails: {
      "another number": { detail: { "x-limit": 301.81 } },
      "digits as text": { detail: { "x-limit": "301.8" } },
    },
  },
  {
    operator: "cidr, IPv4",
    page: OPERATORS,
    pattern: { detail: { sourceIPAddress: [{ cidr: "10.0.0.0/24" }] } },
    fits: {
      "the first address": { detail: { sourceIPAddress: "10.0.0.0" } },
      "the last address": { detail: { sourceIPAddress: "10.0.0.255" } },
    },
    fails: {
      "the address after": { detail: { sourceIPAddress: "10.0.1.0" } },
      "a name": { detail: { sourceIPAddress: "rds.amazonaws.com" } },
      "an IPv6 address": { detail: { sourceIPAddress: "::a00:0" } },
    },
  },
  {
    operator: "cidr, of an address within",
    page: RULER,
    pattern: { detail: { sourceIPAddress: [{ cidr: "10.0.0.7/30" }] } },
    fits: { "the first address of its block": { detail: { sourceIPAddress: "10.0.0.4" } } },
    fails: {
      "the address before": { detail: { sourceIPAddress: "10.0.0.3" } },
      "the address after": { detail: { sourceIPAddress: "10.0.0.8" } },
    },
  },
  {
    operator: "cidr, IPv6",
    page: RULER,
    pattern: { detail: { ip: [{ cidr: "2001:db8::/32" }] } },
    fits: {
      "an address of it": { detail: { ip: "2001:db8::1" } },
      "one written in full": { detail: { ip: "2001:0DB8:ffff:ffff:ffff:ffff:ffff:ffff" } },
    },
    fails: {
      "an address beside it": { detail: { ip: "2001:db9::1" } },
      "an IPv4 address": { detail: { ip: "10.0.0.1" } },
    },
  },
  {
    operator: "exists",
    page: OPERATORS,
    pattern: { detail: { "c-count": [{ exists: true }] } },
    fits: {
      "a value": { detail: { "c-count": 1 } },
      null: { detail: { "c-count": null } },
      "empty text": { detail: { "c-count": "" } },
    },
    fails: {
      "no such field": { detail: { state: "x" } },
      "an object, which is no leaf": { detail: { "c-count": { c1: 100 } } },
      "an empty list": { detail: { "c-count": [] } },
    },
  },
  {
    operator: "exists not",
    page: OPERATORS,
    pattern: { source: ["a"], detail: { "c-count": [{ exists: false }] } },
    fits: {
      "no such field": { source: "a", detail: { state: "x" } },
      "an object, which is no leaf": { source: "a", detail: { "c-count": { c1: 100 } } },
      "an empty list": { source: "a", detail: { "c-count": [] } },
    },
    fails: {
      "a value": { source: "a", detail: { "c-count": 1 } },
      null: { source: "a", detail: { "c-count": null } },
      "another demand unmet": { source: "b", detail: {} },
    },
  },
  {
    operator: "a value or none",
    page: OPERATORS,
    pattern: { detail: { errorCode: [{ exists: false }, "AccessDenied"] } },
    fits: { none: { detail: { x: 1 } }, "the value": { detail: { errorCode: "AccessDenied" } } },
    fails: {
      "another value": { detail: { errorCode: "Throttling" } },
      null: { detail: { errorCode: null } },
    },
  },
  {
    operator: "$or",
    page: OPERATORS,
    pattern: {
      source: ["aws.cloudwatch"],
      $or: [{ metricName: ["CPUUtilization", "ReadLatency"] }, { namespace: ["AWS/EC2", "AWS/ES"] }],
    },
    fits: {
      "the first branch": { source: "aws.cloudwatch", metricName: "ReadLatency" },
      "the second branch": { source: "aws.cloudwatch", namespace: "AWS/ES" },
      "both branches": { source: "aws.cloudwatch", metricName: "CPUUtilization", namespace: "AWS/EC2" },
    },
    fails: {
      "no branch": { source: "aws.cloudwatch", metricName: "WriteLatency" },
      "a branch, but another demand unmet": { source: "aws.ec2", namespace: "AWS/ES" },
      "neither field": { source: "aws.cloudwatch" },
    },
  },
  {
    operator: "$or within $or",
    page: RULER,
    pattern: {
      detail: {
        $or: [
          { scope: ["Service"] },
          {
            type: ["Metric"],
            namespace: ["N"],
            $or: [{ metricId: [1234] }, { spaceId: [{ numeric: [">", 1000] }] }],
          },
        ],
      },
    },
    fits: {
      "the outer branch": { detail: { scope: "Service" } },
      "an inner branch": { detail: { type: "Metric", namespace: "N", spaceId: 1001 } },
    },
    fails: {
      "an inner branch without what stands beside it": { detail: { type: "Metric", metricId: 1234 } },
      "no inner branch": { detail: { type: "Metric", namespace: "N", spaceId: 1000 } },
    },
  },
  {
    operator: "$or as a field name",
    page: RULER,
    pattern: { source: ["a"], $or: { metricType: ["M"], namespace: ["N"] } },
    fits: { "an event with that field": { source: "a", $or: { metricType: "M", namespace: "N" } } },
    fails: {
      "an event where only one fits": { source: "a", $or: { metricType: "M" } },
      "the fields without it": { source: "a", metricType: "M", namespace: "N" },
    },
  },
  {
    operator: "arrays of values",
    page: ARRAYS,
    pattern: { resources: ["arn:aws:ec2:us-east-1:111122223333:instance/i-b188560f", "arn:x"] },
    fits: {
      "an element in common": {
        resources: ["arn:y", "arn:aws:ec2:us-east-1:111122223333:instance/i-b188560f"],
      },
      "just one": { resources: "arn:x" },
    },
    fails: { "no element in common": { resources: ["arn:y", "arn:z"] }, "no elements": { resources: [] } },
  },
  {
    operator: "arrays of objects",
    page: RULER,
    pattern: { detail: { items: { color: ["red"], size: ["L"] } } },
    fits: {
      "both in one element": {
        detail: {
          items: [
            { color: "blue", size: "L" },
            { color: "red", size: "L" },
          ],
        },
      },
      "an object instead of a list": { detail: { items: { color: "red", size: "L" } } },
    },
    fails: {
      "each in another element": {
        detail: {
          items: [
            { color: "red", size: "S" },
            { color: "blue", size: "L" },
          ],
        },
      },
      "an empty list": { detail: { items: [] } },
    },
  },
  {
    operator: "arrays of objects in arrays of objects",
    page: RULER,
    pattern: { employees: { name: ["Ann"], jobs: { title: ["cook"], city: ["Rome"] } } },
    fits: {
      "all in one inner element": {
        employees: [{ name: "Bob" }, { name: "Ann", jobs: [{ title: "cook", city: "Rome" }] }],
      },
    },
    fails: {
      "inner fields in two elements": {
        employees: [
          {
            name: "Ann",
            jobs: [
              { title: "cook", city: "Bonn" },
              { title: "dean", city: "Rome" },
            ],
          },
        ],
      },
      "the job is another person's": {
        employees: [
          { name: "Ann", jobs: [] },
          { name: "Bob", jobs: [{ title: "cook", city: "Rome" }] },
        ],
      },
    },
  },
  {
    operator: "IP addresses as text",
    page: RULER,
    pattern: { detail: { ip: ["::1"], name: ["constructor"] } },
    fits: { "another spelling of the address": { detail: { ip: "0:0:0:0:0:0:0:1", name: "constructor" } } },
    fails: {
      "another address": { detail: { ip: "::2", name: "constructor" } },
      "no such field": { detail: { ip: "::1" } },
    },
  },
  {
    operator: "names with dots",
    page: SYNTAX,
    pattern: { detail: { "state.status": ["running"] } },
    fits: {
      "the name with its dot": { detail: { "state.status": "running" } },
      "a name within a name": { detail: { state: { status: "running" } } },
    },
    fails: {
      "another value within the name": { detail: { state: { status: "stopped" } } },
      "the second name alone": { detail: { status: "running" } },
    },
  },
];
