/** EventBridge Scheduler of one region: schedules that send to queues under a role of their own. */
import {
  AwsError,
  type Call,
  NotSimulated,
  type ResourceProvider,
  type ResourceRequest,
  type Service,
  type Shape,
  type World,
} from "../../types.ts";
import { arnOf, onlyKnown, physicalName, required, shapeOf, text } from "../events/properties.ts";
import { pageAt } from "../paging.ts";
import { nextDue } from "./expression.ts";
import { Invoker } from "./invocation.ts";
import { makeSchedule, type Schedule } from "./schedule.ts";

/** Scheduler with what tests look at. */
export interface SimulatedScheduler extends Service {
  /** All schedules, in the order made. */
  schedules(): readonly Schedule[];
  /** When a schedule is due next, by name; undefined when never. */
  nextRun(name: string): number | undefined;
}

/** Makes Scheduler of a region, with its default group. */
export function createScheduler(world: World, region: string): SimulatedScheduler {
  return new Scheduler(world, region);
}

/** "EventBridge Scheduler invokes your target within 60 seconds": minute precision. */
const PRECISION_SECONDS = 59;

class Scheduler implements SimulatedScheduler {
  readonly #world: World;
  readonly #region: string;
  readonly #invoker: Invoker;
  readonly #groups = new Map<string, number>();
  readonly #schedules: Schedule[] = [];

  readonly resources: Readonly<Record<string, ResourceProvider>> = {
    "AWS::Scheduler::Schedule": (request) => this.#addSchedule(request),
    "AWS::Scheduler::ScheduleGroup": (request) => this.#addGroup(request),
  };

  constructor(world: World, region: string) {
    this.#world = world;
    this.#region = region;
    this.#invoker = new Invoker(world, () => world.region(region));
    this.#groups.set("default", world.clock.now());
  }

  schedules(): readonly Schedule[] {
    return this.#schedules;
  }

  nextRun(name: string): number | undefined {
    const schedule = this.#schedules.find((each) => each.name === name);
    return schedule === undefined ? undefined : this.#due(schedule, this.#world.clock.now());
  }

  handle(call: Call): Shape {
    switch (call.operation) {
      case "ListSchedules":
        return this.#listSchedules(call.input);
      case "GetSchedule":
        return this.#getSchedule(call.input);
      case "ListScheduleGroups":
        return this.#listGroups(call.input);
      default:
        throw new NotSimulated(`scheduler:${call.operation}`);
    }
  }

  #due(schedule: Schedule, from: number): number | undefined {
    const { expression, startAt, endAt, createdAt } = schedule;
    if (!schedule.enabled) {
      return undefined;
    }
    // StartDate and EndDate are ignored for one-time schedules.
    const bounded = expression.kind !== "at";
    const start = bounded ? Math.max(startAt ?? createdAt, createdAt) : createdAt;
    const isLate =
      expression.kind === "rate" && this.#world.knobs["rateScheduleStarts"] === "after-one-period";
    const first = (startAt ?? createdAt) + (isLate ? expression.milliseconds : 0);
    const due = nextDue(expression, Math.max(from, start), first);
    return due !== undefined && bounded && endAt !== undefined && due > endAt ? undefined : due;
  }

  #arm(schedule: Schedule, from: number): void {
    const due = this.#due(schedule, from);
    if (due === undefined) {
      return;
    }
    this.#world.clock.at(due, `${schedule.name} is due`, () => {
      this.#run(schedule, due);
      // A region that was lost does not catch up: the next time counts from now.
      this.#arm(schedule, Math.max(due + 1, this.#world.clock.now() - 60_000));
    });
  }

  #run(schedule: Schedule, due: number): void {
    if (this.#world.region(this.#region).lost || this.#world.clock.now() - due > 60_000) {
      this.#world.journal.write(this.#region, "undelivered", {
        ...{ because: "region-lost", schedule: schedule.name, scheduledTime: new Date(due).toISOString() },
      });
      return;
    }
    const knob = this.#world.knobs["schedulerPrecisionSeconds"];
    const precision = typeof knob === "number" ? knob : PRECISION_SECONDS;
    const seconds = precision + schedule.windowMinutes * 60;
    const delay = Math.floor(this.#world.random("schedule", schedule.arn, due) * seconds * 1000);
    this.#world.clock.after(delay, `${schedule.name} runs`, () => {
      this.#invoker.start(schedule, due);
      if (schedule.expression.kind === "at" && schedule.deleteAfterCompletion) {
        this.#schedules.splice(this.#schedules.indexOf(schedule), 1);
      }
    });
  }

  #addSchedule(request: ResourceRequest) {
    const schedule = makeSchedule(this.#world, request);
    if (!this.#groups.has(schedule.group)) {
      throw notFound(`Schedule group ${schedule.group} does not exist.`);
    }
    if (this.#schedules.some(({ arn }) => arn === schedule.arn)) {
      throw new AwsError("ConflictException", `Schedule ${schedule.name} already exists.`, 409);
    }
    // The knob is the simulated IAM's answer to "does this role trust that service?".
    const trusts = this.#world.knobs["roleTrusts"];
    const { roleArn } = schedule.target;
    if (typeof trusts === "function" && (trusts as RoleTrust)(roleArn, "scheduler.amazonaws.com") === false) {
      const text = "The execution role you provide must allow AWS EventBridge Scheduler to assume the role.";
      throw new AwsError("ValidationException", text);
    }
    this.#schedules.push(schedule);
    this.#arm(schedule, this.#world.clock.now());
    return { ref: schedule.name, attributes: { Arn: schedule.arn } };
  }

  #addGroup(request: ResourceRequest) {
    onlyKnown("AWS::Scheduler::ScheduleGroup", request.properties, ["Name", "Tags"]);
    const name = text(request.properties, "Name") ?? physicalName(this.#world, request, 64);
    if (this.#groups.has(name)) {
      throw new AwsError("ConflictException", `Schedule group ${name} already exists.`, 409);
    }
    const at = this.#world.clock.now();
    this.#groups.set(name, at);
    const { Arn, State } = this.#describeGroup(name, at);
    const time = new Date(at).toISOString();
    return { ref: name, attributes: { Arn, State, CreationDate: time, LastModificationDate: time } };
  }

  #describeGroup(name: string, at: number): Shape {
    const made = new Date(at);
    const arn = arnOf(this.#world, "scheduler", this.#region, `schedule-group/${name}`);
    return { Arn: arn, Name: name, State: "ACTIVE", CreationDate: made, LastModificationDate: made };
  }

  #listGroups(input: Shape): Shape {
    const prefix = text(input, "NamePrefix") ?? "";
    const found = [...this.#groups].filter(([name]) => name.startsWith(prefix));
    const { rows, ...next } = page(found, input);
    return { ScheduleGroups: rows.map(([name, at]) => this.#describeGroup(name, at)), ...next };
  }

  #listSchedules(input: Shape): Shape {
    const wanted = text(input, "GroupName");
    if (wanted !== undefined && !this.#groups.has(wanted)) {
      throw notFound(`Schedule group ${wanted} does not exist.`);
    }
    const prefix = text(input, "NamePrefix") ?? "";
    const state = text(input, "State");
    const found = this.#schedules
      .filter(({ group }) => (wanted ?? group) === group)
      .filter(
        ({ name, enabled }) => name.startsWith(prefix) && (state ?? stateOf(enabled)) === stateOf(enabled),
      );
    const { rows, ...next } = page(found, input);
    const Schedules = rows.map(({ name, group, arn, enabled, createdAt, target }) => ({
      ...{ Arn: arn, Name: name, GroupName: group, State: stateOf(enabled), Target: { Arn: target.arn } },
      ...{ CreationDate: new Date(createdAt), LastModificationDate: new Date(createdAt) },
    }));
    return { Schedules, ...next };
  }

  #getSchedule(input: Shape): Shape {
    const name = required(input, "Name");
    const group = text(input, "GroupName") ?? "default";
    const found = this.#schedules.find((each) => each.name === name && each.group === group);
    if (found === undefined) {
      throw notFound(`Schedule ${name} does not exist.`);
    }
    const { declared, enabled, createdAt, target } = found;
    const dates = Object.fromEntries(
      ["StartDate", "EndDate"].flatMap((each) => {
        const value = text(declared, each);
        return value === undefined ? [] : [[each, new Date(value)]];
      }),
    );
    return {
      ...declared,
      ...dates,
      ...{ Arn: found.arn, GroupName: group, State: stateOf(enabled) },
      ScheduleExpressionTimezone: text(declared, "ScheduleExpressionTimezone") ?? "UTC",
      ActionAfterCompletion: text(declared, "ActionAfterCompletion") ?? "NONE",
      ...{ CreationDate: new Date(createdAt), LastModificationDate: new Date(createdAt) },
      Target: {
        ...shapeOf(declared["Target"]),
        RetryPolicy: {
          ...{
            MaximumRetryAttempts: target.retryAttemptsMax,
            MaximumEventAgeInSeconds: target.ageMaxSeconds,
          },
        },
      },
    };
  }
}

/** Whether a role's trust policy lets a service assume it; set as the knob `roleTrusts`. */
export type RoleTrust = (roleArn: string, service: string) => boolean;

function page<Row>(rows: readonly Row[], input: Shape) {
  const limit = typeof input["MaxResults"] === "number" ? input["MaxResults"] : 100;
  const refuse = () => new AwsError("ValidationException", "Invalid NextToken.");
  const cut = pageAt(rows, { token: text(input, "NextToken"), limit }, refuse);
  return { rows: cut.rows, ...(cut.next === undefined ? {} : { NextToken: cut.next }) };
}

function stateOf(enabled: boolean): string {
  return enabled ? "ENABLED" : "DISABLED";
}

function notFound(message: string): AwsError {
  return new AwsError("ResourceNotFoundException", message, 404);
}
