/**
 * Event patterns with events that fit and events that do not. Each group cites its page; unless it says
 * otherwise that is "Comparison operators for use in event patterns" of the EventBridge user guide.
 */
const OPERATORS = "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html";
const PATTERNS = "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern.html";
const NULLS = "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns-null-values.html";
const RULER = "https://github.com/aws/event-ruler#readme";

/** One pattern against several events, by name of the case. */
export interface PatternGroup {
  readonly operator: string;
  readonly page: string;
  readonly pattern: unknown;
  readonly fits: Readonly<Record<string, unknown>>;
  readonly fails: Readonly<Record<string, unknown>>;
}

/** Values, texts and anything-but. */
export const PATTERN_GROUPS: readonly PatternGroup[] = [
  {
    operator: "exact text",
    page: PATTERNS,
    pattern: {
      source: ["aws.ec2"],
      "detail-type": ["EC2 Instance State-change Notification"],
      detail: { state: ["terminated"] },
    },
    fits: {
      "all named fields as demanded": {
        ...{ source: "aws.ec2", "detail-type": "EC2 Instance State-change Notification" },
        detail: { state: "terminated", "instance-id": "i-1" },
      },
      "a value that is one of a list": {
        ...{ source: ["aws.rds", "aws.ec2"], "detail-type": "EC2 Instance State-change Notification" },
        detail: { state: "terminated" },
      },
    },
    fails: {
      "another state": {
        ...{ source: "aws.ec2", "detail-type": "EC2 Instance State-change Notification" },
        detail: { state: "running" },
      },
      "another case": {
        ...{ source: "aws.ec2", "detail-type": "EC2 Instance State-change Notification" },
        detail: { state: "Terminated" },
      },
      "a field that is missing": { source: "aws.ec2", detail: { state: "terminated" } },
    },
  },
  {
    operator: "one of several values",
    page: OPERATORS,
    pattern: { detail: { PaymentType: ["Credit", "Debit"] } },
    fits: {
      "the first": { detail: { PaymentType: "Credit" } },
      "the second": { detail: { PaymentType: "Debit" } },
    },
    fails: {
      neither: { detail: { PaymentType: "Cash" } },
      "a value that begins with one": { detail: { PaymentType: "Credits" } },
      "an object in its place": { detail: { PaymentType: { Credit: true } } },
    },
  },
  {
    operator: "null",
    page: NULLS,
    pattern: { detail: { UserID: [null] } },
    fits: {
      null: { detail: { UserID: null } },
      "null in a list": { detail: { UserID: ["a", null] } },
    },
    fails: {
      "empty text": { detail: { UserID: "" } },
      "the word null": { detail: { UserID: "null" } },
      "no such field": { detail: {} },
    },
  },
  {
    operator: "empty text",
    page: NULLS,
    pattern: { detail: { LastName: [""] } },
    fits: {
      "empty text": { detail: { LastName: "" } },
      "empty text in a list": { detail: { LastName: ["x", ""] } },
    },
    fails: {
      null: { detail: { LastName: null } },
      "a blank": { detail: { LastName: " " } },
      "an empty list": { detail: { LastName: [] } },
    },
  },
  {
    operator: "exact number",
    // The user guide says that spellings count; AWS's own matcher, and its answers, say that values do.
    page: RULER,
    pattern: { detail: { Price: [300] } },
    fits: {
      "the number": { detail: { Price: 300 } },
      "the number written 3.0e2": JSON.parse('{"detail":{"Price":3.0e2}}'),
      "the number written 300.0": JSON.parse('{"detail":{"Price":300.0}}'),
    },
    fails: {
      "the digits as text": { detail: { Price: "300" } },
      "a number next to it": { detail: { Price: 300.5 } },
      "another number": { detail: { Price: 3 } },
    },
  },
  {
    operator: "truth value",
    page: PATTERNS,
    pattern: { detail: { encrypted: [true] } },
    fits: {
      true: { detail: { encrypted: true } },
      "true in a list": { detail: { encrypted: [false, true] } },
    },
    fails: {
      false: { detail: { encrypted: false } },
      "the word true": { detail: { encrypted: "true" } },
      one: { detail: { encrypted: 1 } },
    },
  },
  {
    operator: "prefix",
    page: OPERATORS,
    pattern: { time: [{ prefix: "2017-10-02" }] },
    fits: {
      "text that begins so": { time: "2017-10-02T18:43:48Z" },
      "text that is just that": { time: "2017-10-02" },
    },
    fails: {
      "text that has it later": { time: "on 2017-10-02" },
      "shorter text": { time: "2017-10-0" },
      "a number": { time: 2017 },
    },
  },
  {
    operator: "prefix, ignoring case",
    page: OPERATORS,
    pattern: { detail: { service: [{ prefix: { "equals-ignore-case": "eventb" } }] } },
    fits: {
      "the same case": { detail: { service: "eventbridge" } },
      "another case": { detail: { service: "EventBridge" } },
    },
    fails: {
      "another beginning": { detail: { service: "bridge" } },
      "not at the beginning": { detail: { service: "an eventbridge" } },
      "a truth value": { detail: { service: true } },
    },
  },
  {
    operator: "suffix",
    page: OPERATORS,
    pattern: { detail: { FileName: [{ suffix: ".png" }] } },
    fits: {
      "text that ends so": { detail: { FileName: "photo.png" } },
      "text that is just that": { detail: { FileName: ".png" } },
    },
    fails: {
      "another ending": { detail: { FileName: "photo.jpg" } },
      "the ending in another case": { detail: { FileName: "photo.PNG" } },
      "more after it": { detail: { FileName: "photo.png.txt" } },
    },
  },
  {
    operator: "suffix, ignoring case",
    page: OPERATORS,
    pattern: { detail: { FileName: [{ suffix: { "equals-ignore-case": ".png" } }] } },
    fits: {
      "the same case": { detail: { FileName: "a.png" } },
      "another case": { detail: { FileName: "a.PnG" } },
    },
    fails: {
      "another ending": { detail: { FileName: "a.gif" } },
      "more after it": { detail: { FileName: "a.PNG " } },
      null: { detail: { FileName: null } },
    },
  },
  {
    operator: "equals-ignore-case",
    page: OPERATORS,
    pattern: { "detail-type": [{ "equals-ignore-case": "ec2 instance state-change notification" }] },
    fits: {
      "another case": { "detail-type": "EC2 Instance State-change Notification" },
      "the same case": { "detail-type": "ec2 instance state-change notification" },
    },
    fails: {
      "a part of it": { "detail-type": "EC2 Instance" },
      "something after it": { "detail-type": "EC2 Instance State-change Notifications" },
      "a list without it": { "detail-type": ["EC2", "Instance"] },
    },
  },
  {
    operator: "wildcard",
    page: OPERATORS,
    pattern: { detail: { FilePath: [{ wildcard: "dir/*.png" }] } },
    fits: {
      "any text for the star": { detail: { FilePath: "dir/a/b.png" } },
      "no text for the star": { detail: { FilePath: "dir/.png" } },
      "one of a list": { detail: { FilePath: ["x", "dir/y.png"] } },
    },
    fails: {
      "another beginning": { detail: { FilePath: "other/b.png" } },
      "another ending": { detail: { FilePath: "dir/b.png.gz" } },
      "a number": { detail: { FilePath: 7 } },
    },
  },
  {
    operator: "wildcard with several stars",
    page: OPERATORS,
    pattern: { detail: { EventBusArn: [{ wildcard: "arn:aws:events:*:*:event-bus/a*a" }] } },
    fits: {
      "text for every star": {
        detail: { EventBusArn: "arn:aws:events:us-east-1:123456789012:event-bus/aba" },
      },
      "pieces that touch": { detail: { EventBusArn: "arn:aws:events:::event-bus/aa" } },
    },
    fails: {
      "pieces that overlap": { detail: { EventBusArn: "arn:aws:events:x:y:event-bus/a" } },
      "pieces in another order": { detail: { EventBusArn: "arn:aws:events:event-bus/a:x:y:a" } },
      "a piece that is missing": { detail: { EventBusArn: "arn:aws:events:x:event-bus/aa" } },
    },
  },
  {
    operator: "wildcard with escapes",
    page: OPERATORS,
    pattern: { detail: { text: [{ wildcard: "a\\*b\\\\c*" }] } },
    fits: {
      "a star and a backslash": { detail: { text: "a*b\\cd" } },
      "nothing for the last star": { detail: { text: "a*b\\c" } },
    },
    fails: {
      "something else for the escaped star": { detail: { text: "axb\\cd" } },
      "something else for the backslash": { detail: { text: "a*b/cd" } },
    },
  },
];
