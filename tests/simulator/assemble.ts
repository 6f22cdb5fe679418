import { EventLoop, regionalClock } from "./clock.ts";
import { createGate } from "./gate.ts";
import { worldAuthorizer } from "./iam/world.ts";
import { createJournal } from "./journal.ts";
import { createKnobs } from "./knobs.ts";
import { keyedNumber, keyedUuid } from "./random.ts";
import { deployAssembly } from "./templates/deploy.ts";
import { createIamRegistry } from "./templates/iam-resources.ts";
import { type Journal, NotSimulated, type Region } from "./types.ts";
import type { FunctionHost, ServiceFactories, SimulatedWorld, WorldOptions } from "./world-types.ts";

interface Holding {
  readonly region: Region;
  readonly lambda: FunctionHost;
  readonly resume: () => void;
}

/** Puts a world together from the makers of its services. */
export function assembleWorld(options: WorldOptions, factories: ServiceFactories): SimulatedWorld {
  const { seed, account } = options;
  const loop = new EventLoop(options.start);
  const journal = createJournal(loop, { keep: options.keepJournal ?? true });
  const counters = new Map<string, number>();
  const holdings = new Map<string, Holding>();
  const regions: Region[] = [];
  const held = (name: string): Holding => {
    const holding = holdings.get(name);
    if (holding === undefined) {
      throw new NotSimulated(`the region ${name}`);
    }
    return holding;
  };
  const iam = createIamRegistry(account, options.existingRoles);
  const core = {
    account,
    partition: "aws" as const,
    seed,
    clock: loop,
    loop,
    journal,
    // Services that take a role ask by this knob whether it trusts them.
    knobs: createKnobs(options.regions, { roleTrusts: iam.trusts, ...options.knobs }),
    iam,
    assets: new Map<string, string>(),
    lineage: new Map<string, string>(),
    regions,
    random: (...key: readonly (string | number)[]) => keyedNumber(seed, key),
    uuid: (...key: readonly (string | number)[]) => keyedUuid(seed, key),
    region: (name: string) => held(name).region,
    remembersMinutes: options.remembersMinutes ?? (() => 0),
    fail: (error: unknown) => loop.fail(error),
    count: (name: string) => {
      const next = (counters.get(name) ?? 0) + 1;
      counters.set(name, next);
      return next;
    },
  };
  const world: SimulatedWorld = {
    ...core,
    gate: createGate(core),
    permissions: worldAuthorizer(core),
    run: (until) => loop.run(until),
    runUntil: (predicate, limit) => loop.runUntil(predicate, limit),
    complete: (promise) => loop.complete(promise),
    deploy: (assembly, deployOptions) => deployAssembly(world, assembly, deployOptions),
    lose: (name) => lose(held(name), journal),
    restore: (name) => restore(held(name), journal),
    close() {
      for (const { lambda } of holdings.values()) lambda.close();
    },
  };
  for (const name of options.regions) {
    const region = { name, lost: false } as FillingRegion;
    const { clock, resume } = regionalClock(loop, () => region.lost);
    regions.push(region);
    // The region can be looked up before its services are made: some of them do so as they are made.
    const holding = { region, resume, lambda: undefined as unknown as FunctionHost };
    holdings.set(name, holding);
    holding.lambda = fillRegion({ ...world, clock }, region, factories);
  }
  return world;
}

function lose({ region, lambda }: Holding, journal: Journal): void {
  region.lost = true;
  lambda.stop();
  journal.write(region.name, "region-lost", {});
}

function restore({ region, lambda, resume }: Holding, journal: Journal): void {
  region.lost = false;
  journal.write(region.name, "region-restored", {});
  resume();
  lambda.resume();
}

type FillingRegion = { -readonly [Key in keyof Region]: Region[Key] };

/** Services meet each other through the region, which fills up as they are made; each has the region's clock. */
function fillRegion(world: SimulatedWorld, region: FillingRegion, factories: ServiceFactories): FunctionHost {
  region.logs = factories.logs(world, region);
  region.monitoring = factories.monitoring(world, region);
  region.kms = factories.kms(world, region);
  region.sns = factories.sns(world, region);
  region.sqs = factories.sqs(world, region);
  region.events = factories.events(world, region);
  region.scheduler = factories.scheduler(world, region);
  region.rds = factories.rds(world, region);
  const lambda = factories.lambda(world, region);
  region.lambda = lambda;
  return lambda;
}
