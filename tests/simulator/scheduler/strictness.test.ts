import { describe, expect, test } from "vitest";
import { queueArn, testWorld } from "../events/support.ts";
import { AwsError, type Shape } from "../types.ts";

/** A daily schedule whose queue never takes anything; what became of its first run after a day and a bit. */
function failing(RetryPolicy?: Shape) {
  const aws = testWorld();
  aws.make("AWS::SQS::Queue", { QueueName: "jobs" });
  aws.make("AWS::SQS::Queue", { QueueName: "jobs-dead-letters" });
  aws.make("AWS::Scheduler::Schedule", {
    ...{ Name: "plan", ScheduleExpression: "at(2026-03-01T02:10:00)", FlexibleTimeWindow: { Mode: "OFF" } },
    Target: {
      ...{ Arn: queueArn("jobs"), RoleArn: "arn:aws:iam::123456789012:role/scheduler", Input: "{}" },
      DeadLetterConfig: { Arn: queueArn("jobs-dead-letters") },
      ...(RetryPolicy === undefined ? {} : { RetryPolicy }),
    },
  });
  const { sqs } = aws.region;
  const deliver = sqs.deliver.bind(sqs);
  const attempts: number[] = [];
  sqs.deliver = (sender, queue, message) => {
    if (queue !== queueArn("jobs")) return deliver(sender, queue, message);
    attempts.push(aws.clock.now());
    throw new AwsError("InternalError", "try again", 500);
  };
  aws.clock.advance(86_400 + 1000);
  const [letter] = sqs.messages(queueArn("jobs-dead-letters"));
  const text = (name: string) => letter?.attributes[name]?.StringValue;
  return { attempts, letter, text };
}

describe("a run that cannot be delivered", () => {
  test("is tried for a day and at most 185 times again", () => {
    const { attempts, letter, text } = failing();
    expect(attempts.length).toBeGreaterThan(150);
    expect(attempts.length).toBeLessThanOrEqual(186);
    expect((letter?.sentAt ?? 0) - (attempts[0] ?? 0)).toBeLessThanOrEqual(86_400_000);
    expect(text("RETRY_ATTEMPTS")).toBe(String(attempts.length - 1));
  });

  test("is given up at its age, with the reason in its dead letter", () => {
    const { attempts, letter, text } = failing({ MaximumEventAgeInSeconds: 60 });
    expect((letter?.sentAt ?? 0) - (attempts[0] ?? 0)).toBe(60_000);
    expect(text("EXHAUSTED_RETRY_CONDITION")).toBe("MaximumEventAgeInSeconds");
    expect(text("ERROR_CODE")).toBe("InternalError");
    expect(text("SCHEDULED_TIME")).toBe("2026-03-01T02:10:00Z");
    expect(text("TARGET_ARN")).toBe(queueArn("jobs"));
  });

  test("is not tried again where its policy says so", () => {
    const { attempts, text } = failing({ MaximumRetryAttempts: 0 });
    expect(attempts).toHaveLength(1);
    expect(text("EXHAUSTED_RETRY_CONDITION")).toBe("MaximumRetryAttempts");
    expect(text("RETRY_ATTEMPTS")).toBe("0");
  });

  test("waits longer from one attempt to the next", () => {
    const { attempts } = failing({ MaximumRetryAttempts: 8 });
    const pauses = attempts.slice(1).map((at, index) => at - (attempts[index] ?? 0));
    expect(pauses).toHaveLength(8);
    expect(pauses.at(-1)).toBeGreaterThan(20 * (pauses[0] ?? 0));
  });
});
