import { BlockList, isIP, isIPv6 } from "node:net";
import { arnPattern, type Pattern, pattern, splitArn } from "./patterns.ts";
import type { Context } from "./types.ts";

/** Tests one value of the request against one value of the policy; undefined = an unresolved policy variable. */
export type ValueTest = (value: string, context: Context) => boolean | undefined;

/** A condition operator without its set prefix and its IfExists. */
export interface Operator {
  /** `StringNotEquals` and its like: true when no value of the policy matches, and true without the key. */
  readonly negated: boolean;
  prepare(policyValue: string, variables: boolean): ValueTest;
}

const byPattern =
  (make: (source: string, variables: boolean) => Pattern) =>
  (policyValue: string, variables: boolean): ValueTest => {
    const compiled = make(policyValue, variables);
    return (value, context) => compiled.resolve(context)?.test(value);
  };

const equals = byPattern((source, variables) => pattern(source, { reach: "none", variables }));
const equalsIgnoringCase = byPattern((source, variables) =>
  pattern(source, { reach: "none", ignoreCase: true, variables }),
);
const like = byPattern((source, variables) => pattern(source, { reach: "text", variables }));

const arn = (policyValue: string, variables: boolean): ValueTest => {
  const test = byPattern((source) => arnPattern(source, { variables }))(policyValue, variables);
  return (value, context) => (splitArn(value).length === 6 ? test(value, context) : false);
};

type Compare = (left: number, right: number) => boolean;

const numeric =
  (compare: Compare) =>
  (policyValue: string): ValueTest => {
    const right = Number(policyValue);
    return (value) => value.trim() !== "" && compare(Number(value), right);
  };

/** ISO 8601 or seconds since the epoch, as the guide allows. */
const instant = (text: string): number => (/^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text));

const date =
  (compare: Compare) =>
  (policyValue: string): ValueTest => {
    const right = instant(policyValue);
    return (value) => compare(instant(value), right);
  };

const bool = (policyValue: string): ValueTest => {
  const wanted = policyValue.toLowerCase();
  return (value) => value.toLowerCase() === wanted;
};

const ip = (policyValue: string): ValueTest => {
  const [address = "", length] = policyValue.split("/");
  const family = isIPv6(address) ? "ipv6" : "ipv4";
  const range = new BlockList();
  range.addSubnet(address, length === undefined ? (family === "ipv6" ? 128 : 32) : Number(length), family);
  return (value) => isIP(value) !== 0 && range.check(value, isIPv6(value) ? "ipv6" : "ipv4");
};

const is = (prepare: Operator["prepare"]): Operator => ({ negated: false, prepare });
const isNot = (prepare: Operator["prepare"]): Operator => ({ negated: true, prepare });

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html */
export const OPERATORS: Readonly<Record<string, Operator>> = {
  StringEquals: is(equals),
  StringNotEquals: isNot(equals),
  StringEqualsIgnoreCase: is(equalsIgnoringCase),
  StringNotEqualsIgnoreCase: isNot(equalsIgnoringCase),
  StringLike: is(like),
  StringNotLike: isNot(like),
  ArnEquals: is(arn),
  ArnLike: is(arn),
  ArnNotEquals: isNot(arn),
  ArnNotLike: isNot(arn),
  Bool: is(bool),
  NumericEquals: is(numeric((left, right) => left === right)),
  NumericNotEquals: isNot(numeric((left, right) => left === right)),
  NumericLessThan: is(numeric((left, right) => left < right)),
  NumericLessThanEquals: is(numeric((left, right) => left <= right)),
  NumericGreaterThan: is(numeric((left, right) => left > right)),
  NumericGreaterThanEquals: is(numeric((left, right) => left >= right)),
  DateEquals: is(date((left, right) => left === right)),
  DateNotEquals: isNot(date((left, right) => left === right)),
  DateLessThan: is(date((left, right) => left < right)),
  DateLessThanEquals: is(date((left, right) => left <= right)),
  DateGreaterThan: is(date((left, right) => left > right)),
  DateGreaterThanEquals: is(date((left, right) => left >= right)),
  IpAddress: is(ip),
  NotIpAddress: isNot(ip),
};
