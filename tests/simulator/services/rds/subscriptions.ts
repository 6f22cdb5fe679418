import { AwsError, type CreatedResource, type ResourceRequest } from "../../types.ts";
import { reading } from "./facts.ts";
import { arnOf, opaque } from "./identifiers.ts";
import type { RdsState } from "./state.ts";

/** An event subscription: RDS's own way of telling a topic. */
export interface Subscription {
  readonly name: string;
  readonly arn: string;
  readonly topicArn: string;
  readonly sourceType?: string;
  readonly sourceIds: readonly string[];
  readonly categories: readonly string[];
  readonly enabled: boolean;
}

/** An occurrence as subscriptions see it; the source type in the API's spelling. */
export interface Notification {
  readonly eventId: string;
  readonly sourceType: string;
  readonly category: string;
  readonly message: string;
  readonly id: string;
  readonly arn: string;
  readonly at: number;
}

/** Source types and their categories (user guide, USER_Events.Messages; the API's enum SourceType). */
export const categoriesOf: Readonly<Record<string, readonly string[]>> = {
  "db-instance": [
    "availability",
    "backup",
    "configuration change",
    "creation",
    "deletion",
    "failover",
    "failure",
    "low storage",
    "maintenance",
    "notification",
    "read replica",
    "recovery",
    "restoration",
    "security",
    "security patching",
  ],
  "db-snapshot": ["creation", "deletion", "notification", "restoration", "failure"],
  "db-cluster-snapshot": ["backup", "notification", "failure"],
  "db-cluster": [
    "configuration change",
    "creation",
    "deletion",
    "failover",
    "failure",
    "global-failover",
    "maintenance",
    "migration",
    "notification",
    "serverless",
  ],
  "db-parameter-group": ["configuration change"],
  "db-security-group": ["configuration change", "failure"],
  "db-proxy": ["configuration change", "creation", "deletion", "failure"],
  "zero-etl": ["creation", "deletion", "failure", "notification"],
  "custom-engine-version": ["creation", "failure", "restoring"],
  "blue-green-deployment": ["creation", "deletion", "failure", "notification"],
  "db-shard-group": [
    "configuration change",
    "creation",
    "deletion",
    "failure",
    "maintenance",
    "notification",
  ],
};

const principal = "events.rds.amazonaws.com";

/** AWS::RDS::EventSubscription. */
export function makeSubscription(state: RdsState, request: ResourceRequest): CreatedResource {
  const { properties } = request;
  const { world, region } = state;
  const unique = opaque(world.uuid("subscription", region.name, request.stackName, request.logicalId), 12);
  const name =
    text(properties.SubscriptionName) ?? `${request.stackName}-${request.logicalId}-${unique}`.toLowerCase();
  const subscription: Subscription = {
    name,
    arn: arnOf(world, region.name, "es", name),
    topicArn: text(properties.SnsTopicArn) ?? "",
    sourceType: text(properties.SourceType),
    sourceIds: texts(properties.SourceIds),
    categories: texts(properties.EventCategories),
    enabled: properties.Enabled !== false && properties.Enabled !== "false",
  };
  checkSubscription(state, subscription);
  sendFirstMessage(state, subscription);
  state.subscriptions.set(name, subscription);
  return { ref: name, attributes: {} };
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === "string") : [];
}

function checkSubscription(state: RdsState, wanted: Subscription): void {
  const { topicArn, sourceType } = wanted;
  if (wanted.name.length >= 255)
    throw new AwsError("InvalidParameterValue", "SubscriptionName must be less than 255");
  if (state.subscriptions.has(wanted.name)) {
    throw new AwsError("SubscriptionAlreadyExist", `Subscription ${wanted.name} already exists`);
  }
  if (topicArn.endsWith(".fifo")) throw new AwsError("SNSInvalidTopic", "FIFO topics are not supported");
  if (!state.region.sns.topicExists(topicArn)) {
    throw new AwsError("SNSTopicArnNotFound", `SNS topic ${topicArn} does not exist`, 404);
  }
  if (sourceType !== undefined && !Object.hasOwn(categoriesOf, sourceType)) {
    throw new AwsError("InvalidParameterValue", `${sourceType} is not a valid source type`);
  }
  if (wanted.sourceIds.length > 0 && sourceType === undefined) {
    throw new AwsError("InvalidParameterCombination", "SourceIds require SourceType to be specified");
  }
  const known =
    sourceType === undefined ? Object.values(categoriesOf).flat() : (categoriesOf[sourceType] ?? []);
  for (const category of wanted.categories) {
    if (!known.includes(category)) {
      const of = sourceType ?? "any source type";
      throw new AwsError("SubscriptionCategoryNotFound", `Category ${category} not found for ${of}`, 404);
    }
  }
  for (const id of wanted.sourceIds) {
    if (!sourceExists(state, sourceType, id))
      throw new AwsError("SourceNotFound", `Source ${id} not found`, 404);
  }
}

function sourceExists(state: RdsState, sourceType: string | undefined, id: string): boolean {
  if (sourceType === "db-instance") return state.instances.has(id);
  if (sourceType === "db-snapshot") return state.snapshots.has(id);
  return false;
}

/** RDS tells a new subscriber so, in plain text; an unwilling topic is found here, or never. */
function sendFirstMessage(state: RdsState, subscription: Subscription): void {
  const message =
    "Amazon RDS has detected a new event subscription for your account. Event notifications will be sent to " +
    `this topic for the subscription ${subscription.name}.`;
  const because = publish(state, subscription, message, {});
  if (because === undefined || reading(state.world, "subscriptionNeedsTopicPolicy") !== "at-creation") return;
  throw new AwsError(
    "SNSNoAuthorization",
    `You do not have permission to publish to the SNS topic ARN ${subscription.topicArn}: ${because}`,
  );
}

function publish(
  state: RdsState,
  { topicArn, arn }: Subscription,
  message: string,
  attributes: Readonly<Record<string, string>>,
): string | undefined {
  const subject = "RDS Notification Message";
  const who = { principal, sourceArn: arn };
  return state.region.sns.publishAs(who, topicArn, { subject, message, attributes });
}

/** Tells every subscription that wants the notification, after a while. */
export function notifySubscriptions(
  state: RdsState,
  notification: Notification,
  afterMilliseconds: number,
): void {
  for (const subscription of state.subscriptions.values()) {
    if (!wants(subscription, notification)) continue;
    state.world.clock.after(afterMilliseconds, `${notification.eventId} to ${subscription.name}`, () => {
      if (!state.region.lost) deliver(state, subscription, notification);
    });
  }
}

function wants({ enabled, sourceType, sourceIds, categories }: Subscription, told: Notification): boolean {
  if (!enabled) return false;
  if (sourceType !== undefined && sourceType !== told.sourceType) return false;
  if (sourceIds.length > 0 && !sourceIds.includes(told.id)) return false;
  return categories.length === 0 || categories.includes(told.category);
}

function deliver(state: RdsState, subscription: Subscription, told: Notification): void {
  const { region } = state;
  const page = "http://docs.amazonwebservices.com/AmazonRDS/latest/UserGuide/USER_Events.html";
  const message = JSON.stringify({
    "Event Source": told.sourceType,
    "Event Time": new Date(told.at).toISOString().replace("T", " ").slice(0, 23),
    "Identifier Link":
      `https://console.aws.amazon.com/rds/home?region=${region.name}#` +
      (told.sourceType === "db-instance" ? `dbinstance:id=${told.id}` : `snapshot:id=${told.id}`),
    "Source ID": told.id,
    "Source ARN": told.arn,
    "Event ID": `${page}#${told.eventId}`,
    "Event Message": told.message,
  });
  const because = publish(state, subscription, message, { EventID: told.eventId, Resource: told.arn });
  if (because !== undefined) {
    const { name } = subscription;
    state.world.journal.write(region.name, "rds-notification-refused", {
      ...{ subscription: name, eventId: told.eventId, because },
    });
  }
}
