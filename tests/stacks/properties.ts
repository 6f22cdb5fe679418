/** What tests read of a template's resources, by type. Values that CloudFormation computes are `unknown`. */

/** A statement of a policy. */
export interface Statement {
  readonly Sid: string;
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource: unknown;
  readonly Principal?: Readonly<Record<string, unknown>>;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** A policy document. */
export interface Policy {
  readonly Statement: readonly Statement[];
}

export interface PropertiesOf {
  "AWS::CloudWatch::Alarm": {
    readonly AlarmName: string;
    readonly AlarmDescription: string;
    readonly AlarmActions?: readonly unknown[];
    readonly Dimensions?: readonly unknown[];
    readonly TreatMissingData: string;
  };
  "AWS::Events::EventBusPolicy": { readonly Statement: Statement };
  "AWS::Events::Rule": {
    readonly Name: string;
    readonly Targets: readonly {
      readonly Arn: unknown;
      readonly DeadLetterConfig: { readonly Arn: unknown };
    }[];
  };
  "AWS::IAM::Role": {
    readonly RoleName: string;
    readonly ManagedPolicyArns?: readonly unknown[];
    readonly Policies?: readonly { readonly PolicyDocument: Policy }[];
    readonly AssumeRolePolicyDocument: Policy;
  };
  "AWS::KMS::Key": { readonly KeyPolicy: Policy };
  "AWS::Lambda::EventSourceMapping": {
    readonly BatchSize: number;
    readonly EventSourceArn: unknown;
    readonly FunctionName: unknown;
    readonly FunctionResponseTypes: readonly string[];
    readonly MaximumBatchingWindowInSeconds?: number;
    readonly ScalingConfig: { readonly MaximumConcurrency: number };
  };
  "AWS::Lambda::Function": {
    readonly FunctionName: string;
    readonly Timeout: number;
    readonly Environment: { readonly Variables: Readonly<Record<string, unknown>> };
  };
  "AWS::RDS::EventSubscription": { readonly SourceIds?: readonly string[] };
  "AWS::Scheduler::Schedule": {
    readonly ScheduleExpression: string;
    readonly State: string;
    readonly Target: { readonly Input: string };
  };
  "AWS::SQS::Queue": {
    readonly QueueName: string;
    readonly MessageRetentionPeriod?: number;
    readonly RedrivePolicy?: { readonly maxReceiveCount: number };
    readonly SqsManagedSseEnabled: boolean;
    readonly VisibilityTimeout?: number;
  };
  "AWS::SQS::QueuePolicy": { readonly PolicyDocument: Policy };
}

/** The types of resource that tests read. */
export type ResourceType = keyof PropertiesOf;

/** A resource as a template has it. */
export interface Resource<T extends ResourceType> {
  readonly Type: T;
  readonly Properties: PropertiesOf[T];
}
