/** Keys are read late and statements are found once: nobody may be judged by what was true before. */
import { beforeEach, describe, expect, test } from "vitest";
import { type Authorizer, createAuthorizer } from "../iam/authorizer.ts";
import { noFacts } from "../iam/facts.ts";
import type { Judgement, RoleRecord } from "../iam/types.ts";
import { ACCOUNT, allow, arnOf, call, deny, document, outcome, P, role, type Statement } from "./support.ts";

const BACKUP = arnOf("rds", P, "snapshot:backup");
const DELETE = "rds:DeleteDBSnapshot";
const LIST = "rds:ListTagsForResource";
const isBackup = { Condition: { StringEquals: { "aws:ResourceTag/kind": "backup" } } };
const deletion = call("rds", "DeleteDBSnapshot", { DBSnapshotIdentifier: "backup" }, P);
const listing = call("rds", "ListTagsForResource", { ResourceName: BACKUP }, P);

let roles: Map<string, RoleRecord>;
let tags: Record<string, string>;
let lookups: number;
let now: number;
let refused: Judgement[];
let authorizer: Authorizer;

const deploy = (...statements: readonly Statement[]) => roles.set("step", role("step", ...statements));
const ask = (asked = deletion) => outcome(authorizer, asked).split(" ")[0];

beforeEach(() => {
  roles = new Map();
  tags = { kind: "backup" };
  lookups = 0;
  now = Date.parse("2026-03-01T02:00:00Z");
  refused = [];
  authorizer = createAuthorizer({
    ...{ account: ACCOUNT, roles: () => roles, now: () => now },
    facts: {
      ...noFacts,
      resourceTags: () => {
        lookups += 1;
        return tags;
      },
    },
    refused: (judgement) => refused.push(judgement),
  });
});

describe("a condition", () => {
  test("meets the tags of the moment of each call", () => {
    deploy(allow(DELETE, "*", isBackup));
    expect(ask()).toBe("ok");
    tags = { kind: "copy" };
    expect(ask()).toBe("AccessDenied");
    tags = { kind: "backup" };
    expect(ask()).toBe("ok");
  });

  test("meets the time of each call", () => {
    const until = "2026-03-01T02:00:30Z";
    deploy(allow(DELETE, "*", { Condition: { DateLessThanEquals: { "aws:CurrentTime": until } } }));
    now = Date.parse(until);
    expect(ask()).toBe("ok");
    now += 1;
    expect(ask()).toBe("AccessDenied");
  });

  test("of a policy variable meets the tags of the moment as well", () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a policy variable
    deploy(allow(DELETE, "arn:aws:rds:*:*:snapshot:${aws:ResourceTag/kind}"));
    expect(ask()).toBe("ok");
    tags = { kind: "copy" };
    expect(ask()).toBe("AccessDenied");
  });

  test("denies what another statement allows without one, in whichever order they stand", () => {
    const orders = [
      [allow(DELETE, "*"), deny("*", "*", isBackup)],
      [deny("*", "*", isBackup), allow(DELETE, "*")],
    ];
    for (const statements of orders) {
      deploy(...statements);
      tags = { kind: "copy" };
      expect(ask()).toBe("ok");
      tags = { kind: "backup" };
      expect(ask()).toBe("AccessDenied");
      expect(refused.at(-1)?.verdict.because).toBe("explicit-deny-identity");
    }
  });

  test("has tags looked up only for the actions and resources that it bears on", () => {
    deploy(allow([DELETE, LIST], "*"), deny(DELETE, `${BACKUP}-else`, isBackup), deny(LIST, "*", isBackup));
    expect(ask()).toBe("ok");
    expect(lookups).toBe(0);
    expect(ask(listing)).toBe("AccessDenied");
    expect(lookups).toBe(1);
  });
});

describe("a role", () => {
  test("is judged by its policies of the moment, whether it was made anew or was given one more", () => {
    deploy(allow(DELETE, "*"));
    expect([ask(), ask(listing)]).toEqual(["ok", "AccessDenied"]);
    deploy(allow(LIST, "*"));
    expect([ask(), ask(listing)]).toEqual(["AccessDenied", "ok"]);
    const policies = [{ name: "inline", document: document(allow(LIST, "*")) }];
    roles.set("step", { ...role("step"), policies });
    expect([ask(), ask(listing)]).toEqual(["AccessDenied", "ok"]);
    policies.push({ name: "more", document: document(allow("rds:Delete*", "*")) });
    expect([ask(), ask(listing)]).toEqual(["ok", "ok"]);
  });

  test("has one policy for many actions, each with the statements about it", () => {
    deploy(allow("rds:*", "*"), deny("RDS:deletedbsnapshot", "*", { Sid: "Exact" }), {
      Effect: "Deny",
      NotAction: ["rds:Delete*", LIST],
      Resource: "*",
      Sid: "Others",
    });
    const answers = () => [ask(listing), ask(), ask(call("rds", "DescribeDBInstances", {}, P))];
    const expected = ["ok", "AccessDenied", "AccessDenied"];
    expect([answers(), answers()]).toEqual([expected, expected]);
    const sids = refused.map(({ verdict }) => (verdict.by?.sid ?? "") + (verdict.by?.action ?? ""));
    expect(sids.slice(0, 2)).toEqual(["ExactRDS:deletedbsnapshot", "OthersNotAction"]);
  });

  test("keeps its counts of use when it is made anew", () => {
    deploy(allow(DELETE, "*"));
    ask();
    deploy(allow([DELETE, LIST], "*"));
    ask();
    ask(listing);
    expect(authorizer.used()).toMatchObject([
      { action: DELETE, uses: 2 },
      { action: LIST, uses: 1 },
    ]);
  });
});

describe("who listens", () => {
  test("keeps what a request was judged by, whatever changes later", () => {
    const heard: Judgement[] = [];
    authorizer.follow((judgement) => heard.push(judgement));
    deploy(allow(DELETE, "*"));
    ask();
    tags = { kind: "copy" };
    now += 60_000;
    const keys = heard[0]?.request.context;
    expect(keys?.get("aws:resourcetag/kind")).toEqual(["backup"]);
    expect(keys?.get("aws:currenttime")).toEqual(["2026-03-01T02:00:00.000Z"]);
    expect(heard).toMatchObject([{ region: P, role: { name: "step" }, verdict: { allowed: true } }]);
  });

  test("for refusals is told of them alone, with their keys, and of operations without a row", () => {
    deploy(allow(DELETE, "*", isBackup));
    ask();
    tags = { kind: "copy" };
    ask();
    ask(call("rds", "CreateDBInstance", {}, P));
    tags = {};
    expect(refused.map(({ verdict }) => verdict.because)).toEqual(["no-identity-allow", "no-row"]);
    expect(refused[0]?.request.context.get("aws:resourcetag/kind")).toEqual(["copy"]);
  });
});
