import type { SQSClient } from "@aws-sdk/client-sqs";
import { expect, test } from "vitest";
import { withRequestTime } from "../../handlers/copy-backup/decide.ts";
import { takeAll } from "../../handlers/copy-backup/parked.ts";
import { at } from "../shared/builders.ts";

const log = { info() {}, warn() {}, error() {} };

/** An SQS that has so many messages and counts how often it is asked. */
function queueOf(count: number) {
  const asked: number[] = [];
  const body = {
    ...{ backupId: "b", backupArn: "arn", instanceId: "orders" },
    ...{ takenAt: at(0).toISOString(), parkedAt: at(1).toISOString() },
  };
  const send = async () => {
    const size = Math.min(10, count - 10 * asked.length);
    asked.push(size);
    return {
      Messages: Array.from({ length: size }, () => ({ Body: JSON.stringify(body), ReceiptHandle: "r" })),
    };
  };
  return { asked, sqs: { send } as unknown as SQSClient };
}

test.each([
  ["nothing", 0, 1],
  ["a few", 9, 1],
  ["a full batch", 10, 2],
  ["a hundred", 100, 10],
  ["more than are looked at", 120, 10],
])("of a parking queue with %s no more is received than is there", async (_, count, receives) => {
  const { asked, sqs } = queueOf(count);
  expect(await takeAll(sqs, "url", log)).toHaveLength(Math.min(count, 100));
  expect(asked).toHaveLength(receives);
});

test("a copy carries its own request behind that of its backup, in the same tag", () => {
  const tags = [
    ["rds-dr:kind", "copy"],
    ["rds-dr:requested-at", at(0).toISOString()],
  ] as const;
  expect(withRequestTime(tags, at(90))).toEqual([
    ["rds-dr:kind", "copy"],
    ["rds-dr:requested-at", `${at(0).toISOString()} ${at(90).toISOString()}`],
  ]);
});
