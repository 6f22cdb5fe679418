import { numberKnob } from "./knobs.ts";
import { AwsError, type Call, NotSimulated, type Region, type Shape, type World } from "./types.ts";
import { refuseUnsimulated } from "./unsimulated-members.ts";

/** What becomes of a call: fault rules answer with one of these; the first that is not a pass wins. */
export type Verdict =
  | { readonly kind: "pass" }
  /** AWS answers with this error instead of doing anything. */
  | { readonly kind: "refuse"; readonly error: AwsError }
  /** The request is done, its answer comes later. */
  | { readonly kind: "delay"; readonly milliseconds: number }
  /** The request never arrives and nobody says so. */
  | { readonly kind: "silence" }
  /** The connection breaks before anything was done. */
  | { readonly kind: "reset" }
  /** The request is done, and the connection breaks before the answer. */
  | { readonly kind: "lose-reply"; readonly how: "silence" | "reset" };

/** A fault rule sees each call before it is done; `number` counts the calls of one caller and operation. */
export type FaultRule = (
  call: Call,
  context: { readonly at: number; readonly number: number },
) => Verdict | undefined;

/** Throws AwsError when the caller may not make this call. */
export type Authorize = (call: Call) => void;

/** What the wire has to bring back to the client. */
export type Outcome =
  | { readonly kind: "output"; readonly output: Shape; readonly delay: number }
  | { readonly kind: "error"; readonly error: AwsError; readonly delay: number }
  | { readonly kind: "silence" }
  | { readonly kind: "reset" };

/** The one gate that each API call passes. */
export interface Gate {
  /** Rules for faults; add and remove at will. */
  readonly faults: FaultRule[];
  /** Who decides on permissions; allows everything until it is replaced. */
  authorize: Authorize;
  /** Whether an operation that is not simulated is only refused, and does not fail the run. */
  tolerant: boolean;
  /** Lets a call through to its service and writes the call log. */
  submit(call: Call, milliseconds: number): Promise<Outcome>;
}

interface GateWorld extends Pick<World, "clock" | "journal" | "knobs"> {
  region(name: string): Region;
  fail(error: unknown): void;
}

/** Parameters that name the one resource an operation describes; without them it is a listing. */
const NAMING: Readonly<Record<string, readonly string[]>> = {
  DescribeDBInstances: ["DBInstanceIdentifier"],
  DescribeDBSnapshots: ["DBSnapshotIdentifier"],
  DescribeDBSnapshotAttributes: ["DBSnapshotIdentifier"],
  DescribeDBSubnetGroups: ["DBSubnetGroupName"],
  DescribeDBParameterGroups: ["DBParameterGroupName"],
  DescribeDBParameters: ["DBParameterGroupName"],
  DescribeOptionGroups: ["OptionGroupName"],
  DescribeDBClusters: ["DBClusterIdentifier"],
  DescribeDBEngineVersions: ["EngineVersion"],
  DescribeEvents: ["SourceIdentifier"],
  DescribeEventSubscriptions: ["SubscriptionName"],
  DescribeAlarms: ["AlarmNames"],
  DescribeKey: ["KeyId"],
  DescribeRule: ["Name"],
  DescribeEventBus: ["Name"],
  ListTagsForResource: ["ResourceName", "ResourceARN", "ResourceArn"],
  ListTargetsByRule: ["Rule"],
  ListResourceTags: ["KeyId"],
};

/** Makes the gate of a world. */
export function createGate(world: GateWorld): Gate {
  const numbers = new Map<string, number>();
  const rds = rdsThrottle(world);
  const gate: Gate = {
    faults: [],
    authorize: () => {},
    tolerant: false,
    async submit(call, milliseconds) {
      const key = `${call.caller.name} ${call.region} ${call.operation}`;
      const number = (numbers.get(key) ?? 0) + 1;
      numbers.set(key, number);
      const log = (outcome: string) => {
        const kind = outcome === "silence" || outcome === "reset" ? "unanswered" : "call";
        world.journal.write(call.region, kind, { ...entryOf(call), outcome, ms: milliseconds });
      };
      const region = world.region(call.region);
      if (region.lost) {
        log("silence");
        return { kind: "silence" };
      }
      const verdict = judge(gate.faults, call, world.clock.now(), number);
      if (verdict.kind === "silence" || verdict.kind === "reset") {
        log(verdict.kind);
        return { kind: verdict.kind };
      }
      const refused = verdict.kind === "refuse" ? verdict.error : rds(call);
      if (refused !== undefined) {
        log(refused.code);
        return { kind: "error", error: refused, delay: 0 };
      }
      const outcome = await perform(world, gate, region, call);
      log(outcome.kind === "error" ? outcome.error.code : "ok");
      if (verdict.kind === "lose-reply") {
        return { kind: verdict.how };
      }
      return { ...outcome, delay: verdict.kind === "delay" ? verdict.milliseconds : 0 };
    },
  };
  return gate;
}

/**
 * RDS throttles an account's requests region by region: a bucket of tokens, a request each, refilled by the second
 * (user guide, rds-api-throttling). What is refused takes no token.
 */
function rdsThrottle({ clock, knobs }: GateWorld): (call: Call) => AwsError | undefined {
  const buckets = new Map<string, { tokens: number; at: number }>();
  return (call) => {
    if (call.service !== "rds") return undefined;
    const burst = numberKnob(knobs, "rdsRequestBurst");
    if (burst === 0) return undefined;
    const now = clock.now();
    const bucket = buckets.get(call.region) ?? { tokens: burst, at: now };
    buckets.set(call.region, bucket);
    const gained = ((now - bucket.at) / 1000) * numberKnob(knobs, "rdsRequestsPerSecond");
    bucket.tokens = Math.min(burst, bucket.tokens + gained);
    bucket.at = now;
    if (bucket.tokens < 1) return new AwsError(String(knobs["throttlingCode"]), "Rate exceeded");
    bucket.tokens -= 1;
    return undefined;
  };
}

function judge(rules: readonly FaultRule[], call: Call, at: number, number: number): Verdict {
  for (const rule of rules) {
    const verdict = rule(call, { at, number });
    if (verdict !== undefined && verdict.kind !== "pass") {
      return verdict;
    }
  }
  return { kind: "pass" };
}

async function perform(world: GateWorld, gate: Gate, region: Region, call: Call) {
  try {
    gate.authorize(call);
    refuseUnsimulated(call);
    const output = await region[call.service].handle(call);
    return { kind: "output", output, delay: 0 } as const;
  } catch (error) {
    if (error instanceof AwsError) {
      return { kind: "error", error, delay: 0 } as const;
    }
    // Neither a hole in the simulation nor a bug in it may pass for an answer of AWS.
    if (!(gate.tolerant && error instanceof NotSimulated)) {
      world.fail(error);
    }
    const name = `${call.service}:${call.operation}`;
    const refusal =
      error instanceof NotSimulated
        ? new AwsError("NotSimulated", error.message, 501)
        : new AwsError("InternalFailure", `the simulated AWS failed in ${name}: ${String(error)}`, 500);
    return { kind: "error", error: refusal, delay: 0 } as const;
  }
}

/** Whether a call names no single resource, as listings do. */
export function isListing(operation: string, input: Shape): boolean {
  if (!/^(Describe|List)/.test(operation)) {
    return false;
  }
  const naming = NAMING[operation];
  return !(naming ?? []).some((name) => input[name] !== undefined) && input["DbiResourceId"] === undefined;
}

function entryOf(call: Call): Record<string, unknown> {
  const parameters: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(call.input)) {
    if (typeof value === "string" && /(Identifier|Arn|ARN|Name|Url|Id|Marker)$/.test(name)) {
      parameters[name] = value;
    }
  }
  return {
    operation: call.operation,
    service: call.service,
    caller: call.caller.name,
    region: call.region,
    listing: isListing(call.operation, call.input),
    parameters,
  };
}
