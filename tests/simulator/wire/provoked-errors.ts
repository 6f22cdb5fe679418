import type { ServiceName, Shape } from "../types.ts";

/** A call that is refused, and with which code. */
export type Provocation = readonly [service: ServiceName, operation: string, input: Shape, code: string];

const queue = "https://sqs.us-east-1.amazonaws.com/111122223333/rds-dr-dev-create-backup";
const parked = "https://sqs.us-east-1.amazonaws.com/111122223333/rds-dr-dev-copy-backup-parked";
const fifo = "https://sqs.us-east-1.amazonaws.com/111122223333/rds-dr-dev-create-backup-waits.fifo";
const nothing = "https://sqs.us-east-1.amazonaws.com/111122223333/nothing";
const topic = "arn:aws:sns:us-east-1:111122223333:nothing";
const snapshot = { DBSnapshotIdentifier: "nothing" };
const instance = { DBInstanceIdentifier: "nothing" };
const orders = { DBInstanceIdentifier: "orders" };
const arn = (what: string) => ({ ResourceName: `arn:aws:rds:us-east-1:111122223333:${what}:nothing` });
const tags = [{ Key: "a", Value: "b" }];
const at = new Date("2026-03-01T01:00:00Z");
const stat = (Period: number) => ({
  ...{
    StartTime: at,
    EndTime: new Date(at.getTime() + 3_600_000),
    MetricDataQueries: [{ Id: "m", MetricStat: { Metric, Period, Stat: "Sum" } }],
  },
});
const Metric = { Namespace: "n", MetricName: "m" };

/** Refusals of every service in the primary region, in a world where `orders` is and nothing has been made yet. */
export const provocations: readonly Provocation[] = [
  ["rds", "DescribeDBInstances", instance, "DBInstanceNotFound"],
  ["rds", "DescribeDBInstances", { MaxRecords: 19 }, "InvalidParameterValue"],
  ["rds", "DescribeDBInstances", { Marker: "no marker" }, "InvalidParameterValue"],
  ["rds", "DescribeDBSnapshots", snapshot, "DBSnapshotNotFound"],
  ["rds", "DescribeDBSnapshots", { SnapshotType: "mine" }, "InvalidParameterValue"],
  ["rds", "DescribeDBSubnetGroups", { DBSubnetGroupName: "nothing" }, "DBSubnetGroupNotFoundFault"],
  ["rds", "DescribeDBParameterGroups", { DBParameterGroupName: "nothing" }, "DBParameterGroupNotFound"],
  ["rds", "DescribeOptionGroups", { OptionGroupName: "nothing" }, "OptionGroupNotFoundFault"],
  ["rds", "DescribeEvents", { SourceIdentifier: "orders" }, "InvalidParameterCombination"],
  ["rds", "ListTagsForResource", arn("db"), "DBInstanceNotFound"],
  ["rds", "ListTagsForResource", arn("snapshot"), "DBSnapshotNotFound"],
  ["rds", "AddTagsToResource", { ...arn("snapshot"), Tags: tags }, "DBSnapshotNotFound"],
  ["rds", "RemoveTagsFromResource", { ...arn("db"), TagKeys: ["a"] }, "DBInstanceNotFound"],
  ["rds", "CreateDBSnapshot", { ...snapshot, ...instance }, "DBInstanceNotFound"],
  ["rds", "CreateDBSnapshot", { DBSnapshotIdentifier: "rds:x", ...orders }, "InvalidParameterValue"],
  [
    "rds",
    "CopyDBSnapshot",
    { SourceDBSnapshotIdentifier: "nothing", TargetDBSnapshotIdentifier: "t" },
    "DBSnapshotNotFound",
  ],
  ["rds", "DeleteDBSnapshot", snapshot, "DBSnapshotNotFound"],
  ["rds", "ModifyDBSnapshot", snapshot, "DBSnapshotNotFound"],
  ["rds", "RestoreDBInstanceFromDBSnapshot", { ...instance, ...snapshot }, "DBSnapshotNotFound"],
  ["rds", "ModifyDBInstance", instance, "DBInstanceNotFound"],
  ["rds", "ModifyDBInstance", { ...orders, DBParameterGroupName: "nothing" }, "DBParameterGroupNotFound"],
  ["rds", "ModifyDBInstance", { ...orders, OptionGroupName: "nothing" }, "OptionGroupNotFoundFault"],
  ["rds", "DeleteDBInstance", { ...instance, SkipFinalSnapshot: true }, "DBInstanceNotFound"],
  ["rds", "StartDBInstance", instance, "DBInstanceNotFound"],
  ["rds", "StopDBInstance", instance, "DBInstanceNotFound"],
  ["rds", "StartDBInstance", orders, "InvalidDBInstanceState"],
  ["sns", "Publish", { TopicArn: topic, Message: "m" }, "NotFound"],
  ["sns", "Publish", { TargetArn: topic, Message: "m" }, "NotFound"],
  ["sns", "Publish", { TopicArn: "nope", Message: "m" }, "InvalidParameter"],
  ["sns", "GetTopicAttributes", { TopicArn: topic }, "NotFound"],
  ["sns", "GetTopicAttributes", { TopicArn: "nope" }, "InvalidParameter"],
  ["sns", "ListTopics", { NextToken: "zz" }, "InvalidParameter"],
  ["sns", "ListSubscriptionsByTopic", { TopicArn: topic }, "NotFound"],
  ["sqs", "ListQueues", { NextToken: "zz" }, "InvalidParameterValue"],
  ["sqs", "GetQueueUrl", { QueueName: "nothing" }, "QueueDoesNotExist"],
  ["sqs", "SendMessage", { QueueUrl: nothing, MessageBody: "m" }, "QueueDoesNotExist"],
  ["sqs", "SendMessage", { QueueUrl: queue, MessageBody: "\u0000" }, "InvalidMessageContents"],
  ["sqs", "SendMessage", { QueueUrl: fifo, MessageBody: "m" }, "MissingParameter"],
  ["sqs", "SendMessageBatch", { QueueUrl: queue, Entries: [] }, "EmptyBatchRequest"],
  ["sqs", "ReceiveMessage", { QueueUrl: queue, MaxNumberOfMessages: 11 }, "InvalidParameterValue"],
  ["sqs", "DeleteMessage", { QueueUrl: queue, ReceiptHandle: "none" }, "ReceiptHandleIsInvalid"],
  [
    "sqs",
    "ChangeMessageVisibility",
    { QueueUrl: parked, ReceiptHandle: "none", VisibilityTimeout: 1 },
    "ReceiptHandleIsInvalid",
  ],
  ["sqs", "GetQueueAttributes", { QueueUrl: queue, AttributeNames: ["Colour"] }, "InvalidAttributeName"],
  ["events", "DescribeRule", { Name: "nothing" }, "ResourceNotFoundException"],
  ["events", "ListTargetsByRule", { Rule: "nothing" }, "ResourceNotFoundException"],
  ["events", "ListRules", { EventBusName: "nothing" }, "ResourceNotFoundException"],
  ["events", "ListRules", { NextToken: "zz" }, "ValidationException"],
  ["events", "DescribeEventBus", { Name: "nothing" }, "ResourceNotFoundException"],
  ["events", "EnableRule", { Name: "nothing" }, "ResourceNotFoundException"],
  ["events", "DisableRule", { Name: "nothing" }, "ResourceNotFoundException"],
  ["events", "TestEventPattern", { EventPattern: "{", Event: "{}" }, "InvalidEventPatternException"],
  ["events", "TestEventPattern", { EventPattern: "", Event: "{}" }, "InvalidEventPatternException"],
  ["events", "TestEventPattern", { EventPattern: '{"a":["b"]}', Event: "{" }, "ValidationException"],
  ["kms", "DescribeKey", { KeyId: "alias/nothing" }, "NotFoundException"],
  ["kms", "DisableKey", { KeyId: "alias/nothing" }, "InvalidArnException"],
  ["kms", "DisableKey", { KeyId: "nothing" }, "NotFoundException"],
  ["kms", "EnableKey", { KeyId: "nothing" }, "NotFoundException"],
  ["kms", "ScheduleKeyDeletion", { KeyId: "nothing" }, "NotFoundException"],
  ["kms", "CancelKeyDeletion", { KeyId: "nothing" }, "NotFoundException"],
  ["kms", "GetKeyPolicy", { KeyId: "nothing" }, "NotFoundException"],
  ["kms", "GetKeyRotationStatus", { KeyId: "nothing" }, "NotFoundException"],
  ["kms", "ListGrants", { KeyId: "nothing" }, "NotFoundException"],
  ["kms", "ListAliases", { Marker: "x" }, "InvalidMarkerException"],
  [
    "kms",
    "CreateGrant",
    { KeyId: "nothing", GranteePrincipal: "p", Operations: ["Decrypt"] },
    "NotFoundException",
  ],
  ["logs", "FilterLogEvents", { logGroupName: "nothing" }, "ResourceNotFoundException"],
  ["logs", "DescribeLogGroups", { nextToken: "zz" }, "InvalidParameterException"],
  [
    "logs",
    "FilterLogEvents",
    { logGroupName: "/aws/lambda/rds-dr-dev-create-backup", filterPattern: "{ $.a ~ 1 }" },
    "InvalidParameterException",
  ],
  ["scheduler", "ListSchedules", { GroupName: "nothing" }, "ResourceNotFoundException"],
  ["scheduler", "ListSchedules", { NextToken: "zz" }, "ValidationException"],
  ["scheduler", "GetSchedule", { Name: "nothing" }, "ResourceNotFoundException"],
  ["lambda", "GetFunction", { FunctionName: "nothing" }, "ResourceNotFoundException"],
  ["lambda", "GetFunctionConfiguration", { FunctionName: "nothing" }, "ResourceNotFoundException"],
  ["lambda", "Invoke", { FunctionName: "nothing" }, "ResourceNotFoundException"],
  [
    "lambda",
    "Invoke",
    { FunctionName: "rds-dr-dev-announce", Payload: Buffer.from("{") },
    "InvalidRequestContentException",
  ],
  ["lambda", "ListFunctions", { Marker: "zz" }, "InvalidParameterValueException"],
  ["lambda", "ListEventSourceMappings", { Marker: "zz" }, "InvalidParameterValueException"],
  ["lambda", "GetEventSourceMapping", { UUID: "nothing" }, "ResourceNotFoundException"],
  [
    "monitoring",
    "SetAlarmState",
    { AlarmName: "nothing", StateValue: "OK", StateReason: "r" },
    "ResourceNotFound",
  ],
  [
    "monitoring",
    "SetAlarmState",
    { AlarmName: "nothing", StateValue: "OK", StateReason: "" },
    "ResourceNotFound",
  ],
  ["monitoring", "PutMetricData", { Namespace: "N" }, "MissingParameter"],
  ["monitoring", "PutMetricData", { Namespace: "AWS/RDS", MetricData: [] }, "InvalidParameterValue"],
  ["monitoring", "GetMetricData", stat(61), "ValidationError"],
  ["monitoring", "GetMetricData", { ...stat(60), NextToken: "zz" }, "InvalidNextToken"],
  ["monitoring", "DescribeAlarms", { NextToken: "zz" }, "InvalidNextToken"],
  ["monitoring", "ListMetrics", { NextToken: "zz" }, "InvalidParameterValue"],
];
