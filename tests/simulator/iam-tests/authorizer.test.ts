import { describe, expect, test } from "vitest";
import { UNCERTAIN } from "../iam/table/index.ts";
import { unused } from "../iam/usage.ts";
import {
  ACCOUNT,
  allow,
  arnOf,
  authorizerFor,
  call,
  D,
  deny,
  document,
  outcome,
  P,
  role,
  type Statement,
} from "./support.ts";

const QUEUE = arnOf("sqs", D, "rds-dr-dev-prune-copies");
const KEY = arnOf("kms", D, "key/topics");

describe("services", () => {
  const authorizer = authorizerFor([role("rds-dr-dev-scheduler", allow("sqs:SendMessage", QUEUE))]);
  const RULE = arnOf("events", D, "rule/rds-dr-dev/name");
  const may = (policy: Statement, keys: Record<string, string>, service = "events.amazonaws.com") =>
    authorizer.servicePrincipalMay(service, "sqs:SendMessage", QUEUE, document(policy), keys).allowed;
  const rules = allow("sqs:SendMessage", QUEUE, {
    Principal: { Service: "events.amazonaws.com" },
    Condition: { ArnEquals: { "aws:SourceArn": RULE }, StringEquals: { "aws:SourceAccount": ACCOUNT } },
  });

  test("need the resource's policy, which may bind them to a rule", () => {
    expect(may(rules, { "aws:SourceArn": RULE })).toBe(true);
    expect(may(rules, { "aws:SourceArn": `${RULE}-else` })).toBe(false);
    expect(may(rules, {})).toBe(false);
    expect(may(rules, { "aws:SourceArn": RULE }, "scheduler.amazonaws.com")).toBe(false);
    expect(
      authorizer.servicePrincipalMay("events.amazonaws.com", "sqs:SendMessage", QUEUE, undefined).allowed,
    ).toBe(false);
  });

  test("act through a role that trusts them", () => {
    const arn = `arn:aws:iam::${ACCOUNT}:role/rds-dr-dev-scheduler`;
    expect(authorizer.roleMay(arn, "sqs:SendMessage", QUEUE).allowed).toBe(true);
    expect(authorizer.roleMay(arn, "sqs:SendMessage", `${QUEUE}-else`)).toEqual({
      allowed: false,
      because: "no-identity-allow",
    });
    expect(authorizer.mayAssume("lambda.amazonaws.com", arn).allowed).toBe(true);
    expect(authorizer.mayAssume("scheduler.amazonaws.com", arn)).toEqual({
      allowed: false,
      because: "no-resource-allow",
    });
  });

  test("need the key of an encrypted topic from its key policy", () => {
    const policy = document(
      allow(["kms:GenerateDataKey*", "kms:Decrypt"], "*", {
        Principal: { Service: "events.rds.amazonaws.com" },
      }),
    );
    expect(
      authorizer.servicePrincipalMay("events.rds.amazonaws.com", "kms:GenerateDataKey", KEY, policy).allowed,
    ).toBe(true);
    expect(
      authorizer.servicePrincipalMay("cloudwatch.amazonaws.com", "kms:GenerateDataKey", KEY, policy).allowed,
    ).toBe(false);
  });
});

describe("the report of what is used", () => {
  const step = role(
    "step",
    allow(
      ["rds:DescribeDBInstances", "rds:DescribeDBSnapshots", "rds:DeleteDBSnapshot"],
      arnOf("rds", P, "*"),
      { Sid: "Rds" },
    ),
    deny("rds:DeleteDBInstance", "*"),
  );

  test("counts each action of each statement, and marks what only uncertain rows used", () => {
    const authorizer = authorizerFor([step]);
    authorizer.authorize(call("rds", "DescribeDBInstances", {}, P));
    authorizer.authorize(call("rds", "DescribeDBSnapshots", {}, P));
    const line = { role: "step", policy: "inline", statement: 0, sid: "Rds", effect: "Allow" };
    expect(authorizer.used()).toEqual([
      { ...line, action: "rds:DescribeDBInstances", uses: 1 },
      { ...line, action: "rds:DescribeDBSnapshots", uses: 2, uncertain: UNCERTAIN.describeWithoutId },
      { ...line, action: "rds:DeleteDBSnapshot", uses: 0 },
      {
        role: "step",
        policy: "inline",
        statement: 1,
        effect: "Deny",
        action: "rds:DeleteDBInstance",
        uses: 0,
      },
    ]);
  });

  test("names the allowed actions that nothing used", () => {
    const authorizer = authorizerFor([step]);
    authorizer.authorize(call("rds", "DescribeDBInstances", {}, P));
    expect(unused(authorizer.used()).map(({ action }) => action)).toEqual([
      "rds:DescribeDBSnapshots",
      "rds:DeleteDBSnapshot",
    ]);
  });

  test("spares exactly the statements whose Sid marks them as a union of readings", () => {
    const named = (Sid: string) => role("step", allow("kms:Decrypt", "*", { Sid }));
    const names = (Sid: string) => unused(authorizerFor([named(Sid)]).used()).map(({ sid }) => sid);
    expect(names("UnionPasswordKey")).toEqual([]);
    expect(names("PasswordKeyUnion")).toEqual(["PasswordKeyUnion"]);
  });

  test("a certain use clears the doubt", () => {
    const authorizer = authorizerFor([step]);
    authorizer.authorize(call("rds", "DescribeDBSnapshots", {}, P));
    authorizer.authorize(call("rds", "DescribeDBSnapshots", { DBSnapshotIdentifier: "a" }, P));
    expect(authorizer.used()[1]).not.toHaveProperty("uncertain");
  });
});

test("the operator may do what nothing denies, rows or not", () => {
  const authorizer = authorizerFor([]);
  expect(outcome(authorizer, call("rds", "CreateDBInstance", {}, P, "operator"))).toBe("ok");
  expect(
    outcome(authorizer, call("rds", "DeleteDBSnapshot", { DBSnapshotIdentifier: "a" }, P, "operator")),
  ).toBe("ok");
});
