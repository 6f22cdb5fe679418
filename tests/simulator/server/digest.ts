import { createHash } from "node:crypto";
import { CALL_KINDS } from "../journal.ts";
import type { SimulatedEvents } from "../services/events/index.ts";
import type { SimulatedKms } from "../services/kms/index.ts";
import type { SimulatedLogs } from "../services/logs/index.ts";
import type { SimulatedMonitoring } from "../services/monitoring/index.ts";
import type { SimulatedScheduler } from "../services/scheduler/index.ts";
import type { SimulatedSns } from "../services/sns/index.ts";
import type { SimulatedSqs } from "../services/sqs/index.ts";
import type { Region, World } from "../types.ts";

/** The state of the whole simulated AWS in one line; the same state has the same digest. */
export function digestOf(world: World): string {
  // A call that changes nothing leaves no other trace than its own entry.
  const effects = world.journal.entries.filter(({ kind }) => !CALL_KINDS.includes(kind)).length;
  const state = [effects, ...world.regions.map((region) => stateOf(world, region))];
  return createHash("sha256").update(JSON.stringify(state)).digest("hex");
}

function stateOf(world: World, region: Region): unknown {
  const { rds } = region;
  const kms = region.kms as SimulatedKms;
  const sns = region.sns as SimulatedSns;
  const events = region.events as SimulatedEvents;
  const monitoring = region.monitoring as SimulatedMonitoring;
  const logs = region.logs as SimulatedLogs;
  const scheduler = region.scheduler as SimulatedScheduler;
  return {
    region: [region.name, region.lost],
    rds: [rds.instances(), rds.snapshots(), rds.copiesInProgress()],
    kms: kms.keys().map((key) => [key, kms.grants(key.arn)]),
    sqs: queuesOf(world, region),
    sns: sns.topics().map((topic) => [topic, sns.topicPolicy(topic), sns.subscriptions(topic)]),
    rules: events.rules().map(({ name, bus, enabled, patternText }) => [bus, name, enabled, patternText]),
    schedules: scheduler.schedules().map(({ arn, enabled, declared }) => [arn, enabled, declared]),
    alarms: [...monitoring.alarms].map(([name, { state }]) => [name, state]),
    logs: logs.groups().map((group) => [group, logs.lines(group).length]),
  };
}

/** The queues of a region with their messages, oldest first. */
export function queuesOf(world: World, region: Region) {
  const sqs = region.sqs as SimulatedSqs;
  return sqs.queues().map((name) => {
    const arn = `arn:${world.partition}:sqs:${region.name}:${world.account}:${name}`;
    const messages = sqs.messages(arn).map((message) => {
      const { id, body, sentAt, visibleAt, inFlight, receiveCount, deadLetterOf } = message;
      return { id, body, sentAt, visibleAt, inFlight, receiveCount, from: deadLetterOf };
    });
    return { name, policy: sqs.queuePolicy(name), messages };
  });
}
