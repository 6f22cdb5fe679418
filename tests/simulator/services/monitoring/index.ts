/** CloudWatch of one region: metrics by the minute, and alarms that are evaluated only when something can change. */
import {
  AwsError,
  type Call,
  type CloudWatchService,
  NotSimulated,
  type ResourceProvider,
  type ResourceRequest,
  type Shape,
  type World,
} from "../../types.ts";
import { type Alarm, type Metric, type MetricId, makeAlarm, newMetric } from "./alarm.ts";
import { actionMessage, reasonDataOf, reasonOf, stateChangeEvent } from "./alarm-messages.ts";
import { type AlarmState, evaluate, nextChange } from "./evaluation.ts";
import type { Gauge, GaugeRegistry } from "./gauge.ts";
import { handleMonitoring, type Monitored } from "./operations.ts";
import { MINUTE, type Statistics } from "./series.ts";

/** CloudWatch with what tests look at. */
export interface SimulatedMonitoring extends CloudWatchService, GaugeRegistry {
  /** The alarms by name. */
  readonly alarms: ReadonlyMap<string, Alarm>;
  /** The state of an alarm; undefined when there is none of that name. */
  alarmState(name: string): AlarmState | undefined;
}

/** Makes CloudWatch of a region. */
export function createMonitoring(world: World, region: string): SimulatedMonitoring {
  return new Monitoring(world, region);
}

// Datapoints of a minute are complete shortly after it; alarms look then.
const EVALUATION_LAG = 5000;

interface Sampled {
  readonly metric: Metric;
  readonly value: () => number;
  changed: boolean;
}

class Monitoring implements SimulatedMonitoring, Monitored {
  readonly alarms = new Map<string, Alarm>();
  readonly #world: World;
  readonly #region: string;
  readonly #metrics = new Map<string, Metric>();
  readonly #active = new Set<Sampled>();
  #sampling = false;

  readonly resources: Readonly<Record<string, ResourceProvider>> = {
    "AWS::CloudWatch::Alarm": (request) => this.#addAlarm(request),
    "AWS::CloudWatch::CompositeAlarm": () => {
      throw new NotSimulated("AWS::CloudWatch::CompositeAlarm");
    },
  };

  constructor(world: World, region: string) {
    this.#world = world;
    this.#region = region;
  }

  get metrics(): readonly Metric[] {
    return [...this.#metrics.values()];
  }

  now(): number {
    return this.#world.clock.now();
  }

  alarmState(name: string): AlarmState | undefined {
    return this.alarms.get(name)?.state.value;
  }

  handle(call: Call): Shape {
    return handleMonitoring(this, call);
  }

  putMetric(
    namespace: string,
    name: string,
    dimensions: Readonly<Record<string, string>>,
    value: number,
  ): void {
    this.put({ namespace, name, dimensions }, this.now(), one(value));
  }

  find(id: MetricId): Metric | undefined {
    return this.#metrics.get(keyOf(id));
  }

  put(id: MetricId, at: number, values: Statistics): void {
    this.#record(this.#metric(id), at, values);
  }

  gauge(
    namespace: string,
    name: string,
    dimensions: Readonly<Record<string, string>>,
    value: () => number,
  ): Gauge {
    const sampled: Sampled = { metric: this.#metric({ namespace, name, dimensions }), value, changed: false };
    return {
      changed: () => {
        sampled.changed = true;
        this.#active.add(sampled);
        if (!this.#sampling) {
          this.#sampleNext();
        }
      },
    };
  }

  setState(alarm: Alarm, value: AlarmState, reason: string, reasonData: string | undefined): void {
    this.#turn(alarm, value, reason, reasonData);
    // A state that was set by hand lasts until the next evaluation.
    this.#arm(alarm, this.now() + MINUTE);
  }

  #turn(alarm: Alarm, value: AlarmState, reason: string, reasonData: string | undefined): void {
    const previous = alarm.state;
    alarm.state = { value, reason, reasonData, at: this.now() };
    if (previous.value === value) {
      return;
    }
    this.#world.journal.write(this.#region, "alarm", {
      name: alarm.name,
      from: previous.value,
      to: value,
      reason,
    });
    const region = this.#world.region(this.#region);
    region.events.emit(stateChangeEvent(this.#world, this.#region, alarm, previous));
    if (alarm.actionsEnabled) {
      const message = actionMessage(this.#world, this.#region, alarm, previous);
      for (const topic of alarm.actions[value]) {
        region.sns.publishAs({ principal: "cloudwatch.amazonaws.com", sourceArn: alarm.arn }, topic, message);
      }
    }
  }

  #metric(id: MetricId): Metric {
    const key = keyOf(id);
    let metric = this.#metrics.get(key);
    if (metric === undefined) {
      metric = newMetric(id);
      this.#metrics.set(key, metric);
    }
    return metric;
  }

  #record(metric: Metric, at: number, values: Statistics): void {
    const start = metric.series.add(at, values);
    for (const alarm of metric.alarms) {
      this.#arm(alarm, Math.max(start + MINUTE, floorMinute(this.now())));
    }
  }

  /** Samples the gauges that changed or are not zero at the end of the minute, into the minute that ends. */
  #sampleNext(): void {
    this.#sampling = true;
    this.#world.clock.at(floorMinute(this.now()) + MINUTE, "CloudWatch samples", () => {
      const minute = floorMinute(this.now()) - MINUTE;
      for (const sampled of this.#active) {
        const value = sampled.value();
        this.#record(sampled.metric, minute, one(value));
        if (value === 0 && !sampled.changed) {
          this.#active.delete(sampled);
        }
        sampled.changed = false;
      }
      this.#sampling = false;
      if (this.#active.size > 0) {
        this.#sampleNext();
      }
    });
  }

  #addAlarm(request: ResourceRequest) {
    const alarm = makeAlarm(this.#world, request, (id) => this.#metric(id));
    if (this.alarms.has(alarm.name)) {
      throw new AwsError("ResourceAlreadyExists", `The alarm ${alarm.name} already exists`);
    }
    this.alarms.set(alarm.name, alarm);
    alarm.metric.alarms.push(alarm);
    this.#arm(alarm, floorMinute(this.now()) + MINUTE);
    return { ref: alarm.name, attributes: { Arn: alarm.arn } };
  }

  /** Evaluates the alarm for the minute that ends at the instant, unless it is to be evaluated before that. */
  #arm(alarm: Alarm, end: number): void {
    const when = Math.max(floorMinute(end) + EVALUATION_LAG, this.now());
    if (alarm.pending !== undefined && alarm.pending.when <= when) {
      return;
    }
    alarm.pending?.timer.cancel();
    const timer = this.#world.clock.at(when, `alarm ${alarm.name}`, () => this.#evaluate(alarm));
    alarm.pending = { when, timer };
  }

  #evaluate(alarm: Alarm): void {
    alarm.pending = undefined;
    const { series } = alarm.metric;
    const end = floorMinute(this.now());
    const outcome = evaluate(alarm.condition, series, end, alarm.state.value);
    if (outcome.state !== alarm.state.value) {
      const reason = reasonOf(alarm, alarm.state.value, outcome);
      this.#turn(alarm, outcome.state, reason, reasonDataOf(alarm, outcome, this.now()));
    }
    // What has come in the running minute counts with its end; the evaluation that it asked for was this one.
    if (series.window(end, end + MINUTE) !== undefined) {
      this.#arm(alarm, end + MINUTE);
    }
    const next = nextChange(alarm.condition, series, end);
    if (next !== undefined) {
      this.#arm(alarm, next);
    }
  }
}

function one(value: number): Statistics {
  return { sum: value, count: 1, least: value, most: value };
}

function floorMinute(at: number): number {
  return Math.floor(at / MINUTE) * MINUTE;
}

function keyOf({ namespace, name, dimensions }: MetricId): string {
  const parts = Object.keys(dimensions)
    .sort()
    .map((key) => `${key}=${dimensions[key]}`);
  return [namespace, name, ...parts].join("\u0000");
}
