import { expect, test } from "vitest";
import { queueOf, retrySeconds } from "../../shared/retry-soon.ts";

const own = "https://sqs.us-west-2.amazonaws.com/111122223333/rds-dr-dev-restore-instance";
const waits = `${own}-waits.fifo`;
const arn = "arn:aws:sqs:us-west-2:111122223333:rds-dr-dev-restore-instance";

test("a message that failed comes again in seconds, later from attempt to attempt, and for minutes in all", () => {
  const attempts = Array.from({ length: 9 }, (_, index) => retrySeconds(index + 1));
  expect(attempts.slice(0, 3)).toEqual([15, 30, 45]);
  expect(attempts.reduce((sum, seconds) => sum + seconds, 0)).toBe(675);
});

test("an attempt that nobody counted is the first", () => {
  expect(retrySeconds(0)).toBe(15);
});

test("a message goes back to the queue that it came from", () => {
  expect(queueOf({ eventSourceARN: arn }, { own, waits })).toBe(own);
  expect(queueOf({ eventSourceARN: `${arn}-waits.fifo` }, { own, waits })).toBe(waits);
});
