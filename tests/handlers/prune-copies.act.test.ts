import { expect, test } from "vitest";
import { newAccount, refusalAlerts } from "../../handlers/prune-copies/act.ts";

test("what AWS refuses for good in a run is one alert that names each", () => {
  const account = newAccount();
  expect(refusalAlerts(account)).toEqual([]);
  account.troubles.push(
    "cannot delete-copy 'a': AccessDenied: no",
    "cannot delete-copy 'b': AccessDenied: no",
  );
  expect(refusalAlerts(account)).toMatchObject([
    {
      type: "alert",
      detail: {
        kind: "pruning-refused",
        subject: "AWS refuses 2 changes that pruning needs",
        message: expect.stringContaining("'a': AccessDenied: no\ncannot delete-copy 'b'"),
      },
    },
  ]);
});
