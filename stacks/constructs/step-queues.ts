import { Duration } from "aws-cdk-lib";
import {
  Effect,
  PolicyDocument,
  PolicyStatement,
  ServicePrincipal,
  StarPrincipal,
} from "aws-cdk-lib/aws-iam";
import { CfnQueuePolicy, Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { names, type StepName } from "../../shared/names.ts";
import { accept } from "./nag.ts";

/** Attempts before a message becomes a dead letter. */
const attemptsMax = 5;
/** The same where a message comes again within seconds: attempts for eleven minutes. */
const attemptsMaxSoon = 10;
/**
 * So many of the function's timeouts, and the gathering, a message that was taken stays hidden, as Lambda advises: what
 * is throttled must not run out of attempts. https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
 */
const timeoutsHidden = 6;
/** The same on the way of a recovery: it has twice the attempts, and who was killed with it must not hold it up for long. */
const timeoutsHiddenSoon = 3;
const retention = Duration.days(14);

interface StepQueuesProps {
  readonly environment: string;
  readonly step: StepName;
  readonly functionTimeout: Duration;
  readonly gathersForSeconds: number;
  /** Seconds from look to look, for a step that waits. */
  readonly lookSeconds: number | undefined;
  /** Whether a message that failed is tried again within seconds. */
  readonly retriesSoon: boolean;
  /** Whether messages are put aside until there is room for them. */
  readonly parks: boolean;
}

/** The queues of a step: its own with dead letters, and for a step that waits or parks one for that. */
export class StepQueues extends Construct {
  readonly own: Queue;
  readonly deadLetters: Queue;
  readonly waits: Queue | undefined;
  readonly waitsDeadLetters: Queue | undefined;
  readonly parked: Queue | undefined;

  constructor(scope: Construct, id: string, props: StepQueuesProps) {
    super(scope, id);
    const named = names(props.environment);
    const encryption = QueueEncryption.SQS_MANAGED;
    const times = props.retriesSoon ? timeoutsHiddenSoon : timeoutsHidden;
    const visibilityTimeout = Duration.seconds(
      times * props.functionTimeout.toSeconds() + props.gathersForSeconds,
    );
    const maxReceiveCount = props.retriesSoon ? attemptsMaxSoon : attemptsMax;
    const dead = { encryption, retentionPeriod: retention };

    this.deadLetters = new Queue(this, "DeadLetters", { ...dead, queueName: named.deadLetters(props.step) });
    this.own = new Queue(this, "Own", {
      queueName: named.queue(props.step),
      encryption,
      visibilityTimeout,
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount },
    });
    if (props.lookSeconds !== undefined) {
      this.waitsDeadLetters = new Queue(this, "WaitsDeadLetters", {
        ...dead,
        fifo: true,
        queueName: named.waitsDeadLetters(props.step),
      });
      this.waits = new Queue(this, "Waits", {
        fifo: true,
        queueName: named.waits(props.step),
        encryption,
        visibilityTimeout,
        deliveryDelay: Duration.seconds(props.lookSeconds),
        deadLetterQueue: { queue: this.waitsDeadLetters, maxReceiveCount },
      });
    }
    if (props.parks) {
      this.parked = new Queue(this, "Parked", {
        queueName: named.parked(props.step),
        encryption,
        visibilityTimeout,
        retentionPeriod: retention,
      });
      accept(
        this.parked,
        "SQS3",
        "a parked message has not failed; the step takes it when there is room, and reconciling makes good what expires",
      );
    }
  }

  /** All queues that are there. */
  all(): Queue[] {
    const queues = [this.own, this.deadLetters, this.waits, this.waitsDeadLetters, this.parked];
    return queues.filter((queue) => queue !== undefined);
  }

  /**
   * One policy for all queues of the step: the rules may send, and nothing goes unencrypted.
   * SQS takes one resource a statement, so each queue has its own statements. A step that no rule sends to
   * needs no policy: its schedule sends as a role of ours, over HTTPS as every SDK does.
   */
  letRulesSend(ruleArns: readonly string[]): void {
    if (ruleArns.length === 0) {
      for (const queue of this.all())
        accept(queue, "SQS4", "only roles of ours send to it, by SDKs that speak HTTPS");
      return;
    }
    const statements = [this.own, this.deadLetters].map((queue) => sendStatement(queue, ruleArns));
    const policy = new PolicyDocument({ statements: [...statements, ...this.all().map(insecureStatement)] });
    new CfnQueuePolicy(this, "Policy", {
      queues: this.all().map((queue) => queue.queueUrl),
      policyDocument: policy,
    });
  }
}

function sendStatement(queue: Queue, ruleArns: readonly string[]): PolicyStatement {
  return new PolicyStatement({
    sid: `RulesSendTo${queue.node.id}`,
    effect: Effect.ALLOW,
    principals: [new ServicePrincipal("events.amazonaws.com")],
    actions: ["sqs:SendMessage"],
    resources: [queue.queueArn],
    conditions: { ArnEquals: { "aws:SourceArn": [...ruleArns] } },
  });
}

function insecureStatement(queue: Queue): PolicyStatement {
  return new PolicyStatement({
    sid: `OnlyEncryptedTo${queue.node.id}`,
    effect: Effect.DENY,
    principals: [new StarPrincipal()],
    actions: ["sqs:*"],
    resources: [queue.queueArn],
    conditions: { Bool: { "aws:SecureTransport": "false" } },
  });
}
