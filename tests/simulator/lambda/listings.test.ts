import { expect, test } from "vitest";
import type { Call, Shape } from "../types.ts";
import { handleLambda } from "./api.ts";
import type { FunctionRecord } from "./functions.ts";
import type { MappingRecord } from "./mapping.ts";

/** Lambda with so many functions and mappings, of which only the names matter. */
function lambdaWith(count: number) {
  const names = Array.from({ length: count }, (_, index) => `f${index}`);
  const functions = new Map(
    names.map((name) => [name, { name, createdAt: 0, environment: {} } as FunctionRecord]),
  );
  const mappings = names.map((id) => ({ id, record: functions.get(id) }) as MappingRecord);
  const state = { functions, mappings, run: () => Promise.reject(new Error("nothing runs here")) };
  return (operation: string, input: Shape) => handleLambda(state, { operation, input } as Call) as Shape;
}

test.each([
  ["ListFunctions", "Functions", 50],
  ["ListEventSourceMappings", "EventSourceMappings", 100],
])("%s answers a page of at most %3$i, whatever MaxItems says", (operation, list, most) => {
  const call = lambdaWith(most + 1);
  const first = call(operation, { MaxItems: 10_000 });
  expect(first[list]).toHaveLength(most);
  const rest = call(operation, { Marker: first["NextMarker"] });
  expect(rest[list]).toHaveLength(1);
  expect(rest).not.toHaveProperty("NextMarker");
  expect(call(operation, { MaxItems: 7 })[list]).toHaveLength(7);
});
