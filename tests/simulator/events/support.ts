import { createHash } from "node:crypto";
import { createKnobs } from "../knobs.ts";
import { createEvents, type SimulatedEvents } from "../services/events/index.ts";
import { createLogs, type SimulatedLogs } from "../services/logs/index.ts";
import { createMonitoring, type SimulatedMonitoring } from "../services/monitoring/index.ts";
import { createScheduler, type SimulatedScheduler } from "../services/scheduler/index.ts";
import { createSns, type SimulatedSns } from "../services/sns/index.ts";
import { createSqs, type SimulatedSqs } from "../services/sqs/index.ts";
import {
  AwsError,
  type Call,
  type Clock,
  type CreatedResource,
  type JournalEntry,
  type KmsKey,
  NotSimulated,
  type Region,
  type Service,
  type ServiceName,
  type Shape,
  type Timer,
  type World,
} from "../types.ts";

/** A clock for tests: timers run inside `advance`, in the order due, then in the order set. */
export class TestClock implements Clock {
  #now = Date.parse("2026-03-01T02:00:00Z");
  #timers: { when: number; order: number; run: () => void }[] = [];
  #order = 0;
  /** How many timers have run, to bound the cost of something. */
  ran = 0;

  now(): number {
    return this.#now;
  }

  at(when: number, _what: string, run: () => void): Timer {
    const timer = { when: Math.max(when, this.#now), order: ++this.#order, run };
    this.#timers.push(timer);
    return {
      cancel: () => {
        this.#timers = this.#timers.filter((each) => each !== timer);
      },
    };
  }

  after(milliseconds: number, what: string, run: () => void): Timer {
    return this.at(this.#now + milliseconds, what, run);
  }

  /** Runs everything due in the next seconds. */
  advance(seconds: number): void {
    const until = this.#now + seconds * 1000;
    for (;;) {
      const due = this.#timers.filter(({ when }) => when <= until);
      due.sort((a, b) => a.when - b.when || a.order - b.order);
      const [next] = due;
      if (next === undefined) {
        this.#now = until;
        return;
      }
      this.#timers = this.#timers.filter((each) => each !== next);
      this.#now = next.when;
      this.ran += 1;
      next.run();
    }
  }
}

/** A region whose services are the simulated ones as far as they are under test here. */
export interface TestRegion extends Region {
  readonly events: SimulatedEvents;
  readonly scheduler: SimulatedScheduler;
  readonly sqs: SimulatedSqs;
  readonly sns: SimulatedSns;
  readonly monitoring: SimulatedMonitoring;
  readonly logs: SimulatedLogs;
}

/** A world of one region with a test clock. */
export interface TestWorld {
  readonly world: World;
  readonly clock: TestClock;
  readonly region: TestRegion;
  readonly keys: Map<string, KmsKey>;
  /** Makes a resource as CloudFormation would. */
  make(type: string, properties: Shape, logicalId?: string): CreatedResource;
  /** Calls an operation as the operator. */
  call(service: ServiceName, operation: string, input?: Shape): Shape;
  /** The journal's entries of a kind. */
  noted(kind: string): readonly JournalEntry[];
}

export const ACCOUNT = "123456789012";
export const REGION = "eu-central-1";

/** The ARN of a queue of the test's region. */
export function queueArn(name: string): string {
  return `arn:aws:sqs:${REGION}:${ACCOUNT}:${name}`;
}

/** The URL of a queue of the test's region. */
export function queueUrl(name: string): string {
  return `https://sqs.${REGION}.amazonaws.com/${ACCOUNT}/${name}`;
}

/** A policy statement that lets a service principal do something. */
export function allow(service: string, action: string, condition?: Shape): Shape {
  const statement = { Effect: "Allow", Principal: { Service: service }, Action: action, Resource: "*" };
  return {
    Version: "2012-10-17",
    Statement: [condition === undefined ? statement : { ...statement, Condition: condition }],
  };
}

/** Makes a world of one region. */
export function testWorld(knobs: Readonly<Record<string, unknown>> = {}): TestWorld {
  const clock = new TestClock();
  const entries: JournalEntry[] = [];
  const hash = (key: readonly (string | number)[]) =>
    createHash("sha256").update(key.join("/")).digest("hex");
  const world: World = {
    ...{ account: ACCOUNT, partition: "aws", seed: 1, clock, regions: [] },
    knobs: createKnobs([], knobs),
    journal: {
      entries,
      write: (region, kind, data) => void entries.push({ at: clock.now(), region, kind, data }),
      follow: () => undefined,
    },
    random: (...key) => Number.parseInt(hash(key).slice(0, 8), 16) / 2 ** 32,
    uuid: (...key) => hash(key).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*/, "$1-$2-$3-$4-$5"),
    region: () => region,
  };
  const keys = new Map<string, KmsKey>();
  const region = makeRegion(world, keys);
  return {
    ...{ world, clock, region, keys },
    make: (type, properties, logicalId = "Thing") => make(region, type, properties, logicalId),
    call: (service, operation, input = {}) => call(region, service, operation, input),
    noted: (kind) => entries.filter((entry) => entry.kind === kind),
  };
}

function absent(): never {
  throw new NotSimulated("a service that these tests do not need");
}

function makeRegion(world: World, keys: Map<string, KmsKey>): TestRegion {
  const empty = { handle: absent, resources: {} };
  const rds = {
    ...{ ...empty, loadRegion: absent, loadFleet: absent, addInstance: absent, changeInstance: absent },
    ...{ deleteInstance: absent, deleteSnapshot: absent, instances: absent, snapshots: absent },
    ...{ copiesInProgress: absent, quota: absent, inNetwork: absent },
  };
  return {
    ...{ name: REGION, lost: false, rds, lambda: { ...empty, invoke: absent } },
    kms: { ...empty, find: (reference) => keys.get(reference), managed: absent },
    events: createEvents(world, REGION),
    scheduler: createScheduler(world, REGION),
    sqs: createSqs(world, REGION),
    sns: createSns(world, REGION),
    monitoring: createMonitoring(world, REGION),
    logs: createLogs(world, REGION),
  };
}

function servicesOf(region: TestRegion): Partial<Record<ServiceName, Service>> {
  const { events, scheduler, sqs, sns, monitoring, logs } = region;
  return { events, scheduler, sqs, sns, monitoring, logs };
}

function make(region: TestRegion, type: string, properties: Shape, logicalId: string): CreatedResource {
  for (const service of Object.values(servicesOf(region))) {
    const provider = service.resources[type];
    if (provider !== undefined) {
      return provider({ region, stackName: "Test", logicalId, type, properties });
    }
  }
  throw new NotSimulated(type);
}

function call(region: TestRegion, service: ServiceName, operation: string, input: Shape): Shape {
  const caller = {
    kind: "operator",
    name: "operator",
    arn: `arn:aws:iam::${ACCOUNT}:user/operator`,
  } as const;
  const request: Call = { service, operation, input, region: REGION, caller };
  const answer = servicesOf(region)[service]?.handle(request);
  if (answer === undefined || answer instanceof Promise) {
    throw new Error(`${service} answers ${operation} later or never`);
  }
  return answer;
}

/** The code of the AwsError that the work throws; `NotSimulated` for one of those. */
export function refusalOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof AwsError) {
      return error.code;
    }
    if (error instanceof NotSimulated) {
      return "NotSimulated";
    }
    throw error;
  }
  return "accepted";
}

/** `<code>: <text>` of the refusal that some work meets. */
export function refusalTextOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof AwsError) {
      return `${error.code}: ${error.message}`;
    }
    throw error;
  }
  return "accepted";
}
