import { describe, expect, test } from "vitest";
import type { Facts, KeyFact } from "../iam/facts.ts";
import {
  denied,
  facts,
  keyRefusal,
  keyUse,
  SOURCE,
  SOURCE_KEY,
  snapshotArn,
  TARGET,
  through,
} from "./rds-support.ts";
import { ACCOUNT, allow, arnOf, attempt, call, D, deny, document, P, type Statement } from "./support.ts";

const COPY = {
  SourceDBSnapshotIdentifier: SOURCE,
  TargetDBSnapshotIdentifier: "lambda-dr-snapshot-shop-1",
  KmsKeyId: "alias/rds-dr-dev",
  Tags: [{ Key: "rds-dr:kind", Value: "copy" }],
};

const copies = allow("rds:CopyDBSnapshot", [SOURCE, TARGET]);
const tags = allow("rds:AddTagsToResource", TARGET);
const sourceKey = allow(keyUse, SOURCE_KEY, through(P, D));
const drKey = allow(keyUse, arnOf("kms", D, "key/*"), {
  Condition: { "ForAnyValue:StringEquals": { "kms:ResourceAliases": "alias/rds-dr-dev" } },
});

const copy = (...statements: readonly Statement[]): string =>
  attempt(statements, call("rds", "CopyDBSnapshot", COPY, D), facts);

/** https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_CopySnapshot.html */
describe("a copy across regions", () => {
  const conditioned = (condition: Statement): Statement => ({ ...copies, Condition: condition });
  test.each([
    ["passes with both snapshots, tags and both keys", [copies, tags, sourceKey, drKey], "ok"],
    [
      "fails when only the target is covered",
      [allow("rds:CopyDBSnapshot", TARGET), tags, sourceKey, drKey],
      denied("rds:CopyDBSnapshot", SOURCE),
    ],
    [
      "fails when only the source is covered",
      [allow("rds:CopyDBSnapshot", SOURCE), tags, sourceKey, drKey],
      denied("rds:CopyDBSnapshot", TARGET),
    ],
    [
      "fails when RequestedRegion is the DR region only",
      [conditioned({ StringEquals: { "aws:RequestedRegion": D } }), tags, sourceKey, drKey],
      denied("rds:CopyDBSnapshot", SOURCE),
    ],
    [
      "passes when RequestedRegion is either region",
      [conditioned({ StringEquals: { "aws:RequestedRegion": [P, D] } }), tags, sourceKey, drKey],
      "ok",
    ],
    [
      "fails when ViaAWSService must be false",
      [conditioned({ Bool: { "aws:ViaAWSService": "false" } }), tags, sourceKey, drKey],
      denied("rds:CopyDBSnapshot", SOURCE),
    ],
    [
      "fails when the caller must come from an address of its own",
      [conditioned({ IpAddress: { "aws:SourceIp": "203.0.113.0/24" } }), tags, sourceKey, drKey],
      denied("rds:CopyDBSnapshot", SOURCE),
    ],
    [
      "passes when the source is reached through RDS",
      [
        allow("rds:CopyDBSnapshot", TARGET),
        allow("rds:CopyDBSnapshot", SOURCE, {
          Condition: { "ForAnyValue:StringEquals": { "aws:CalledVia": "rds.amazonaws.com" } },
        }),
        tags,
        sourceKey,
        drKey,
      ],
      "ok",
    ],
    [
      "fails without AddTagsToResource on what it makes",
      [copies, sourceKey, drKey],
      denied("rds:AddTagsToResource", TARGET),
    ],
    ["fails without the DR key", [copies, tags, sourceKey], keyRefusal("target", "alias/rds-dr-dev")],
    [
      "fails without a grant on the DR key",
      [copies, tags, sourceKey, { ...drKey, Action: "kms:DescribeKey" }],
      keyRefusal("target", "alias/rds-dr-dev"),
    ],
    [
      "fails when the DR key goes by another alias",
      [
        copies,
        tags,
        sourceKey,
        { ...drKey, Condition: { "ForAnyValue:StringEquals": { "kms:ResourceAliases": "alias/else" } } },
      ],
      keyRefusal("target", "alias/rds-dr-dev"),
    ],
    ["fails without the source's key", [copies, tags, drKey], keyRefusal("source snapshot", SOURCE_KEY)],
    [
      "strictly needs the source's key through RDS of both regions",
      [copies, tags, drKey, allow(keyUse, SOURCE_KEY, through(P))],
      keyRefusal("source snapshot", SOURCE_KEY),
    ],
    [
      "fails when an organisation denies it",
      [
        copies,
        tags,
        sourceKey,
        drKey,
        deny("rds:*", "*", { Condition: { StringNotEquals: { "aws:RequestedRegion": D } } }),
      ],
      denied("rds:CopyDBSnapshot", SOURCE, "with an explicit deny in an identity-based policy"),
    ],
  ])("%s", (_sentence, statements, expected) => {
    expect(copy(...statements)).toBe(expected);
  });

  test("within one region is authorised without RDS in between", () => {
    const direct = { Condition: { Bool: { "aws:ViaAWSService": "false" } } };
    const input = { SourceDBSnapshotIdentifier: "a", TargetDBSnapshotIdentifier: "b" };
    const statement = allow("rds:CopyDBSnapshot", [snapshotArn(D, "a"), snapshotArn(D, "b")], direct);
    expect(attempt([statement], call("rds", "CopyDBSnapshot", input, D))).toBe("ok");
  });

  test("the AWS-managed key of RDS opens by its own policy, as no identity policy can be needed for it", () => {
    const managed: KeyFact = {
      arn: arnOf("kms", P, "key/aws-rds"),
      manager: "AWS",
      aliases: ["alias/aws/rds"],
      policy: document(
        allow(["kms:CreateGrant", "kms:DescribeKey"], "*", {
          Principal: { AWS: "*" },
          Condition: {
            StringEquals: { "kms:CallerAccount": ACCOUNT, "kms:ViaService": `rds.${P}.amazonaws.com` },
          },
        }),
      ),
    };
    const withManaged: Partial<Facts> = {
      keyByReference: (region, reference) =>
        region === P ? managed : facts.keyByReference?.(region, reference),
      snapshot: () => ({ arn: SOURCE, kmsKeyId: managed.arn, tags: {} }),
    };
    expect(attempt([copies, tags, drKey], call("rds", "CopyDBSnapshot", COPY, D), withManaged)).toBe("ok");
  });
});
