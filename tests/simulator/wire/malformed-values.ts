/** Requests that fit the SDK's schemas, and that AWS refuses for their values. */
import fc from "fast-check";
import { COMBINATIONS, type Combination } from "./constraints/combinations.ts";
import { type Constraint, compileConstraints } from "./constraints/constraint.ts";
import { CONSTRAINTS } from "./constraints/index.ts";
import type { HttpRequest } from "./message.ts";
import {
  type Protocol,
  placeOf,
  request,
  type Target,
  targetsOf,
  wellFormed,
  wireName,
  withFields,
} from "./sample-requests.ts";

type Malformed = fc.Arbitrary<HttpRequest> | undefined;

/** A request with a member whose value the table of constraints does not admit. */
export function outOfBounds(protocol: Protocol): Malformed {
  const rows = targetsOf(protocol).flatMap((target) =>
    Object.entries(CONSTRAINTS[target.service]?.[target.operation.name] ?? {}).flatMap(([name, constraint]) =>
      refusedValues(target, name, constraint).map((value) => ({ target, name, value })),
    ),
  );
  return oneOf(rows)?.map(({ target, name, value }) => {
    const member = target.operation.input.getMemberSchema(name);
    const draft = wellFormed(target);
    if (placeOf(target, member) === "body") {
      return request(target, withFields(draft, { [wireName(target, name, member)]: value }));
    }
    const { httpQuery } = member.getMergedTraits();
    return request(target, { ...draft, query: { ...draft.query, [String(httpQuery)]: String(value) } });
  });
}

/** A request without any of the members of which the operation takes one. */
export function noneOf(protocol: Protocol): Malformed {
  return oneOf(combinations(protocol, "none"))?.map(({ target, members }) => {
    const { fields, ...draft } = wellFormed(target);
    const others = Object.entries(fields).filter(([name]) => !members.includes(name.split(".")[0] ?? ""));
    return request(target, { ...draft, fields: Object.fromEntries(others) });
  });
}

/** A request with all of the members of which the operation takes one. */
export function severalOf(protocol: Protocol): Malformed {
  return oneOf(combinations(protocol, "several"))?.map(({ target, members }) => {
    const all = members.map((name): [string, unknown] => {
      const isList = target.operation.input.getMemberSchema(name).isListSchema();
      if (isList && protocol === "awsQuery") return [`${name}.member.1`, "Sum"];
      return [name, isList ? ["Sum"] : "x"];
    });
    return request(target, withFields(wellFormed(target), Object.fromEntries(all)));
  });
}

/** Values of the member's type that its constraint does not admit; none where it travels in the path or a header. */
function refusedValues(target: Target, name: string, constraint: Constraint): unknown[] {
  if (/[.[]/.test(name)) return [];
  const member = target.operation.input.getMemberSchema(name);
  const inQuery = placeOf(target, member) === "query";
  if (!inQuery && placeOf(target, member) !== "body") return [];
  const { min = 0, max = 0 } = constraint;
  const check = compileConstraints({ [name]: constraint });
  const list = (length: number) => Array.from({ length }, () => "x");
  const drawn = member.isNumericSchema()
    ? [min - 1, max + 1]
    : member.isListSchema()
      ? [list(max + 1)]
      : ["no such value", "{}", "x".repeat(max + 1), ""];
  const spellable = (value: unknown) => !Array.isArray(value) || (!inQuery && target.protocol !== "awsQuery");
  return drawn.filter((value) => spellable(value) && check({ [name]: value }).length > 0);
}

function combinations(protocol: Protocol, refused: "none" | "several"): (Combination & { target: Target })[] {
  return targetsOf(protocol).flatMap((target) =>
    (COMBINATIONS[target.service]?.[target.operation.name] ?? [])
      .filter((combination) => combination[refused] !== undefined)
      .map((combination) => ({ ...combination, target })),
  );
}

function oneOf<Row>(rows: readonly Row[]): fc.Arbitrary<Row> | undefined {
  return rows.length === 0 ? undefined : fc.constantFrom(...rows);
}
