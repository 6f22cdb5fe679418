import type { AwsError } from "../types.ts";

/** A page of rows by position, and the token of the next one while there is one. */
export interface PositionPage<Row> {
  readonly rows: readonly Row[];
  readonly next?: string;
}

const PREFIX = "from:";

/**
 * Cuts a page out of rows. The token is opaque, as AWS's are; one that is none is refused with what `refuse` says.
 * Behind the last row, which may be gone since, a page is empty.
 */
export function pageAt<Row>(
  rows: readonly Row[],
  asked: { readonly token: string | undefined; readonly limit: number },
  refuse: () => AwsError,
): PositionPage<Row> {
  const from = asked.token === undefined ? 0 : positionOf(asked.token);
  if (from === undefined) throw refuse();
  const to = from + asked.limit;
  const page = { rows: rows.slice(from, to) };
  return to < rows.length ? { ...page, next: tokenOf(to) } : page;
}

function tokenOf(position: number): string {
  return Buffer.from(`${PREFIX}${position}`).toString("base64url");
}

function positionOf(token: string): number | undefined {
  const [, digits] = /^from:([1-9]\d*)$/.exec(Buffer.from(token, "base64url").toString("utf8")) ?? [];
  const position = Number(digits);
  return digits === undefined || tokenOf(position) !== token ? undefined : position;
}
