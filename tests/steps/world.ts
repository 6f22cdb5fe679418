/**
 * The deployed templates with their real bundles in a simulated AWS, small enough for one situation: time passes
 * as far as it is told to, people act in between, and everything that a step did can be read.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { DBInstance, DBSnapshot } from "@aws-sdk/client-rds";
import { inject } from "vitest";
import type { Settings } from "../../shared/settings/schema.ts";
import type { AlertSent } from "../rehearsal/outcome.ts";
import { remembersMinutes } from "../rehearsal/remembering.ts";
import { deployedSettings } from "../rehearsal/settings.ts";
import { some } from "../rehearsal/support.ts";
import {
  createWorld,
  type KnobOverrides,
  type ServiceName,
  type SimulatedWorld,
} from "../simulator/index.ts";
import type { SimulatedLogs } from "../simulator/services/logs/index.ts";
import { readRegionFixture } from "../simulator/services/rds/region-fixture.ts";
import type { Shape } from "../simulator/types.ts";

const account = "111122223333";
const drFixture = new URL("../fixtures/dr-region.json", import.meta.url);
const minute = 60_000;

/** Two minutes before the first backup slot; pruning runs each hour from here on. */
const deployedAt = new Date("2026-03-01T01:58:00Z");

/** What an API call came to. */
export interface CallMade {
  readonly at: string;
  readonly region: string;
  readonly caller: string;
  readonly operation: string;
  readonly outcome: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/** A line of a function's log, as Powertools writes it. */
export type LogLine = Readonly<Record<string, unknown>> & { readonly message: string };

/** What a situation starts from. */
export interface Beginning {
  /** Identifiers of the sample fleet, or instances as they are. */
  readonly fleet: readonly (string | DBInstance)[];
  readonly knobs?: KnobOverrides;
  /** When everything is deployed; default: before the first slot. */
  readonly start?: Date;
  /** An assembly that was edited; default: the shared one. */
  readonly assembly?: string;
}

/** One situation in the simulated AWS. */
export class StepWorld {
  readonly world: SimulatedWorld;
  readonly settings: Settings;
  readonly primary: string;
  readonly dr: string;

  constructor({ fleet, knobs = {}, start = deployedAt, assembly = inject("assembly") }: Beginning) {
    this.settings = deployedSettings(assembly);
    const { primary, dr } = this.settings.regions;
    this.primary = primary;
    this.dr = dr;
    this.world = createWorld({
      seed: 1,
      start,
      account,
      regions: [primary, dr],
      knobs: { coldStarts: "recycled", ...knobs },
      remembersMinutes,
    });
    const named = fleet.filter((one) => typeof one === "string");
    const given = fleet.filter((one) => typeof one !== "string");
    this.world.region(primary).rds.loadFleet([...some(...named), ...given]);
    this.world.region(dr).rds.loadRegion(readRegionFixture(drFixture, dr));
    this.world.deploy(assembly);
  }

  /** Lets time pass up to an instant: `02:40` of the first day, `2 02:40` of the second, and so on. */
  async until(when: string): Promise<void> {
    await this.world.run({ until: instantOf(when) });
  }

  /** Lets so many minutes pass. */
  async pass(minutes: number): Promise<void> {
    await this.world.run({ until: this.world.clock.now() + minutes * minute });
  }

  /** Lets time pass until something is to be seen, at most a day. */
  async see(what: () => boolean): Promise<void> {
    const limit = this.world.clock.now() + 24 * 60 * minute;
    if (!(await this.world.runUntil(what, limit))) throw new Error("it was not seen within a day");
  }

  /** Makes an API call as a person with every right. */
  async act(region: string, service: ServiceName, operation: string, input: Shape): Promise<Shape> {
    const caller = {
      kind: "operator",
      name: "operator",
      arn: `arn:aws:iam::${account}:user/operator`,
    } as const;
    const call = { service, operation, input, region, caller } as const;
    const answer = await this.world.complete(this.world.gate.submit(call, 0));
    if (answer.kind !== "output") throw new Error(`${operation} was not done: ${JSON.stringify(answer)}`);
    return answer.output;
  }

  /** Publishes an event on our bus of a region; an operator's where `source` says nothing else. */
  async publish(region: string, type: string, detail: unknown, source = "operator"): Promise<string> {
    const entry = {
      EventBusName: `rds-dr-${this.settings.environment}`,
      Source: source,
      DetailType: type,
      Detail: typeof detail === "string" ? detail : JSON.stringify(detail),
    };
    const { Entries } = await this.act(region, "events", "PutEvents", { Entries: [entry] });
    return (Entries as { EventId: string }[])[0]?.EventId ?? "";
  }

  /** Declares a disaster in the DR region. */
  declare(more: Shape = {}): Promise<string> {
    return this.publish(this.dr, "dr-declared", { mode: "disaster", reason: "a test", ...more });
  }

  /** Puts a message on a step's queue, as a rule or schedule that delivers it once more would. */
  async deliver(region: string, step: string, body: Shape): Promise<void> {
    const QueueUrl = `https://sqs.${region}.amazonaws.com/${account}/rds-dr-${this.settings.environment}-${step}`;
    await this.act(region, "sqs", "SendMessage", { QueueUrl, MessageBody: JSON.stringify(body) });
  }

  /**
   * Emits an RDS event of a snapshot, as RDS would.
   * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-cloud-watch-events.html
   */
  emit(region: string, eventId: "RDS-EVENT-0042" | "RDS-EVENT-0060", snapshotId: string): void {
    const arn = this.snapshotArn(region, snapshotId);
    const date = new Date(this.world.clock.now()).toISOString();
    const isCopy = eventId === "RDS-EVENT-0060";
    this.world.region(region).events.emit({
      version: "0",
      id: this.world.uuid("emitted", eventId, snapshotId, this.world.count("emitted")),
      "detail-type": "RDS DB Snapshot Event",
      source: "aws.rds",
      account,
      time: `${date.slice(0, 19)}Z`,
      region,
      resources: [arn],
      detail: {
        EventCategories: [isCopy ? "notification" : "creation"],
        SourceType: "SNAPSHOT",
        SourceArn: arn,
        Date: date,
        Message: isCopy ? "Finished copy of snapshot" : "Manual snapshot created",
        SourceIdentifier: snapshotId,
        EventID: eventId,
      },
    });
  }

  snapshotArn(region: string, id: string): string {
    return `arn:aws:rds:${region}:${account}:snapshot:${id}`;
  }

  /** Manual snapshots of a region, oldest first. */
  snapshots(region: string): DBSnapshot[] {
    const taken = ({ SnapshotDatabaseTime: at }: DBSnapshot) => at?.getTime() ?? 0;
    const manual = this.world.region(region).rds.snapshots();
    return manual.filter(({ SnapshotType }) => SnapshotType === "manual").sort((a, b) => taken(a) - taken(b));
  }

  snapshotIds(region: string): string[] {
    return this.snapshots(region).map(({ DBSnapshotIdentifier }) => DBSnapshotIdentifier ?? "");
  }

  snapshot(region: string, id: string): DBSnapshot | undefined {
    return this.snapshots(region).find(({ DBSnapshotIdentifier }) => DBSnapshotIdentifier === id);
  }

  /** The value of a tag of a snapshot. */
  tag(region: string, snapshotId: string, key: string): string | undefined {
    return this.snapshot(region, snapshotId)?.TagList?.find((tag) => tag.Key === key)?.Value;
  }

  /** Writes tags on a snapshot, as people do. */
  async retag(region: string, snapshotId: string, tags: Readonly<Record<string, string>>): Promise<void> {
    const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
    const ResourceName = this.snapshotArn(region, snapshotId);
    await this.act(region, "rds", "AddTagsToResource", { ResourceName, Tags });
  }

  instance(region: string, id: string): DBInstance | undefined {
    const { rds } = this.world.region(region);
    return rds.instances().find(({ DBInstanceIdentifier }) => DBInstanceIdentifier === id);
  }

  /** The calls of an operation that functions made, refused ones too. */
  calls(operation: string, where: Readonly<Record<string, string>> = {}): CallMade[] {
    return this.world.journal.entries
      .filter(({ kind, data }) => kind === "call" && data["operation"] === operation)
      .map(({ at, data }) => ({ ...(data as unknown as CallMade), at: stamp(at) }))
      .filter(({ caller, region, parameters }) => {
        const about: Readonly<Record<string, string>> = { ...parameters, region };
        return caller !== "operator" && Object.entries(where).every(([name, value]) => about[name] === value);
      });
  }

  /** What people have been told on the alerts topics. */
  mails(kind?: string): AlertSent[] {
    return this.world.journal.entries
      .filter((entry) => entry.kind === "mail" && String(entry.data["topic"]).endsWith("-alerts"))
      .map(({ at, region, data }) => {
        const attributes = (data["attributes"] ?? {}) as Record<string, string>;
        return {
          ...{ at: stamp(at), region, kind: attributes["kind"] ?? "cloudwatch-alarm" },
          ...{ subject: String(data["subject"] ?? ""), message: String(data["message"]) },
          instances: (attributes["instances"] ?? "").split(",").filter((id) => id !== ""),
        };
      })
      .filter((mail) => kind === undefined || mail.kind === kind);
  }

  /** Events of ours on a bus, by detail-type. */
  events(type: string): Shape[] {
    return this.world.journal.entries
      .filter(({ kind, data }) => kind === "event" && data["detailType"] === type)
      .map(({ data }) => data["detail"] as Shape);
  }

  get deadLetters(): Shape[] {
    return this.world.journal.entries.filter(({ kind }) => kind === "dead-letter").map(({ data }) => data);
  }

  /** The structured lines of a step's log. */
  log(region: string, step: string): LogLine[] {
    const logs = this.world.region(region).logs as SimulatedLogs;
    return logs.lines(`/aws/lambda/rds-dr-${this.settings.environment}-${step}`).flatMap(({ message }) => {
      if (!message.startsWith("{")) return [];
      return [JSON.parse(message) as LogLine];
    });
  }

  /** What a step decided, as `decision:because`, in order. */
  decisions(region: string, step: string): string[] {
    return this.log(region, step)
      .filter(({ decision }) => decision !== undefined)
      .map(({ decision, because }) => (because === undefined ? `${decision}` : `${decision}:${because}`));
  }
}

/** Changes the settings inside every function's asset of an assembly, as a deployment with other settings would. */
export function editSettings(assembly: string, edit: (settings: Settings) => Partial<Settings>): string {
  for (const entry of readdirSync(assembly).filter((name) => name.startsWith("asset."))) {
    const file = join(assembly, entry, "settings.json");
    let text: string;
    try {
      text = readFileSync(file, "utf8");
    } catch {
      continue; // Not a function's asset.
    }
    const settings = JSON.parse(text) as Settings;
    writeFileSync(file, JSON.stringify({ ...settings, ...edit(settings) }));
  }
  return assembly;
}

function instantOf(when: string): Date {
  const [day, time] = when.includes(" ") ? when.split(" ") : ["1", when];
  return new Date(`2026-03-${String(day).padStart(2, "0")}T${time}:00Z`);
}

function stamp(at: number): string {
  return new Date(at).toISOString().slice(0, 19);
}

/** The identifier of the backup, and of its copy, of an instance on a day at 02:00. */
export function nightly(instanceId: string, day = 1): string {
  return `lambda-dr-snapshot-${instanceId}-2026-03-${String(day).padStart(2, "0")}-0200`;
}
