import type { DBInstance, DBSnapshot } from "@aws-sdk/client-rds";
import { createKnobs, type KnobOverrides } from "../knobs.ts";
import { keyedNumber, keyedUuid } from "../random.ts";
import { createKms, type SimulatedKms } from "../services/kms/index.ts";
import { createRds, type SimulatedRds } from "../services/rds/index.ts";
import { readRegionFixture } from "../services/rds/region-fixture.ts";
import {
  type AwsEvent,
  type JournalEntry,
  NotSimulated,
  type OnBehalf,
  type Region,
  type ResourceRequest,
  type Service,
  type Shape,
  type World,
} from "../types.ts";
import { misfits } from "../wire/check-output.ts";
import { schemasOf } from "../wire/schemas.ts";
import { TestClock } from "./test-clock.ts";
import { account, dr, primary } from "./times.ts";

/** What a topic was sent. */
export interface Published {
  readonly who: OnBehalf;
  readonly topicArn: string;
  readonly subject?: string;
  readonly message: string;
  readonly attributes?: Readonly<Record<string, string>>;
}

/** A region of the test's world: its services, and what they sent to the ones that are not here. */
export interface TestRegion extends Region {
  readonly rds: SimulatedRds;
  readonly kms: SimulatedKms;
  readonly emitted: AwsEvent[];
  readonly published: Published[];
  readonly topics: Map<string, "open" | "closed">;
}

function absent(what: string): Service {
  return {
    handle: () => {
      throw new NotSimulated(what);
    },
    resources: {},
  };
}

/** Two regions with RDS and KMS, a synchronous clock, and recorders for buses and topics. */
export class TestWorld {
  readonly clock = new TestClock();
  readonly entries: JournalEntry[] = [];
  readonly regions: TestRegion[] = [];
  readonly world: World;
  readonly knobs: World["knobs"];

  constructor(overrides: KnobOverrides = {}) {
    const { clock, entries, regions } = this;
    const knobs = createKnobs([primary, dr], { automatedBackups: "off", ...overrides });
    this.knobs = knobs;
    this.world = {
      account,
      partition: "aws",
      seed: 1,
      clock,
      knobs,
      regions,
      journal: {
        entries,
        write: (region, kind, data) => void entries.push({ at: clock.now(), region, kind, data }),
        follow: () => undefined,
      },
      random: (...key) => keyedNumber(1, key),
      uuid: (...key) => keyedUuid(1, key),
      region: (name) => this.region(name),
    };
    for (const name of [primary, dr]) this.#add(name);
    this.primary.kms.adopt(`arn:aws:kms:${primary}:${account}:key/0ad1820f-1f1e-4c6b-9b62-6a8f6f4c1f11`);
    this.dr.rds.loadRegion(readRegionFixture(new URL("../../fixtures/dr-region.json", import.meta.url)));
  }

  get primary(): TestRegion {
    return this.region(primary);
  }

  get dr(): TestRegion {
    return this.region(dr);
  }

  region(name: string): TestRegion {
    const found = this.regions.find((region) => region.name === name);
    if (!found) throw new NotSimulated(`the region ${name}`);
    return found;
  }

  #add(name: string): void {
    const emitted: AwsEvent[] = [];
    const published: Published[] = [];
    const topics = new Map<string, "open" | "closed">();
    const region = {
      name,
      lost: false,
      emitted,
      published,
      topics,
      events: { ...absent("events"), emit: (event: AwsEvent) => void emitted.push(event) },
      sns: {
        ...absent("sns"),
        topicExists: (topicArn: string) => topics.has(topicArn),
        publishAs: (who: OnBehalf, topicArn: string, message: Omit<Published, "who" | "topicArn">) => {
          if (topics.get(topicArn) !== "open") return "topic-policy";
          published.push({ who, topicArn, ...message });
          return undefined;
        },
      },
    };
    const filling = region as unknown as { -readonly [Key in keyof TestRegion]: TestRegion[Key] };
    filling.kms = createKms(this.world, filling);
    filling.rds = createRds(this.world, filling);
    this.regions.push(filling);
  }

  advance(milliseconds: number): void {
    this.clock.advance(milliseconds);
  }

  /** Calls an operation of RDS as the operator. */
  rds(where: Region, name: string, input: Shape = {}): Shape {
    return call(where, "rds", name, input);
  }

  kms(where: Region, name: string, input: Shape = {}): Shape {
    return call(where, "kms", name, input);
  }

  /** Deploys one resource. */
  make(where: TestRegion, type: string, properties: Shape, logicalId = "Thing") {
    const provider = where.rds.resources[type] ?? where.kms.resources[type];
    if (!provider) throw new NotSimulated(type);
    const request: ResourceRequest = { region: where, stackName: "rds-dr-dev", logicalId, type, properties };
    return provider(request);
  }

  snapshot(where: TestRegion, id: string): DBSnapshot {
    const found = where.rds.snapshots().find((one) => one.DBSnapshotIdentifier === id);
    if (!found) throw new Error(`no snapshot ${id} in ${where.name}`);
    return found;
  }

  instance(where: TestRegion, id: string): DBInstance {
    const found = where.rds.instances().find((one) => one.DBInstanceIdentifier === id);
    if (!found) throw new Error(`no instance ${id} in ${where.name}`);
    return found;
  }

  /** Statuses that something went through, in order. */
  statuses(where: Region, id: string): unknown[] {
    return this.entries
      .filter((entry) => entry.kind === "rds-state" && entry.region === where.name && entry.data.id === id)
      .map((entry) => entry.data.status);
  }

  /** Ids of the events that reached the region's bus, in order of their delivery. */
  eventIds(where: TestRegion, source?: string): unknown[] {
    return where.emitted
      .filter((event) => source === undefined || event.detail.SourceIdentifier === source)
      .map((event) => event.detail.EventID);
  }
}

function call(where: Region, service: "rds" | "kms", name: string, input: Shape): Shape {
  const caller = {
    kind: "operator",
    name: "operator",
    arn: `arn:aws:iam::${account}:user/operator`,
  } as const;
  const answer = where[service].handle({ service, operation: name, input, region: where.name, caller });
  if (answer instanceof Promise) throw new Error("RDS and KMS answer at once");
  const output = schemasOf(service).operations.get(name)?.output;
  const problems = output ? misfits(output, answer) : [`the model has no ${name}`];
  if (problems.length > 0)
    throw new Error(`${name} answers what is not in the model: ${problems.join("; ")}`);
  return answer;
}
