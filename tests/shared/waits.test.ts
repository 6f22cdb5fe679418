import type { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { addMinutes } from "../../shared/clock.ts";
import { isOverdue, waitAgain } from "../../shared/waits.ts";
import { at } from "./builders.ts";

const body = {
  event: "backup-requested",
  id: "1",
  time: at(0).toISOString(),
  detail: { instanceId: "orders" },
};

/** What one wait puts on the queue. */
async function sent(options: { identity?: string; now?: Date; wait?: { since: Date; looks: number } } = {}) {
  const commands: SendMessageCommand[] = [];
  const sqs = { send: async (command: SendMessageCommand) => commands.push(command) };
  const { identity = "orders", now = at(0), wait } = options;
  const waiting = { message: { event: body.event, wait }, body, identity, deadline: at(1440) };
  await waitAgain(sqs as unknown as SQSClient, "https://queue", waiting, 600, now);
  return commands[0]!.input;
}

describe("a deadline", () => {
  test("is over at the very instant, not a millisecond before", () => {
    expect(isOverdue(at(10), new Date(at(10).getTime() - 1))).toBe(false);
    expect(isOverdue(at(10), at(10))).toBe(true);
  });

  test("that is absent never comes", () => {
    expect(isOverdue(undefined, at(1_000_000))).toBe(false);
  });
});

describe("a wait", () => {
  test("sends the message as it came, with the time since when it waits", async () => {
    expect(JSON.parse((await sent()).MessageBody!)).toEqual({
      ...body,
      wait: { since: at(0).toISOString(), deadline: at(1440).toISOString(), looks: 1 },
    });
  });

  test("keeps its beginning and counts its looks", async () => {
    const { MessageBody } = await sent({ now: at(20), wait: { since: at(0), looks: 2 } });
    expect(JSON.parse(MessageBody!).wait).toMatchObject({ since: at(0).toISOString(), looks: 3 });
  });

  test("that was doubled on the way is one wait again within a cell of the grid", async () => {
    const [first, second] = [await sent({ now: at(0) }), await sent({ now: at(9) })];
    expect(second.MessageDeduplicationId).toBe(first.MessageDeduplicationId);
  });

  test("is another one at the next look, so that it is not swallowed", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(10_000), fc.integer({ min: 0, max: 300 }), async (minute, late) => {
        const now = at(minute);
        const next = new Date(addMinutes(now, 10).getTime() + late * 1000);
        const [look, again] = [await sent({ now }), await sent({ now: next })];
        expect(again.MessageDeduplicationId).not.toBe(look.MessageDeduplicationId);
      }),
    );
  });

  test("for something else is another one", async () => {
    const [one, other] = [await sent(), await sent({ identity: "billing" })];
    expect(other.MessageDeduplicationId).not.toBe(one.MessageDeduplicationId);
    expect(other.MessageGroupId).not.toBe(one.MessageGroupId);
  });
});
