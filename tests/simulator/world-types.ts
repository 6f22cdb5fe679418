import type { EventLoop } from "./clock.ts";
import type { Gate } from "./gate.ts";
import type { Authorizer } from "./iam/authorizer.ts";
import type { KnobOverrides } from "./knobs.ts";
import type { Deployment } from "./templates/deploy.ts";
import type { IamRegistry } from "./templates/iam-resources.ts";
import type {
  CloudWatchService,
  EventsService,
  KmsService,
  LambdaService,
  LogsService,
  RdsService,
  Region,
  Service,
  SnsService,
  SqsService,
  World,
} from "./types.ts";

/** What a world is made of. */
export interface WorldOptions {
  readonly seed: number;
  readonly start: Date;
  readonly account: string;
  readonly regions: readonly string[];
  readonly knobs?: KnobOverrides;
  /** Roles that the account had before anything was deployed, by name. */
  readonly existingRoles?: readonly string[];
  /** Whether `journal.entries` holds what was written; false: only followers see it (long runs). */
  readonly keepJournal?: boolean;
  /**
   * For how many minutes a function keeps something in its modules from message to message; by default none does.
   * Its bundle is recycled only when it has forgotten it, and never in another world, where time begins anew.
   */
  readonly remembersMinutes?: (functionName: string) => number;
}

/** Makes the services of a region; the world hands each one itself, with the region's own clock. */
export interface ServiceFactories {
  rds(world: World, region: Region): RdsService;
  kms(world: World, region: Region): KmsService;
  sns(world: World, region: Region): SnsService;
  sqs(world: World, region: Region): SqsService;
  events(world: World, region: Region): EventsService;
  scheduler(world: World, region: Region): Service;
  monitoring(world: World, region: Region): CloudWatchService;
  logs(world: World, region: Region): LogsService;
  lambda(world: SimulatedWorld, region: Region): FunctionHost;
}

/** Lambda as the world itself uses it. */
export interface FunctionHost extends LambdaService {
  /** Ends every execution environment: the region is lost. */
  stop(): void;
  /** Starts polling again after the region has returned. */
  resume(): void;
  /** Ends every execution environment; loaded bundles may serve another world. */
  close(): void;
}

/** Which stacks of an assembly are deployed, and in which order. */
export interface DeployOptions {
  readonly stacks?: readonly string[];
  /** `none` deploys what AWS would deploy silently: stacks that refer to nothing, or that somebody tampered with. */
  readonly checks?: "all" | "none";
}

/** The world as the kernel, tests, rehearsals and simulations see it. */
export interface SimulatedWorld extends World {
  readonly loop: EventLoop;
  readonly gate: Gate;
  readonly iam: IamRegistry;
  /** What the roles may do, and what they did; `createWorld` lets it decide, a bare assembly only answers. */
  readonly permissions: Authorizer;
  /** Object key of an asset → the directory in the assembly that it was made from. */
  readonly assets: Map<string, string>;
  /** SQS message id → the trace header that it was sent with, for the detection of recursion. */
  readonly lineage: Map<string, string>;
  /** For how many minutes a function keeps something in its modules from message to message. */
  remembersMinutes(functionName: string): number;
  /** Stops the run with this error. */
  fail(error: unknown): void;
  /** A running number for each name, from 1. */
  count(name: string): number;
  run(options: { readonly until: Date | number }): Promise<void>;
  runUntil(predicate: () => boolean, limit?: number): Promise<boolean>;
  /** Runs until the promise settles, and hands on what it settled to. */
  complete<T>(promise: Promise<T>): Promise<T>;
  /** A lost region answers nothing and emits nothing; its functions stop where they are. */
  lose(region: string): void;
  restore(region: string): void;
  /** Ends the run: everything is still there to be looked at. Bundles that are recycled may serve another world. */
  close(): void;
  /** Deploys the templates of a CDK assembly at the current instant. */
  deploy(assembly: string, options?: DeployOptions): Deployment;
}
