import type { Event, SourceType, Tag } from "@aws-sdk/client-rds";
import { rangeKnob } from "../../knobs.ts";
import type { AwsEvent } from "../../types.ts";
import { catalogue, type EventId, type MessageValues, messageOf } from "./event-catalogue.ts";
import { reading } from "./facts.ts";
import { type InstanceRecord, nth, type RdsState, type SnapshotRecord } from "./state.ts";
import { notifySubscriptions } from "./subscriptions.ts";

const detailTypes = { DB_INSTANCE: "RDS DB Instance Event", SNAPSHOT: "RDS DB Snapshot Event" } as const;

/** The API's spelling of a source type, which differs from the event's. */
const apiTypes = { DB_INSTANCE: "db-instance", SNAPSHOT: "db-snapshot" } as const;

/** DescribeEvents keeps events for 14 days. */
const keptMilliseconds = 14 * 24 * 3_600_000;

interface Occurrence {
  readonly eventId: EventId;
  readonly sourceType: keyof typeof detailTypes;
  readonly category: string;
  readonly message: string;
  readonly id: string;
  readonly arn: string;
  readonly tags: readonly Tag[];
}

/** An event of an instance. */
export function instanceEvent(
  state: RdsState,
  eventId: EventId,
  record: InstanceRecord,
  values: MessageValues = {},
): void {
  emit(state, {
    eventId,
    sourceType: "DB_INSTANCE",
    category: catalogue[eventId].category,
    message: messageOf(eventId, values),
    id: record.shape.DBInstanceIdentifier ?? "",
    arn: record.shape.DBInstanceArn ?? "",
    tags: record.shape.TagList ?? [],
  });
}

/** An event of a snapshot. */
export function snapshotEvent(
  state: RdsState,
  eventId: EventId,
  record: SnapshotRecord,
  values: MessageValues = {},
): void {
  emit(state, {
    eventId,
    sourceType: "SNAPSHOT",
    category: catalogue[eventId].category,
    message: messageOf(eventId, values),
    id: record.shape.DBSnapshotIdentifier ?? "",
    arn: record.shape.DBSnapshotArn ?? "",
    tags: record.shape.TagList ?? [],
  });
}

function emit(state: RdsState, what: Occurrence): void {
  const { world, region } = state;
  if (region.lost) return;
  const at = world.clock.now();
  remember(state, what, at);
  const event = asEventBridgeEvent(state, what, at);
  // One draw for an event id and source, whatever it happens: a test can then name what was lost.
  if (world.random("event-loss", what.eventId, what.arn) < world.knobs.eventLossProbability) {
    world.journal.write(region.name, "event-lost", { eventId: what.eventId, source: what.id, arn: what.arn });
    return;
  }
  world.journal.write(region.name, "rds-event", {
    eventId: what.eventId,
    source: what.id,
    arn: what.arn,
    message: what.message,
  });
  const seconds = (name: string, key: string) => rangeKnob(world.knobs, name, world.random(key, event.id));
  const toBus = Math.round(1_000 * seconds("eventDelaySeconds", "event-delay"));
  world.clock.after(toBus, `${what.eventId} to EventBridge`, () => {
    if (!region.lost) region.events.emit(event);
  });
  const toTopics = Math.round(1_000 * seconds("notificationDelaySeconds", "notification-delay"));
  const notification = { ...what, sourceType: apiTypes[what.sourceType], at };
  notifySubscriptions(state, notification, toTopics);
}

function remember(state: RdsState, what: Occurrence, at: number): void {
  const oldest = state.log[0]?.Date?.getTime() ?? at;
  if (oldest < at - keptMilliseconds - 24 * 3_600_000) {
    const first = state.log.findIndex((event) => (event.Date?.getTime() ?? 0) >= at - keptMilliseconds);
    state.log.splice(0, first < 0 ? state.log.length : first);
  }
  state.log.push({
    SourceIdentifier: what.id,
    SourceType: apiTypes[what.sourceType] as SourceType,
    Message: what.message,
    EventCategories: [what.category],
    Date: new Date(at),
    SourceArn: what.arn,
  });
}

/** EventBridge's form (user guide, rds-cloud-watch-events): `time` in seconds, `Date` in milliseconds. */
function asEventBridgeEvent(state: RdsState, what: Occurrence, at: number): AwsEvent {
  const { world, region } = state;
  const date = new Date(at).toISOString();
  const unnamed = what.sourceType === "SNAPSHOT" && reading(world, "snapshotEventId") === "absent";
  return {
    version: "0",
    id: world.uuid("rds-event", region.name, what.eventId, what.arn, nth(state, what.eventId, what.arn)),
    "detail-type": detailTypes[what.sourceType],
    source: "aws.rds",
    account: world.account,
    time: `${date.slice(0, 19)}Z`,
    region: region.name,
    resources: [what.arn],
    detail: {
      EventCategories: [what.category],
      SourceType: what.sourceType,
      SourceArn: what.arn,
      Date: date,
      Message: what.message,
      SourceIdentifier: what.id,
      ...(unnamed ? {} : { EventID: what.eventId }),
      ...tagsOf(state, what.tags),
    },
  };
}

function tagsOf({ world }: RdsState, tags: readonly Tag[]): { Tags?: unknown } {
  const how = reading(world, "eventTags");
  if (how === "absent") return {};
  if (how === "list") return { Tags: tags.map(({ Key, Value }) => ({ key: Key, value: Value })) };
  return { Tags: Object.fromEntries(tags.map(({ Key, Value }) => [Key ?? "", Value ?? ""])) };
}

/** Events that DescribeEvents still knows. */
export function rememberedEvents(state: RdsState): Event[] {
  const since = state.world.clock.now() - keptMilliseconds;
  return state.log.filter((event) => (event.Date?.getTime() ?? 0) >= since);
}
