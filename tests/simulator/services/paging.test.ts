import { describe, expect, test } from "vitest";
import { AwsError } from "../types.ts";
import { pageAt } from "./paging.ts";

const rows = ["a", "b", "c", "d", "e"];
const refuse = () => new AwsError("InvalidToken", "no token");
const at = (token: string | undefined, limit = 2) => pageAt(rows, { token, limit }, refuse);

describe("a listing by position", () => {
  test("comes page by page, the last one without a token", () => {
    const first = at(undefined);
    const second = at(first.next);
    const last = at(second.next);
    expect([first.rows, second.rows, last.rows]).toEqual([["a", "b"], ["c", "d"], ["e"]]);
    expect(last.next).toBeUndefined();
    expect(at(undefined, 5).next).toBeUndefined();
  });

  test.each(["zz", "", "2", "0", Buffer.from("from:0").toString("base64url")])(
    "refuses the token %j, which it never gave out",
    (token) => {
      expect(() => at(token)).toThrow("no token");
    },
  );

  test("is empty behind the last row", () => {
    const { next } = at(undefined, 4);
    expect(pageAt(["a"], { token: next, limit: 2 }, refuse)).toEqual({ rows: [] });
  });
});
