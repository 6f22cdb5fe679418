import { Aws, Duration, RemovalPolicy } from "aws-cdk-lib";
import { Metric, Stats } from "aws-cdk-lib/aws-cloudwatch";
import { PolicyDocument, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import {
  Architecture,
  Code,
  EventSourceMapping,
  Function as LambdaFunction,
  RecursiveLoop,
  Runtime,
} from "aws-cdk-lib/aws-lambda";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { metricsNamespace } from "../../shared/conditions.ts";
import { names, type StepName } from "../../shared/names.ts";
import type { Settings } from "../../shared/settings/schema.ts";
import { lookSeconds } from "../../shared/waits.ts";
import type { Assets } from "../bundle.ts";
import { type Grant, statementOf } from "../permissions/grant.ts";
import { alarm } from "./alarms.ts";
import { type Entry, makeRule, makeSchedule } from "./entries.ts";
import { acceptWildcards } from "./nag.ts";
import { StepQueues } from "./step-queues.ts";

/** Messages in one batch of a step that gathers them. */
const gatheredMax = 500;

/** What all steps of a stack share. */
export interface StepContext {
  readonly settings: Settings;
  readonly region: string;
  readonly assets: Assets;
  /** The name of our bus, as a reference to it. */
  readonly bus: string;
}

/** What one step is: what starts it, what it may do, how long and how many at a time. */
export interface StepProps {
  readonly on: readonly Entry[];
  readonly may: readonly Grant[];
  readonly timeout?: Duration;
  readonly memoryMegabytes?: number;
  /** Messages worked on at a time; two is the least that Lambda takes. */
  readonly atATime?: number;
  /** Tries a message that failed again within seconds instead of after the queue's visibility timeout. */
  readonly retriesSoon?: boolean;
  /** Puts messages aside in a queue that nothing reads but the step itself. */
  readonly parks?: boolean;
  /** Takes messages many at a time, after gathering them for so long, to merge what belongs together. */
  readonly gathersForSeconds?: number;
  /** The alerts topic, for alarms of the step that would otherwise announce its own failure. */
  readonly alarmsTell?: ITopic;
}

/** A step of the choreography: rule or schedule → queue (and dead letters) → function, with alarms on each. */
export class Step extends Construct {
  constructor(scope: Construct, name: StepName, context: StepContext, props: StepProps) {
    super(scope, name);
    const timeout = props.timeout ?? Duration.seconds(60);
    const gathers = props.gathersForSeconds ?? 0;
    const seconds: Partial<Record<StepName, number>> = lookSeconds;
    const queues = new StepQueues(this, "Queues", {
      environment: context.settings.environment,
      step: name,
      functionTimeout: timeout,
      gathersForSeconds: gathers,
      lookSeconds: seconds[name],
      retriesSoon: props.retriesSoon ?? false,
      parks: props.parks ?? false,
    });
    const handler = this.makeFunction(name, context, { ...props, timeout }, queues);
    for (const queue of [queues.own, queues.waits]) {
      if (queue === undefined) continue;
      new EventSourceMapping(this, `${queue.node.id}Mapping`, {
        target: handler,
        eventSourceArn: queue.queueArn,
        ...(gathers === 0
          ? { batchSize: 1 }
          : { batchSize: gatheredMax, maxBatchingWindow: Duration.seconds(gathers) }),
        maxConcurrency: props.atATime ?? 2,
        reportBatchItemFailures: true,
      });
    }
    this.makeEntries(name, context, props, queues);
    this.makeAlarms(name, context, props, queues);
  }

  private makeFunction(
    name: StepName,
    context: StepContext,
    props: StepProps & { timeout: Duration },
    queues: StepQueues,
  ) {
    const named = names(context.settings.environment);
    const logGroup = new LogGroup(this, "Log", {
      logGroupName: named.logGroup(name),
      retention: RetentionDays.ONE_YEAR,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const grants = [...ownGrants(logGroup.logGroupArn, queues, props.retriesSoon ?? false), ...props.may];
    const role = new Role(this, "Role", {
      roleName: named.role(name, context.region),
      description: `What ${name} may do`,
      assumedBy: new ServicePrincipal("lambda.amazonaws.com"),
      inlinePolicies: { step: new PolicyDocument({ statements: grants.map(statementOf) }) },
    });
    acceptWildcards(role, grants);
    return new LambdaFunction(this, "Function", {
      functionName: named.function(name),
      description: `rds-dr ${context.settings.environment}: ${name}`,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: "index.handler",
      code: Code.fromAsset(context.assets(name)),
      memorySize: props.memoryMegabytes ?? 256,
      timeout: props.timeout,
      role,
      logGroup,
      // A wait is a message to itself; Lambda would stop it after 16 rounds.
      recursiveLoop: RecursiveLoop.ALLOW,
      environment: {
        RDS_DR_ACCOUNT: Aws.ACCOUNT_ID,
        RDS_DR_PARTITION: Aws.PARTITION,
        ...(props.retriesSoon && { RDS_DR_QUEUE_URL: queues.own.queueUrl }),
        ...(queues.waits && { RDS_DR_WAITS_URL: queues.waits.queueUrl }),
        ...(queues.parked && { RDS_DR_PARKED_URL: queues.parked.queueUrl }),
        POWERTOOLS_SERVICE_NAME: name,
        POWERTOOLS_METRICS_NAMESPACE: metricsNamespace,
        NODE_OPTIONS: "--enable-source-maps",
      },
    });
  }

  private makeEntries(
    name: StepName,
    { settings, region, bus }: StepContext,
    { on, alarmsTell }: StepProps,
    queues: StepQueues,
  ): void {
    const named = names(settings.environment);
    const to = { queueArn: queues.own.queueArn, deadLettersArn: queues.deadLetters.queueArn };
    const ruleArns: string[] = [];
    for (const entry of on) {
      if (entry.kind === "schedule") {
        const role = this.makeSchedulerRole(named.schedulerRole(region), to);
        makeSchedule(this, entry, named.schedule(name), role.roleArn, to);
        continue;
      }
      const onOurs = entry.bus === "ours";
      const ruleName = named.rule(name, entry.event);
      const rule = makeRule(this, entry, ruleName, onOurs ? bus : undefined, to);
      ruleArns.push(rule.attrArn);
      alarm(this, `${entry.event}-undelivered`, {
        name: `${ruleName}-undelivered`,
        means: `EventBridge could not deliver events of the rule ${ruleName} to ${name}.`,
        runbook: "undelivered",
        metric: new Metric({
          namespace: "AWS/Events",
          metricName: "FailedInvocations",
          dimensionsMap: { ...(onOurs && { EventBusName: named.bus }), RuleName: ruleName },
          period: Duration.minutes(5),
          statistic: Stats.SUM,
        }),
        topic: alarmsTell,
      });
    }
    queues.letRulesSend(ruleArns);
  }

  /** The role that EventBridge Scheduler delivers with; the step's queue and dead letters are all it may send to. */
  private makeSchedulerRole(roleName: string, to: { queueArn: string; deadLettersArn: string }): Role {
    const send = { sid: "Send", actions: ["sqs:SendMessage"], resources: [to.queueArn, to.deadLettersArn] };
    return new Role(this, "SchedulerRole", {
      roleName,
      description: "Delivers schedules to the queue of their step",
      assumedBy: new ServicePrincipal("scheduler.amazonaws.com", {
        conditions: { StringEquals: { "aws:SourceAccount": Aws.ACCOUNT_ID } },
      }),
      inlinePolicies: { deliver: new PolicyDocument({ statements: [statementOf(send)] }) },
    });
  }

  private makeAlarms(
    name: StepName,
    { settings }: StepContext,
    { alarmsTell }: StepProps,
    queues: StepQueues,
  ): void {
    const named = names(settings.environment);
    const deadLetters = (id: string, alarmName: string, queue: Queue) =>
      alarm(this, id, {
        name: alarmName,
        means: `${name} gave up on messages, which wait in ${queue.node.id === "DeadLetters" ? named.deadLetters(name) : named.waitsDeadLetters(name)}.`,
        runbook: "dead-letters",
        metric: queue.metricApproximateNumberOfMessagesVisible({
          period: Duration.minutes(5),
          statistic: Stats.MAXIMUM,
        }),
        topic: alarmsTell,
      });
    deadLetters("dead-letters", named.alarm(`${name}-dead-letters`), queues.deadLetters);
    if (queues.waitsDeadLetters !== undefined) {
      deadLetters("waits-dead-letters", named.alarm(`${name}-waits-dead-letters`), queues.waitsDeadLetters);
    }
    const waitingTooLong = (id: string, queue: Queue) =>
      alarm(this, id, {
        name: named.alarm(`${name}-${id}`),
        means: `Messages have been waiting for ${name} for an hour or more.`,
        runbook: "waiting-too-long",
        metric: queue.metricApproximateAgeOfOldestMessage({
          period: Duration.minutes(5),
          statistic: Stats.MAXIMUM,
        }),
        threshold: 3600,
        topic: alarmsTell,
      });
    waitingTooLong("waiting-too-long", queues.own);
    // A message that waits is sent anew at each look, so it never grows old unless nobody looks.
    if (queues.waits !== undefined) waitingTooLong("waits-waiting-too-long", queues.waits);
  }
}

/** What every step may do with its own log and queues. */
function ownGrants(logGroupArn: string, { own, waits, parked }: StepQueues, retriesSoon: boolean): Grant[] {
  const mapped = [own, waits].filter((queue) => queue !== undefined);
  const grants: Grant[] = [
    // The ARN of a log group ends in ":*": its streams.
    { sid: "WriteLog", actions: ["logs:CreateLogStream", "logs:PutLogEvents"], resources: [logGroupArn] },
    {
      sid: "Consume",
      actions: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
      resources: mapped.map((queue) => queue.queueArn),
    },
  ];
  if (retriesSoon)
    grants.push({
      sid: "RetrySoon",
      actions: ["sqs:ChangeMessageVisibility"],
      resources: mapped.map((queue) => queue.queueArn),
    });
  if (waits !== undefined)
    grants.push({ sid: "Wait", actions: ["sqs:SendMessage"], resources: [waits.queueArn] });
  if (parked !== undefined) {
    const actions = [
      "sqs:SendMessage",
      "sqs:ReceiveMessage",
      "sqs:ChangeMessageVisibility",
      "sqs:DeleteMessage",
    ];
    grants.push({ sid: "Park", actions, resources: [parked.queueArn] });
  }
  return grants;
}
