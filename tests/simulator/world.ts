import { assembleWorld } from "./assemble.ts";
import { enforcePermissions } from "./iam/world.ts";
import { createLambda } from "./lambda/index.ts";
import { createEvents } from "./services/events/index.ts";
import { createKms } from "./services/kms/index.ts";
import { createLogs } from "./services/logs/index.ts";
import { createMonitoring } from "./services/monitoring/index.ts";
import { createRds } from "./services/rds/index.ts";
import { createScheduler } from "./services/scheduler/index.ts";
import { createSns } from "./services/sns/index.ts";
import { createSqs } from "./services/sqs/index.ts";
import type { SimulatedWorld, WorldOptions } from "./world-types.ts";

/** Makes a simulated AWS account: one clock, keyed randomness, every service in each region, permissions enforced. */
export function createWorld(options: WorldOptions): SimulatedWorld {
  const world = assembleWorld(options, {
    rds: createRds,
    kms: createKms,
    sns: (world, region) => createSns(world, region.name),
    sqs: (world, region) => createSqs(world, region.name),
    events: (world, region) => createEvents(world, region.name),
    scheduler: (world, region) => createScheduler(world, region.name),
    monitoring: (world, region) => createMonitoring(world, region.name),
    logs: (world, region) => createLogs(world, region.name),
    lambda: createLambda,
  });
  enforcePermissions(world);
  return world;
}
