import { AwsError, type AwsEvent, type Region, type Shape, type World } from "../../types.ts";
import type { Rule, Target } from "./rules.ts";

/** An event on its way from one rule to one target. */
interface Delivery {
  readonly rule: Rule;
  readonly target: Target;
  readonly event: AwsEvent;
  readonly receivedAt: number;
  attempts: number;
}

/** Wire codes after which EventBridge does not try again: no permission, or no such queue. */
const FINAL: Readonly<Record<string, string>> = {
  AccessDenied: "NO_PERMISSIONS",
  AccessDeniedException: "NO_PERMISSIONS",
  KmsAccessDenied: "NO_PERMISSIONS",
  KMSAccessDeniedException: "NO_PERMISSIONS",
  QueueDoesNotExist: "NO_RESOURCE",
  "AWS.SimpleQueueService.NonExistentQueue": "NO_RESOURCE",
};

/** Sends matched events to their targets: at once if possible, again if not, and else to the dead letters. */
export class Deliverer {
  readonly #world: World;
  readonly #region: Region;

  constructor(world: World, region: Region) {
    this.#world = world;
    this.#region = region;
  }

  /** Starts the delivery of an event to every target of a rule that it matched. */
  start(rule: Rule, event: AwsEvent): void {
    this.#count(rule, "MatchedEvents");
    this.#count(rule, "TriggeredRules");
    for (const target of rule.targets) {
      const delivery = { rule, target, event, receivedAt: this.#world.clock.now(), attempts: 0 };
      // "A few hundred milliseconds": EventBridge's half-second latency in the usual case.
      const delay = 100 + 400 * this.#world.random("event-delivery", event.id, rule.arn, target.id);
      this.#world.clock.after(delay, `event to ${rule.name}`, () => this.#attempt(delivery));
    }
  }

  #attempt(delivery: Delivery): void {
    const { rule, target, event, receivedAt } = delivery;
    // AWS loses such an event without a word: LocalStack's recording, test_input_transformer_nested_keys_…_not_valid.
    const body = target.input({
      event,
      ruleArn: rule.arn,
      ruleName: rule.name,
      ingestionTime: isoSeconds(receivedAt),
    });
    if (body === undefined) {
      this.#lost(delivery, { because: "input-is-not-json" });
      return;
    }
    delivery.attempts += 1;
    this.#count(rule, delivery.attempts === 1 ? "Invocations" : "RetryInvocationAttempts");
    try {
      if (this.#region.lost) {
        throw new AwsError("ServiceUnavailable", `${this.#region.name} is lost`, 503);
      }
      this.#region.sqs.sendAs({ principal: "events.amazonaws.com", sourceArn: rule.arn }, target.arn, {
        body,
        ...(target.groupId === undefined ? {} : { groupId: target.groupId, deduplicationId: event.id }),
      });
    } catch (error) {
      if (!(error instanceof AwsError)) {
        throw error;
      }
      this.#failed(delivery, error);
    }
  }

  #failed(delivery: Delivery, error: AwsError): void {
    const { rule, target, event, receivedAt, attempts } = delivery;
    const final = FINAL[error.code];
    if (final !== undefined) {
      this.#giveUp(delivery, final, error, undefined);
      return;
    }
    if (attempts > target.retryAttemptsMax) {
      this.#giveUp(delivery, "SDK_CLIENT_ERROR", error, "MaximumRetryAttempts");
      return;
    }
    const jitter = 0.5 + this.#world.random("event-retry", event.id, rule.arn, target.id, attempts);
    const pause = Math.min(1000 * 2 ** attempts, 450_000) * jitter;
    const deadline = receivedAt + target.ageMaxSeconds * 1000;
    if (this.#world.clock.now() + pause > deadline) {
      const end = () => this.#giveUp(delivery, "SDK_CLIENT_ERROR", error, "MaximumEventAgeInSeconds");
      this.#world.clock.at(deadline, `event given up by ${rule.name}`, end);
      return;
    }
    this.#world.clock.after(pause, `event again to ${rule.name}`, () => this.#attempt(delivery));
  }

  #giveUp(delivery: Delivery, code: string, error: AwsError, exhausted: string | undefined): void {
    const { rule, target, event, attempts } = delivery;
    this.#count(rule, "FailedInvocations");
    const lost = (because: string) =>
      this.#lost(delivery, { because, error: error.code, message: error.message });
    if (target.deadLetterArn === undefined) {
      lost("no-dead-letter-queue");
      return;
    }
    try {
      this.#region.sqs.sendAs(
        { principal: "events.amazonaws.com", sourceArn: rule.arn },
        target.deadLetterArn,
        {
          body: JSON.stringify(event),
          attributes: {
            RULE_ARN: rule.arn,
            TARGET_ARN: target.arn,
            ERROR_CODE: code,
            ERROR_MESSAGE: error.message,
            ...(exhausted === undefined ? {} : { EXHAUSTED_RETRY_CONDITION: exhausted }),
            RETRY_ATTEMPTS: String(attempts - 1),
          },
        },
      );
      this.#count(rule, "InvocationsSentToDlq");
      this.#world.journal.write(this.#region.name, "dead-letter", {
        ...{ queue: target.deadLetterArn, rule: rule.name, event: event.id, because: code },
      });
    } catch (refusal) {
      if (!(refusal instanceof AwsError)) {
        throw refusal;
      }
      this.#count(rule, "InvocationsFailedToBeSentToDlq");
      lost(`dead-letters-refuse: ${refusal.message}`);
    }
  }

  #lost({ rule, target, event }: Delivery, why: Shape): void {
    const { because, ...rest } = why;
    this.#world.journal.write(this.#region.name, "undelivered", {
      ...{ because, rule: rule.name, target: target.arn, ...rest },
      event: { id: event.id, source: event.source, detailType: event["detail-type"], detail: event.detail },
    });
  }

  #count(rule: Rule, metric: string): void {
    const bus: Record<string, string> = rule.bus === "default" ? {} : { EventBusName: rule.bus };
    this.#region.monitoring.putMetric("AWS/Events", metric, { ...bus, RuleName: rule.name }, 1);
  }
}

/** `2026-03-01T02:00:00Z`: event times have whole seconds. */
export function isoSeconds(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}
