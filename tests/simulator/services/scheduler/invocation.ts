import { AwsError, NotSimulated, type QueueMessage, type Region, type World } from "../../types.ts";
import { isoSeconds } from "../events/delivery.ts";
import type { SimulatedSqs } from "../sqs/index.ts";
import { keyAdmitsRole } from "../sqs/policy.ts";
import type { Schedule } from "./schedule.ts";

/** One run of a schedule, with its attempts. */
interface Invocation {
  readonly schedule: Schedule;
  readonly scheduledAt: number;
  readonly executionId: string;
  readonly startedAt: number;
  attempts: number;
}

/** Judges a role's policies; set as the knob `authorizeRole`. False, or an AwsError, is a denial. */
export type RoleJudge = (roleArn: string, action: string, resource: string, region: Region) => unknown;

const FINAL = new Set([
  ...[
    "AccessDenied",
    "AccessDeniedException",
    "QueueDoesNotExist",
    "AWS.SimpleQueueService.NonExistentQueue",
  ],
]);

/** Runs schedules that are due: sends to the queue as the schedule's role, again if need be. */
export class Invoker {
  readonly #world: World;
  readonly #region: () => Region;

  constructor(world: World, region: () => Region) {
    this.#world = world;
    this.#region = region;
  }

  /** Starts a run. */
  start(schedule: Schedule, scheduledAt: number): void {
    const executionId = this.#world
      .uuid("execution", schedule.arn, scheduledAt)
      .replaceAll("-", "")
      .slice(0, 16);
    const startedAt = this.#world.clock.now();
    this.#attempt({ schedule, scheduledAt, executionId, startedAt, attempts: 0 });
  }

  #attempt(invocation: Invocation): void {
    const { schedule } = invocation;
    invocation.attempts += 1;
    this.#count(schedule, "InvocationAttemptCount");
    try {
      if (this.#region().lost) {
        throw new AwsError("ServiceUnavailable", `${this.#region().name} is lost`, 503);
      }
      const { groupId } = schedule.target;
      this.#send(schedule, schedule.target.arn, {
        body: resolve(invocation),
        ...(groupId === undefined ? {} : { groupId, deduplicationId: invocation.executionId }),
      });
    } catch (error) {
      if (!(error instanceof AwsError)) {
        throw error;
      }
      this.#count(schedule, "TargetErrorCount");
      this.#failed(invocation, error);
    }
  }

  #send({ target }: Schedule, queueArn: string, message: QueueMessage): void {
    const region = this.#region();
    const judge = this.#world.knobs["authorizeRole"];
    if (
      typeof judge === "function" &&
      (judge as RoleJudge)(target.roleArn, "sqs:SendMessage", queueArn, region) === false
    ) {
      const text = `${target.roleArn} is not authorized to perform: sqs:SendMessage on resource: ${queueArn}`;
      throw new AwsError("AccessDeniedException", text, 403);
    }
    const sqs: Partial<SimulatedSqs> = region.sqs;
    const kmsKey = sqs.attributes?.(queueArn)?.kmsKey;
    if (kmsKey !== undefined && !keyAdmitsRole(this.#world, region, kmsKey, target.roleArn)) {
      const text = `The key ${kmsKey} of ${queueArn} is not usable by ${target.roleArn}`;
      throw new AwsError("AccessDeniedException", text, 403);
    }
    if (sqs.deliver === undefined) {
      throw new NotSimulated("a queue service that delivers for roles");
    }
    sqs.deliver(target.roleArn, queueArn, message);
  }

  #failed(invocation: Invocation, error: AwsError): void {
    const { schedule, startedAt, attempts, executionId } = invocation;
    const { retryAttemptsMax, ageMaxSeconds } = schedule.target;
    if (FINAL.has(error.code)) {
      this.#giveUp(invocation, error, undefined);
      return;
    }
    if (attempts > retryAttemptsMax) {
      this.#giveUp(invocation, error, "MaximumRetryAttempts");
      return;
    }
    const jitter = 0.5 + this.#world.random("schedule-retry", schedule.arn, executionId, attempts);
    const pause = Math.min(1000 * 2 ** attempts, 450_000) * jitter;
    const deadline = startedAt + ageMaxSeconds * 1000;
    if (this.#world.clock.now() + pause > deadline) {
      const end = () => this.#giveUp(invocation, error, "MaximumEventAgeInSeconds");
      this.#world.clock.at(deadline, `${schedule.name} given up`, end);
      return;
    }
    this.#world.clock.after(pause, `${schedule.name} again`, () => this.#attempt(invocation));
  }

  #giveUp(invocation: Invocation, error: AwsError, exhausted: string | undefined): void {
    const { schedule, scheduledAt, executionId, attempts } = invocation;
    const { deadLetterArn } = schedule.target;
    const lost = (because: string) => {
      this.#count(schedule, "InvocationDroppedCount");
      this.#world.journal.write(this.#region().name, "undelivered", {
        ...{ because, schedule: schedule.name, target: schedule.target.arn, error: error.code },
        ...{ message: error.message, scheduledTime: isoSeconds(scheduledAt) },
      });
    };
    if (deadLetterArn === undefined) {
      lost("no-dead-letter-queue");
      return;
    }
    try {
      this.#send(schedule, deadLetterArn, {
        body: resolve(invocation),
        attributes: {
          ...{ SCHEDULE_ARN: schedule.arn, TARGET_ARN: schedule.target.arn, EXECUTION_ID: executionId },
          ...{ SCHEDULED_TIME: isoSeconds(scheduledAt), RETRY_ATTEMPTS: String(attempts - 1) },
          ...{ ERROR_CODE: error.code, ERROR_MESSAGE: error.message, IS_PAYLOAD_TRUNCATED: "false" },
          ...(exhausted === undefined ? {} : { EXHAUSTED_RETRY_CONDITION: exhausted }),
        },
      });
      this.#count(schedule, "InvocationsSentToDeadLetterCount");
      this.#world.journal.write(this.#region().name, "dead-letter", {
        ...{ queue: deadLetterArn, schedule: schedule.name, because: error.code },
      });
    } catch (refusal) {
      if (!(refusal instanceof AwsError)) {
        throw refusal;
      }
      this.#count(schedule, `InvocationsFailedToBeSentToDeadLetterCount`);
      lost(`dead-letters-refuse: ${refusal.message}`);
    }
  }

  #count({ group }: Schedule, metric: string): void {
    this.#region().monitoring.putMetric("AWS/Scheduler", metric, { ScheduleGroup: group }, 1);
  }
}

/** Puts the context attributes into the input; they stand within quotes there, so plain text is right. */
function resolve({ schedule, scheduledAt, executionId, attempts }: Invocation): string {
  const values: Readonly<Record<string, string>> = {
    "schedule-arn": schedule.arn,
    "scheduled-time": isoSeconds(scheduledAt),
    "execution-id": executionId,
    "attempt-number": String(attempts),
  };
  return schedule.target.input.replaceAll(
    /<aws\.scheduler\.([a-z-]+)>/g,
    (whole, name: string) => values[name] ?? whole,
  );
}
