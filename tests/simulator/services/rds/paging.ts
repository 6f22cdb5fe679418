import { AwsError } from "../../types.ts";

interface PageInput {
  readonly MaxRecords?: number;
  readonly Marker?: string;
}

/** A page of rows, and the marker of the next one while there is one. */
export interface Page<Row> {
  readonly rows: Row[];
  readonly marker?: string;
}

function readMarker(marker: string): string {
  const text = Buffer.from(marker, "base64url").toString("utf8");
  if (!text.startsWith("after:")) throw new AwsError("InvalidParameterValue", "Invalid value for Marker");
  return text.slice("after:".length);
}

/**
 * Cuts a page out of rows that are sorted by key. The marker holds the last key of the page, so a
 * row that vanishes between two pages neither repeats nor hides another. `cap` is the knob
 * `pageCap`: AWS may always answer with fewer rows than asked for.
 */
export function pageOf<Row>(
  rows: readonly Row[],
  keyOf: (row: Row) => string,
  input: PageInput,
  cap?: unknown,
): Page<Row> {
  const asked = input.MaxRecords ?? 100;
  if (!Number.isInteger(asked) || asked < 20 || asked > 100) {
    throw new AwsError(
      "InvalidParameterValue",
      `Invalid value ${asked} for MaxRecords. Must be between 20 and 100`,
    );
  }
  const size = typeof cap === "number" ? Math.min(asked, cap) : asked;
  const after = input.Marker ? readMarker(input.Marker) : undefined;
  const start = after === undefined ? 0 : rows.findIndex((row) => keyOf(row) > after);
  if (start < 0) return { rows: [] };
  const page = rows.slice(start, start + size);
  const last = page.at(-1);
  if (last === undefined || start + size >= rows.length) return { rows: page };
  return { rows: page, marker: Buffer.from(`after:${keyOf(last)}`).toString("base64url") };
}

/** Rows sorted by key, bytewise, the order in which the pages come. */
export function sortedBy<Row>(rows: Iterable<Row>, keyOf: (row: Row) => string): Row[] {
  const compare = (one: Row, other: Row) =>
    keyOf(one) < keyOf(other) ? -1 : keyOf(one) > keyOf(other) ? 1 : 0;
  return [...rows].sort(compare);
}
