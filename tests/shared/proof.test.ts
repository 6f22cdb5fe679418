import { expect, test } from "vitest";
import { isProven, proveCopy } from "../../shared/proof.ts";
import { at, backup, copy, currentKey, otherKey, tags } from "./builders.ts";

test("an available copy under the current key with its backup's time, engine and size is proven", () => {
  expect(proveCopy(copy(), backup(), "dev", currentKey)).toEqual({ kind: "proven" });
});

test("a copy of another name is proven all the same, for its source counts", () => {
  expect(proveCopy(copy({ id: "x-r2" }), backup(), "dev", currentKey).kind).toBe("proven");
});

test.each([
  [
    "a copy of another environment",
    { tags: new Map([...tags("copy"), ["rds-dr:environment", "prod"]]) },
    "not-ours",
  ],
  ["a backup in the DR region", { tags: tags("backup") }, "not-ours"],
  ["a copy without tags", { tags: new Map() }, "not-ours"],
  ["a copy in creation", { status: "creating" }, "not-available"],
  ["a failed copy", { status: "failed" }, "not-available"],
  ["a copy under an older key of ours", { kmsKeyArn: otherKey }, "other-key"],
  ["a copy that is not encrypted", { encrypted: false, kmsKeyArn: undefined }, "other-key"],
  ["a copy that names no source", { sourceArn: undefined }, "no-source"],
])("%s proves nothing, even alone", (_, changes, because) => {
  expect(proveCopy(copy(changes), backup(), "dev", currentKey)).toEqual({ kind: "refused", because });
  expect(isProven(copy(changes), "dev", currentKey)).toBe(false);
});

test.each([
  ["of another snapshot", { sourceArn: backup({ id: "other" }).arn }, {}, "other-source"],
  ["of another instance", { instanceId: "billing" }, {}, "other-instance"],
  ["a millisecond older", { originalCreatedAt: new Date(at(5).getTime() - 1) }, {}, "other-original-time"],
  ["without an original time", { originalCreatedAt: undefined }, {}, "other-original-time"],
  [
    "without an original time on either side",
    { originalCreatedAt: undefined },
    { originalCreatedAt: undefined },
    "other-original-time",
  ],
  ["of another engine", { engine: "mysql" }, {}, "other-engine"],
  ["of another size", { gib: 499 }, {}, "other-size"],
])("a copy %s is proven alone but not for this backup", (_, copyChanges, backupChanges, because) => {
  expect(isProven(copy(copyChanges), "dev", currentKey)).toBe(true);
  expect(proveCopy(copy(copyChanges), backup(backupChanges), "dev", currentKey)).toEqual({
    kind: "refused",
    because,
  });
});
