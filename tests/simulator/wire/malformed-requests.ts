import type { NormalizedSchema } from "@smithy/core/schema";
import fc from "fast-check";
import { BODY_LIMIT } from "./endpoint.ts";
import { noneOf, outOfBounds, severalOf } from "./malformed-values.ts";
import type { HttpRequest } from "./message.ts";
import {
  type Draft,
  type Protocol,
  placeOf,
  request,
  signed,
  type Target,
  targetsOf,
  wellFormed,
  wireName,
  withFields,
} from "./sample-requests.ts";
import { requiredMembers } from "./schemas.ts";

/** What may be wrong with a request, and how to draw one that is wrong so; undefined in protocols that have none. */
export const malformations: Readonly<
  Record<string, (protocol: Protocol) => fc.Arbitrary<HttpRequest> | undefined>
> = {
  "no authorization": (protocol) =>
    fc.tuple(anyTarget(protocol), noAuthorization).map(([target, authorization]) => {
      const whole = request(target, wellFormed(target));
      const { authorization: _signed, ...headers } = whole.headers;
      const given = authorization?.(target);
      return { ...whole, headers: given === undefined ? headers : { ...headers, authorization: given } };
    }),
  "an unknown action": (protocol) =>
    fc.tuple(anyTarget(protocol), word).map(([target, name]) => {
      const draft = wellFormed(target);
      if (protocol === "awsQuery") return request(target, withFields(draft, { Action: `No${name}` }));
      if (protocol === "restJson1") return request(target, { ...draft, path: `/no/${name}` });
      const prefix = draft.headers["x-amz-target"]?.split(".")[0];
      return request(target, withHeader(draft, "x-amz-target", `${prefix}.No${name}`));
    }),
  "a missing member": (protocol) =>
    fc.constantFrom(...members(protocol, isDroppable)).map(([target, name]) => {
      const draft = wellFormed(target);
      const member = target.operation.input.getMemberSchema(name);
      const wire = wireName(target, name, member);
      const { httpQuery = wire, httpHeader = wire } = member.getMergedTraits();
      const without = <T extends object>(fields: T, key: string) =>
        Object.fromEntries(Object.entries(fields).filter(([each]) => each.split(".")[0] !== key));
      return request(target, {
        ...draft,
        fields: without(draft.fields, wire),
        query: without(draft.query, httpQuery) as Record<string, string>,
        headers: without(draft.headers, httpHeader.toLowerCase()) as Record<string, string>,
      });
    }),
  "a mistyped member": (protocol) =>
    fc.tuple(fc.constantFrom(...members(protocol, isMistypable)), fc.nat()).map(([[target, name], index]) => {
      const draft = wellFormed(target);
      const member = target.operation.input.getMemberSchema(name);
      const wire = wireName(target, name, member);
      if (protocol === "awsQuery") {
        const [suffix, text] = member.isStringSchema() ? [".Inner", "x"] : ["", "neither nor"];
        return request(target, withFields(draft, { [`${wire}${suffix}`]: text }));
      }
      const { httpQuery, httpHeader } = member.getMergedTraits();
      if (placeOf(target, member) === "query") {
        return request(target, { ...draft, query: { ...draft.query, [String(httpQuery)]: "neither nor" } });
      }
      if (placeOf(target, member) === "header") {
        return request(target, withHeader(draft, String(httpHeader).toLowerCase(), "neither nor"));
      }
      const wrong = wrongValues(member);
      return request(target, withFields(draft, { [wire]: wrong[index % wrong.length] }));
    }),
  "a value that the operation does not take": (protocol) => outOfBounds(protocol),
  "none of either/or members": (protocol) => noneOf(protocol),
  "more than one of either/or members": (protocol) => severalOf(protocol),
  "an unknown member": (protocol) =>
    fc
      .tuple(
        anyTarget(protocol, hasBody),
        fc.oneof(
          word.map((name) => `No${name}`),
          nasty,
        ),
        fc.jsonValue(),
      )
      .map(([target, name, value]) => {
        const given = protocol === "awsQuery" ? "x" : value;
        return request(target, withFields(wellFormed(target), { [name]: given }));
      }),
  "a broken body": (protocol) =>
    fc
      .tuple(anyTarget(protocol, hasBody), broken(protocol))
      .map(([target, text]) => request(target, wellFormed(target), { body: Buffer.from(text) })),
  "a wrong method or path": (protocol) =>
    fc.tuple(anyTarget(protocol), wrongMethod, word, fc.boolean()).map(([target, method, name, byPath]) => {
      const draft = wellFormed(target);
      // SQS answers at the paths of its queues too.
      if (!byPath || target.service === "sqs") return request(target, { ...draft, method });
      return request(target, { ...draft, path: `${draft.path.replace(/\/$/, "")}/a/b/c/d/e/f/${name}` });
    }),
  "an oversize body": (protocol) =>
    fc
      .tuple(anyTarget(protocol), fc.integer({ min: 1, max: SURPLUS }))
      .map(([target, surplus]) =>
        request(target, wellFormed(target), { body: oversize.subarray(0, BODY_LIMIT + surplus) }),
      ),
};

const SURPLUS = 1000;
const oversize = Buffer.alloc(BODY_LIMIT + SURPLUS, " ");

const word = fc.stringMatching(/^[A-Za-z]{1,12}$/);
const nasty = fc.constantFrom(
  "__proto__",
  "constructor",
  "toString",
  "hasOwnProperty",
  "Ünïcode",
  "a b",
  "0",
);
const wrongMethod = fc.constantFrom("TRACE", "OPTIONS", "HEAD", "CONNECT", "PROPFIND", "post");

/** What stands in the place of a good authorization; undefined for nothing at all. */
const noAuthorization = fc.oneof(
  fc.constant(undefined),
  fc.string({ maxLength: 60 }).map((text) => () => text),
  fc.constantFrom(
    (target: Target) => signed(target.service).replace("AWS4-HMAC-SHA256", "Basic"),
    (target: Target) => signed(target.service).replace("/aws4_request", ""),
    (target: Target) => signed(target.service).replace("Credential=", ""),
    (target: Target) => signed(target.service).replace("us-east-1", "US EAST"),
  ),
  word.map((key) => (target: Target) => signed(target.service, `No${key}`)),
);

function broken(protocol: Protocol): fc.Arbitrary<string> {
  const text = fc.string({ minLength: 1, maxLength: 200, unit: "binary" });
  if (protocol === "awsQuery") {
    return text.filter((each) => !new URLSearchParams(each).has("Action"));
  }
  return text.filter((each) => {
    try {
      const value: unknown = JSON.parse(each);
      return typeof value !== "object" || value === null || Array.isArray(value);
    } catch {
      return each.trim() !== "";
    }
  });
}

const wrongScalars = ["neither nor", true, 7, {}, [], [7], ["neither nor"]];

function wrongValues(member: NormalizedSchema): unknown[] {
  const allowed = (value: unknown) => {
    if (member.isStructSchema() || member.isMapSchema())
      return typeof value === "object" && !Array.isArray(value);
    if (member.isListSchema()) return Array.isArray(value);
    if (member.isStringSchema()) return typeof value === "string";
    if (member.isBooleanSchema()) return typeof value === "boolean";
    return typeof value === "number" && !member.isBlobSchema();
  };
  return wrongScalars.filter((value) => !allowed(value));
}

function isDroppable(target: Target, name: string, member: NormalizedSchema): boolean {
  const place = placeOf(target, member);
  return requiredMembers(target.operation.input).includes(name) && (place === "body" || place === "query");
}

function isMistypable(target: Target, _name: string, member: NormalizedSchema): boolean {
  const place = placeOf(target, member);
  if (member.isDocumentSchema() || place === "label" || place === "payload") return false;
  return place === "body" || !(member.isStringSchema() || member.isListSchema() || member.isMapSchema());
}

function hasBody(target: Target): boolean {
  return [...target.operation.input.structIterator()].some(
    ([, member]) => placeOf(target, member) === "body",
  );
}

function anyTarget(
  protocol: Protocol,
  suits: (target: Target) => boolean = () => true,
): fc.Arbitrary<Target> {
  return fc.constantFrom(...targetsOf(protocol).filter(suits));
}

function members(
  protocol: Protocol,
  suits: (target: Target, name: string, member: NormalizedSchema) => boolean,
): [Target, string][] {
  return targetsOf(protocol).flatMap((target) =>
    [...target.operation.input.structIterator()]
      .filter(([name, member]) => suits(target, name, member))
      .map(([name]): [Target, string] => [target, name]),
  );
}

function withHeader(draft: Draft, name: string, value: string): Draft {
  return { ...draft, headers: { ...draft.headers, [name]: value } };
}
