/**
 * What the parts of the simulated AWS know of each other. A service is plain state plus
 * `handle(call)`; it never touches the wire, the real clock or real randomness.
 */
import type { DBInstance, DBSnapshot } from "@aws-sdk/client-rds";
import type { CopyInProgress } from "./services/rds/copy-queue.ts";
import type { QuotaName } from "./services/rds/quotas.ts";
import type { RegionFixture } from "./services/rds/region-fixture.ts";

/** A service's SigV4 signing name, as it stands in the credential scope of a request. */
export type ServiceName =
  | "rds"
  | "kms"
  | "sns"
  | "sqs"
  | "events"
  | "scheduler"
  | "monitoring"
  | "logs"
  | "lambda";

/** Plain data as the SDK's schemas describe it (Date for timestamps, Uint8Array for blobs). */
export type Shape = Record<string, unknown>;

/** Who calls: a role of the templates, the human operator, or AWS itself by a service principal. */
export interface Caller {
  readonly kind: "role" | "operator" | "service";
  /** Role name, `operator`, or e.g. `events.amazonaws.com`. */
  readonly name: string;
  readonly arn: string;
}

/** One API call after the wire has been read and the input validated against the SDK's schema. */
export interface Call {
  readonly service: ServiceName;
  readonly operation: string;
  readonly input: Shape;
  readonly region: string;
  readonly caller: Caller;
}

/** A refusal as AWS words it: the wire's code (without the SDK's `Fault`), HTTP status and text. */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;
  constructor(code: string, message: string, status = 400) {
    super(message);
    this.name = "AwsError";
    this.code = code;
    this.status = status;
  }
}

/** Something the simulation does not cover was asked for; it fails by name instead of pretending. */
export class NotSimulated extends Error {
  constructor(what: string) {
    super(`not simulated: ${what}`);
    this.name = "NotSimulated";
  }
}

/** A timer of the virtual clock. */
export interface Timer {
  cancel(): void;
}

/** Virtual time in milliseconds since the epoch. Timers at one instant fire in the order set, before its requests. */
export interface Clock {
  now(): number;
  at(when: number, what: string, run: () => void): Timer;
  after(milliseconds: number, what: string, run: () => void): Timer;
}

/** An event as EventBridge delivers it. */
export interface AwsEvent {
  readonly version: "0";
  readonly id: string;
  readonly "detail-type": string;
  readonly source: string;
  readonly account: string;
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: Shape;
}

/** A CloudFormation resource about to be made, its intrinsics resolved. */
export interface ResourceRequest {
  readonly region: Region;
  readonly stackName: string;
  readonly logicalId: string;
  readonly type: string;
  readonly properties: Shape;
}

/** What CloudFormation learns of a resource: the value of Ref and the attributes of Fn::GetAtt. */
export interface CreatedResource {
  readonly ref: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** Makes one resource; throws AwsError where CloudFormation would fail the deployment. */
export type ResourceProvider = (request: ResourceRequest) => CreatedResource;

/** One regional service: answers calls and makes the resource types that belong to it. */
export interface Service {
  /** Answers one call with the SDK's output shape, or throws AwsError / NotSimulated. */
  handle(call: Call): Shape | Promise<Shape>;
  /** CloudFormation type → provider, for the simulated types of this service. */
  readonly resources: Readonly<Record<string, ResourceProvider>>;
}

/** Who sends on behalf of AWS, for resource policies: principal and the ARN of rule, alarm or subscription. */
export interface OnBehalf {
  readonly principal: string;
  readonly sourceArn?: string;
}

export interface QueueMessage {
  readonly body: string;
  readonly delaySeconds?: number;
  readonly groupId?: string;
  readonly deduplicationId?: string;
  readonly attributes?: Readonly<Record<string, string>>;
}

export interface ReceivedMessage {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly sentAt: number;
  readonly firstReceivedAt: number;
  readonly receiveCount: number;
  readonly groupId?: string;
  readonly deduplicationId?: string;
  readonly messageAttributes: Readonly<Record<string, string>>;
}

/** SQS as other services use it inside AWS. */
export interface SqsService extends Service {
  /** Sends as a service principal; the queue's policy decides (AwsError AccessDenied when it does not allow). */
  sendAs(who: OnBehalf, queueArn: string, message: QueueMessage): void;
  /** Takes up to `max` visible messages for an event source mapping. */
  take(queueArn: string, max: number): ReceivedMessage[];
  remove(queueArn: string, receiptHandle: string): void;
  setVisibility(queueArn: string, receiptHandle: string, seconds: number): void;
  /** Calls back whenever a message becomes visible on the queue. */
  onVisible(queueArn: string, wake: () => void): void;
  attributes(queueArn: string): QueueFigures | undefined;
}

/** A queue as other services look at it. */
export interface QueueFigures {
  readonly visibilitySeconds: number;
  readonly visible: number;
  readonly inFlight: number;
  readonly delayed: number;
  /** The key that its messages are encrypted with, as the template names it. */
  readonly kmsKey?: string;
}

/** SNS as other services use it inside AWS. */
export interface SnsService extends Service {
  /** Publishes for a service of AWS; tells what stood in the way, which few of them look at. */
  publishAs(
    who: OnBehalf,
    topicArn: string,
    message: { subject?: string; message: string; attributes?: Readonly<Record<string, string>> },
  ): string | undefined;
  /** What would stand in the way of a service of AWS that publishes; undefined when nothing does. */
  obstacle(who: OnBehalf, topicArn: string): string | undefined;
  topicExists(topicArn: string): boolean;
}

/** EventBridge as other services use it inside AWS: events of AWS services onto the default bus. */
export interface EventsService extends Service {
  /** Puts an AWS service's event on the region's default bus (best-effort losses have been decided by then). */
  emit(event: AwsEvent): void;
}

export interface KmsKey {
  readonly arn: string;
  readonly keyId: string;
  readonly state: "Enabled" | "Disabled" | "PendingDeletion" | "PendingImport";
  readonly manager: "AWS" | "CUSTOMER";
  readonly policy: Shape;
  /** Alias names of the key, e.g. `alias/rds-dr-dev`. */
  readonly aliases: readonly string[];
}

export interface KmsService extends Service {
  /** Resolves a key id, key ARN, alias name or alias ARN of this region. */
  find(reference: string): KmsKey | undefined;
  /** The AWS-managed key of a service, e.g. `aws/rds`, made on first use. */
  managed(alias: string): KmsKey;
}

export interface CloudWatchService extends Service {
  putMetric(
    namespace: string,
    name: string,
    dimensions: Readonly<Record<string, string>>,
    value: number,
  ): void;
}

export interface LogsService extends Service {
  /** Writes one line of a function's log; Embedded Metric Format lines become metrics. */
  write(logGroup: string, logStream: string, line: string): void;
}

export interface LambdaService extends Service {
  /** Invokes a function synchronously in virtual time. */
  invoke(functionName: string, payload: unknown): Promise<{ ok: boolean; payload: unknown }>;
}

/** RDS of a region, with what people do to it and what oracles read from it. */
export interface RdsService extends Service {
  /** Gives the region networks and groups that no template makes. */
  loadRegion(fixture: RegionFixture): void;
  /** Gives the region a fleet, and the networks, groups and keys that the fleet names. */
  loadFleet(fleet: readonly DBInstance[]): void;
  /** Adds an instance as it stands, as if somebody had made it. */
  addInstance(instance: DBInstance): void;
  /** Changes an instance at once, as if somebody had modified it some time ago. */
  changeInstance(id: string, patch: DBInstance): void;
  /** Takes an instance away at once, with its automated snapshots, protection or not. */
  deleteInstance(id: string): void;
  /** Takes a snapshot away at once, as if an operator had deleted it. */
  deleteSnapshot(id: string): void;
  instances(): DBInstance[];
  snapshots(): DBSnapshot[];
  copiesInProgress(): CopyInProgress[];
  /** Whether the region's networks have this security group or subnet. */
  inNetwork(kind: "security-group" | "subnet", id: string): boolean;
  quota(name: QuotaName): { readonly used: number; readonly max: number };
}

/** One region: its services, and whether it is lost (answers nothing, emits nothing). */
export interface Region {
  readonly name: string;
  lost: boolean;
  readonly rds: RdsService;
  readonly kms: KmsService;
  readonly sns: SnsService;
  readonly sqs: SqsService;
  readonly events: EventsService;
  readonly scheduler: Service;
  readonly monitoring: CloudWatchService;
  readonly logs: LogsService;
  readonly lambda: LambdaService;
}

/** A line of the journal: what happened in the simulated AWS, for timelines, counts and digests. */
export interface JournalEntry {
  readonly at: number;
  readonly region: string;
  /** `call`, `rds-event`, `event`, `event-lost`, `alarm`, `mail`, `dead-letter`, `rds-state`, `deploy`, `log`, … */
  readonly kind: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface Journal {
  write(region: string, kind: string, data: Readonly<Record<string, unknown>>): void;
  readonly entries: readonly JournalEntry[];
  /** Subscribes to entries as they are written. */
  follow(listener: (entry: JournalEntry) => void): void;
}

/** The simulated account: one clock, keyed randomness, two or more regions. */
export interface World {
  readonly account: string;
  readonly partition: "aws";
  readonly seed: number;
  readonly clock: Clock;
  readonly journal: Journal;
  readonly knobs: Knobs;
  /** A number in [0, 1) that depends on the seed and the key only: switching one draw off leaves the others. */
  random(...key: readonly (string | number)[]): number;
  /** A UUID that depends on the seed and the key only. */
  uuid(...key: readonly (string | number)[]): string;
  region(name: string): Region;
  readonly regions: readonly Region[];
}

/** Quotas and adjustable facts; every uncertain fact of AWS is one of these (knobs.ts has defaults and sources). */
export interface Knobs {
  /** region → quota name → value; names: manual-snapshots, instances, copies-in-progress, allocated-storage-gib. */
  readonly quotas: Record<string, Record<string, number>>;
  /** Probability that an RDS event is lost on its way to EventBridge and SNS, decided by hash(seed, EventID, source). */
  eventLossProbability: number;
  [name: string]: unknown;
}
