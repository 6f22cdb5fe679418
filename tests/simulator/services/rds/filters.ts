import type { Filter } from "@aws-sdk/client-rds";
import { AwsError } from "../../types.ts";

/** For each filter name that an operation knows: the values of a row that the filter looks at. */
export type FilterTable<Row> = Readonly<Record<string, (row: Row) => readonly (string | undefined)[]>>;

/** Whether a row passes all filters of a call; each filter passes when one of its values matches. */
export function passes<Row>(
  table: FilterTable<Row>,
  filters: readonly Filter[] | undefined,
): (row: Row) => boolean {
  const tests = (filters ?? []).map((filter) => {
    const name = filter.Name ?? "";
    const valuesOf = Object.hasOwn(table, name) ? table[name] : undefined;
    if (!valuesOf) throw new AwsError("InvalidParameterValue", `Unrecognized filter name: ${name}`);
    if (!filter.Values?.length) {
      throw new AwsError("InvalidParameterValue", `Filter ${name} must have at least one value`);
    }
    const wanted = new Set(filter.Values);
    return (row: Row) => valuesOf(row).some((value) => value !== undefined && wanted.has(value));
  });
  return (row) => tests.every((test) => test(row));
}
