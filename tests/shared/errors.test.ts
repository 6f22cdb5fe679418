import {
  DBInstanceNotFoundFault,
  DBSnapshotAlreadyExistsFault,
  DBSnapshotNotFoundFault,
  InvalidDBInstanceStateFault,
  InvalidDBSnapshotStateFault,
  KMSKeyNotAccessibleFault,
  SnapshotQuotaExceededFault,
} from "@aws-sdk/client-rds";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { errorCode, meaningOf, PermanentError, RetryableError, raise } from "../../shared/errors.ts";

const named = (name: string, code?: string) => Object.assign(new Error("text"), { name }, code && { code });
const given = { $metadata: {}, message: "text" };

describe("what an AWS error means", () => {
  test.each([
    [new DBSnapshotAlreadyExistsFault(given), "exists"],
    [new DBSnapshotNotFoundFault(given), "gone"],
    [new DBInstanceNotFoundFault(given), "gone"],
    [new InvalidDBInstanceStateFault(given), "busy"],
    [new InvalidDBSnapshotStateFault(given), "busy"],
    [new SnapshotQuotaExceededFault(given), "no-room"],
    [new KMSKeyNotAccessibleFault(given), "permanent"],
  ])("%s of the SDK is %s", (error, meaning) => {
    expect(meaningOf(error)).toBe(meaning);
  });

  test.each([
    ["DBSnapshotAlreadyExists", "exists"],
    ["DBSnapshotAlreadyExistsFault", "exists"],
    ["Throttling", "retryable"],
    ["InvalidParameterValue", "permanent"],
    ["TimeoutError", "unreachable"],
    ["SomethingNew", "retryable"],
  ])("%s by name is %s", (name, meaning) => {
    expect(meaningOf(named(name))).toBe(meaning);
  });

  test("a refused connection is unreachable, alone or for each address of a name", () => {
    expect(meaningOf(named("Error", "ECONNREFUSED"))).toBe("unreachable");
    expect(meaningOf(named("AggregateError", "ECONNREFUSED"))).toBe("unreachable");
  });

  test("the spelling with Fault means the same as the one without", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Z][a-z]{1,20}$/), (name) => {
        expect(meaningOf(named(`${name}Fault`))).toBe(meaningOf(named(name)));
      }),
    );
  });

  test("everything that can be thrown has a meaning", () => {
    fc.assert(
      fc.property(fc.anything(), (thrown) => {
        expect(meaningOf(thrown)).toBe("retryable");
      }),
    );
    expect(errorCode("text")).toBe("Unknown");
  });
});

describe("raising", () => {
  test("an error of AWS that retrying cannot help is permanent, with AWS's words and cause", () => {
    const cause = named("InvalidParameterValue");
    expect(() => raise("copy 'x'", cause)).toThrow(
      new PermanentError("cannot copy 'x': InvalidParameterValue: text", { cause }),
    );
  });

  test.each(["Throttling", "SomethingNew", "TimeoutError", "InvalidDBInstanceState"])(
    "%s is retryable",
    (name) => {
      expect(() => raise("copy 'x'", named(name))).toThrow(RetryableError);
    },
  );

  test("an error of ours stays as it is", () => {
    const ours = new PermanentError("cannot", { instances: ["orders"] });
    expect(() => raise("copy 'x'", ours)).toThrow(ours);
    expect(ours.instances).toEqual(["orders"]);
  });
});
