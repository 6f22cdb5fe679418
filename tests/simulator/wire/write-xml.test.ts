/** Answers of the query protocol are written as the SDK's own serialiser writes them, and checked on the way. */
import { XmlShapeSerializer } from "@aws-sdk/core/protocols";
import type { NormalizedSchema } from "@smithy/core/schema";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { some } from "../../rehearsal/support.ts";
import { createWorld } from "../world.ts";
import { misfits } from "./check-output.ts";
import { sendRaw } from "./raw.ts";
import { protocols } from "./sample-requests.ts";
import { itemOf, membersOf, type Operation, schemasOf } from "./schemas.ts";
import { writeElement } from "./write-xml.ts";

const DATE_TIME = 5;
const RUNS = { seed: 1, numRuns: 25 };
const DEEPEST = 6;

/** The SDK's text: it names the root after the shape, the protocol after the action. */
function reference({ name, output }: Operation, value: unknown): string {
  const serializer = new XmlShapeSerializer({
    timestampFormat: { useTrait: true, default: DATE_TIME },
    httpBindings: false,
    xmlNamespace: "",
    serviceNamespace: "",
  });
  serializer.write(output, value);
  const xml = String(serializer.flush());
  const shape = output.getName() ?? "";
  return xml.replace(`<${shape}`, `<${name}Result`).replace(new RegExp(`</${shape}>$`), `</${name}Result>`);
}

function written({ name, output }: Operation, value: unknown): { text: string; doubted: boolean } {
  let doubted = false;
  const text = writeElement(`${name}Result`, output, value, () => {
    doubted = true;
  });
  return { text, doubted };
}

const signs = [..."aZ0 &<>\"'\r\n\t\u0085\u2028é😀", "\ud800"];
const text = fc.string({ unit: fc.constantFrom(...signs), maxLength: 6 });
const time = fc.oneof(fc.date({ noInvalidDate: true }), fc.constant(new Date("2026-03-01T01:30:00Z")));
const number = fc.oneof(fc.integer(), fc.double(), fc.bigInt({ min: 0n, max: 2n ** 70n }));

/** Values of a schema; at every place `mix` puts others among them. */
function valuesOf(
  schema: NormalizedSchema,
  mix: (right: fc.Arbitrary<unknown>) => fc.Arbitrary<unknown>,
  depth = 0,
): fc.Arbitrary<unknown> {
  const inner = (of: NormalizedSchema) => mix(valuesOf(of, mix, depth + 1));
  if (schema.isStructSchema()) {
    const members = depth < DEEPEST ? [...membersOf(schema)] : [];
    return fc.record(Object.fromEntries(members.map(([name, of]) => [name, inner(of)])), {
      requiredKeys: [],
    });
  }
  if (schema.isListSchema()) return fc.array(inner(itemOf(schema)), { maxLength: 3 });
  if (schema.isMapSchema()) return fc.dictionary(text, inner(itemOf(schema)), { maxKeys: 3 });
  if (schema.isBooleanSchema()) return fc.boolean();
  if (schema.isTimestampSchema()) return time;
  if (schema.isBlobSchema()) return fc.uint8Array({ maxLength: 4 });
  return schema.isStringSchema() ? text : number;
}

const nothing = fc.constantFrom(undefined, null);
const withGaps = (right: fc.Arbitrary<unknown>) => fc.oneof({ weight: 8, arbitrary: right }, nothing);
const wrong = fc.constantFrom(
  null,
  1,
  "text",
  true,
  new Date(0),
  [],
  {},
  { NoSuchMember: undefined },
  [null],
  new Uint8Array(1),
);
const withFlaws = (right: fc.Arbitrary<unknown>) => fc.oneof({ weight: 60, arbitrary: right }, wrong);

describe.each(protocols.awsQuery)("every answer of %s", (service) => {
  const operations = [...schemasOf(service).operations.values()].filter(
    ({ output }) => !output.isUnitSchema(),
  );

  test("is written as the SDK writes it", () => {
    for (const operation of operations) {
      fc.assert(
        fc.property(valuesOf(operation.output, withGaps), (value) => {
          expect(written(operation, value).text).toBe(reference(operation, value));
        }),
        RUNS,
      );
    }
  });

  test("is doubted exactly when something in it does not fit the model", () => {
    for (const operation of operations) {
      fc.assert(
        fc.property(valuesOf(operation.output, withFlaws), (value) => {
          expect(written(operation, value).doubted).toBe(misfits(operation.output, value).length > 0);
        }),
        RUNS,
      );
    }
  });
});

test("an answer that does not fit the model fails the run, and says what does not fit", async () => {
  const start = new Date("2026-03-01T01:30:00Z");
  const world = createWorld({ seed: 1, start, account: "111122223333", regions: ["us-east-1"] });
  const fleet = some("orders").map((instance) => ({ ...instance, Colour: "red" }));
  world.region("us-east-1").rds.loadFleet(fleet);
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  const body = "Action=DescribeDBInstances&Version=2014-10-31";
  await expect(sendRaw(world, { service: "rds", headers, body })).rejects.toThrow(
    "the simulated rds:DescribeDBInstances answers what AWS cannot: .DBInstances[0].Colour is not in the model",
  );
});
