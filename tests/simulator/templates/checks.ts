/**
 * What neither CDK's validation nor CloudFormation would say of a stack: references to nothing, and parts that
 * would be silent for ever. AWS deploys such a stack and nobody hears of it; here the deployment is refused.
 */
import { SourceType } from "@aws-sdk/client-rds";
import { judgeService } from "../iam/service-principals.ts";
import { shapeOf, shapesOf, textsOf } from "../services/events/properties.ts";
import { keyAdmits, keyAdmitsRole } from "../services/sqs/policy.ts";
import { AwsError, type Shape } from "../types.ts";
import type { SimulatedWorld } from "../world-types.ts";
import type { DeployedResource } from "./deploy.ts";
import { MEASURED } from "./measured.ts";

/** What a check sees: the stack's resources as they were made, and what is there by then. */
interface Sight {
  readonly world: SimulatedWorld;
  readonly region: string;
  readonly resources: readonly DeployedResource[];
}

type Check = (resource: DeployedResource, sight: Sight) => readonly string[];

const text = (value: unknown): string => (typeof value === "string" ? value : "");
const nothing: readonly string[] = [];
const finding = (holds: boolean, sentence: string): readonly string[] => (holds ? nothing : [sentence]);

/** Refuses, before it is made, what RDS would refuse and its model knows: the source types are the client's enum. */
export function checkProperties(type: string, properties: Shape): void {
  const sourceType = properties["SourceType"];
  const known: readonly unknown[] = Object.values(SourceType);
  if (type === "AWS::RDS::EventSubscription" && sourceType !== undefined && !known.includes(sourceType)) {
    const message = `SourceType ${String(sourceType)} is none of ${known.join(", ")}`;
    throw new AwsError("InvalidParameterValue", message);
  }
}

/** Everything found in a stack that was just made, a sentence each. */
export function findingsOf(
  world: SimulatedWorld,
  region: string,
  resources: readonly DeployedResource[],
): string[] {
  const sight = { world, region, resources };
  return resources.flatMap((resource) =>
    (CHECKS[resource.type] ?? []).flatMap((check) =>
      check(resource, sight).map((sentence) => `${resource.logicalId} (${resource.type}): ${sentence}`),
    ),
  );
}

function queueExists({ world, region }: Sight, arn: string): boolean {
  return world.region(region).sqs.attributes(arn) !== undefined;
}

/** The key of a queue; undefined when SQS encrypts with its own. */
function keyOf({ world, region }: Sight, queueArn: string): string | undefined {
  return world.region(region).sqs.attributes(queueArn)?.kmsKey;
}

/** Whether a resource of the type stands in this stack and is what the test says. */
function made(sight: Sight, type: string, is: (resource: DeployedResource) => boolean): boolean {
  return sight.resources.some((resource) => resource.type === type && is(resource));
}

const nameOf = ({ properties, ref }: DeployedResource, dimension: string): string =>
  text(properties[dimension]) || text(properties["Name"]) || (ref.split(/[/:|]/).at(-1) ?? ref);

const alarmWatches: Check = ({ properties }, sight) => {
  const namespace = text(properties["Namespace"]);
  // What other namespaces measure is the business of whoever puts the metrics.
  if (!namespace.startsWith("AWS/")) return nothing;
  const { dimension, type, metrics = nothing } = MEASURED[namespace] ?? {};
  const metric = text(properties["MetricName"]);
  if (dimension === undefined || !metrics.includes(metric)) {
    return [`watches ${namespace} ${metric}, which is not measured here`];
  }
  const named = shapesOf(properties["Dimensions"]).map(
    ({ Name, Value }) => [text(Name), text(Value)] as const,
  );
  const value = named.find(([name]) => name === dimension)?.[1];
  if (value === undefined) {
    return [`watches ${namespace} without the dimension ${dimension}, where nothing is measured`];
  }
  const found = sight.resources.find((each) => each.type === type && nameOf(each, dimension) === value);
  if (found === undefined) return [`watches the ${dimension} ${value}, which does not exist`];
  const bus = named.find(([name]) => name === "EventBusName")?.[1];
  const own = text(found.properties["EventBusName"]).split("/").at(-1) || undefined;
  const rightBus = type !== "AWS::Events::Rule" || bus === own;
  return finding(
    rightBus,
    `watches ${value} on the bus ${bus ?? "default"}, but it is on ${own ?? "default"}`,
  );
};

const alarmTells: Check = ({ properties, attributes }, { world, region }) => {
  const { sns } = world.region(region);
  const who = { principal: "cloudwatch.amazonaws.com", sourceArn: text(attributes["Arn"]) };
  return ["AlarmActions", "OKActions", "InsufficientDataActions"].flatMap((property) =>
    textsOf(properties[property]).flatMap((arn) => {
      if (!sns.topicExists(arn)) return [`tells ${arn}, which does not exist`];
      const because = sns.obstacle(who, arn);
      return finding(because === undefined, `may not publish to ${arn}: ${because}`);
    }),
  );
};

/** Whether the queues' policies in this stack let EventBridge send to the queue for the rule. */
function admits(sight: Sight, queueArn: string, ruleArn: string): boolean {
  const request = {
    who: { principal: "events.amazonaws.com", sourceArn: ruleArn },
    action: "sqs:SendMessage",
    resource: queueArn,
  };
  const name = queueArn.split(":").at(-1);
  return made(sight, "AWS::SQS::QueuePolicy", ({ properties }) => {
    const policy = shapeOf(properties["PolicyDocument"]);
    const covers = textsOf(properties["Queues"]).some((url) => url.split("/").at(-1) === name);
    return covers && policy !== undefined && judgeService("queue", policy, request).allowed;
  });
}

const deadLettersOf = (target: Shape): string => text(shapeOf(target["DeadLetterConfig"])?.["Arn"]);

const ruleReaches: Check = ({ properties, attributes }, sight) => {
  const targets = shapesOf(properties["Targets"]);
  const queues = targets.flatMap((target) => [text(target["Arn"]), deadLettersOf(target)]);
  const ruleArn = text(attributes["Arn"]);
  return [
    ...finding(targets.length > 0, "has no target: what matches it goes nowhere"),
    ...targets.flatMap((target) =>
      finding(deadLettersOf(target) !== "", `sends to ${text(target["Arn"])} without dead letters`),
    ),
    ...queues
      .filter((arn) => arn !== "")
      .flatMap((arn) => {
        if (!queueExists(sight, arn)) return [`sends to ${arn}, which does not exist`];
        const key = keyOf(sight, arn);
        const who = { principal: "events.amazonaws.com", sourceArn: ruleArn };
        return [
          ...finding(
            admits(sight, arn, ruleArn),
            `may not send to ${arn}: the queue's policy does not let it`,
          ),
          ...finding(
            key === undefined || keyAdmits(sight.world, sight.world.region(sight.region), key, who),
            `may not send to ${arn}: the key ${key} does not exist or does not let EventBridge use it`,
          ),
        ];
      }),
  ];
};

const scheduleReaches: Check = ({ properties }, sight) => {
  const target = shapeOf(properties["Target"]) ?? {};
  const roleArn = text(target["RoleArn"]);
  const judge = sight.world.knobs["authorizeRole"];
  const region = sight.world.region(sight.region);
  const may = (arn: string) =>
    typeof judge !== "function" || judge(roleArn, "sqs:SendMessage", arn, region) !== false;
  return [
    ...finding(deadLettersOf(target) !== "", `sends to ${text(target["Arn"])} without dead letters`),
    ...[text(target["Arn"]), deadLettersOf(target)]
      .filter((arn) => arn !== "")
      .flatMap((arn) => {
        if (!queueExists(sight, arn)) return [`sends to ${arn}, which does not exist`];
        const key = keyOf(sight, arn);
        return [
          ...finding(may(arn), `may not send to ${arn}: ${roleArn} does not allow it`),
          ...finding(
            key === undefined || keyAdmitsRole(sight.world, region, key, roleArn),
            `may not send to ${arn}: the key ${key} does not exist or ${roleArn} may not use it`,
          ),
        ];
      }),
  ];
};

const functionLogs: Check = ({ properties, ref }, sight) => {
  const name = text(shapeOf(properties["LoggingConfig"])?.["LogGroup"]) || `/aws/lambda/${ref}`;
  return finding(
    made(sight, "AWS::Logs::LogGroup", (group) => group.ref === name),
    `logs to ${name}, which the stack does not declare: Lambda's own would never expire`,
  );
};

const functionNames: Check = ({ properties }, sight) =>
  Object.entries(shapeOf(shapeOf(properties["Environment"])?.["Variables"]) ?? {}).flatMap(
    ([name, value]) => {
      const [, region, account, queue] =
        /^https:\/\/sqs\.([a-z0-9-]+)\.amazonaws\.com\/(\d+)\/([\w.-]+)$/.exec(text(value)) ?? [];
      if (queue === undefined || region !== sight.region) return nothing;
      const exists = queueExists(sight, `arn:${sight.world.partition}:sqs:${region}:${account}:${queue}`);
      return finding(exists, `has ${name}, which names the queue ${queue} that does not exist`);
    },
  );

const groupExpires: Check = ({ properties }) =>
  finding(properties["RetentionInDays"] !== undefined, "never expires: it has no RetentionInDays");

const mappingReports: Check = ({ properties }) =>
  finding(
    textsOf(properties["FunctionResponseTypes"]).includes("ReportBatchItemFailures"),
    "does not report batch item failures: one bad message would bring its whole batch back",
  );

const CHECKS: Readonly<Record<string, readonly Check[]>> = {
  "AWS::CloudWatch::Alarm": [alarmWatches, alarmTells],
  "AWS::Events::Rule": [ruleReaches],
  "AWS::Scheduler::Schedule": [scheduleReaches],
  "AWS::Lambda::Function": [functionLogs, functionNames],
  "AWS::Lambda::EventSourceMapping": [mappingReports],
  "AWS::Logs::LogGroup": [groupExpires],
};
