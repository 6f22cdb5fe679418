import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { context } from "../iam/context.ts";
import { decide } from "../iam/decide.ts";
import { compilePolicy } from "../iam/policy.ts";
import type { Principal } from "../iam/types.ts";
import { ACCOUNT, document, type Statement } from "./support.ts";

const ROLE: Principal = {
  kind: "role",
  account: ACCOUNT,
  arn: `arn:aws:iam::${ACCOUNT}:role/step`,
  sessionArn: `arn:aws:sts::${ACCOUNT}:assumed-role/step/step`,
};

const ACTIONS = ["rds:CopyDBSnapshot", "rds:DeleteDBSnapshot", "sqs:SendMessage"];
const RESOURCES = ["db:a", "db:ab", "snapshot:a"].map((rest) => `arn:aws:rds:us-west-2:${ACCOUNT}:${rest}`);
const TAGS = ["x", "y"];

const some = <T>(values: readonly T[]) => fc.subarray([...values], { minLength: 1 });
const actionPattern = fc.constantFrom(...ACTIONS, "*", "rds:*", "rds:?opy*", "RDS:DELETE*");
const resourcePattern = fc.constantFrom(
  ...RESOURCES,
  "*",
  `arn:aws:rds:*:*:db:*`,
  `arn:aws:rds:*:${ACCOUNT}:*:a*`,
);
const conditions = fc.record({
  operator: fc.constantFrom("StringEquals", "StringNotEquals", "StringLike", "StringNotLikeIfExists"),
  value: fc.constantFrom(...TAGS, "*"),
});

const statement = fc
  .record({
    Effect: fc.constantFrom("Allow", "Deny"),
    actions: some(["Action", "NotAction"]),
    Action: fc.array(actionPattern, { minLength: 1, maxLength: 3 }),
    resources: some(["Resource", "NotResource"]),
    Resource: fc.array(resourcePattern, { minLength: 1, maxLength: 3 }),
    condition: fc.option(conditions, { nil: undefined }),
  })
  .map(
    ({ Effect, actions, Action, resources, Resource, condition }): Statement => ({
      Effect,
      [actions[0] ?? "Action"]: Action,
      [resources[0] ?? "Resource"]: Resource,
      ...(condition === undefined
        ? {}
        : { Condition: { [condition.operator]: { "aws:ResourceTag/t": condition.value } } }),
    }),
  );

const statements = fc.array(statement, { minLength: 1, maxLength: 5 });
const request = fc.record({
  action: fc.constantFrom(...ACTIONS),
  resource: fc.constantFrom(...RESOURCES),
  tag: fc.option(fc.constantFrom(...TAGS), { nil: undefined }),
});

type Asked = typeof request extends fc.Arbitrary<infer T> ? T : never;

const allowed = (list: readonly Statement[], asked: Asked): boolean =>
  decide(
    {
      principal: ROLE,
      action: asked.action,
      resource: asked.resource,
      context: context({ "aws:ResourceTag/t": asked.tag }),
    },
    {
      identity: [compilePolicy("p", document(...list), "identity")],
      resourceMustAllow: false,
      crossAccount: false,
    },
  ).allowed;

const effect = (list: readonly Statement[], wanted: string): Statement[] =>
  list.filter(({ Effect }) => Effect === wanted);
const NOTHING: Statement = { Effect: "Allow", Action: "none:None", Resource: "*" };

/** The evaluation logic, over generated statements and requests. */
describe("whatever the policies", () => {
  test("a deny for everything refuses everything", () => {
    fc.assert(
      fc.property(statements, request, (list, asked) => {
        expect(allowed([...list, { Effect: "Deny", Action: "*", Resource: "*" }], asked)).toBe(false);
      }),
    );
  });

  test("an allow more never takes a permission away, and a deny more never gives one", () => {
    fc.assert(
      fc.property(statements, statement, request, (list, extra, asked) => {
        const before = allowed(list, asked);
        const after = allowed([...list, extra], asked);
        expect(extra.Effect === "Allow" ? !before || after : before || !after).toBe(true);
      }),
    );
  });

  test("what is allowed is allowed by the allows alone and by one of them alone", () => {
    fc.assert(
      fc.property(statements, request, (list, asked) => {
        const allows = effect(list, "Allow");
        const byOne = allows.some((each) => allowed([each], asked));
        expect(allowed([NOTHING, ...allows], asked)).toBe(byOne);
        if (allowed(list, asked)) expect(byOne).toBe(true);
      }),
    );
  });

  test("the order of statements does not matter", () => {
    fc.assert(
      fc.property(statements, request, (list, asked) => {
        expect(allowed(list.toReversed(), asked)).toBe(allowed(list, asked));
      }),
    );
  });

  test("statements in one document or in several decide alike", () => {
    fc.assert(
      fc.property(statements, request, (list, asked) => {
        const policies = list.map((each, index) => compilePolicy(`p${index}`, document(each), "identity"));
        const together = decide(
          {
            principal: ROLE,
            action: asked.action,
            resource: asked.resource,
            context: context({ "aws:ResourceTag/t": asked.tag }),
          },
          { identity: policies, resourceMustAllow: false, crossAccount: false },
        );
        expect(together.allowed).toBe(allowed(list, asked));
      }),
    );
  });

  test("an action and its NotAction split the world", () => {
    fc.assert(
      fc.property(fc.array(actionPattern, { minLength: 1 }), request, (patterns, asked) => {
        const yes = allowed([{ Effect: "Allow", Action: patterns, Resource: "*" }], asked);
        const no = allowed([{ Effect: "Allow", NotAction: patterns, Resource: "*" }], asked);
        expect(yes).not.toBe(no);
      }),
    );
  });
});
