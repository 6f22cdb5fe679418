import { describe, expect, test } from "vitest";
import type { Facts, KeyFact } from "../iam/facts.ts";
import {
  ACCOUNT,
  allow,
  arnOf,
  attempt,
  authorizerFor,
  call,
  customerKey,
  D,
  deny,
  document,
  outcome,
  role,
  type Statement,
} from "./support.ts";

const ROOT = `arn:aws:iam::${ACCOUNT}:root`;
const USER = `User: arn:aws:sts::${ACCOUNT}:assumed-role/step/step is not authorized to perform:`;
const BUS = arnOf("events", D, "event-bus/rds-dr-dev");
const QUEUE = arnOf("sqs", D, "rds-dr-dev-prune-copies");
const QUEUE_URL = `https://sqs.${D}.amazonaws.com/${ACCOUNT}/rds-dr-dev-prune-copies`;
const TOPIC = arnOf("sns", D, "rds-dr-dev-alerts");
const KEY = arnOf("kms", D, "key/topics");

const topicKey = (...statements: readonly Statement[]): KeyFact =>
  customerKey(KEY, ["alias/rds-dr-dev-topics"], statements);

const withTopicKey = (key: KeyFact): Partial<Facts> => ({ topicKey: () => KEY, keyByReference: () => key });

describe("events on a bus", () => {
  const put = (source: string, detailType: string, caller?: string) =>
    call(
      "events",
      "PutEvents",
      { Entries: [{ EventBusName: "rds-dr-dev", Source: source, DetailType: detailType, Detail: "{}" }] },
      D,
      caller,
    );
  const declared = ["dr-declared", "declaration-closed"];
  const onlyDeclare = document(
    deny("events:PutEvents", BUS, {
      Principal: "*",
      Condition: {
        StringEquals: { "events:detail-type": declared },
        ArnNotLike: { "aws:PrincipalArn": `arn:aws:iam::${ACCOUNT}:role/rds-dr-dev-declare` },
      },
    }),
  );
  const facts = { busPolicy: () => onlyDeclare };
  const puts = allow("events:PutEvents", BUS);

  test("are put by a role's own policies; the account's bus needs none", () => {
    expect(attempt([puts], put("rds-dr", "restore-requested"))).toBe("ok");
    expect(attempt([], put("rds-dr", "restore-requested"))).toBe(
      `AccessDeniedException 400 ${USER} events:PutEvents on resource: ${BUS} because no identity-based policy allows the events:PutEvents action`,
    );
  });

  test("are bound by source and detail-type", () => {
    const bound = allow("events:PutEvents", BUS, {
      Condition: { StringEquals: { "events:source": "rds-dr", "events:detail-type": ["alert"] } },
    });
    expect(attempt([bound], put("rds-dr", "alert"))).toBe("ok");
    expect(attempt([bound], put("rds-dr", "dr-declared"))).toContain("AccessDeniedException 400");
    expect(attempt([bound], put("operator", "alert"))).toContain("AccessDeniedException 400");
  });

  test("are denied to everyone but the declaring role, the administrator included", () => {
    const refusal = "with an explicit deny in a resource-based policy";
    const authorizer = authorizerFor([role("step", puts), role("rds-dr-dev-declare", puts)], facts);
    expect(outcome(authorizer, put("operator", "dr-declared", "rds-dr-dev-declare"))).toBe("ok");
    expect(outcome(authorizer, put("operator", "dr-declared"))).toContain(refusal);
    expect(outcome(authorizer, put("operator", "dr-declared", "operator"))).toBe(
      `AccessDeniedException 400 User: arn:aws:iam::${ACCOUNT}:user/operator is not authorized to perform: events:PutEvents on resource: ${BUS} ${refusal}`,
    );
    expect(outcome(authorizer, put("operator", "backup-requested", "operator"))).toBe("ok");
  });

  test("one refused entry refuses the request", () => {
    const entry = (DetailType: string) => ({ EventBusName: BUS, Source: "rds-dr", DetailType, Detail: "{}" });
    const both = (...detailTypes: string[]) =>
      call("events", "PutEvents", { Entries: detailTypes.map(entry) }, D);
    const refusal = "explicit deny in a resource-based policy";
    expect(attempt([puts], both("alert", "dr-declared"), facts)).toContain(refusal);
    expect(attempt([puts], both("dr-declared", "alert"), facts)).toContain(refusal);
  });
});

describe("queues", () => {
  test("SQS words the action in lower case", () => {
    expect(attempt([], call("sqs", "SendMessage", { QueueUrl: QUEUE_URL }, D))).toBe(
      `AccessDenied 403 ${USER} sqs:sendmessage on resource: ${QUEUE} because no identity-based policy allows the sqs:sendmessage action`,
    );
  });

  test("a batch needs the permission of the single operation", () => {
    expect(
      attempt([allow("sqs:SendMessage", QUEUE)], call("sqs", "SendMessageBatch", { QueueUrl: QUEUE_URL }, D)),
    ).toBe("ok");
  });

  test("a queue policy that demands TLS does not disturb", () => {
    const tls = deny("sqs:*", QUEUE, {
      Principal: "*",
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    });
    const facts = { queuePolicy: () => document(tls) };
    expect(
      attempt(
        [allow("sqs:SendMessage", QUEUE)],
        call("sqs", "SendMessage", { QueueUrl: QUEUE_URL }, D),
        facts,
      ),
    ).toBe("ok");
  });
});

/** https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html */
describe("a topic under a customer's key", () => {
  const publishes = allow("sns:Publish", TOPIC);
  const publish = call("sns", "Publish", { TopicArn: TOPIC, Message: "m" }, D);
  const delegates = topicKey(allow("kms:*", "*", { Principal: { AWS: ROOT } }));
  const usesKey = allow(["kms:GenerateDataKey*", "kms:Decrypt"], KEY, {
    Condition: { StringEquals: { "kms:ViaService": `sns.${D}.amazonaws.com` } },
  });
  const refused =
    "KMSAccessDenied 400 null (Service: AWSKMS; Status Code: 400; Error Code: AccessDeniedException; Proxy: null)";

  test.each([
    ["takes what has topic and key", [publishes, usesKey], withTopicKey(delegates), "ok"],
    [
      "refuses without the topic",
      [usesKey],
      withTopicKey(delegates),
      `AuthorizationError 403 ${USER} SNS:Publish on resource: ${TOPIC} because no identity-based policy allows the SNS:Publish action`,
    ],
    ["refuses without the key", [publishes], withTopicKey(delegates), refused],
    [
      "refuses without kms:Decrypt",
      [publishes, { ...usesKey, Action: "kms:GenerateDataKey" }],
      withTopicKey(delegates),
      refused,
    ],
    [
      "refuses when the key's policy does not delegate",
      [publishes, usesKey],
      withTopicKey(topicKey(allow("kms:*", "*", { Principal: { Service: "cloudwatch.amazonaws.com" } }))),
      refused,
    ],
    ["needs no key when it has none", [publishes], {}, "ok"],
  ])("%s", (_sentence, statements, facts, expected) => {
    expect(attempt(statements, publish, facts)).toBe(expected);
  });
});

describe("keys", () => {
  const describeKey = call("kms", "DescribeKey", { KeyId: "alias/rds-dr-dev-topics" }, D);

  test("need identity policies where the key delegates, and say which side refused", () => {
    const delegates = topicKey(allow("kms:*", "*", { Principal: { AWS: ROOT } }));
    expect(attempt([allow("kms:DescribeKey", KEY)], describeKey, withTopicKey(delegates))).toBe("ok");
    expect(attempt([], describeKey, withTopicKey(delegates))).toBe(
      `AccessDeniedException 400 ${USER} kms:DescribeKey on resource: ${KEY} because no identity-based policy allows the kms:DescribeKey action`,
    );
    const silent = topicKey(allow("kms:*", "*", { Principal: { Service: "sns.amazonaws.com" } }));
    expect(attempt([allow("kms:*", "*")], describeKey, withTopicKey(silent))).toContain(
      "because no resource-based policy allows",
    );
  });

  test("an alias is no resource of a key's permission", () => {
    const delegates = topicKey(allow("kms:*", "*", { Principal: { AWS: ROOT } }));
    const byAlias = allow("kms:DescribeKey", arnOf("kms", D, "alias/rds-dr-dev-topics"));
    expect(attempt([byAlias], describeKey, withTopicKey(delegates))).toContain(`on resource: ${KEY}`);
  });
});

describe("metrics, alarms and logs", () => {
  test.each([
    [
      "metrics are bound by namespace",
      allow("cloudwatch:PutMetricData", "*", {
        Condition: { StringEquals: { "cloudwatch:namespace": "rds-dr" } },
      }),
      call("monitoring", "PutMetricData", { Namespace: "rds-dr" }, D),
      "ok",
    ],
    [
      "another namespace is refused",
      allow("cloudwatch:PutMetricData", "*", {
        Condition: { StringEquals: { "cloudwatch:namespace": "rds-dr" } },
      }),
      call("monitoring", "PutMetricData", { Namespace: "x" }, D),
      `AccessDenied 403 ${USER} cloudwatch:PutMetricData because no identity-based policy allows the cloudwatch:PutMetricData action`,
    ],
    [
      "alarms are described under the literal star",
      allow("cloudwatch:DescribeAlarms", arnOf("cloudwatch", D, "alarm:rds-dr-dev-*")),
      call("monitoring", "DescribeAlarms", { AlarmNames: ["rds-dr-dev-not-ready"] }, D),
      `AccessDenied 403 ${USER} cloudwatch:DescribeAlarms on resource: ${arnOf("cloudwatch", D, "alarm:*")} because no identity-based policy allows the cloudwatch:DescribeAlarms action`,
    ],
    [
      "a stream belongs to its group",
      allow(["logs:CreateLogStream", "logs:PutLogEvents"], arnOf("logs", D, "log-group:/aws/lambda/a:*")),
      call(
        "logs",
        "PutLogEvents",
        { logGroupName: "/aws/lambda/a", logStreamName: "2026/03/01/[$LATEST]1" },
        D,
      ),
      "ok",
    ],
  ])("%s", (_sentence, statement, asked, expected) => {
    expect(attempt([statement], asked)).toBe(expected);
  });
});

test("another account's queue needs a policy of its own", () => {
  const url = `https://sqs.${D}.amazonaws.com/444455556666/theirs`;
  const theirs = `arn:aws:sqs:${D}:444455556666:theirs`;
  const opens = allow("sqs:SendMessage", theirs, { Principal: { AWS: ROOT } });
  const asked = call("sqs", "SendMessage", { QueueUrl: url }, D);
  expect(attempt([allow("sqs:*", "*")], asked)).toContain("because no resource-based policy allows");
  expect(attempt([allow("sqs:*", "*")], asked, { queuePolicy: () => document(opens) })).toBe("ok");
});
