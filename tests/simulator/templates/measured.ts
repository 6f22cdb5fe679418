/** What the services of a namespace measure, for each thing that one dimension names. */
interface Measured {
  readonly dimension: string;
  /** The type of what the dimension names */
  readonly type: string;
  readonly metrics: readonly string[];
}

/** The metrics that the simulated services put, which are AWS's own: an alarm on any other would be silent. */
export const MEASURED: Readonly<Record<string, Measured>> = {
  "AWS/SQS": {
    dimension: "QueueName",
    type: "AWS::SQS::Queue",
    metrics: [
      "ApproximateNumberOfMessagesVisible",
      "ApproximateNumberOfMessagesNotVisible",
      "ApproximateAgeOfOldestMessage",
    ],
  },
  "AWS/Lambda": {
    dimension: "FunctionName",
    type: "AWS::Lambda::Function",
    metrics: ["Invocations", "Errors", "Duration", "Throttles", "RecursiveInvocationsDropped"],
  },
  "AWS/Events": {
    dimension: "RuleName",
    type: "AWS::Events::Rule",
    metrics: [
      ...["MatchedEvents", "TriggeredRules", "Invocations", "RetryInvocationAttempts", "FailedInvocations"],
      ...["InvocationsSentToDlq", "InvocationsFailedToBeSentToDlq"],
    ],
  },
  "AWS/Scheduler": {
    dimension: "ScheduleGroup",
    type: "AWS::Scheduler::ScheduleGroup",
    metrics: [
      ...["InvocationAttemptCount", "TargetErrorCount", "InvocationDroppedCount"],
      ...["InvocationsSentToDeadLetterCount", "InvocationsFailedToBeSentToDeadLetterCount"],
    ],
  },
};
