import type { KMSClient } from "@aws-sdk/client-kms";
import { expect, test } from "vitest";
import { keysOfCopies } from "../../shared/rds/keys.ts";
import { account, copy, currentKey, otherKey } from "./builders.ts";

const copies = [copy(), copy({ id: "old", kmsKeyArn: otherKey })];

/** A KMS that knows the current key and refuses to speak of any other. */
function kmsRefusing(name: string): KMSClient {
  const send = async ({ input: { KeyId } }: { input: { KeyId: string } }) => {
    if (KeyId !== currentKey) throw Object.assign(new Error("no"), { name });
    return { KeyMetadata: { Arn: KeyId, KeyState: "Enabled" } };
  };
  return { send } as unknown as KMSClient;
}

const look = (kms: KMSClient, warned: unknown[] = []) =>
  keysOfCopies(kms, copies, "us-west-2", account, { warn: (...said) => warned.push(said) });

test("a key that AWS refuses to speak of is untold, and the others are looked at", async () => {
  const warned: unknown[] = [];
  const keys = await look(kmsRefusing("AccessDeniedException"), warned);
  expect(keys).toEqual({ enabled: new Set([currentKey]), untold: new Set([otherKey]) });
  expect(warned).toHaveLength(1);
});

test("a key that has been looked at already is not looked at again", async () => {
  const known = { arn: otherKey, enabled: true, state: "Enabled" };
  const log = { warn: () => {} };
  const kms = kmsRefusing("AccessDeniedException");
  expect(await keysOfCopies(kms, copies, "us-west-2", account, log, known)).toEqual({
    enabled: new Set([otherKey, currentKey]),
    untold: new Set(),
  });
  expect(await keysOfCopies(kms, copies, "us-west-2", account, log, { ...known, enabled: false })).toEqual({
    enabled: new Set([currentKey]),
    untold: new Set(),
  });
});

test("a key that is gone is not enabled, and known not to be", async () => {
  expect(await look(kmsRefusing("NotFoundException"))).toEqual({
    enabled: new Set([currentKey]),
    untold: new Set(),
  });
});

test("what may be told when asked again is asked again", async () => {
  await expect(look(kmsRefusing("ThrottlingException"))).rejects.toThrow("no");
});
